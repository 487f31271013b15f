//! The whole system: `router dev` with the four services as processes, asked over HTTP.
//!
//! Everything runs on SQLite, and the same on PostgreSQL when `TEST_DATABASE_URL` names a server.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod browser;
mod changes;
mod database;
mod faults;
mod federation;
mod queries;

use database::Databases;
use federation::Federation;

/// What every federation of the four services does, whatever its databases are.
fn check(databases: Databases) {
    let federation = Federation::start(databases);
    queries::one_answer_from_all_four(&federation);
    queries::new_customers_get_a_discount(&federation);
    queries::introspection_is_answered(&federation);
    changes::each_domain_is_written_in_its_own_database(&federation);
    faults::a_dead_service_costs_only_its_fields(&federation);
}

#[test]
fn on_sqlite() {
    check(Databases::sqlite());
}

#[test]
fn on_postgresql() {
    match Databases::postgresql() {
        Some(databases) => check(databases),
        None => eprintln!("not run: TEST_DATABASE_URL names no PostgreSQL server"),
    }
}

#[test]
fn a_changed_schema_appears_while_all_runs() {
    let federation = Federation::start(Databases::sqlite());
    faults::a_new_field_appears_and_no_other_service_notices(&federation);
}

#[test]
fn the_playground_runs_a_query() {
    let Some(browser) = browser::find() else {
        eprintln!("not run: TEST_BROWSER names no Chromium");
        return;
    };
    let federation = Federation::start(Databases::sqlite());
    browser::runs_the_query_of_the_playground(&browser, &federation);
}
