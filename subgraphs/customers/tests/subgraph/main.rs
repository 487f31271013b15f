//! The customers subgraph on fresh real databases, through the routes that production serves.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod entities;
mod operations;
mod process;
mod schema;

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use customers::{Promotion, Store, schema as build};
use migrations::customers::Migrator;
use service::{
    Clock, Limits,
    testing::{Statements, TestService, on_every_database},
};

/// A service whose clock stands still unless the test moves it.
struct Subject {
    service: TestService,
    statements: Statements,
    days: Arc<AtomicI64>,
}

impl Subject {
    /// Lets days pass.
    fn pass_days(&self, days: i64) {
        self.days.fetch_add(days, Ordering::Relaxed);
    }
}

/// A promotion of 30 days, by a clock that shows 1 March 2026 and the days that passed.
fn promotion(days: Arc<AtomicI64>) -> Promotion {
    let start: DateTime<Utc> = "2026-03-01T12:00:00.1234567Z".parse().unwrap();
    let now = move || start + TimeDelta::days(days.load(Ordering::Relaxed));
    Promotion::new(30, Clock::from_fn(now))
}

/// Runs a test on a service with the demo customers, on every database.
async fn on_demo_service(test: impl AsyncFn(Subject)) {
    on_every_database(async |test_database| {
        let (database, statements) = test_database.open().await;
        migrations::up::<Migrator>(database.connection()).await.unwrap();
        let days = Arc::new(AtomicI64::new(0));
        let store = Store::new(database.clone(), promotion(days.clone()));
        store.seed().await.unwrap();
        store.seed().await.unwrap();
        let schema = build(store, Limits::default());
        statements.take();
        let service = TestService::new(schema, database.clone());
        test(Subject { service, statements, days }).await;
        database.close().await.unwrap();
    })
    .await;
}

/// The id of the n-th demo customer.
fn demo(n: u64) -> String {
    service::id::demo_id(2, n).to_string()
}
