//! Lists: keyset pages in both directions, and no statement per item.

use serde_json::{Value, json};

use crate::{COURSE, ENROLLMENT, demos, ids, on_demo_service};

const PAGE: &str = "query($first: Int, $after: String, $last: Int, $before: String) {
    courses(first: $first, after: $after, last: $last, before: $before) {
        nodes { id } pageInfo { hasPreviousPage hasNextPage startCursor endCursor } } }";

#[tokio::test]
async fn pages_lead_through_the_list_in_both_directions() {
    on_demo_service(async |service, statements| {
        let first = service.data(PAGE, json!({ "first": 5 })).await["courses"].take();
        assert_eq!(statements.take(), 1);
        assert_eq!(ids(&first), demos(COURSE, 1..=5));
        assert_eq!(first["pageInfo"]["hasNextPage"], true);
        let after = json!({ "first": 5, "after": first["pageInfo"]["endCursor"] });
        let second = service.data(PAGE, after).await["courses"].take();
        assert_eq!(ids(&second), demos(COURSE, 6..=8));
        assert_eq!(second["pageInfo"]["hasNextPage"], false);
        let before = json!({ "last": 2, "before": second["pageInfo"]["startCursor"] });
        let back = service.data(PAGE, before).await["courses"].take();
        assert_eq!(ids(&back), demos(COURSE, 4..=5));
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
            (json!({ "after": "7" }), "after"),
        ] {
            let answer = service.execute(PAGE, arguments).await;
            assert_eq!(answer["data"], json!({ "courses": null }), "{answer}");
            let extensions = &answer["errors"][0]["extensions"];
            assert_eq!(extensions["violations"][0]["field"], field);
        }
    })
    .await;
}

#[tokio::test]
async fn each_level_of_a_query_is_one_statement() {
    on_demo_service(async |service, statements| {
        let query = "{ courses(first: 10) { nodes { id
            instructor { id courses { nodes { id } } }
            enrollments(first: 2) {
                nodes { id customer { id enrollments { nodes { id course { title } } } } }
                pageInfo { hasNextPage } } } } }";
        let data = service.data(query, json!({})).await;
        assert_eq!(
            statements.take(),
            5,
            "courses, those of instructors, enrollments, those of customers, their courses"
        );
        let nodes = data["courses"]["nodes"].as_array().unwrap();
        assert_eq!(ids(&nodes[0]["enrollments"]), demos(ENROLLMENT, [1, 2]));
        assert_eq!(nodes[0]["enrollments"]["pageInfo"]["hasNextPage"], true);
        let first_customer = &nodes[0]["enrollments"]["nodes"][0]["customer"];
        assert_eq!(ids(&first_customer["enrollments"]), demos(ENROLLMENT, [1, 4, 14]));
        assert_eq!(first_customer["enrollments"]["nodes"][2]["course"]["title"], "Teaching Adults");
        assert_eq!(ids(&nodes[4]["instructor"]["courses"]), demos(COURSE, [5, 6]));
        assert_eq!(nodes[7]["instructor"], Value::Null);
        assert_eq!(nodes[7]["enrollments"]["nodes"], json!([]));
    })
    .await;
}
