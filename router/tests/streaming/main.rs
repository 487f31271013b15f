//! Answers of several payloads, over simulated subgraphs: `@defer` as cases of text, and
//! subscriptions.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "../simulated/parts.rs"]
mod parts;
#[path = "../simulated/mod.rs"]
mod simulated;

mod deferred;
mod subscriptions;

use std::path::{Path, PathBuf};

use simulated::{Federation, composed};
use subgraph_simulator::{Subgraph, load_folder};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/streaming")
}

fn federation() -> Federation {
    let (supergraph, subgraphs) = supergraph();
    Federation::new(&supergraph, subgraphs).unwrap()
}

fn supergraph() -> (String, Vec<Subgraph>) {
    let subgraphs = load_folder(&folder()).unwrap_or_else(|error| panic!("{error}"));
    (composed(&subgraphs).unwrap(), subgraphs)
}
