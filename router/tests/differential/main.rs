//! The monolith differential: a random world is split into subgraphs, composed, planned and
//! executed; the answers must be those of one monolithic schema over the same objects, executed
//! by an executor that shares no code with ours.
//!
//! - `DIFFERENTIAL_WORLDS=1000` runs that many worlds, from `DIFFERENTIAL_FIRST` on;
//!   `DIFFERENTIAL_SEED=7` runs world 7 alone.
//! - What fails is made smaller, shown, and written to a folder below `DIFFERENTIAL_OUT`, if that
//!   is set. Such folders are kept in `differential/cases`, where a second test runs them.
//!
//! Where a federation cannot do all that a monolith can, this is the rule:
//! - the order of keys does not count where there are interface objects, as their runtime type is
//!   not asked for only to know the order; nor is it to know whether clients may see the object,
//!   so members of these are never hidden;
//! - the nearest object above that sets a context, by its runtime type, is the one that counts; a
//!   value that only several subgraphs have together sets none;
//! - messages and paths of errors do not count; whether there are errors does;
//! - an object with a key that is null may be null, or any part of it;
//! - what is null although a subgraph promises that it is not makes as much null as that promise
//!   says, or as little as the supergraph does;
//! - when subgraphs fail, the answer may have null for anything else, but nothing else for
//!   anything, and each root field that has, has errors.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "../simulated/parts.rs"]
mod parts;
#[path = "../simulated/mod.rs"]
mod simulated;

mod abstract_types;
mod ancestors;
mod arguments;
mod case;
mod contexts;
mod deferred;
mod disturbance;
mod entities;
mod field_set;
mod hiding;
mod objects;
mod operation;
mod part;
mod promises;
mod random;
mod roots;
mod run;
mod sets;
mod shrink;
mod split;
mod split_data;
mod value_types;
mod values;
mod world;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use case::problem_of_folder;
use run::{Failure, Tally, run_world};

const WORLDS: u64 = 70;

/// Most failures that are made smaller.
const SHRUNK_MAX: usize = 3;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn answers_are_those_of_a_monolith() {
    run_worlds(false);
}

#[test]
fn answers_in_parts_are_those_of_a_monolith() {
    let tally = run_worlds(true);
    // What fetches cost is estimated before they are joined, so it is not quite never.
    assert!(tally.more <= 1 + tally.answers / 200, "{tally:?}");
}

fn run_worlds(with_defer: bool) -> Tally {
    let first = number("DIFFERENTIAL_FIRST").unwrap_or(0);
    let seeds = match number("DIFFERENTIAL_SEED") {
        Some(seed) => seed..seed + 1,
        None => first..first + number("DIFFERENTIAL_WORLDS").unwrap_or(WORLDS),
    };
    let (next, results) = (AtomicU64::new(seeds.start), Mutex::new((Tally::default(), Vec::new())));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let runtime = runtime();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        break;
                    }
                    let (tally, failure) = runtime.block_on(run_world(seed, with_defer));
                    let mut results = results.lock().unwrap();
                    results.0.add(&tally);
                    results.1.extend(failure.map(|failure| (seed, failure)));
                }
            });
        }
    });
    let (tally, mut failures) = results.into_inner().unwrap();
    println!("{tally:?}, {} worlds fail", failures.len());
    failures.sort_by_key(|(seed, failure)| (failure.len(), *seed));
    report(&failures);
    // Most worlds have to compose, or nothing is tested.
    assert!(tally.rejected * 2 < seeds.end - seeds.start + 2, "{tally:?}");
    tally
}

fn report(failures: &[(u64, Failure)]) {
    if failures.is_empty() {
        return;
    }
    let mut kinds: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for (seed, failure) in failures {
        kinds.entry(&failure.problem).or_default().push(*seed);
    }
    let mut text = String::new();
    for (problem, seeds) in kinds {
        text.push_str(&format!("{problem}: {seeds:?}\n"));
    }
    let out = std::env::var_os("DIFFERENTIAL_OUT").map(PathBuf::from);
    for (seed, failure) in failures.iter().take(SHRUNK_MAX) {
        let shown = runtime().block_on(async {
            let Some(case) = &failure.case else { return failure.text.clone() };
            let small = shrink::shrink(case.clone()).await;
            if let Some(out) = &out {
                small.write(&out.join(format!("seed_{seed}")));
            }
            small.report().await
        });
        text.push_str(&format!("\n== seed {seed}: {}\n{shown}\n", failure.problem));
    }
    panic!("{text}");
}

#[tokio::test]
async fn what_was_found_once_stays_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential/cases");
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let mut wrong = String::new();
    for folder in &folders {
        if let Some(problem) = problem_of_folder(folder).await {
            wrong.push_str(&format!("{}: {problem}\n\n", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
