//! What other subgraphs refer to, and what this one adds to their entities.

use serde_json::{Value, json};

use crate::{COURSE, CUSTOMER, EMPLOYEE, ENROLLMENT, demo, demos, ids, on_demo_service};

fn representation(typename: &str, id: impl Into<String>) -> Value {
    json!({ "__typename": typename, "id": id.into() })
}

#[tokio::test]
async fn any_number_of_entities_is_one_statement() {
    on_demo_service(async |service, statements| {
        for (typename, kind, count, fields) in [
            ("Course", COURSE, 8, "id title price { amount } capacity"),
            ("Enrollment", ENROLLMENT, 30, "id pricePaid { amount } customer { id }"),
        ] {
            let numbers = (1..=count).rev().chain(100..300);
            let representations: Vec<_> =
                numbers.map(|n| representation(typename, demo(kind, n))).collect();
            let on = format!("... on {typename} {{ {fields} }}");
            let (entities, errors) = service.entities(json!(representations), &on).await;
            assert_eq!(statements.take(), 1, "{typename}");
            assert_eq!(errors, Value::Null);
            let entities = entities.as_array().unwrap();
            assert_eq!(entities[0]["id"], demo(kind, count));
            let (known, unknown) = entities.split_at(usize::try_from(count).unwrap());
            assert!(known.iter().all(Value::is_object));
            assert!(unknown.iter().all(Value::is_null));
        }
    })
    .await;
}

#[tokio::test]
async fn the_courses_of_any_number_of_employees_are_one_statement() {
    on_demo_service(async |service, statements| {
        let employees: Vec<_> =
            (1..=200).map(|n| representation("Employee", demo(EMPLOYEE, n))).collect();
        let on = "... on Employee { id courses(first: 1) {
            nodes { id title instructor { id } } pageInfo { hasNextPage } } }";
        let (entities, errors) = service.entities(json!(employees), on).await;
        assert_eq!(statements.take(), 1);
        assert_eq!(errors, Value::Null);
        assert_eq!(entities[0]["courses"]["nodes"], json!([]));
        assert_eq!(ids(&entities[6]["courses"]), demos(COURSE, [5]));
        assert_eq!(entities[6]["courses"]["pageInfo"]["hasNextPage"], true);
        assert_eq!(entities[6]["courses"]["nodes"][0]["instructor"]["id"], demo(EMPLOYEE, 7));
        assert_eq!(ids(&entities[4]["courses"]), demos(COURSE, [1]));
        assert_eq!(entities[4]["courses"]["pageInfo"]["hasNextPage"], false);
    })
    .await;
}

#[tokio::test]
async fn the_enrollments_of_any_number_of_customers_and_their_courses_are_two_statements() {
    on_demo_service(async |service, statements| {
        let customers: Vec<_> =
            (1..=20).map(|n| representation("Customer", demo(CUSTOMER, n))).collect();
        let on = "... on Customer { enrollments(last: 2) {
            nodes { id course { id } customer { id } } pageInfo { hasPreviousPage } } }";
        let (entities, errors) = service.entities(json!(customers), on).await;
        assert_eq!(statements.take(), 2);
        assert_eq!(errors, Value::Null);
        let first = &entities[0]["enrollments"];
        assert_eq!(ids(first), demos(ENROLLMENT, [4, 14]));
        assert_eq!(first["pageInfo"]["hasPreviousPage"], true);
        assert_eq!(first["nodes"][1]["course"]["id"], demo(COURSE, 4));
        assert_eq!(first["nodes"][1]["customer"]["id"], demo(CUSTOMER, 1));
        assert_eq!(entities[19]["enrollments"]["nodes"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_no_id_is_nothing_and_harms_nothing() {
    on_demo_service(async |service, _| {
        for typename in ["Course", "Enrollment", "Employee", "Customer"] {
            let kind = match typename {
                "Course" => COURSE,
                "Enrollment" => ENROLLMENT,
                "Employee" => EMPLOYEE,
                _ => CUSTOMER,
            };
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
            json!([representation("Employee", "7"), representation("Employee", demo(EMPLOYEE, 5))]);
        let on = "... on Employee { id courses(first: 1000) { nodes { id } } }";
        let (entities, errors) = service.entities(representations, on).await;
        assert_eq!(entities, json!([null, { "id": demo(EMPLOYEE, 5), "courses": null }]));
        assert_eq!(errors[0]["path"], json!(["_entities", 1, "courses"]));
        assert_eq!(errors[0]["extensions"]["code"], "BAD_USER_INPUT");
    })
    .await;
}
