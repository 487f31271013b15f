//! Lists: keyset pages in both directions, and no statement per item.

use serde_json::{Value, json};

use crate::{EMPLOYEE, demo, demos, ids, on_demo_service};

const PAGE: &str = "query($first: Int, $after: String, $last: Int, $before: String) {
    addresses(first: $first, after: $after, last: $last, before: $before) {
        nodes { id } pageInfo { hasPreviousPage hasNextPage startCursor endCursor } } }";

#[tokio::test]
async fn pages_lead_through_the_list_in_both_directions() {
    on_demo_service(async |service, statements| {
        let first = service.data(PAGE, json!({})).await["addresses"].take();
        assert_eq!(statements.take(), 1);
        assert_eq!(ids(&first), demos(1..=20));
        assert_eq!(first["pageInfo"]["hasNextPage"], true);
        let after = json!({ "first": 20, "after": first["pageInfo"]["endCursor"] });
        let second = service.data(PAGE, after).await["addresses"].take();
        assert_eq!(ids(&second), demos(21..=30));
        assert_eq!(second["pageInfo"]["hasNextPage"], false);
        let before = json!({ "last": 3, "before": second["pageInfo"]["startCursor"] });
        let back = service.data(PAGE, before).await["addresses"].take();
        assert_eq!(ids(&back), demos(18..=20));
        assert_eq!(back["pageInfo"]["hasPreviousPage"], true);
    })
    .await;
}

#[tokio::test]
async fn unclear_pages_are_refused_and_only_their_field_is_null() {
    on_demo_service(async |service, _| {
        for (arguments, field) in [
            (json!({ "first": 1, "last": 1 }), "last"),
            (json!({ "first": 101 }), "first"),
            (json!({ "before": "7" }), "before"),
        ] {
            let answer = service.execute(PAGE, arguments).await;
            assert_eq!(answer["data"], json!({ "addresses": null }), "{answer}");
            let extensions = &answer["errors"][0]["extensions"];
            assert_eq!(extensions["violations"][0]["field"], field);
        }
    })
    .await;
}

#[tokio::test]
async fn each_level_of_a_query_is_one_statement_a_kind_of_owner() {
    on_demo_service(async |service, statements| {
        let query = "{ addresses(first: 30) { nodes { id owner {
            ... on Employee { id addresses(last: 1) { nodes { id owner { __typename } } } }
            ... on Customer { id addresses(last: 1) { nodes { id } } } } } } }";
        let data = service.data(query, json!({})).await;
        assert_eq!(statements.take(), 3, "addresses, those of employees, those of customers");
        let nodes = data["addresses"]["nodes"].as_array().unwrap();
        assert_eq!(nodes[0]["owner"]["id"], demo(EMPLOYEE, 1));
        assert_eq!(ids(&nodes[0]["owner"]["addresses"]), demos([2]));
        assert_eq!(ids(&nodes[14]["owner"]["addresses"]), demos([16]));
        let owner = &nodes[0]["owner"]["addresses"]["nodes"][0]["owner"];
        assert_eq!(*owner, json!({ "__typename": "Employee" }));
        assert!(nodes.iter().all(|node| node["owner"] != Value::Null));
    })
    .await;
}
