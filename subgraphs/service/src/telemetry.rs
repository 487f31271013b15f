//! Logging: to stderr, as text for people or as JSON for machines; `RUST_LOG` says how much.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::{EnvFilter, filter::LevelFilter};

/// Starts logging; a second start changes nothing.
pub fn start(json: bool) {
    let filter =
        EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy();
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_ansi(stderr().is_terminal());
    let started = if json { log.json().try_init() } else { log.try_init() };
    if started.is_err() {
        tracing::debug!("logging was started before");
    }
}
