//! Health: alive means the process answers; ready means it should be sent requests.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{extract::State, http::StatusCode};

use crate::database::Database;

/// Longer than this, and the answer is no.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

/// Whether requests should be sent here.
#[derive(Debug, Clone)]
pub struct Readiness {
    database: Database,
    draining: Arc<AtomicBool>,
}

impl Readiness {
    /// Ready as long as the database answers.
    pub fn new(database: Database) -> Self {
        Self { database, draining: Arc::default() }
    }

    /// From now on not ready: the process is about to stop.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }
}

/// `GET /health/live`
pub(super) async fn live() -> &'static str {
    "alive\n"
}

/// `GET /health/ready`
pub(super) async fn ready(State(readiness): State<Readiness>) -> (StatusCode, &'static str) {
    if readiness.draining.load(Ordering::Relaxed) {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining\n");
    }
    if !readiness.database.is_ready(PROBE_TIMEOUT).await {
        return (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n");
    }
    (StatusCode::OK, "ready\n")
}
