//! The addresses subgraph on fresh real databases, through the routes that production serves.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod entities;
mod operations;
mod paging;
mod process;
mod schema;

use addresses::{Store, schema as build};
use migrations::addresses::Migrator;
use serde_json::{Value, json};
use service::{
    Limits,
    testing::{Statements, TestService, on_every_database},
};

/// Runs a test on a service without addresses, on every database.
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

/// Runs a test on a service with the demo addresses, on every database.
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

/// The kinds of demo data.
const EMPLOYEE: u16 = 1;
const CUSTOMER: u16 = 2;
const ADDRESS: u16 = 4;

/// The id of the n-th demo thing of a kind.
fn demo(kind: u16, n: u64) -> String {
    service::id::demo_id(kind, n).to_string()
}

/// The ids of demo addresses.
fn demos(numbers: impl IntoIterator<Item = u64>) -> Vec<String> {
    numbers.into_iter().map(|n| demo(ADDRESS, n)).collect()
}

/// The ids of a connection's nodes.
fn ids(connection: &Value) -> Vec<String> {
    let nodes = connection["nodes"].as_array().unwrap().iter();
    nodes.map(|node| node["id"].as_str().unwrap().to_owned()).collect()
}

/// A valid input, with some fields replaced.
fn input(changes: Value) -> Value {
    let mut input = json!({
        "owner": { "kind": "CUSTOMER", "id": demo(CUSTOMER, 20) },
        "lines": ["Low Road 1", "2nd floor"],
        "city": "Leeds",
        "region": "West Yorkshire",
        "postalCode": "LS1 1AA",
        "country": "GB",
        "kind": "BILLING",
    });
    for (field, value) in changes.as_object().unwrap() {
        input[field] = value.clone();
    }
    input
}
