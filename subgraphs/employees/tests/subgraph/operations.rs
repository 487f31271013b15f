//! Reading and changing employees.

use serde_json::{Value, json};
use service::testing::TestService;

use crate::{demo, input, on_demo_service, on_empty_service};

const CREATE: &str = "mutation($input: CreateEmployeeInput!) { createEmployee(input: $input) {
    id name email title department manager { id } hiredOn
    salary { amount currency } version } }";
const UPDATE: &str = "mutation($input: UpdateEmployeeInput!) { updateEmployee(input: $input) {
    name title manager { id } salary { amount currency } version } }";
const DELETE: &str = "mutation($id: ID!, $version: Int!) {
    deleteEmployee(id: $id, expectedVersion: $version) }";
const READ: &str = "query($id: ID!) { employee(id: $id) { name title version } }";

async fn create(service: &TestService, changes: Value) -> Value {
    service.data(CREATE, json!({ "input": input(changes) })).await["createEmployee"].take()
}

/// The fields whose rules an input breaks.
async fn violations(service: &TestService, operation: &str, input: Value) -> Vec<String> {
    let (path, extensions) = service.error(operation, json!({ "input": input })).await;
    assert_eq!(path.as_array().map(Vec::len), Some(1));
    assert_eq!(extensions["code"], "BAD_USER_INPUT");
    let violations = extensions["violations"].as_array().unwrap().iter();
    violations.map(|violation| violation["field"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_employee_is_created_read_changed_and_removed() {
    on_empty_service(async |service, _| {
        let manager = create(&service, json!({ "email": "boss@academy.example" })).await;
        let created = create(
            &service,
            json!({ "name": "  Zoe Weber ", "email": "Zoe@Academy.example", "managerId": manager["id"] }),
        )
        .await;
        let id = &created["id"];
        let expected = json!({
            "id": id, "name": "Zoe Weber", "email": "zoe@academy.example", "title": "Engineer",
            "department": "Engineering", "manager": { "id": manager["id"] },
            "hiredOn": "2026-02-28",
            "salary": { "amount": "61000.50", "currency": "EUR" }, "version": 1,
        });
        assert_eq!(created, expected);

        let change = json!({ "id": id, "expectedVersion": 1, "title": "Lead", "managerId": null,
            "salary": { "amount": "7000000", "currency": "JPY" } });
        let updated = service.data(UPDATE, json!({ "input": change })).await;
        let expected = json!({ "name": "Zoe Weber", "title": "Lead", "manager": null,
            "salary": { "amount": "7000000", "currency": "JPY" }, "version": 2 });
        assert_eq!(updated["updateEmployee"], expected);

        let read = service.data(READ, json!({ "id": id })).await;
        assert_eq!(read["employee"], json!({ "name": "Zoe Weber", "title": "Lead", "version": 2 }));

        let deleted = service.data(DELETE, json!({ "id": id, "version": 2 })).await;
        assert_eq!(deleted["deleteEmployee"], *id);
        assert_eq!(service.data(READ, json!({ "id": id })).await["employee"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn nobody_has_an_id_that_is_none() {
    on_empty_service(async |service, statements| {
        for id in ["", "7", "employee", "01890000-0000-7000-8001-00000000000"] {
            assert_eq!(service.data(READ, json!({ "id": id })).await["employee"], Value::Null);
        }
        assert_eq!(statements.take(), 0);
        let (_, extensions) = service.error(DELETE, json!({ "id": "7", "version": 1 })).await;
        assert_eq!(extensions["code"], "NOT_FOUND");
    })
    .await;
}

#[tokio::test]
async fn all_broken_rules_of_an_input_are_told_at_once() {
    on_empty_service(async |service, statements| {
        let wrong = input(json!({
            "name": " ", "email": "zoe", "title": "x".repeat(201), "department": "a\u{0}b",
            "managerId": "7", "salary": { "amount": "-1", "currency": "EUR" },
        }));
        assert_eq!(
            violations(&service, CREATE, wrong).await,
            ["name", "email", "title", "department", "managerId", "salary"]
        );
        let change = json!({ "id": demo(1), "expectedVersion": 1, "name": null, "email": "",
            "hiredOn": null, "salary": { "amount": "0.001", "currency": "EUR" } });
        assert_eq!(
            violations(&service, UPDATE, change).await,
            ["name", "email", "hiredOn", "salary"]
        );
        assert_eq!(statements.take(), 0, "what is invalid never reaches the database");

        let unreadable = input(json!({ "hiredOn": "2026-02-30" }));
        let answer = service.execute(CREATE, json!({ "input": unreadable })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
    })
    .await;
}

#[tokio::test]
async fn what_a_change_leaves_out_stays() {
    on_demo_service(async |service, _| {
        let update = "mutation($id: ID!, $title: String, $manager: ID) { updateEmployee(input: {
            id: $id, expectedVersion: 1, title: $title, managerId: $manager
        }) { name title manager { id } version } }";
        let updated = service.data(update, json!({ "id": demo(5) })).await;
        let expected = json!({ "name": "Elif Demir", "title": "Senior Instructor",
            "manager": { "id": demo(2) }, "version": 2 });
        assert_eq!(updated["updateEmployee"], expected, "omitted variables change nothing");
    })
    .await;
}

#[tokio::test]
async fn a_change_based_on_an_old_version_is_refused() {
    on_demo_service(async |service, _| {
        let change = json!({ "id": demo(5), "expectedVersion": 1, "title": "Lead" });
        service.data(UPDATE, json!({ "input": change })).await;
        let (path, extensions) = service.error(UPDATE, json!({ "input": change })).await;
        assert_eq!(path, json!(["updateEmployee"]));
        assert_eq!(extensions, json!({ "code": "STALE_VERSION", "currentVersion": 2 }));
        let (_, extensions) = service.error(DELETE, json!({ "id": demo(5), "version": 1 })).await;
        assert_eq!(extensions["code"], "STALE_VERSION");
        let missing = json!({ "id": demo(99), "expectedVersion": 1, "title": "Lead" });
        let (_, extensions) = service.error(UPDATE, json!({ "input": missing })).await;
        assert_eq!(extensions, json!({ "code": "NOT_FOUND" }));
    })
    .await;
}

#[tokio::test]
async fn an_email_address_belongs_to_one_employee() {
    on_demo_service(async |service, _| {
        let taken = input(json!({ "email": "ADA@academy.example" }));
        let (_, extensions) = service.error(CREATE, json!({ "input": taken })).await;
        assert_eq!(extensions, json!({ "code": "CONFLICT" }));
        let change = json!({ "id": demo(5), "expectedVersion": 1, "email": "ada@academy.example" });
        let (_, extensions) = service.error(UPDATE, json!({ "input": change })).await;
        assert_eq!(extensions, json!({ "code": "CONFLICT" }));
    })
    .await;
}

#[tokio::test]
async fn a_manager_is_an_employee_above_and_stays_while_needed() {
    on_demo_service(async |service, _| {
        let unknown = input(json!({ "managerId": demo(99) }));
        assert_eq!(violations(&service, CREATE, unknown).await, ["managerId"]);
        // 9 reports to 8, 8 to 3, 3 to 1.
        for (employee, manager) in [(3, 3), (3, 8), (1, 9), (8, 99)] {
            let change = json!({ "id": demo(employee), "expectedVersion": 1,
                "managerId": demo(manager) });
            assert_eq!(violations(&service, UPDATE, change).await, ["managerId"]);
        }
        let (_, extensions) = service.error(DELETE, json!({ "id": demo(8), "version": 1 })).await;
        assert_eq!(extensions, json!({ "code": "CONFLICT" }));
    })
    .await;
}

#[tokio::test]
async fn a_failed_mutation_leaves_the_others_visible() {
    on_demo_service(async |service, _| {
        let query = "mutation($zoe: CreateEmployeeInput!, $ada: CreateEmployeeInput!) {
            zoe: createEmployee(input: $zoe) { name }
            ada: createEmployee(input: $ada) { name }
            yan: createEmployee(input: $ada) { name }
        }";
        let ada = input(json!({ "email": "ada@academy.example" }));
        let answer = service.execute(query, json!({ "zoe": input(json!({})), "ada": ada })).await;
        assert_eq!(
            answer["data"],
            json!({ "zoe": { "name": "Zoe Weber" }, "ada": null, "yan": null })
        );
        assert_eq!(answer["errors"][0]["path"], json!(["ada"]));
        assert_eq!(answer["errors"][1]["path"], json!(["yan"]));
    })
    .await;
}
