//! Questions to the one endpoint, answered by several services.

use serde_json::json;

use crate::federation::Federation;

/// What the README asks.
pub(crate) const ALL_FOUR: &str = "{ employees(first: 20) { nodes { name addresses { nodes { city } }
    courses { nodes { title enrollments { nodes { customer { name addresses { nodes { city } } } } } } } } } }";

pub(crate) fn one_answer_from_all_four(federation: &Federation) {
    let data = federation.data(ALL_FOUR, json!({}));
    let employees = data["employees"]["nodes"].as_array().unwrap();
    assert!(!employees.is_empty());
    let teacher = employees
        .iter()
        .find(|e| !e["courses"]["nodes"].as_array().unwrap().is_empty())
        .expect("somebody of the demo data teaches");
    let course = &teacher["courses"]["nodes"][0];
    assert!(course["title"].is_string());
    let customers: Vec<_> = employees
        .iter()
        .flat_map(|e| e["courses"]["nodes"].as_array().unwrap())
        .flat_map(|c| c["enrollments"]["nodes"].as_array().unwrap())
        .map(|enrollment| &enrollment["customer"])
        .collect();
    assert!(customers.iter().all(|customer| customer["name"].is_string()), "{data:#}");
    let has_address = |it: &&serde_json::Value| it["addresses"]["nodes"][0]["city"].is_string();
    assert!(customers.iter().copied().any(|c| has_address(&c)), "{data:#}");
    assert!(employees.iter().any(|e| has_address(&e)), "{data:#}");
}

pub(crate) fn new_customers_get_a_discount(federation: &Federation) {
    let data = federation.data("{ courses(first: 1) { nodes { id } } }", json!({}));
    let course = data["courses"]["nodes"][0]["id"].as_str().unwrap().to_owned();
    let data = federation.data(
        "query($course: ID!) { customers(first: 50) { nodes { isNew quote(courseId: $course) {
            price { amount } total { amount } } } } }",
        json!({"course": course}),
    );
    let mut seen = [false, false];
    for customer in data["customers"]["nodes"].as_array().unwrap() {
        let amount = |key: &str| {
            let text = customer["quote"][key]["amount"].as_str().unwrap();
            text.replace('.', "").parse::<i64>().unwrap()
        };
        let is_new = customer["isNew"].as_bool().unwrap();
        seen[usize::from(is_new)] = true;
        let expected = if is_new { amount("price") * 8 } else { amount("price") * 10 };
        assert!((amount("total") * 10 - expected).abs() <= 5, "{customer:#}");
    }
    assert_eq!(seen, [true, true], "the demo data has new customers and others");
}

pub(crate) fn introspection_is_answered(federation: &Federation) {
    let data = federation.data(
        "{ __schema { queryType { name } } __type(name: \"Employee\") { fields { name } } }",
        json!({}),
    );
    assert_eq!(data["__schema"]["queryType"]["name"], "Query");
    let fields = data["__type"]["fields"].as_array().unwrap();
    let has = |name: &str| fields.iter().any(|field| field["name"] == name);
    assert!(has("salary") && has("courses") && has("addresses"));
    let answer = federation.ask("{ _service { sdl } }");
    assert!(answer.get("errors").is_some(), "the federation's machinery is not for clients");
}
