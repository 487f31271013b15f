//! Services that die, and services that change.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::database::SERVICES;
use crate::federation::Federation;

const WITHOUT_COURSES: &str =
    "{ employees(first: 3) { nodes { name addresses { nodes { city } } } } }";
const WITH_COURSES: &str = "{ employees(first: 3) { nodes { name courses { nodes { title } } } } }";

/// Whether the answer has all it can have without the courses service, and says what is missing.
fn lacks_only_courses(answer: &Value) -> bool {
    let employees = answer["data"]["employees"]["nodes"].as_array().unwrap();
    assert!(employees.iter().all(|e| e["name"].is_string()), "{answer:#}");
    let Some(errors) = answer["errors"].as_array() else { return false };
    for error in errors {
        let path = error["path"].as_array().unwrap_or_else(|| panic!("{answer:#}"));
        assert!(path.iter().any(|step| step == "courses"), "{answer:#}");
        assert!(error["extensions"]["code"].is_string(), "{answer:#}");
        let text = error.to_string();
        assert!(!text.contains("127.0.0.1"), "an error tells where the service is: {text}");
    }
    employees.iter().all(|e| e["courses"].is_null())
}

pub(crate) fn a_dead_service_costs_only_its_fields(federation: &Federation) {
    let before = federation.pid("courses").expect("the courses service runs");
    federation.kill("courses");
    let start = Instant::now();
    let mut saw_it_missing = false;
    loop {
        let answer = federation.ask(WITHOUT_COURSES);
        assert!(answer.get("errors").is_none(), "{answer:#}");
        let answer = federation.ask(WITH_COURSES);
        if lacks_only_courses(&answer) {
            saw_it_missing = true;
        } else if saw_it_missing {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "the courses service stays away");
    }
    let after = federation.pid("courses").expect("the courses service runs again");
    assert_ne!(before, after);
}

/// The courses service is replaced by one with another schema: a stand-in with one field more.
pub(crate) fn a_new_field_appears_and_no_other_service_notices(federation: &Federation) {
    let others: Vec<_> = SERVICES.iter().filter(|s| **s != "courses").collect();
    let pids = |federation: &Federation| -> Vec<_> {
        others.iter().map(|service| federation.pid(service)).collect()
    };
    let before = pids(federation);
    let question = "{ __type(name: \"Query\") { fields { name } } }";
    let has_field = |federation: &Federation| {
        federation.try_ask(question).is_some_and(|answer| answer.to_string().contains("syllabus"))
    };
    assert!(!has_field(federation));
    federation.replace_courses("extend type Query { syllabus: String }");
    federation.wait_for("the new field", has_field);
    assert_eq!(before, pids(federation));
    // A schema that does not compose leaves the last one that did.
    federation.replace_courses("extend type Query { employees: String, unseen: String }");
    federation.wait_for("the composition errors", |it| it.has_said("FIELD"));
    assert!(has_field(federation));
    assert_eq!(before, pids(federation));
}
