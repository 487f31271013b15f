//! Reading and changing customers, and who is new.

use serde_json::{Value, json};

use crate::{demo, on_demo_service};

const CREATE: &str = "mutation($input: CreateCustomerInput!) { createCustomer(input: $input) {
    id name email signedUpAt isNew version } }";
const UPDATE: &str = "mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) {
    name email signedUpAt version } }";
const DELETE: &str = "mutation($id: ID!, $version: Int!) {
    deleteCustomer(id: $id, expectedVersion: $version) }";
const READ: &str = "query($id: ID!) { customer(id: $id) { name isNew } }";

#[tokio::test]
async fn a_customer_signs_up_is_read_changed_and_removed() {
    on_demo_service(async |subject| {
        let service = &subject.service;
        let input = json!({ "name": " Uma Patel ", "email": "Uma@mail.example" });
        let created = service.data(CREATE, json!({ "input": input })).await;
        let id = &created["createCustomer"]["id"];
        let expected = json!({ "id": id, "name": "Uma Patel", "email": "uma@mail.example",
            "signedUpAt": "2026-03-01T12:00:00.123456Z", "isNew": true, "version": 1 });
        assert_eq!(created["createCustomer"], expected);

        subject.pass_days(1);
        let change = json!({ "id": id, "expectedVersion": 1, "name": "Uma Rao" });
        let updated = service.data(UPDATE, json!({ "input": change })).await;
        let expected = json!({ "name": "Uma Rao", "email": "uma@mail.example",
            "signedUpAt": "2026-03-01T12:00:00.123456Z", "version": 2 });
        assert_eq!(updated["updateCustomer"], expected);

        let deleted = service.data(DELETE, json!({ "id": id, "version": 2 })).await;
        assert_eq!(deleted["deleteCustomer"], *id);
        assert_eq!(service.data(READ, json!({ "id": id })).await["customer"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn a_customer_is_new_until_the_promotion_ends() {
    on_demo_service(async |subject| {
        let query = "{ customers(first: 100) { nodes { isNew } } }";
        let new = async || {
            let data = subject.service.data(query, json!({})).await;
            let customers = data["customers"]["nodes"].as_array().unwrap().clone();
            customers.iter().filter(|customer| customer["isNew"] == true).count()
        };
        assert_eq!(new().await, 5);
        subject.pass_days(5);
        assert_eq!(new().await, 4, "who signed up 25 days before is not new after 5 more");
        subject.pass_days(25);
        assert_eq!(new().await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused() {
    on_demo_service(async |subject| {
        let service = &subject.service;
        let (_, extensions) =
            service.error(CREATE, json!({ "input": { "name": "", "email": "uma" } })).await;
        assert_eq!(extensions["code"], "BAD_USER_INPUT");
        assert_eq!(extensions["violations"][0]["field"], "name");
        assert_eq!(extensions["violations"][1]["field"], "email");

        let taken = json!({ "name": "Tara", "email": "TARA.walsh@mail.example" });
        let (_, extensions) = service.error(CREATE, json!({ "input": taken })).await;
        assert_eq!(extensions["code"], "CONFLICT");

        for (input, code) in [
            (json!({ "id": demo(1), "expectedVersion": 7, "name": "A" }), "STALE_VERSION"),
            (json!({ "id": demo(99), "expectedVersion": 1, "name": "A" }), "NOT_FOUND"),
            (json!({ "id": "7", "expectedVersion": 1, "name": "A" }), "NOT_FOUND"),
            (json!({ "id": demo(1), "expectedVersion": 1, "name": null }), "BAD_USER_INPUT"),
            (
                json!({ "id": demo(1), "expectedVersion": 1, "email": "tara.walsh@mail.example" }),
                "CONFLICT",
            ),
        ] {
            let (path, extensions) = service.error(UPDATE, json!({ "input": input })).await;
            assert_eq!(path, json!(["updateCustomer"]));
            assert_eq!(extensions["code"], code, "{input}");
        }
        let (_, extensions) = service.error(DELETE, json!({ "id": demo(1), "version": 2 })).await;
        assert_eq!(extensions, json!({ "code": "STALE_VERSION", "currentVersion": 1 }));
    })
    .await;
}

#[tokio::test]
async fn pages_lead_through_the_list() {
    on_demo_service(async |subject| {
        let query = "query($after: String) { customers(first: 7, after: $after) {
            nodes { id } pageInfo { hasNextPage endCursor } } }";
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let data = subject.service.data(query, json!({ "after": after })).await;
            assert_eq!(subject.statements.take(), 1);
            let nodes = data["customers"]["nodes"].as_array().unwrap().iter();
            seen.extend(nodes.map(|node| node["id"].as_str().unwrap().to_owned()));
            after = data["customers"]["pageInfo"]["endCursor"].clone();
            if data["customers"]["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(seen, (1..=20).map(demo).collect::<Vec<_>>());
    })
    .await;
}
