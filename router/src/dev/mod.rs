//! A federation on one machine: starts its subgraphs, keeps them running, composes them, and
//! serves the result; composes anew when one of them changes.
//!
//! What runs here belongs to a developer who watches it: a subgraph that dies is started again, a
//! schema that does not compose leaves the last one that did, and everything is told on a
//! [`Console`]. Nothing that was started outlives the router, see [`guard`].

pub mod console;
pub mod guard;

mod composing;
mod process;
mod supervisor;
mod watch;

use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch as flag};
use tokio::task::JoinSet;

use crate::http::serve;
use crate::limits::RequestLimits;
use crate::serving::{Serving, Sharing};
use crate::supergraph_yaml::{DevSubgraph, Federation};
use composing::Composing;
use console::Console;
use guard::Guard;
use process::{Process, Program};
use supervisor::Supervisor;

/// What all parts of a running federation share.
pub(crate) struct Shared {
    pub(crate) federation: Federation,
    pub(crate) console: Console,
    pub(crate) guard: Guard,
    /// Becomes true when everything has to stop.
    pub(crate) stopping: flag::Receiver<bool>,
}

/// Why a federation does not run.
#[derive(Debug, thiserror::Error)]
pub enum DevError {
    /// The command that builds the subgraphs failed.
    #[error("the build failed")]
    Build,
    /// Something the router itself needs is not to be had.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Runs `federation` and serves it on `listener` until `stop` is done. `own_program` is the
/// router's binary, of which one more process watches over the subgraphs.
///
/// # Errors
/// The federation cannot be started.
pub async fn run(
    federation: Federation,
    console: Console,
    own_program: PathBuf,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> Result<(), DevError> {
    let (stopping_in, stopping) = flag::channel(false);
    let guard = Guard::start(&own_program)?;
    let shared = Arc::new(Shared { federation, console, guard, stopping });
    tokio::pin!(stop);
    let build = Program::of_command(&shared.federation, &shared.federation.dev.build);
    if let Some(build) = build {
        shared.console.line("router", "building");
        let is_built = tokio::select! {
            is_built = Process::succeeds(&shared, "build", &build) => is_built,
            () = &mut stop => {
                // Dropping the build has ended it.
                return Ok(());
            }
        };
        if !is_built {
            return Err(DevError::Build);
        }
    }
    let mut parts = JoinSet::new();
    for (name, start) in &shared.federation.dev.subgraphs {
        start_subgraph(&shared, name, start, &mut parts);
    }
    let serving = Arc::new(Serving::new(RequestLimits::default(), Sharing::default()));
    parts.spawn(Composing::new(Arc::clone(&shared), Arc::clone(&serving)).run());
    let address = listener.local_addr()?;
    shared.console.line("router", &format!("listening on http://{address}"));
    serve(listener, serving, stop).await?;
    shared.console.line("router", "stopping");
    // The receivers are all in tasks that are waited for next.
    let _ = stopping_in.send(true);
    while parts.join_next().await.is_some() {}
    Ok(())
}

fn start_subgraph(shared: &Arc<Shared>, name: &str, start: &DevSubgraph, parts: &mut JoinSet<()>) {
    let Some(program) = Program::of_subgraph(&shared.federation, start) else { return };
    let (restart, restarts) = mpsc::channel(1);
    let supervisor = Supervisor::new(Arc::clone(shared), name.to_owned(), program, restarts);
    parts.spawn(supervisor.run());
    if !start.watch.is_empty() {
        parts.spawn(watch::run(Arc::clone(shared), name.to_owned(), start.clone(), restart));
    }
}
