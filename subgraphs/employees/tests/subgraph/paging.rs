//! Lists: keyset pages in both directions, and no statement per item.

use serde_json::{Value, json};

use crate::{demo, on_demo_service};

const PAGE: &str = "query($first: Int, $after: String, $last: Int, $before: String) {
    employees(first: $first, after: $after, last: $last, before: $before) {
        nodes { id } edges { cursor node { id } }
        pageInfo { hasPreviousPage hasNextPage startCursor endCursor } } }";

fn ids(connection: &Value) -> Vec<String> {
    let nodes = connection["nodes"].as_array().unwrap().iter();
    nodes.map(|node| node["id"].as_str().unwrap().to_owned()).collect()
}

fn demos(numbers: impl IntoIterator<Item = u64>) -> Vec<String> {
    numbers.into_iter().map(demo).collect()
}

#[tokio::test]
async fn pages_lead_through_the_list_in_both_directions() {
    on_demo_service(async |service, statements| {
        let mut seen = Vec::new();
        let mut after = Value::Null;
        loop {
            let variables = json!({ "first": 5, "after": after });
            let page = service.data(PAGE, variables).await["employees"].take();
            assert_eq!(statements.take(), 1);
            assert_eq!(page["pageInfo"]["hasPreviousPage"], !after.is_null());
            seen.extend(ids(&page));
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(seen, demos(1..=12));

        let mut seen = Vec::new();
        let mut before = Value::Null;
        loop {
            let variables = json!({ "last": 5, "before": before });
            let page = service.data(PAGE, variables).await["employees"].take();
            assert_eq!(page["pageInfo"]["hasNextPage"], !before.is_null());
            seen.splice(0..0, ids(&page));
            before = page["pageInfo"]["startCursor"].clone();
            if page["pageInfo"]["hasPreviousPage"] == false {
                break;
            }
        }
        assert_eq!(seen, demos(1..=12));
    })
    .await;
}

#[tokio::test]
async fn a_page_can_be_bounded_on_both_sides() {
    on_demo_service(async |service, _| {
        let all = service.data(PAGE, json!({})).await;
        let cursor = |n: usize| all["employees"]["edges"][n - 1]["cursor"].clone();
        let between = json!({ "after": cursor(3), "before": cursor(7) });
        assert_eq!(ids(&service.data(PAGE, between).await["employees"]), demos(4..=6));
        let last = json!({ "last": 2, "after": cursor(3), "before": cursor(7) });
        assert_eq!(ids(&service.data(PAGE, last).await["employees"]), demos(5..=6));
        let none = service.data(PAGE, json!({ "first": 0 })).await["employees"].take();
        assert_eq!(none["nodes"], json!([]));
        assert_eq!(none["pageInfo"]["endCursor"], Value::Null);
        assert_eq!(none["pageInfo"]["hasNextPage"], true);
    })
    .await;
}

#[tokio::test]
async fn unclear_pages_are_refused_and_only_their_field_is_null() {
    on_demo_service(async |service, _| {
        for (arguments, field) in [
            (json!({ "first": 1, "last": 1 }), "last"),
            (json!({ "first": -1 }), "first"),
            (json!({ "first": 101 }), "first"),
            (json!({ "last": 101 }), "last"),
            (json!({ "after": "7" }), "after"),
            (json!({ "before": "" }), "before"),
            (json!({ "after": format!("1{}", demo(1)) }), "after"),
        ] {
            let answer = service.execute(PAGE, arguments).await;
            assert_eq!(answer["data"], json!({ "employees": null }), "{answer}");
            let extensions = &answer["errors"][0]["extensions"];
            assert_eq!(extensions["code"], "BAD_USER_INPUT");
            assert_eq!(extensions["violations"][0]["field"], field);
        }
    })
    .await;
}

#[tokio::test]
async fn each_level_of_a_query_is_one_statement() {
    on_demo_service(async |service, statements| {
        let query = "{ employees(first: 100) { nodes {
            id manager { id manager { id } }
            reports { nodes { id manager { id } } pageInfo { hasNextPage } } } } }";
        let all = service.data(query, json!({})).await;
        // All, managers, their managers, reports, their managers; some of these can go together.
        assert!(statements.take() <= 5);
        let nodes = all["employees"]["nodes"].as_array().unwrap();
        assert_eq!(ids(&nodes[1]["reports"]), demos(5..=7));
        assert_eq!(nodes[1]["reports"]["nodes"][0]["manager"]["id"], demo(2));
        assert_eq!(nodes[8]["manager"], json!({ "id": demo(8), "manager": { "id": demo(3) } }));
        assert_eq!(nodes[0]["manager"], Value::Null);
        assert_eq!(ids(&nodes[11]["reports"]), demos([]));
    })
    .await;
}

#[tokio::test]
async fn every_manager_has_a_page_of_reports_of_their_own() {
    on_demo_service(async |service, statements| {
        let query = "query($last: Int) { employees(first: 4) { nodes {
            newest: reports(last: $last) { nodes { id } pageInfo { hasPreviousPage } }
            oldest: reports(first: 1) { nodes { id } pageInfo { hasNextPage } } } } }";
        let data = service.data(query, json!({ "last": 2 })).await;
        assert_eq!(statements.take(), 3, "employees, and one for each of the two pages");
        let nodes = data["employees"]["nodes"].as_array().unwrap();
        assert_eq!(ids(&nodes[0]["newest"]), demos([3, 4]));
        assert_eq!(nodes[0]["newest"]["pageInfo"]["hasPreviousPage"], true);
        assert_eq!(ids(&nodes[1]["newest"]), demos([6, 7]));
        assert_eq!(ids(&nodes[2]["newest"]), demos([8]));
        assert_eq!(nodes[2]["newest"]["pageInfo"]["hasPreviousPage"], false);
        assert_eq!(ids(&nodes[3]["oldest"]), demos([11]));
        assert_eq!(nodes[3]["oldest"]["pageInfo"]["hasNextPage"], true);
    })
    .await;
}
