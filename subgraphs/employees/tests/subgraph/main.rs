//! The employees subgraph on fresh real databases, through the routes that production serves.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod concurrency;
mod entities;
mod operations;
mod paging;
mod process;
mod schema;

use employees::{Store, schema as build};
use migrations::employees::Migrator;
use serde_json::{Value, json};
use service::{
    Limits,
    testing::{Statements, TestService, on_every_database},
};

/// Runs a test on a service without employees, on every database.
async fn on_empty_service(test: impl AsyncFn(TestService, Statements)) {
    on_every_database(async |test_database| {
        let (database, statements) = test_database.open().await;
        migrations::up::<Migrator>(database.connection()).await.unwrap();
        let schema = build(Store::new(database.clone()), Limits::default());
        statements.take();
        test(TestService::new(schema, database.clone()), statements).await;
        database.close().await.unwrap();
    })
    .await;
}

/// Runs a test on a service with the demo employees, on every database.
async fn on_demo_service(test: impl AsyncFn(TestService, Statements)) {
    on_every_database(async |test_database| {
        let (database, statements) = test_database.open().await;
        migrations::up::<Migrator>(database.connection()).await.unwrap();
        let store = Store::new(database.clone());
        store.seed().await.unwrap();
        store.seed().await.unwrap();
        let schema = build(store, Limits::default());
        statements.take();
        test(TestService::new(schema, database.clone()), statements).await;
        database.close().await.unwrap();
    })
    .await;
}

/// The id of the n-th demo employee.
fn demo(n: u64) -> String {
    service::id::demo_id(1, n).to_string()
}

/// A valid input, with some fields replaced.
fn input(changes: Value) -> Value {
    let mut input = json!({
        "name": "Zoe Weber",
        "email": "zoe@academy.example",
        "title": "Engineer",
        "department": "Engineering",
        "hiredOn": "2026-02-28",
        "salary": { "amount": "61000.50", "currency": "EUR" },
    });
    for (field, value) in changes.as_object().unwrap() {
        input[field] = value.clone();
    }
    input
}
