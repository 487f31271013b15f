//! Reading and changing addresses.

use serde_json::{Value, json};
use service::testing::TestService;

use crate::{ADDRESS, CUSTOMER, EMPLOYEE, demo, input, on_demo_service, on_empty_service};

const CREATE: &str = "mutation($input: CreateAddressInput!) { createAddress(input: $input) {
    id lines city region postalCode country kind version
    owner { __typename ... on Customer { id } ... on Employee { id } } } }";
const UPDATE: &str = "mutation($input: UpdateAddressInput!) { updateAddress(input: $input) {
    lines city region postalCode country kind version } }";
const DELETE: &str = "mutation($id: ID!, $version: Int!) {
    deleteAddress(id: $id, expectedVersion: $version) }";
const READ: &str = "query($id: ID!) { address(id: $id) { lines version owner { __typename } } }";

/// The fields whose rules an input breaks.
async fn violations(service: &TestService, operation: &str, input: Value) -> Vec<String> {
    let (path, extensions) = service.error(operation, json!({ "input": input })).await;
    assert_eq!(path.as_array().map(Vec::len), Some(1));
    assert_eq!(extensions["code"], "BAD_USER_INPUT");
    let violations = extensions["violations"].as_array().unwrap().iter();
    violations.map(|violation| violation["field"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_address_is_created_read_changed_and_removed() {
    on_empty_service(async |service, _| {
        let new = input(json!({ "lines": [" Low Road 1", "2nd floor "] }));
        let created = service.data(CREATE, json!({ "input": new })).await["createAddress"].take();
        let id = &created["id"];
        let expected = json!({
            "id": id, "lines": ["Low Road 1", "2nd floor"], "city": "Leeds",
            "region": "West Yorkshire", "postalCode": "LS1 1AA", "country": "GB",
            "kind": "BILLING", "version": 1,
            "owner": { "__typename": "Customer", "id": demo(CUSTOMER, 20) },
        });
        assert_eq!(created, expected);

        let change = json!({ "id": id, "expectedVersion": 1, "lines": ["88 Queensway"],
            "city": "Hong Kong", "region": null, "postalCode": null, "country": "HK",
            "kind": "SHIPPING" });
        let updated = service.data(UPDATE, json!({ "input": change })).await;
        let expected = json!({ "lines": ["88 Queensway"], "city": "Hong Kong", "region": null,
            "postalCode": null, "country": "HK", "kind": "SHIPPING", "version": 2 });
        assert_eq!(updated["updateAddress"], expected);

        let read = service.data(READ, json!({ "id": id })).await["address"].take();
        let expected = json!({ "lines": ["88 Queensway"], "version": 2,
            "owner": { "__typename": "Customer" } });
        assert_eq!(read, expected);
        let deleted = service.data(DELETE, json!({ "id": id, "version": 2 })).await;
        assert_eq!(deleted["deleteAddress"], *id);
        assert_eq!(service.data(READ, json!({ "id": id })).await["address"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn employees_and_customers_own_addresses() {
    on_empty_service(async |service, _| {
        for (kind, id, typename) in [
            ("EMPLOYEE", demo(EMPLOYEE, 1), "Employee"),
            ("CUSTOMER", demo(CUSTOMER, 1), "Customer"),
        ] {
            let new = input(json!({ "owner": { "kind": kind, "id": id } }));
            let data = service.data(CREATE, json!({ "input": new })).await;
            let owner = json!({ "__typename": typename, "id": id });
            assert_eq!(data["createAddress"]["owner"], owner);
        }
    })
    .await;
}

#[tokio::test]
async fn region_and_postal_code_may_be_left_out() {
    on_empty_service(async |service, _| {
        let mut new = input(json!({ "region": null }));
        new.as_object_mut().unwrap().remove("postalCode");
        let created = service.data(CREATE, json!({ "input": new })).await["createAddress"].take();
        assert_eq!(created["region"], Value::Null);
        assert_eq!(created["postalCode"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn all_broken_rules_of_an_input_are_told_at_once() {
    on_empty_service(async |service, statements| {
        let wrong = input(json!({
            "owner": { "kind": "EMPLOYEE", "id": "7" }, "lines": [], "city": " ",
            "region": "x".repeat(101), "postalCode": "", "country": "UK",
        }));
        assert_eq!(
            violations(&service, CREATE, wrong).await,
            ["owner.id", "lines", "city", "region", "postalCode", "country"]
        );
        let change = json!({ "id": demo(ADDRESS, 1), "expectedVersion": 1,
            "lines": ["a", "b", "c", "d", "e"], "city": null, "region": "a\u{0}b",
            "postalCode": "x".repeat(21), "country": "gb", "kind": null });
        assert_eq!(
            violations(&service, UPDATE, change).await,
            ["lines", "city", "region", "postalCode", "country", "kind"]
        );
        assert_eq!(statements.take(), 0, "what is invalid never reaches the database");

        let unreadable = input(json!({ "kind": "HOLIDAY" }));
        let answer = service.execute(CREATE, json!({ "input": unreadable })).await;
        assert!(answer["errors"][0]["extensions"]["code"].is_string(), "{answer}");
        assert_eq!(statements.take(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_change_based_on_an_old_version_is_refused() {
    on_demo_service(async |service, _| {
        let change = json!({ "id": demo(ADDRESS, 2), "expectedVersion": 1, "kind": "BILLING" });
        let updated = service.data(UPDATE, json!({ "input": change })).await;
        let expected = json!({ "lines": ["Academy House", "Alte Gasse 4", "Floor 3"],
            "city": "Frankfurt", "region": "Hessen", "postalCode": "60313", "country": "DE",
            "kind": "BILLING", "version": 2 });
        assert_eq!(updated["updateAddress"], expected, "what a change leaves out stays");
        let (path, extensions) = service.error(UPDATE, json!({ "input": change })).await;
        assert_eq!(path, json!(["updateAddress"]));
        assert_eq!(extensions, json!({ "code": "STALE_VERSION", "currentVersion": 2 }));
        let old = json!({ "id": demo(ADDRESS, 2), "version": 1 });
        let (_, extensions) = service.error(DELETE, old).await;
        assert_eq!(extensions["code"], "STALE_VERSION");
        let missing = json!({ "id": demo(ADDRESS, 99), "expectedVersion": 1, "kind": "HOME" });
        let (_, extensions) = service.error(UPDATE, json!({ "input": missing })).await;
        assert_eq!(extensions, json!({ "code": "NOT_FOUND" }));
        let (_, extensions) = service.error(DELETE, json!({ "id": "7", "version": 1 })).await;
        assert_eq!(extensions, json!({ "code": "NOT_FOUND" }));
    })
    .await;
}
