//! The databases of the services: one module each, and how a database is brought up to date.
//!
//! A database belongs to one service alone, so no table here refers to another module's. Rules of
//! this crate: the same migration runs on SQLite and on PostgreSQL; a unique constraint is named
//! `uq_<table>_<column>`, a foreign key `fk_<table>_<column>`, an index `ix_<table>_<columns>`; ids
//! are UUIDs made by the service, money is minor units beside a currency code, and instants are set
//! by the service, never by the database. A foreign key that forbids deletion says `NO ACTION`:
//! SQLite reports a violated `RESTRICT` as something else. A migration that was released is never edited.

pub mod addresses;
mod columns;
pub mod courses;
pub mod customers;
pub mod employees;

use sea_orm_migration::{
    MigrationStatus, MigratorTrait,
    sea_orm::{
        ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
        SqliteTransactionMode, TransactionOptions, TransactionTrait,
    },
};

/// Names the lock that replicas take to migrate one after the other.
const LOCK: i64 = 8_217_364;

/// Applies every pending migration: all of them, or none.
pub async fn up<M: MigratorTrait>(database: &DatabaseConnection) -> Result<(), DbErr> {
    let transaction = begin_locked(database).await?;
    M::up(&transaction, None).await?;
    transaction.commit().await
}

/// Reverts the latest migrations.
pub async fn down<M: MigratorTrait>(
    database: &DatabaseConnection,
    steps: u32,
) -> Result<(), DbErr> {
    let transaction = begin_locked(database).await?;
    M::down(&transaction, Some(steps)).await?;
    transaction.commit().await
}

/// Every migration in order, and whether it is applied.
pub async fn status<M: MigratorTrait>(
    database: &DatabaseConnection,
) -> Result<Vec<(String, bool)>, DbErr> {
    let migrations = M::get_migration_with_status_read_only(database).await?;
    let status = migrations.iter().map(|migration| {
        (migration.name().to_owned(), migration.status() == MigrationStatus::Applied)
    });
    Ok(status.collect())
}

/// Starts a transaction that no other migration runs beside, in this process or another.
async fn begin_locked(database: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = database.begin_with_options(options).await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        // Waiting for another replica, or changing a large table, may take its time.
        transaction.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
        transaction.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
    }
    Ok(transaction)
}
