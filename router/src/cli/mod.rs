//! The command line: what can be typed, and which command does it. Only commands print.

mod check;
mod compose;
mod dev;
mod override_labels;
mod plan;
mod serve;

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use tokio::net::{TcpListener, TcpSocket};
use tracing_subscriber::EnvFilter;

use crate::composition_report::Format;
use crate::dev::guard::stand;
use crate::serving::Sharing;
use override_labels::OverrideArguments;

/// Exit code of a command that looked at something and found it wanting: it does not compose, it
/// cannot be planned.
const REJECTED: u8 = 1;

/// Exit code of a command that could not do its work: a file is missing, a port is in use.
const NOT_RUN: u8 = 2;

/// A GraphQL federation router.
#[derive(Debug, Parser)]
#[command(name = "router", version, about, disable_help_subcommand = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the subgraphs of a federation, compose them, and serve; the default command.
    Dev(DevArguments),
    /// Serve a federation whose subgraphs run elsewhere.
    Serve(ServeArguments),
    /// Compose subgraph schemas to a supergraph schema.
    Compose(ComposeArguments),
    /// Say what a change of subgraph schemas means for clients, and refuse what breaks them.
    Check(CheckArguments),
    /// Print the plan of an operation.
    Plan(PlanArguments),
    /// Stops processes when its standard input ends. For the router's own use.
    #[command(hide = true)]
    Guard,
}

#[derive(Debug, Args)]
struct DevArguments {
    /// The federation: its subgraphs, and how to start them.
    #[arg(long, default_value = "supergraph.yaml")]
    config: PathBuf,
    /// Where to listen.
    #[arg(long, env = "ROUTER_LISTEN", default_value = "127.0.0.1:4000")]
    listen: SocketAddr,
}

