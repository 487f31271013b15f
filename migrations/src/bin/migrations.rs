//! Brings a service's database up to date, takes it back, or tells where it stands.
//!
//! `DATABASE_URL=postgres://… migrations employees up`

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use migrations::{addresses, courses, customers, employees};
use sea_orm_migration::{
    MigratorTrait,
    sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr},
};

/// Migrates the database of one service
#[derive(Parser)]
struct Arguments {
    /// Whose database
    service: Service,

    /// sqlite:<file> or postgres://…
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,

    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum Service {
    Employees,
    Customers,
    Courses,
    Addresses,
}

#[derive(Clone, Copy, Subcommand)]
enum Command {
    /// Apply every pending migration
    Up,
    /// Revert the latest migrations
    Down {
        /// How many
        #[arg(default_value_t = 1)]
        steps: u32,
    },
    /// Print every migration and whether it is applied
    Status,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), DbErr> {
    let mut options = ConnectOptions::new(arguments.database_url);
    options
        .max_connections(1)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|sqlite| sqlite.create_if_missing(true).foreign_keys(true));
    let database = Database::connect(options).await?;
    match arguments.service {
        Service::Employees => execute::<employees::Migrator>(&database, arguments.command).await?,
        Service::Customers => execute::<customers::Migrator>(&database, arguments.command).await?,
        Service::Courses => execute::<courses::Migrator>(&database, arguments.command).await?,
        Service::Addresses => execute::<addresses::Migrator>(&database, arguments.command).await?,
    }
    database.close().await
}

async fn execute<M: MigratorTrait>(
    database: &DatabaseConnection,
    command: Command,
) -> Result<(), DbErr> {
    match command {
        Command::Up => migrations::up::<M>(database).await,
        Command::Down { steps } => migrations::down::<M>(database, steps).await,
        Command::Status => {
            for (name, applied) in migrations::status::<M>(database).await? {
                println!("{} {name}", if applied { "applied" } else { "pending" });
            }
            Ok(())
        }
    }
}
