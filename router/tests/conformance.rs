//! Federation semantics as the public federation gateway audit tests them: the cases of each suite
//! (`conformance/<suite>/`), over simulated subgraphs, from the supergraph of the reference
//! composition and from our own.
//!
//! Each case counts twice: its answer, and whether no more requests to subgraphs were made than the
//! fewest that any gateway is known to need. `conformance/counts.txt` has the counts; they may only
//! rise. `UPDATE=1 cargo test -p router --test conformance` writes them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod simulated;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde::Deserialize;
use serde_json::{Value, json};
use simulated::{Federation, Outcome, composed, same};
use subgraph_simulator::{Inputs, Subgraph, load_folder};

/// One operation of a suite and what is expected of it.
#[derive(Deserialize)]
struct Case {
    id: String,
    query: String,
    /// The data of the answer.
    data: Value,
    /// Whether there have to be errors; otherwise they do not count.
    errors: bool,
    fewest_fetches: usize,
}

/// How many cases are as they should be.
#[derive(Default, PartialEq, PartialOrd, Clone, Copy)]
struct Counts {
    answers: usize,
    few_fetches: usize,
    cases: usize,
}

impl Counts {
    fn text(self, supergraph: &str) -> String {
        let Self { answers, few_fetches, cases } = self;
        format!(
            "{supergraph} supergraph: {answers} of {cases} answered, \
             {few_fetches} of {cases} with the fewest fetches\n"
        )
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

fn suites() -> Vec<PathBuf> {
    let mut suites: Vec<PathBuf> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    suites.retain(|path| path.is_dir());
    suites.sort();
    suites
}

/// The subgraphs of a suite, in their first state.
fn subgraphs(suite: &Path) -> Vec<Subgraph> {
    let subgraphs = load_folder(suite).unwrap_or_else(|error| panic!("{error}"));
    if !suite.ends_with("mutations") {
        return subgraphs;
    }
    // One number a request, which the subgraphs share and change in turn.
    let numbers = Arc::new(Mutex::new(HashMap::<String, i64>::new()));
    let rule = |field: &'static str, change: fn(i64, i64) -> i64, argument: &'static str| {
        let numbers = Arc::clone(&numbers);
        move |inputs: Inputs<'_>| {
            let argument = inputs.arguments.get(argument).and_then(|a| a.as_i64()).unwrap_or(0);
            let id = inputs.arguments.get("requestId").and_then(|a| a.as_str()).unwrap_or("");
            let mut numbers = numbers.lock().unwrap();
            let number = change(numbers.get(id).copied().unwrap_or(0), argument);
            match field {
                "delete" => numbers.remove(id),
                _ => numbers.insert(id.to_owned(), number),
            };
            Ok(number.into())
        }
    };
    let with_rules = |subgraph: Subgraph| match subgraph.name() {
        "a" => subgraph
            .with_rule("Mutation.multiply", rule("multiply", |number, by| number * by, "by")),
        "b" => subgraph.with_rule("Mutation.delete", rule("delete", |number, _| number, "")),
        _ => subgraph.with_rule("Mutation.add", rule("add", |number, num| number + num, "num")),
    };
    subgraphs.into_iter().map(with_rules).collect()
}

fn our_supergraph(suite: &Path) -> Result<String, String> {
    composed(&subgraphs(suite))
}

fn apollo_supergraph(suite: &Path) -> Result<String, String> {
    Ok(fs::read_to_string(suite.join("apollo-supergraph.graphql")).unwrap())
}

/// What is wrong with an outcome, beside the number of fetches.
fn wrong(case: &Case, outcome: &Outcome) -> Option<String> {
    let none = Value::Null;
    let data = outcome.response.get("data").unwrap_or(&none);
    let errors = outcome.response.get("errors").is_some_and(|e| e != &json!([]));
    if !outcome.rejections.is_empty() {
        return Some(format!("refused: {:#?}", outcome.rejections));
    }
    if !same(data, &case.data) {
        return Some(format!("expected {}\n     got {}", case.data, outcome.response));
    }
    (case.errors && !errors).then(|| "expected errors".to_owned())
}

async fn run_suite(suite: &Path, supergraph: Result<String, String>) -> Counts {
    let cases = fs::read_to_string(suite.join("cases.json")).unwrap();
    let cases: Vec<Case> = serde_json::from_str(&cases).unwrap();
    let mut counts = Counts { cases: cases.len(), ..Counts::default() };
    let federation = supergraph.and_then(|sdl| Federation::new(&sdl, subgraphs(suite)));
    let federation = match federation {
        Ok(federation) => federation,
        Err(error) => {
            println!("{}: no supergraph: {error}", suite.display());
            return counts;
        }
    };
    for case in &cases {
        let outcome = federation.answer(&case.query, &json!({})).await;
        let wrong = federation.plan_fault(&case.query).or_else(|| wrong(case, &outcome));
        let too_many = outcome.requests.len() > case.fewest_fetches;
        counts.answers += usize::from(wrong.is_none());
        counts.few_fetches += usize::from(!too_many);
        if wrong.is_some() || too_many {
            let (sent, fewest) = (outcome.requests.len(), case.fewest_fetches);
            println!("## {}: {sent} fetches, fewest {fewest}\n{}", case.id, case.query);
            println!("{}", wrong.unwrap_or_default());
            outcome.requests.iter().for_each(|request| println!("   {request}"));
            println!("{}", federation.plan(&case.query));
        }
    }
    counts
}

async fn run(supergraph: fn(&Path) -> Result<String, String>) -> Counts {
    let mut counts = Counts::default();
    for suite in suites() {
        let suite = run_suite(&suite, supergraph(&suite)).await;
        counts.answers += suite.answers;
        counts.few_fetches += suite.few_fetches;
        counts.cases += suite.cases;
    }
    counts
}

#[tokio::test]
async fn counts_only_rise() {
    let now = run(apollo_supergraph).await.text("apollo") + &run(our_supergraph).await.text("our");
    let file = folder().join("counts.txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, &now).unwrap();
    }
    let before = fs::read_to_string(file).unwrap();
    println!("{now}");
    let pairs = numbers(&now).into_iter().zip(numbers(&before));
    assert!(
        pairs.into_iter().all(|(now, before)| now >= before),
        "there was more before:\n{before}"
    );
}

fn numbers(text: &str) -> Vec<usize> {
    text.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}