#[derive(Debug, Args)]
struct ServeArguments {
    /// A composed supergraph schema.
    #[arg(long, conflicts_with = "config")]
    supergraph: Option<PathBuf>,
    /// The federation: its subgraphs, which are composed at start.
    #[arg(long, default_value = "supergraph.yaml")]
    config: PathBuf,
    /// Serve anew whenever something has changed: the file, a schema, what a subgraph says.
    #[arg(long)]
    watch: bool,
    /// Where the last good schemas of running subgraphs are kept, and taken from for subgraphs that
    /// cannot be asked.
    #[arg(long, value_name = "FOLDER", conflicts_with = "supergraph")]
    fallback_dir: Option<PathBuf>,
    /// Where to listen.
    #[arg(long, env = "ROUTER_LISTEN", default_value = "127.0.0.1:4000")]
    listen: SocketAddr,
    /// What identical queries share while they are under way at the same time.
    #[arg(long, env = "ROUTER_SHARE", value_enum, default_value_t)]
    share: Sharing,
    #[command(flatten)]
    overrides: OverrideArguments,
    /// A file to record in which operations clients send, for `router check --operations`.
    #[arg(long, env = "ROUTER_RECORD_OPERATIONS", value_name = "FILE")]
    record_operations: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct ComposeArguments {
    /// The federation: its subgraphs and where their schemas are.
    #[arg(long, default_value = "supergraph.yaml")]
    config: PathBuf,
    /// Where to write the supergraph schema; without it, to standard output.
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// Write the API schema, which clients see, instead of the supergraph schema.
    #[arg(long)]
    api_schema: bool,
    #[command(flatten)]
    contract: ContractArguments,
    /// Compose anew whenever something has changed: the file, a schema, what a subgraph says.
    #[arg(long, requires = "output")]
    watch: bool,
    /// Where the last good schemas of running subgraphs are kept, and taken from for subgraphs that
    /// cannot be asked.
    #[arg(long, value_name = "FOLDER")]
    fallback_dir: Option<PathBuf>,
    /// How errors and hints are written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What is left out, as `@inaccessible`, of a variant for some clients.
#[derive(Debug, Args)]
struct ContractArguments {
    /// Keep only fields and unions with this `@tag`, or with another that is included; may be
    /// repeated. The tags of an object or interface are also those of its fields.
    #[arg(long, value_name = "TAG")]
    include_tag: Vec<String>,
    /// Leave out whatever has this `@tag`, even if another is included; may be repeated.
    #[arg(long, value_name = "TAG")]
    exclude_tag: Vec<String>,
    /// Leave out types that no field leads to any more.
    #[arg(long)]
    hide_unreachable_types: bool,
}

#[derive(Debug, Args)]
struct CheckArguments {
    /// The federation: its subgraphs and where their schemas are.
    #[arg(long, default_value = "supergraph.yaml")]
    config: PathBuf,
    /// The supergraph schema that clients use now.
    #[arg(long, default_value = "supergraph.graphql")]
    baseline: PathBuf,
    /// A schema to take for a subgraph instead of what the federation says, or a new subgraph.
    #[arg(long, value_name = "NAME=FILE", value_parser = name_and_file)]
    subgraph: Vec<(String, PathBuf)>,
    /// What clients send: GraphQL documents, manifests of persisted documents, logs of
    /// `router serve --record-operations`, or folders of these. A change that breaks none of it is
    /// not refused.
    #[arg(long, value_name = "PATH", num_args = 1..)]
    operations: Vec<PathBuf>,
    /// A breaking change that is meant: its coordinate, such as `Type.field(argument:)`.
    #[arg(long, value_name = "COORDINATE")]
    allow: Vec<String>,
    /// What is refused: breaking changes, or dangerous ones as well.
    #[arg(long, value_parser = ["breaking", "dangerous"], default_value = "breaking")]
    fail_on: String,
    /// How the report is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

fn name_and_file(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() => Ok((name.to_owned(), file.into())),
        _ => Err("it is not of the form NAME=FILE".to_owned()),
    }
}

#[derive(Debug, Args)]
struct PlanArguments {
    /// A file with the operation; `-` for standard input.
    operation: PathBuf,
    /// Which of several operations.
    #[arg(long)]
    operation_name: Option<String>,
    /// A composed supergraph schema.
    #[arg(long, conflicts_with = "config")]
    supergraph: Option<PathBuf>,
    /// The federation: its subgraphs, which are composed first.
    #[arg(long, default_value = "supergraph.yaml")]
    config: PathBuf,
    /// A label of progressive overrides that is on; all others are off.
    #[arg(long = "override-label", value_name = "LABEL", value_delimiter = ',')]
    override_labels: Vec<String>,
    /// How the plan is written.
    #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
    format: PlanFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum PlanFormat {
    /// One block a fetch, for reading.
    Text,
    /// A tree of fetches, as plan viewers understand it.
    Json,
}

/// Why a command ends without having done its work; it has said why.
struct Stopped(u8);

/// Runs the command.
#[must_use]
pub fn run(arguments: Arguments) -> ExitCode {
    start_log();
    let command = arguments.command.unwrap_or_else(|| {
        let defaults = Arguments::parse_from(["router", "dev"]);
        defaults.command.expect("the command line above names a command")
    });
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return ExitCode::from(stop(&error).0),
    };
    let outcome = runtime.block_on(async {
        match command {
            Command::Dev(arguments) => dev::run(&arguments).await,
            Command::Serve(arguments) => serve::run(&arguments).await,
            Command::Compose(arguments) => compose::run(&arguments).await,
            Command::Check(arguments) => check::run(&arguments).await,
            Command::Plan(arguments) => plan::run(&arguments).await,
            Command::Guard => stand(std::io::stdin().lock()).map_err(|error| stop(&error)),
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stopped(code)) => ExitCode::from(code),
    }
}

fn start_log() {
    let filter = EnvFilter::try_from_env("ROUTER_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // It fails when an embedding program has set a logger of its own, which then is the one.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(has_colours(&std::io::stderr()))
        .with_target(false)
        .try_init();
}

/// Says why the command could not do its work.
fn stop(reason: &dyn std::fmt::Display) -> Stopped {
    say(&format!("error: {reason}\n"));
    Stopped(NOT_RUN)
}

/// Writes to standard error. When nobody reads it there is nobody to tell.
fn say(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Whether somebody reads `stream` who likes colours. <https://no-color.org>
fn has_colours(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Writes to standard output.
fn print(text: &str) -> Result<(), Stopped> {
    let mut out = std::io::stdout().lock();
    let outcome = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    outcome.map_err(|error| stop(&error))
}

fn listen(address: SocketAddr) -> Result<TcpListener, Stopped> {
    bind(address).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => stop(&format!(
            "{address} is in use; stop what listens there, or choose another with --listen"
        )),
        _ => stop(&format!("cannot listen on {address}: {error}")),
    })
}

fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    /// Connections that wait to be accepted.
    const BACKLOG: u32 = 1024;
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // So that a restart need not wait for old connections to be forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Done at the first SIGINT or SIGTERM.
async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        // Without a handler for the one there is still the other.
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
