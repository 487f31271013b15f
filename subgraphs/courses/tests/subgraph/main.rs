//! The courses subgraph on fresh real databases, through the routes that production serves.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod concurrency;
mod enrollments;
mod entities;
mod operations;
mod paging;
mod process;
mod quotes;
mod schema;

use chrono::{DateTime, Utc};
use courses::{Store, schema as build};
use migrations::courses::Migrator;
use serde_json::{Value, json};
use service::{
    Clock, Limits,
    testing::{Statements, TestService, on_every_database},
};

/// The instant at which all tests happen.
const NOW: &str = "2026-03-01T12:00:00Z";

fn clock() -> Clock {
    Clock::from_fn(|| NOW.parse::<DateTime<Utc>>().unwrap())
}

/// Runs a test on a service without courses, on every database.
async fn on_empty_service(test: impl AsyncFn(TestService, Statements)) {
    on_every_database(async |test_database| {
        let (database, statements) = test_database.open().await;
        migrations::up::<Migrator>(database.connection()).await.unwrap();
        let schema = build(Store::new(database.clone(), clock()), Limits::default());
        statements.take();
        test(TestService::new(schema, database.clone()), statements).await;
        database.close().await.unwrap();
    })
    .await;
}

/// Runs a test on a service with the demo courses, on every database.
async fn on_demo_service(test: impl AsyncFn(TestService, Statements)) {
    on_every_database(async |test_database| {
        let (database, statements) = test_database.open().await;
        migrations::up::<Migrator>(database.connection()).await.unwrap();
        let store = Store::new(database.clone(), clock());
        store.seed().await.unwrap();
        store.seed().await.unwrap();
        let schema = build(store, Limits::default());
        statements.take();
        test(TestService::new(schema, database.clone()), statements).await;
        database.close().await.unwrap();
    })
    .await;
}

/// The kinds of demo data.
const EMPLOYEE: u16 = 1;
const CUSTOMER: u16 = 2;
const COURSE: u16 = 3;
const ENROLLMENT: u16 = 5;

/// The id of the n-th demo thing of a kind.
fn demo(kind: u16, n: u64) -> String {
    service::id::demo_id(kind, n).to_string()
}

/// Ids of demo things of a kind.
fn demos(kind: u16, numbers: impl IntoIterator<Item = u64>) -> Vec<String> {
    numbers.into_iter().map(|n| demo(kind, n)).collect()
}

/// The ids of a connection's nodes.
fn ids(connection: &Value) -> Vec<String> {
    let nodes = connection["nodes"].as_array().unwrap().iter();
    nodes.map(|node| node["id"].as_str().unwrap().to_owned()).collect()
}

/// A valid input, with some fields replaced.
fn input(changes: Value) -> Value {
    let mut input = json!({
        "title": "Knots",
        "description": "Twelve of them.",
        "price": { "amount": "80.00", "currency": "EUR" },
        "capacity": 2,
    });
    for (field, value) in changes.as_object().unwrap() {
        input[field] = value.clone();
    }
    input
}

/// The fields whose rules an input breaks.
async fn violations(service: &TestService, operation: &str, input: Value) -> Vec<String> {
    let (path, extensions) = service.error(operation, json!({ "input": input })).await;
    assert_eq!(path.as_array().map(Vec::len), Some(1));
    assert_eq!(extensions["code"], "BAD_USER_INPUT");
    let violations = extensions["violations"].as_array().unwrap().iter();
    violations.map(|violation| violation["field"].as_str().unwrap().to_owned()).collect()
}
