//! For the services' tests: fresh real databases, and a service to send requests to.
//!
//! Every test runs on a new SQLite file and, where `TEST_DATABASE_URL` names a PostgreSQL server,
//! on a new database there. Requests go through the routes that production serves.

pub mod process;

use std::{
    env,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_graphql::Executor;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use crate::{
    database::{Database, DatabaseOptions},
    http::{self, Readiness},
    settings::Limits,
};

/// A database of one test.
pub struct TestDatabase {
    /// How to reach it.
    pub options: DatabaseOptions,
    place: Place,
}

enum Place {
    File(PathBuf),
    Server { url: String, name: String },
}

/// Runs a test on every database there is to test on, each new and empty.
pub async fn on_every_database(test: impl AsyncFn(&TestDatabase)) {
    let file = env::temp_dir().join(format!("service-test-{}.db", Uuid::now_v7()));
    let url = format!("sqlite:{}", file.display());
    run(&test, TestDatabase { options: options(url), place: Place::File(file) }).await;
    if let Ok(server) = env::var("TEST_DATABASE_URL") {
        run(&test, create_on(server).await).await;
    }
}

async fn run(test: &impl AsyncFn(&TestDatabase), database: TestDatabase) {
    test(&database).await;
    database.remove().await;
}

fn options(url: String) -> DatabaseOptions {
    DatabaseOptions {
        url,
        application: "test",
        connections_max: 4,
        statement_timeout: Duration::from_secs(30),
    }
}

async fn create_on(server: String) -> TestDatabase {
    let name = format!("test_{}", Uuid::now_v7().simple());
    administrate(&server, &format!("CREATE DATABASE {name}")).await;
    let (before_query, query) = server.split_once('?').map_or((&*server, ""), |(a, b)| (a, b));
    let slash = before_query.rfind('/').expect("TEST_DATABASE_URL ends with a database's name");
    let url = format!("{}/{name}?{query}", &before_query[..slash]);
    let url = url.trim_end_matches('?').to_owned();
    TestDatabase { options: options(url), place: Place::Server { url: server, name } }
}

async fn administrate(server: &str, statement: &str) {
    let admin = sea_orm::Database::connect(server).await.expect("TEST_DATABASE_URL is reachable");
    admin.execute_unprepared(statement).await.expect("TEST_DATABASE_URL may create databases");
    admin.close().await.expect("a connection closes");
}

impl TestDatabase {
    /// Opens it; every pool counts its own statements.
    pub async fn open(&self) -> (Database, Statements) {
        let statements = Statements::default();
        let counter = statements.clone();
        let database = Database::open(&self.options).await.expect("a test database opens");
        let observed = database.observed(move |_| {
            counter.0.fetch_add(1, Ordering::Relaxed);
        });
        (observed, statements)
    }

    async fn remove(self) {
        match self.place {
            Place::File(file) => {
                for suffix in ["", "-wal", "-shm"] {
                    let part = format!("{}{suffix}", file.display());
                    // The last connection may have removed these itself.
                    std::fs::remove_file(part).unwrap_or_default();
                }
            }
            Place::Server { url, name } => {
                administrate(&url, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
            }
        }
    }
}

/// Counts SQL statements.
#[derive(Debug, Clone, Default)]
pub struct Statements(Arc<AtomicUsize>);

impl Statements {
    /// How many there were since the last call.
    pub fn take(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// A service to send requests to, without a socket.
#[derive(Clone)]
pub struct TestService {
    routes: Router,
}

impl TestService {
    /// A service with production's routes.
    pub fn new(schema: impl Executor, database: Database) -> Self {
        let readiness = Readiness::new(database);
        let timeout = Duration::from_secs(60);
        Self { routes: http::routes(schema, Limits::default(), timeout, readiness) }
    }

    /// Executes an operation; the whole answer.
    pub async fn execute(&self, query: &str, variables: Value) -> Value {
        self.send("/graphql", Some(json!({ "query": query, "variables": variables }))).await.1
    }

    /// Executes an operation that must succeed; its data.
    pub async fn data(&self, query: &str, variables: Value) -> Value {
        let mut answer = self.execute(query, variables).await;
        assert_eq!(answer.get("errors"), None, "{query}\n{answer}");
        answer["data"].take()
    }

    /// Executes an operation that must fail once; `(path, extensions)` of the error.
    pub async fn error(&self, query: &str, variables: Value) -> (Value, Value) {
        let mut answer = self.execute(query, variables).await;
        assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{answer}");
        (answer["errors"][0]["path"].take(), answer["errors"][0]["extensions"].take())
    }

    /// Resolves entities; `(data._entities, errors)`.
    pub async fn entities(&self, representations: Value, on: &str) -> (Value, Value) {
        let query = format!(
            "query($representations: [_Any!]!) {{ \
             _entities(representations: $representations) {{ {on} }} }}"
        );
        let variables = json!({ "representations": representations });
        let mut answer = self.execute(&query, variables).await;
        (answer["data"]["_entities"].take(), answer["errors"].take())
    }

    /// Sends a request, as POST if it has a body; status and JSON body.
    pub async fn send(&self, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let request = match body {
            Some(body) => Request::post(path)
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body.to_string())),
            None => Request::get(path).body(Body::empty()),
        };
        let request = request.expect("a well-formed request");
        let response = self.routes.clone().oneshot(request).await.expect("routes always answer");
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("a whole body");
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }
}
