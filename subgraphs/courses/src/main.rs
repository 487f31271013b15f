//! The courses service: settings, database, schema, serve.

use std::process::ExitCode;

use clap::Parser;
use courses::{SERVICE, Store, schema};
use migrations::courses::Migrator;
use service::{Clock, Database, Settings, StartError};

/// Serves the courses subgraph
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { settings } = Arguments::parse();
    service::telemetry::start(settings.log_json);
    service::exit_code(run(&settings).await)
}

async fn run(settings: &Settings) -> Result<(), StartError> {
    let clock = Clock::system();
    if settings.print_schema {
        let store = Store::new(Database::unconnected(), clock);
        print!("{}", schema(store, settings.limits).sdl());
        return Ok(());
    }
    let database = Database::open(&settings.database(SERVICE)).await?;
    if settings.migrate_on_start {
        migrations::up::<Migrator>(database.connection()).await?;
    }
    let store = Store::new(database.clone(), clock);
    if settings.seed_demo {
        store.seed().await?;
    }
    service::serve(SERVICE, settings, database, schema(store, settings.limits)).await
}
