//! Looks for changes in the files of one subgraph; builds it and has it started anew.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::mpsc;
use tokio::time::sleep;

use super::Shared;
use super::process::{Process, Program};
use crate::supergraph_yaml::DevSubgraph;

/// How often it is looked.
const INTERVAL: Duration = Duration::from_millis(500);

/// Files beyond this number are not looked at.
const FILES_MAX: usize = 20_000;

/// Folders that are the result of builds, or not the developer's.
const SKIPPED: [&str; 3] = ["target", "node_modules", ".git"];

/// The number of files and the latest change among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    count: usize,
    changed_at: Option<SystemTime>,
}

/// Runs until everything stops.
pub(crate) async fn run(
    shared: Arc<Shared>,
    name: String,
    start: DevSubgraph,
    restart: mpsc::Sender<()>,
) {
    let folder = &shared.federation.folder;
    let paths: Vec<PathBuf> = start.watch.iter().map(|path| folder.join(path)).collect();
    let build = Program::of_command(&shared.federation, &start.build);
    let mut stopping = shared.stopping.clone();
    let mut last = state(&paths);
    loop {
        tokio::select! {
            () = sleep(INTERVAL) => {}
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
        let now = state(&paths);
        if now == last {
            continue;
        }
        last = now;
        shared.console.line(&name, "its files have changed");
        let is_built = match &build {
            None => true,
            Some(build) => tokio::select! {
                is_built = Process::succeeds(&shared, &name, build) => is_built,
                _ = stopping.wait_for(|stopping| *stopping) => return,
            },
        };
        if !is_built {
            shared.console.line(&name, "what runs goes on");
        } else if restart.send(()).await.is_err() {
            return;
        }
    }
}

fn state(paths: &[PathBuf]) -> State {
    let mut state = State { count: 0, changed_at: None };
    let mut left: Vec<PathBuf> = paths.to_vec();
    while let Some(path) = left.pop() {
        if state.count >= FILES_MAX {
            break;
        }
        // What cannot be looked at is being written or removed; the next look will tell.
        let Ok(metadata) = path.symlink_metadata() else { continue };
        if metadata.is_dir() {
            if !is_skipped(&path) {
                let entries = std::fs::read_dir(&path).into_iter().flatten().flatten();
                left.extend(entries.map(|entry| entry.path()));
            }
            continue;
        }
        state.count += 1;
        state.changed_at = state.changed_at.max(metadata.modified().ok());
    }
    state
}

fn is_skipped(path: &Path) -> bool {
    path.file_name().is_some_and(|name| SKIPPED.iter().any(|skipped| name == *skipped))
}
