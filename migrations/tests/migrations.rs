//! Every database goes up, down and up again, and survives several replicas that start at once.
//!
//! On SQLite always, and on PostgreSQL where `TEST_DATABASE_URL` names a server.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::env;

use futures_util::future::join_all;
use migrations::{addresses, courses, customers, down, employees, status, up};
use sea_orm_migration::{
    MigratorTrait,
    sea_orm::{
        ConnectOptions, ConnectionTrait, Database, DatabaseConnection,
        sqlx::sqlite::SqliteJournalMode,
    },
};
use uuid::Uuid;

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(2).sqlx_logging(false).map_sqlx_sqlite_opts(|sqlite| {
        sqlite.create_if_missing(true).journal_mode(SqliteJournalMode::Wal)
    });
    Database::connect(options).await.unwrap()
}

/// Runs a test with the URL of a new database of each kind.
async fn on_every_database(test: impl AsyncFn(&str)) {
    let name = format!("migrations_{}", Uuid::now_v7().simple());
    let file = env::temp_dir().join(format!("{name}.db"));
    test(&format!("sqlite:{}", file.display())).await;
    for suffix in ["", "-wal", "-shm"] {
        std::fs::remove_file(format!("{}{suffix}", file.display())).unwrap_or_default();
    }
    let Ok(server) = env::var("TEST_DATABASE_URL") else { return };
    let admin = connect(&server).await;
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let (root, _) = server.rsplit_once('/').unwrap();
    test(&format!("{root}/{name}")).await;
    admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
}

async fn go_up_down_and_up<M: MigratorTrait>() {
    on_every_database(async |url| {
        let database = connect(url).await;
        let all = u32::try_from(M::migrations().len()).unwrap();
        let applied = async || {
            let status = status::<M>(&database).await.unwrap();
            status.iter().filter(|(_, applied)| *applied).count()
        };
        for _ in 0..2 {
            up::<M>(&database).await.unwrap();
            assert_eq!(applied().await, M::migrations().len());
            up::<M>(&database).await.unwrap();
            down::<M>(&database, all).await.unwrap();
            assert_eq!(applied().await, 0);
        }
        database.close().await.unwrap();
    })
    .await;
}

async fn start_together<M: MigratorTrait>() {
    on_every_database(async |url| {
        // Whoever opens a new SQLite file first switches its journal, and SQLite lets nobody wait
        // for that; replicas share a database that is there.
        connect(url).await.close().await.unwrap();
        let replicas = (0..6).map(async |_| {
            let database = connect(url).await;
            up::<M>(&database).await.unwrap();
            database.close().await.unwrap();
        });
        join_all(replicas).await;
    })
    .await;
}

#[tokio::test]
async fn employees_go_up_and_down() {
    go_up_down_and_up::<employees::Migrator>().await;
}

#[tokio::test]
async fn customers_go_up_and_down() {
    go_up_down_and_up::<customers::Migrator>().await;
}

#[tokio::test]
async fn courses_go_up_and_down() {
    go_up_down_and_up::<courses::Migrator>().await;
}

#[tokio::test]
async fn addresses_go_up_and_down() {
    go_up_down_and_up::<addresses::Migrator>().await;
}

#[tokio::test]
async fn replicas_start_together() {
    start_together::<employees::Migrator>().await;
    start_together::<customers::Migrator>().await;
    start_together::<courses::Migrator>().await;
    start_together::<addresses::Migrator>().await;
}
