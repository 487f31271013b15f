//! Writers at the same time: each waits its turn, and the rules hold.

use serde_json::{Value, json};
use service::testing::TestService;

use crate::{COURSE, CUSTOMER, demo, input, on_demo_service, on_empty_service};

const ENROLL: &str = "mutation($input: EnrollInput!) { enroll(input: $input) { id } }";

/// Sends operations at once; the codes of those that fail.
async fn failures(service: &TestService, operations: Vec<(&'static str, Value)>) -> Vec<String> {
    let sent: Vec<_> = operations
        .into_iter()
        .map(|(operation, variables)| {
            let service = service.clone();
            tokio::spawn(async move { service.execute(operation, variables).await })
        })
        .collect();
    let mut codes = Vec::new();
    for answer in sent {
        let answer = answer.await.unwrap();
        let code = answer["errors"][0]["extensions"]["code"].as_str();
        codes.extend(code.map(str::to_owned));
    }
    codes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_want_the_last_seats_as_many_get_one_as_there_are() {
    on_empty_service(async |service, _| {
        let create = "mutation($input: CreateCourseInput!) { createCourse(input: $input) { id } }";
        let new = json!({ "input": input(json!({ "capacity": 5 })) });
        let course = service.data(create, new).await["createCourse"]["id"].take();
        let seat = |n| json!({ "input": { "courseId": course, "customerId": demo(CUSTOMER, n) } });
        let codes = failures(&service, (1..=20).map(|n| (ENROLL, seat(n))).collect()).await;
        assert_eq!(codes, ["CONFLICT"; 15]);
        let query = "query($id: ID!) { course(id: $id) { enrollments { nodes { id } } } }";
        let data = service.data(query, json!({ "id": course })).await;
        assert_eq!(data["course"]["enrollments"]["nodes"].as_array().map(Vec::len), Some(5));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_who_asks_often_is_enrolled_once() {
    on_demo_service(async |service, _| {
        let seat =
            json!({ "input": { "courseId": demo(COURSE, 8), "customerId": demo(CUSTOMER, 1) } });
        let codes = failures(&service, vec![(ENROLL, seat); 10]).await;
        assert_eq!(codes, ["CONFLICT"; 9]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_course_that_shrinks_while_people_enroll_is_never_overfull() {
    on_demo_service(async |service, _| {
        let shrink = "mutation($input: UpdateCourseInput!) { updateCourse(input: $input) { id } }";
        let change = json!({ "id": demo(COURSE, 8), "expectedVersion": 1, "capacity": 2 });
        let seat = |n| {
            json!({ "input": { "courseId": demo(COURSE, 8), "customerId": demo(CUSTOMER, n) } })
        };
        let mut operations: Vec<_> = (1..=6).map(|n| (ENROLL, seat(n))).collect();
        operations.insert(2, (shrink, json!({ "input": change })));
        let codes = failures(&service, operations).await;
        assert!(codes.iter().all(|code| code == "CONFLICT"), "{codes:?}");
        let query = "query($id: ID!) { course(id: $id) { capacity enrollments { nodes { id } } } }";
        let course = service.data(query, json!({ "id": demo(COURSE, 8) })).await["course"].take();
        let enrolled = course["enrollments"]["nodes"].as_array().unwrap().len();
        assert!(enrolled as u64 <= course["capacity"].as_u64().unwrap(), "{course}");
    })
    .await;
}
