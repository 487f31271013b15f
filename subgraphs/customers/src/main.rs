//! The customers service: settings, database, schema, serve.

use std::process::ExitCode;

use clap::Parser;
use customers::{Promotion, SERVICE, Store, schema};
use migrations::customers::Migrator;
use service::{Clock, Database, Settings, StartError};

/// Serves the customers subgraph
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,

    /// For how many days after signing up a customer is new
    #[arg(long, env = "PROMOTION_WINDOW_DAYS", default_value_t = Promotion::WINDOW_DAYS)]
    promotion_window_days: u16,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { settings, promotion_window_days } = Arguments::parse();
    service::telemetry::start(settings.log_json);
    let promotion = Promotion::new(promotion_window_days, Clock::system());
    service::exit_code(run(&settings, promotion).await)
}

async fn run(settings: &Settings, promotion: Promotion) -> Result<(), StartError> {
    if settings.print_schema {
        print!("{}", schema(Store::new(Database::unconnected(), promotion), settings.limits).sdl());
        return Ok(());
    }
    let database = Database::open(&settings.database(SERVICE)).await?;
    if settings.migrate_on_start {
        migrations::up::<Migrator>(database.connection()).await?;
    }
    let store = Store::new(database.clone(), promotion);
    if settings.seed_demo {
        store.seed().await?;
    }
    service::serve(SERVICE, settings, database, schema(store, settings.limits)).await
}
