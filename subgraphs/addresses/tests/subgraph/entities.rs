//! What other subgraphs refer to, and what this one adds to their entities.

use serde_json::{Value, json};

use crate::{ADDRESS, CUSTOMER, EMPLOYEE, demo, demos, ids, on_demo_service};

fn representation(typename: &str, id: impl Into<String>) -> Value {
    json!({ "__typename": typename, "id": id.into() })
}

#[tokio::test]
async fn any_number_of_entities_is_one_statement() {
    on_demo_service(async |service, statements| {
        let numbers = (1..=30).rev().chain(100..300);
        let representations: Vec<_> =
            numbers.map(|n| representation("Address", demo(ADDRESS, n))).collect();
        let on = "... on Address { id city owner { __typename } }";
        let (entities, errors) = service.entities(json!(representations), on).await;
        assert_eq!(statements.take(), 1);
        assert_eq!(errors, Value::Null);
        let entities = entities.as_array().unwrap();
        let last = json!({ "id": demo(ADDRESS, 30), "city": "Sydney",
            "owner": { "__typename": "Customer" } });
        assert_eq!(entities[0], last);
        assert_eq!(entities[29]["city"], "Praha");
        assert!(entities[30..].iter().all(Value::is_null));
    })
    .await;
}

#[tokio::test]
async fn the_addresses_of_any_number_of_owners_are_one_statement_a_kind() {
    on_demo_service(async |service, statements| {
        let employees = (1..=100).map(|n| representation("Employee", demo(EMPLOYEE, n)));
        let customers = (1..=100).map(|n| representation("Customer", demo(CUSTOMER, n)));
        let owners: Vec<_> = employees.chain(customers).collect();
        let on = "... on Employee { id addresses(first: 1) {
                nodes { id owner { ... on Employee { id } } } pageInfo { hasNextPage } } }
            ... on Customer { id addresses { nodes { id kind } } }";
        let (entities, errors) = service.entities(json!(owners), on).await;
        assert_eq!(statements.take(), 2);
        assert_eq!(errors, Value::Null);
        assert_eq!(ids(&entities[0]["addresses"]), demos([1]));
        assert_eq!(entities[0]["addresses"]["pageInfo"]["hasNextPage"], true);
        assert_eq!(entities[0]["addresses"]["nodes"][0]["owner"]["id"], demo(EMPLOYEE, 1));
        assert_eq!(ids(&entities[11]["addresses"]), demos([14]));
        assert_eq!(entities[11]["addresses"]["pageInfo"]["hasNextPage"], false);
        assert_eq!(ids(&entities[12]["addresses"]), demos([]));
        assert_eq!(ids(&entities[100]["addresses"]), demos([15, 16]));
        assert_eq!(entities[100]["addresses"]["nodes"][1]["kind"], "BILLING");
        assert_eq!(ids(&entities[110]["addresses"]), demos([]));
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_no_id_is_nothing_and_harms_nothing() {
    on_demo_service(async |service, _| {
        for (typename, kind) in
            [("Address", ADDRESS), ("Employee", EMPLOYEE), ("Customer", CUSTOMER)]
        {
            let representations =
                json!([representation(typename, "7"), representation(typename, demo(kind, 1))]);
            let on = format!("... on {typename} {{ id }}");
            let (entities, errors) = service.entities(representations, &on).await;
            assert_eq!(errors, Value::Null);
            assert_eq!(entities, json!([null, { "id": demo(kind, 1) }]));
        }
    })
    .await;
}

#[tokio::test]
async fn a_failure_inside_an_entity_names_its_index() {
    on_demo_service(async |service, _| {
        let representations =
            json!([representation("Customer", "7"), representation("Customer", demo(CUSTOMER, 1))]);
        let on = "... on Customer { id addresses(last: -1) { nodes { id } } }";
        let (entities, errors) = service.entities(representations, on).await;
        assert_eq!(entities, json!([null, { "id": demo(CUSTOMER, 1), "addresses": null }]));
        assert_eq!(errors[0]["path"], json!(["_entities", 1, "addresses"]));
        assert_eq!(errors[0]["extensions"]["code"], "BAD_USER_INPUT");
    })
    .await;
}
