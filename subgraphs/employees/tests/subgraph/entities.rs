//! Employees as other subgraphs refer to them.

use serde_json::{Value, json};

use crate::{demo, input, on_demo_service};

fn employee(id: impl Into<String>) -> Value {
    json!({ "__typename": "Employee", "id": id.into() })
}

#[tokio::test]
async fn any_number_of_entities_is_one_statement() {
    on_demo_service(async |service, statements| {
        let mut representations: Vec<Value> = (1..=12).rev().map(|n| employee(demo(n))).collect();
        representations.extend((100..300).map(|n| employee(demo(n))));
        let (entities, errors) =
            service.entities(json!(representations), "... on Employee { id name }").await;
        assert_eq!(statements.take(), 1);
        assert_eq!(errors, Value::Null);
        let entities = entities.as_array().unwrap();
        assert_eq!(entities.len(), 212);
        assert_eq!(entities[0], json!({ "id": demo(12), "name": "Lena Fischer" }));
        assert_eq!(entities[11], json!({ "id": demo(1), "name": "Ada Novak" }));
        assert!(entities[12..].iter().all(Value::is_null), "nobody has these ids");
    })
    .await;
}

#[tokio::test]
async fn several_lists_in_one_operation_are_one_statement() {
    on_demo_service(async |service, statements| {
        let query = "query($a: [_Any!]!, $b: [_Any!]!) {
            a: _entities(representations: $a) { ... on Employee { name reports { nodes { id } } } }
            b: _entities(representations: $b) { ... on Employee { name reports { nodes { id } } } }
            c: _entities(representations: [{ __typename: \"Employee\", id: \"x\" }]) { __typename }
        }";
        let variables =
            json!({ "a": [employee(demo(3))], "b": [employee(demo(2)), employee(demo(3))] });
        let data = service.data(query, variables).await;
        assert_eq!(statements.take(), 2, "employees, and reports");
        assert_eq!(data["a"][0]["name"], "Chiara Rossi");
        assert_eq!(data["b"][0]["reports"]["nodes"][0]["id"], demo(5));
        assert_eq!(data["b"][1], data["a"][0]);
        assert_eq!(data["c"], json!([null]));
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_no_id_is_nobody_and_harms_nobody() {
    on_demo_service(async |service, _| {
        let representations =
            json!([employee("7"), employee(demo(1)), employee(""), employee(demo(1))]);
        let (entities, errors) =
            service.entities(representations, "... on Employee { name }").await;
        assert_eq!(errors, Value::Null);
        assert_eq!(entities, json!([null, { "name": "Ada Novak" }, null, { "name": "Ada Novak" }]));
    })
    .await;
}

#[tokio::test]
async fn a_failure_inside_an_entity_names_its_index() {
    on_demo_service(async |service, _| {
        let representations =
            json!([employee("7"), employee(demo(2)), employee(demo(1)), employee(demo(2))]);
        let on = "... on Employee { id reports(first: 1000) { nodes { id } } }";
        let (entities, errors) = service.entities(representations, on).await;
        let reports_of = |n| json!({ "id": demo(n), "reports": null });
        assert_eq!(entities, json!([null, reports_of(2), reports_of(1), reports_of(2)]));
        let paths: Vec<_> = errors.as_array().unwrap().iter().map(|e| e["path"].clone()).collect();
        for index in 1..=3 {
            assert!(paths.contains(&json!(["_entities", index, "reports"])), "{paths:?}");
        }
        assert_eq!(errors[0]["extensions"]["code"], "BAD_USER_INPUT");
    })
    .await;
}

#[tokio::test]
async fn an_entity_that_can_not_be_answered_is_refused_with_the_request() {
    on_demo_service(async |service, _| {
        for representation in [json!({ "__typename": "Course", "id": "1" }), json!({ "id": "1" })] {
            let (entities, errors) = service.entities(json!([representation]), "__typename").await;
            assert_eq!(entities, Value::Null);
            assert_eq!(errors[0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
        }
        let many: Vec<_> = (0..1001).map(|n| employee(demo(n))).collect();
        let (_, errors) = service.entities(json!(many), "__typename").await;
        assert_eq!(errors[0]["extensions"]["code"], "LIMIT_EXCEEDED");
    })
    .await;
}

#[tokio::test]
async fn a_payload_shows_what_the_mutation_wrote() {
    on_demo_service(async |service, _| {
        let query = "mutation($a: CreateEmployeeInput!, $b: UpdateEmployeeInput!) {
            createEmployee(input: $a) { manager { title reports { nodes { name } } } }
            updateEmployee(input: $b) { reports { nodes { name manager { title } } } }
        }";
        let variables = json!({
            "a": input(json!({ "managerId": demo(12) })),
            "b": { "id": demo(12), "expectedVersion": 1, "title": "Team Lead" },
        });
        let data = service.data(query, variables).await;
        let created = json!({ "manager": { "title": "Customer Advisor",
            "reports": { "nodes": [{ "name": "Zoe Weber" }] } } });
        assert_eq!(data["createEmployee"], created);
        let updated = json!({ "reports": { "nodes": [
            { "name": "Zoe Weber", "manager": { "title": "Team Lead" } }] } });
        assert_eq!(data["updateEmployee"], updated);
    })
    .await;
}
