//! The monolith differential: a random world is split into subgraphs, composed, planned and
//! executed; the answers must be those of one monolithic schema over the same objects.
//!
//! `DIFFERENTIAL_WORLDS=1000` runs that many worlds; `DIFFERENTIAL_SEED=7` runs world 7 alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "../simulated/mod.rs"]
mod simulated;

mod objects;
mod operation;
mod part;
mod random;
mod split;
mod world;

use apollo_compiler::{ExecutableDocument, Schema};
use composition::{Composed, Options, SubgraphSource, compose};
use objects::Objects;
use operation::Operation;
use part::Part;
use random::Random;
use serde_json::{Value, json};
use simulated::{Federation, same};
use split::split;
use subgraph_simulator::Subgraph;
use world::World;

const WORLDS: usize = 100;
const OPERATIONS: usize = 30;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn compose_parts(parts: &[Part]) -> Result<Composed, String> {
    let source = |part: &Part| SubgraphSource {
        name: part.name.clone(),
        url: format!("http://{}.example/graphql", part.name),
        sdl: part.sdl.clone(),
        file: None,
    };
    let sources: Vec<_> = parts.iter().map(source).collect();
    compose(&sources, &Options::default()).map_err(|failure| {
        let errors = failure.errors.iter();
        errors.map(|e| format!("{:?} {}\n", e.code, e.message)).collect()
    })
}

/// What is wrong with an answer.
async fn wrong(
    federation: &Federation,
    monolith: &Subgraph,
    operation: &Operation,
) -> Option<String> {
    let body = json!({ "query": operation.query, "variables": operation.variables });
    let expected: Value =
        serde_json::from_slice(&monolith.answer(body.to_string().as_bytes())).unwrap();
    let outcome = federation.answer(&operation.query, &operation.variables).await;
    let got = &outcome.response;
    let errors = |response: &Value| response.get("errors").is_some_and(|e| e != &json!([]));
    let text = |response: &Value| response["data"].to_string();
    let fault = federation.plan_fault(&operation.query);
    let problem = if let Some(fault) = &fault {
        fault
    } else if !outcome.rejections.is_empty() {
        "refused"
    } else if !same(&expected["data"], &got["data"]) {
        "other data"
    } else if text(&expected) != text(got) {
        "other order"
    } else if errors(&expected) != errors(got) {
        "errors"
    } else {
        return None;
    };
    Some(format!(
        "{problem}\n{}\n{}\nexpected {expected}\n     got {got}\nrefused {:#?}\nrequests {}\n{}",
        operation.query,
        operation.variables,
        outcome.rejections,
        outcome.requests.join("\n"),
        federation.plan(&operation.query)
    ))
}

/// Runs a world; the number of operations.
async fn run_world(seed: u64) -> Result<usize, String> {
    let mut random = Random::new(seed);
    let world = World::new(&mut random);
    let objects = Objects::new(&world, &mut random);
    let parts = split(&world, &objects, &mut random);
    let describe =
        || parts.iter().map(|p| format!("# {}\n{}\n", p.name, p.sdl)).collect::<String>();
    let composed = compose_parts(&parts)
        .map_err(|errors| format!("seed {seed} does not compose: {errors}\n{}", describe()))?;
    let monolith = objects.monolith(&world, &composed.api_schema_sdl).subgraph();
    let subgraphs = parts.iter().map(Part::subgraph).collect();
    let federation = Federation::new(&composed.supergraph_sdl, subgraphs)?;
    let schema = Schema::parse_and_validate(&composed.api_schema_sdl, "api.graphql")
        .map_err(|invalid| invalid.to_string())?;
    let mut ids: Vec<String> = world.entities.iter().flat_map(|e| e.ids.clone()).collect();
    ids.push("nobody".to_owned());
    let mut count = 0;
    for _ in 0..OPERATIONS {
        let operation = operation::operation(&schema, &ids, &mut random);
        if ExecutableDocument::parse_and_validate(&schema, &operation.query, "op").is_err() {
            continue;
        }
        count += 1;
        if let Some(wrong) = wrong(&federation, &monolith, &operation).await {
            return Err(format!("seed {seed}: {wrong}\n{}", describe()));
        }
    }
    Ok(count)
}

#[tokio::test]
async fn answers_are_those_of_a_monolith() {
    let seeds = match number("DIFFERENTIAL_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("DIFFERENTIAL_WORLDS").unwrap_or(WORLDS as u64),
    };
    let (mut operations, mut failures) = (0, Vec::new());
    for seed in seeds {
        match run_world(seed).await {
            Ok(count) => operations += count,
            Err(failure) => failures.push(failure),
        }
    }
    println!("{operations} operations, {} worlds fail", failures.len());
    failures.sort_by_key(String::len);
    if let Some(shortest) = failures.first() {
        let first = |text: &String| text.lines().next().unwrap_or_default().to_owned();
        let all: Vec<String> = failures.iter().map(first).collect();
        panic!("{}\n\nthe shortest: {shortest}", all.join("\n"));
    }
}
