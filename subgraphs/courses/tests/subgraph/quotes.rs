//! What a course would cost a customer.

use serde_json::{Value, json};

use crate::{COURSE, CUSTOMER, demo, on_demo_service};

fn customer(n: u64, is_new: impl Into<Value>) -> Value {
    json!({ "__typename": "Customer", "id": demo(CUSTOMER, n), "isNew": is_new.into() })
}

fn quote_of(course: &str) -> String {
    format!(
        "... on Customer {{ quote(courseId: \"{course}\") {{
            price {{ amount currency }} discount {{ amount }} total {{ amount currency }} }} }}"
    )
}

#[tokio::test]
async fn new_customers_get_a_fifth_off() {
    on_demo_service(async |service, statements| {
        let customers = json!([customer(1, false), customer(20, true)]);
        let (entities, errors) = service.entities(customers, &quote_of(&demo(COURSE, 5))).await;
        assert_eq!(statements.take(), 1, "one course, however many customers");
        assert_eq!(errors, Value::Null);
        let quote = |discount, total| {
            json!({ "quote": { "price": { "amount": "199.99", "currency": "EUR" },
                "discount": { "amount": discount },
                "total": { "amount": total, "currency": "EUR" } } })
        };
        assert_eq!(entities, json!([quote("0.00", "199.99"), quote("40.00", "159.99")]));
    })
    .await;
}

#[tokio::test]
async fn there_is_no_quote_for_a_course_that_does_not_exist() {
    on_demo_service(async |service, _| {
        for course in ["7", &demo(COURSE, 99)] {
            let customers = json!([customer(1, true)]);
            let (entities, errors) = service.entities(customers, &quote_of(course)).await;
            assert_eq!(errors, Value::Null);
            assert_eq!(entities, json!([{ "quote": null }]));
        }
    })
    .await;
}

#[tokio::test]
async fn a_customer_of_whom_it_is_not_told_gets_no_quote() {
    on_demo_service(async |service, _| {
        let untold = json!({ "__typename": "Customer", "id": demo(CUSTOMER, 2) });
        let customers = json!([customer(1, true), untold, customer(3, Value::Null)]);
        let (entities, errors) = service.entities(customers, &quote_of(&demo(COURSE, 1))).await;
        assert_eq!(entities[0]["quote"]["total"]["amount"], "392.00");
        assert_eq!(entities[1], json!({ "quote": null }));
        assert_eq!(entities[2], json!({ "quote": null }));
        let mut paths: Vec<_> =
            errors.as_array().unwrap().iter().map(|error| error["path"].to_string()).collect();
        paths.sort();
        assert_eq!(paths, [r#"["_entities",1,"quote"]"#, r#"["_entities",2,"quote"]"#]);
        assert_eq!(errors[0]["extensions"]["violations"][0]["field"], "isNew");
    })
    .await;
}
