//! The database: the pool, and the few places where SQLite and PostgreSQL differ.
//!
//! It owns connections and transactions. Tables and queries belong to each service's `store`.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use log::LevelFilter;
use sea_orm::{
    ColumnTrait, ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
    metric::Info,
    sea_query::Expr,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use uuid::Uuid;

/// How to reach a database.
#[derive(Debug, Clone)]
pub struct DatabaseOptions {
    /// `sqlite:<file>` (created when missing) or `postgres://…`.
    pub url: String,
    /// What the service calls itself to PostgreSQL.
    pub application: &'static str,
    /// The most connections the pool opens.
    pub connections_max: u32,
    /// The longest a statement may run on PostgreSQL.
    pub statement_timeout: Duration,
}

/// A pool of connections.
#[derive(Debug, Clone)]
pub struct Database {
    connection: DatabaseConnection,
}

/// Waiting longer for a connection than this means overload, which clients should hear of.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a SQLite connection waits for another's write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const SLOW_STATEMENT: Duration = Duration::from_millis(500);

impl Database {
    /// Opens the pool; a SQLite file and its directory are created when missing.
    pub async fn open(options: &DatabaseOptions) -> Result<Self, DbErr> {
        if let Some(directory) = sqlite_path(&options.url).as_deref().and_then(Path::parent) {
            std::fs::create_dir_all(directory)
                .map_err(|error| DbErr::Custom(format!("{}: {error}", directory.display())))?;
        }
        let connection = sea_orm::Database::connect(connect_options(options)).await?;
        Ok(Self { connection })
    }

    /// No database at all: enough to print a schema.
    pub fn unconnected() -> Self {
        Self { connection: DatabaseConnection::default() }
    }

    /// Calls `observe` after each statement.
    pub fn observed(mut self, observe: impl Fn(&Info<'_>) + Send + Sync + 'static) -> Self {
        self.connection.set_metric_callback(observe);
        self
    }

    /// Where reads go, each by itself.
    pub fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Starts a transaction that writes.
    ///
    /// SQLite takes the write lock at once: a transaction that reads first and then wants the lock
    /// fails immediately when another holds it, however long it is allowed to wait.
    pub async fn begin_write(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.connection.begin_with_options(options).await
    }

    /// The condition that a column is one of `ids`: on PostgreSQL one array, so that any number of
    /// ids is the same prepared statement.
    pub fn any_of(&self, column: impl ColumnTrait, ids: &[Uuid]) -> Expr {
        match self.backend() {
            DbBackend::Postgres => column.eq_any(ids.iter().copied()),
            _ => column.is_in(ids.iter().copied()),
        }
    }

    /// Which database this is.
    pub fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    /// Whether a statement gets through, right now.
    pub async fn is_ready(&self, within: Duration) -> bool {
        let probe = self.connection.execute_unprepared("SELECT 1");
        matches!(tokio::time::timeout(within, probe).await, Ok(Ok(_)))
    }

    /// Closes the pool after its last use.
    pub async fn close(self) -> Result<(), DbErr> {
        self.connection.close().await
    }
}

fn connect_options(options: &DatabaseOptions) -> ConnectOptions {
    let in_memory = options.url.starts_with("sqlite") && options.url.contains(":memory:");
    let mut connect = ConnectOptions::new(&options.url);
    connect
        // Each connection to an in-memory database would be a database of its own.
        .max_connections(if in_memory { 1 } else { options.connections_max })
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .sqlx_logging_level(LevelFilter::Trace)
        .sqlx_slow_statements_logging_settings(LevelFilter::Warn, SLOW_STATEMENT)
        .statement_timeout(options.statement_timeout)
        .set_application_name(options.application)
        .map_sqlx_sqlite_opts(sqlite_options);
    if in_memory {
        connect.idle_timeout(None).max_lifetime(None);
    } else {
        connect
            .idle_timeout(Duration::from_secs(600))
            .max_lifetime(Duration::from_secs(1800))
            .test_before_acquire_if_idle_for(Duration::from_secs(30));
    }
    connect
}

fn sqlite_options(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .row_buffer_size(1024)
        .optimize_on_close(true, None)
}

/// The file a SQLite URL names.
fn sqlite_path(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let file = rest.strip_prefix("//").unwrap_or(rest);
    let file = file.split('?').next().unwrap_or_default();
    (!file.is_empty() && file != ":memory:").then(|| PathBuf::from(file))
}
