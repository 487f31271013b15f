//! Reading and changing courses.

use serde_json::{Value, json};

use crate::{
    COURSE, EMPLOYEE, demo, demos, ids, input, on_demo_service, on_empty_service, violations,
};

const CREATE: &str = "mutation($input: CreateCourseInput!) { createCourse(input: $input) {
    id title description price { amount currency } capacity instructor { id } version
    enrollments { nodes { id } } } }";
const UPDATE: &str = "mutation($input: UpdateCourseInput!) { updateCourse(input: $input) {
    title description price { amount currency } capacity instructor { id } version } }";
const DELETE: &str = "mutation($id: ID!, $version: Int!) {
    deleteCourse(id: $id, expectedVersion: $version) }";
const READ: &str = "query($id: ID!) { course(id: $id) { title version } }";

#[tokio::test]
async fn a_course_is_created_read_changed_and_removed() {
    on_empty_service(async |service, _| {
        let new = input(json!({ "title": " Knots ", "instructorId": demo(EMPLOYEE, 5) }));
        let created = service.data(CREATE, json!({ "input": new })).await["createCourse"].take();
        let id = &created["id"];
        let expected = json!({
            "id": id, "title": "Knots", "description": "Twelve of them.",
            "price": { "amount": "80.00", "currency": "EUR" }, "capacity": 2,
            "instructor": { "id": demo(EMPLOYEE, 5) }, "version": 1,
            "enrollments": { "nodes": [] },
        });
        assert_eq!(created, expected);

        let change = json!({ "id": id, "expectedVersion": 1, "title": "Bends",
            "description": "One\nTwo", "instructorId": null, "capacity": 3,
            "price": { "amount": "9000", "currency": "JPY" } });
        let updated = service.data(UPDATE, json!({ "input": change })).await;
        let expected = json!({ "title": "Bends", "description": "One\nTwo",
            "price": { "amount": "9000", "currency": "JPY" }, "capacity": 3,
            "instructor": null, "version": 2 });
        assert_eq!(updated["updateCourse"], expected);

        let read = service.data(READ, json!({ "id": id })).await;
        assert_eq!(read["course"], json!({ "title": "Bends", "version": 2 }));
        let deleted = service.data(DELETE, json!({ "id": id, "version": 2 })).await;
        assert_eq!(deleted["deleteCourse"], *id);
        assert_eq!(service.data(READ, json!({ "id": id })).await["course"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn nothing_has_an_id_that_is_none() {
    on_empty_service(async |service, statements| {
        for id in ["", "7", "01890000-0000-7000-8003-00000000000"] {
            assert_eq!(service.data(READ, json!({ "id": id })).await["course"], Value::Null);
        }
        assert_eq!(statements.take(), 0);
        let (_, extensions) = service.error(DELETE, json!({ "id": "7", "version": 1 })).await;
        assert_eq!(extensions, json!({ "code": "NOT_FOUND" }));
    })
    .await;
}

#[tokio::test]
async fn all_broken_rules_of_an_input_are_told_at_once() {
    on_empty_service(async |service, statements| {
        let wrong = input(json!({
            "title": " ", "description": "x".repeat(4001), "capacity": 0, "instructorId": "7",
            "price": { "amount": "-1", "currency": "EUR" },
        }));
        assert_eq!(
            violations(&service, CREATE, wrong).await,
            ["title", "description", "price", "capacity", "instructorId"]
        );
        let change = json!({ "id": demo(COURSE, 1), "expectedVersion": 1, "title": null,
            "description": "a\u{0}b", "price": { "amount": "0.001", "currency": "EUR" },
            "capacity": 10_001, "instructorId": "" });
        assert_eq!(
            violations(&service, UPDATE, change).await,
            ["title", "description", "price", "capacity", "instructorId"]
        );
        assert_eq!(statements.take(), 0, "what is invalid never reaches the database");
    })
    .await;
}

#[tokio::test]
async fn a_change_based_on_an_old_version_is_refused() {
    on_demo_service(async |service, _| {
        let change = json!({ "id": demo(COURSE, 1), "expectedVersion": 1, "title": "Rust" });
        let updated = service.data(UPDATE, json!({ "input": change })).await;
        let expected = json!({ "title": "Rust",
            "description": "Ownership first, then everything else.",
            "price": { "amount": "490.00", "currency": "EUR" }, "capacity": 24,
            "instructor": { "id": demo(EMPLOYEE, 5) }, "version": 2 });
        assert_eq!(updated["updateCourse"], expected, "what a change leaves out stays");
        let (path, extensions) = service.error(UPDATE, json!({ "input": change })).await;
        assert_eq!(path, json!(["updateCourse"]));
        assert_eq!(extensions, json!({ "code": "STALE_VERSION", "currentVersion": 2 }));
        let old = json!({ "id": demo(COURSE, 8), "version": 7 });
        let (_, extensions) = service.error(DELETE, old).await;
        assert_eq!(extensions["code"], "STALE_VERSION");
        let missing = json!({ "id": demo(COURSE, 99), "expectedVersion": 1, "title": "Rust" });
        let (_, extensions) = service.error(UPDATE, json!({ "input": missing })).await;
        assert_eq!(extensions, json!({ "code": "NOT_FOUND" }));
    })
    .await;
}

#[tokio::test]
async fn a_course_somebody_takes_is_neither_removed_nor_made_too_small() {
    on_demo_service(async |service, _| {
        let taken = json!({ "id": demo(COURSE, 7), "version": 1 });
        let (path, extensions) = service.error(DELETE, taken).await;
        assert_eq!(path, json!(["deleteCourse"]));
        assert_eq!(extensions, json!({ "code": "CONFLICT" }));
        let smaller = json!({ "id": demo(COURSE, 7), "expectedVersion": 1, "capacity": 2 });
        let (_, extensions) = service.error(UPDATE, json!({ "input": smaller })).await;
        assert_eq!(extensions, json!({ "code": "CONFLICT" }));
        let read = service.data(READ, json!({ "id": demo(COURSE, 7) })).await;
        assert_eq!(read["course"]["version"], 1, "nothing of the change is left");
        service.data(DELETE, json!({ "id": demo(COURSE, 8), "version": 1 })).await;
        let left = service.data("{ courses { nodes { id } } }", json!({})).await;
        assert_eq!(ids(&left["courses"]), demos(COURSE, 1..=7));
    })
    .await;
}
