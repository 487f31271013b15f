//! Settings: flags, else environment variables, else defaults that suit production.

use std::{net::SocketAddr, time::Duration};

use clap::Args;

use crate::database::DatabaseOptions;

/// What a service is called, and the port it listens on when nobody says otherwise.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    /// The name of the service and of its database.
    pub name: &'static str,
    /// The port on the loopback interface.
    pub port: u16,
}

/// What every service can be told.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Address to listen on [default: 127.0.0.1 and the service's own port]
    #[arg(long, env = "LISTEN")]
    pub listen: Option<SocketAddr>,

    /// sqlite:<file> or postgres://… [default: the service's own SQLite file in ./data]
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// The most database connections to open
    #[arg(long, env = "DATABASE_CONNECTIONS_MAX", default_value_t = 10)]
    pub database_connections_max: u32,

    /// The longest a statement may run (PostgreSQL)
    #[arg(long, env = "STATEMENT_TIMEOUT_MS", default_value_t = 5_000)]
    pub statement_timeout_ms: u64,

    /// Bring the database up to date before serving
    #[arg(
        long,
        env = "MIGRATE_ON_START",
        default_value_t = true,
        action = clap::ArgAction::Set,
        value_name = "BOOL"
    )]
    pub migrate_on_start: bool,

    /// Fill an empty database with demo data
    #[arg(long = "seed", env = "SEED_DEMO", value_parser = clap::builder::FalseyValueParser::new())]
    pub seed_demo: bool,

    /// Print the schema and exit; needs no database
    #[arg(long)]
    pub print_schema: bool,

    /// The longest a request may take
    #[arg(long, env = "REQUEST_TIMEOUT_MS", default_value_t = 10_000)]
    pub request_timeout_ms: u64,

    /// On a signal to stop: how long to go on accepting while readiness says no
    #[arg(long, env = "DRAIN_DELAY_MS", default_value_t = 0)]
    pub drain_delay_ms: u64,

    /// On a signal to stop: how long requests in flight may still take
    #[arg(long, env = "DRAIN_TIMEOUT_MS", default_value_t = 20_000)]
    pub drain_timeout_ms: u64,

    /// Log as JSON instead of text; RUST_LOG says how much
    #[arg(long, env = "LOG_JSON", value_parser = clap::builder::FalseyValueParser::new())]
    pub log_json: bool,

    /// Limits on what one request may ask for
    #[command(flatten)]
    pub limits: Limits,
}

/// How much one request may ask for.
#[derive(Debug, Clone, Copy, Args)]
pub struct Limits {
    /// The most bytes of a request body
    #[arg(long, env = "BODY_BYTES_MAX", default_value_t = Limits::DEFAULT.body_bytes_max)]
    pub body_bytes_max: usize,

    /// The most bytes of a GraphQL document
    #[arg(long, env = "DOCUMENT_BYTES_MAX", default_value_t = Limits::DEFAULT.document_bytes_max)]
    pub document_bytes_max: usize,

    /// The most items of a list in the variables, so also of entities in one fetch
    #[arg(long, env = "LIST_ITEMS_MAX", default_value_t = Limits::DEFAULT.list_items_max)]
    pub list_items_max: usize,

    /// The deepest nesting of fields
    #[arg(long, env = "DEPTH_MAX", default_value_t = Limits::DEFAULT.depth_max)]
    pub depth_max: usize,

    /// The most fields of an answer, counting lists by their page size
    #[arg(long, env = "COMPLEXITY_MAX", default_value_t = Limits::DEFAULT.complexity_max)]
    pub complexity_max: usize,
}

impl Limits {
    const DEFAULT: Self = Self {
        body_bytes_max: 2 * 1024 * 1024,
        document_bytes_max: 256 * 1024,
        list_items_max: 1_000,
        depth_max: 15,
        complexity_max: 20_000,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Settings {
    /// Where to listen.
    pub fn listen(&self, service: Service) -> SocketAddr {
        self.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], service.port)))
    }

    /// How to reach the database.
    pub fn database(&self, service: Service) -> DatabaseOptions {
        let default_url = || format!("sqlite:data/{}.db", service.name);
        DatabaseOptions {
            url: self.database_url.clone().unwrap_or_else(default_url),
            application: service.name,
            connections_max: self.database_connections_max,
            statement_timeout: Duration::from_millis(self.statement_timeout_ms),
        }
    }
}
