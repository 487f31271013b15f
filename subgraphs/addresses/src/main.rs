//! The addresses service: settings, database, schema, serve.

use std::process::ExitCode;

use addresses::{SERVICE, Store, schema};
use clap::Parser;
use migrations::addresses::Migrator;
use service::{Database, Settings, StartError};

/// Serves the addresses subgraph
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
    if settings.print_schema {
        print!("{}", schema(Store::new(Database::unconnected()), settings.limits).sdl());
        return Ok(());
    }
    let database = Database::open(&settings.database(SERVICE)).await?;
    if settings.migrate_on_start {
        migrations::up::<Migrator>(database.connection()).await?;
    }
    let store = Store::new(database.clone());
    if settings.seed_demo {
        store.seed().await?;
    }
    service::serve(SERVICE, settings, database, schema(store, settings.limits)).await
}
