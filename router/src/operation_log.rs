//! The log of operations: which operations clients send, how often, and when last; for
//! `router check`, which asks who would notice a change.
//!
//! An operation is counted where its plan is cached, and written now and then: a request waits for
//! no file. Documents are written without comments and without the values of strings and numbers,
//! because those may be somebody's data.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use apollo_compiler::collections::IndexMap;
use serde::{Deserialize, Serialize};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};

use crate::document::without_literals;
use crate::whole_file;

/// How often the log is written.
const INTERVAL: Duration = Duration::from_secs(60);
/// Operations that are told from each other; those that come later are not written.
const OPERATIONS_MAX: usize = 10_000;
/// What their documents take together.
const BYTES_MAX: usize = 16 << 20;
/// Names of clients that are kept of one operation, and how long they may be.
const CLIENTS_MAX: usize = 20;
const CLIENT_BYTES_MAX: usize = 100;

/// An operation in the log: one line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    /// The document, without the values of literals.
    pub document: String,
    /// Which of the document's operations.
    pub operation_name: Option<String>,
    /// When it came first, by RFC 3339.
    pub first_seen: String,
    /// When it came last, to the interval of writing.
    pub last_seen: String,
    /// How often it came.
    pub count: u64,
    /// What clients that sent it call themselves.
    pub clients: BTreeSet<String>,
}

/// An operation as it is being counted.
#[derive(Debug)]
pub(crate) struct Counter {
    /// As it was written last; what clients call themselves is added at once.
    entry: Mutex<LogEntry>,
    /// How often it came since then.
    count: AtomicU64,
}

/// The log that is being written.
#[derive(Debug)]
pub struct OperationLog {
    path: PathBuf,
    counters: Mutex<Counters>,
}

#[derive(Debug, Default)]
struct Counters {
    by_operation: IndexMap<(String, Option<String>), Arc<Counter>>,
    bytes: usize,
    is_full: bool,
}

impl OperationLog {
    /// Goes on with the log at `path`, if there is one. What is there and is no log is left alone,
    /// and nothing is recorded.
    #[must_use]
    pub fn open(path: &Path) -> Option<Arc<Self>> {
        let counters = read(path).inspect_err(|error| {
            tracing::warn!(path = %path.display(), %error, "operations are not recorded");
        });
        let counters = Mutex::new(counters.ok()?);
        Some(Arc::new(Self { path: path.to_owned(), counters }))
    }

    /// The counter of an operation that is valid; nothing when the log is full.
    pub(crate) fn counter(
        &self,
        query: &str,
        operation_name: Option<&str>,
    ) -> Option<Arc<Counter>> {
        let (document, first_seen) = (without_literals(query), now());
        let operation_name = operation_name.map(str::to_owned);
        let (last_seen, clients) = (first_seen.clone(), BTreeSet::new());
        let entry = LogEntry { document, operation_name, first_seen, last_seen, count: 0, clients };
        lock(&self.counters).insert(entry)
    }

    /// Writes a log at once, so that it is known whether that can be done, and again and again;
    /// never done.
    pub async fn keep(log: Option<&Arc<Self>>) {
        let Some(log) = log else { return std::future::pending().await };
        loop {
            log.write().await;
            tokio::time::sleep(INTERVAL).await;
        }
    }

    /// Writes the log, or says why that cannot be done.
    pub async fn write(self: &Arc<Self>) {
        let log = Arc::clone(self);
        let written = tokio::task::spawn_blocking(move || log.replace()).await;
        if let Err(error) = written.unwrap_or_else(|panic| Err(panic.into())) {
            let path = self.path.display();
            tracing::warn!(%path, %error, "the log of operations is not written");
        }
    }

    fn replace(&self) -> io::Result<()> {
        let counters: Vec<_> = lock(&self.counters).by_operation.values().cloned().collect();
        let mut text = String::new();
        for entry in counters.iter().map(|counter| counter.entry()).filter(|e| e.count > 0) {
            text = text + &serde_json::to_string(&entry)? + "\n";
        }
        whole_file::write(&self.path, &text).map(drop)
    }
}

fn read(path: &Path) -> io::Result<Counters> {
    let mut counters = Counters::default();
    if path.exists() {
        let text = std::fs::read_to_string(path)?;
        for entry in serde_json::Deserializer::from_str(&text).into_iter() {
            counters.insert(entry?);
        }
    }
    Ok(counters)
}

impl Counters {
    fn insert(&mut self, entry: LogEntry) -> Option<Arc<Counter>> {
        let key = (entry.document.clone(), entry.operation_name.clone());
        let bytes = self.bytes + entry.document.len();
        if let Some(counter) = self.by_operation.get(&key) {
            return Some(Arc::clone(counter));
        }
        if self.by_operation.len() >= OPERATIONS_MAX || bytes > BYTES_MAX {
            if !std::mem::replace(&mut self.is_full, true) {
                tracing::warn!("the log of operations is full: new operations are not recorded");
            }
            return None;
        }
        self.bytes = bytes;
        let counter = Arc::new(Counter { entry: Mutex::new(entry), count: AtomicU64::new(0) });
        self.by_operation.insert(key, Arc::clone(&counter));
        Some(counter)
    }
}

impl Counter {
    /// Counts a request.
    pub(crate) fn count(&self, client: Option<&str>) {
        self.count.fetch_add(1, Ordering::Relaxed);
        let client = client.filter(|name| name.len() <= CLIENT_BYTES_MAX);
        // A request waits for no other: its client is known by this one, or by the next.
        let Some((client, Ok(mut entry))) = client.map(|client| (client, self.entry.try_lock()))
        else {
            return;
        };
        if entry.clients.len() < CLIENTS_MAX && !entry.clients.contains(client) {
            entry.clients.insert(client.to_owned());
        }
    }

    fn entry(&self) -> LogEntry {
        let mut entry = lock(&self.entry);
        let count = self.count.swap(0, Ordering::Relaxed);
        if count > 0 {
            entry.count += count;
            entry.last_seen = now();
        }
        entry.clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn now() -> String {
    let mut text = String::new();
    // A string takes all that is written to it.
    let _ = SystemTime.format_time(&mut Writer::new(&mut text));
    text
}
