//! The monolith differential: a random world is split into subgraphs, composed, planned and
//! executed; the answers must be those of one monolithic schema over the same objects.
//!
//! `DIFFERENTIAL_WORLDS=1000` runs that many worlds; `DIFFERENTIAL_SEED=7` runs world 7 alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "../simulated/parts.rs"]
mod parts;
#[path = "../simulated/mod.rs"]
mod simulated;

mod objects;
mod operation;
mod part;
mod random;
mod split;
mod world;

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use apollo_compiler::{ExecutableDocument, Schema};
use composition::{Composed, Options, SubgraphSource, compose};
use executor::FetchError;
use objects::Objects;
use operation::Operation;
use part::Part;
use parts::{Delay, Merged, merge};
use query_plan::Fetch;
use random::Random;
use serde_json::{Value, json};
use simulated::{Federation, same};
use split::split;
use subgraph_simulator::Subgraph;
use world::World;

const DEFER: &str = "directive @defer(if: Boolean! = true, label: String)
  on FRAGMENT_SPREAD | INLINE_FRAGMENT";
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
    let mut variables = operation.variables.clone();
    variables.as_object_mut().unwrap().retain(|name, _| !name.starts_with("defer"));
    let body = json!({ "query": operation.whole, "variables": variables });
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

/// What is wrong with the parts of an answer: merged, they have to be the answer in one piece.
async fn wrong_in_parts(
    federation: &Federation,
    operation: &Operation,
    seed: u64,
) -> Option<String> {
    let (query, variables) = (&operation.query, &operation.variables);
    let delay = |name: &str, body: &[u8]| {
        let mut hasher = DefaultHasher::new();
        (seed, name, body).hash(&mut hasher);
        match hasher.finish() % 80 {
            0..5 => Delay::Fails(FetchError::Unreachable),
            turns => Delay::Turns((turns % 9) as usize),
        }
    };
    let whole = federation.answer_whole(query, variables, delay).await;
    let whole = whole.unwrap_or_else(|rejection| json!(rejection));
    let payloads = federation.answer_in_parts(query, variables, delay).await;
    let payloads = payloads.unwrap_or_else(|rejection| vec![json!(rejection)]);
    let errors = whole["errors"].as_array().cloned().unwrap_or_default();
    let problem = match merge(&payloads) {
        Err(fault) => fault,
        Ok(merged) if merged.failed > 0 && !errors.is_empty() => return None,
        Ok(merged) if !same(&whole["data"], &merged.data) => "other data in parts".to_owned(),
        // There is a limit on errors.
        Ok(_) if errors.len() >= 50 => return None,
        Ok(merged) if !are_same_errors(&errors, &merged) => "other errors in parts".to_owned(),
        Ok(_) => return None,
    };
    let payloads: String = payloads.iter().map(|payload| format!("{payload}\n")).collect();
    let plan = federation.plan(query);
    Some(format!("{problem}\n{query}\n{variables}\nwhole {whole}\n{payloads}\n{plan}"))
}

/// Whether the initial answer needs more fetches than if there were nothing else.
fn needs_more_initially(federation: &Federation, operation: &Operation) -> bool {
    let plans = (&operation.query, &operation.initial);
    let plan = |query: &String| federation.engine.plan(query, None, &BTreeSet::new());
    let (Ok(plan), Ok(alone)) = (plan(plans.0), plan(plans.1)) else { return false };
    let is_initial =
        |f: &&Fetch| f.deferred.is_empty() || f.deferred.iter().any(|wanted| wanted.by.is_none());
    plan.fetches.iter().filter(is_initial).count() > alone.fetches.len()
}

/// Whether the errors of an answer have the same paths in one piece and in parts. Below a null of
/// the initial answer, nothing is deferred, and so nothing fails.
fn are_same_errors(whole: &[Value], merged: &Merged) -> bool {
    let paths = |errors: &[Value]| -> BTreeSet<String> {
        errors.iter().map(|error| error["path"].to_string()).collect()
    };
    let is_below_null = |error: &&Value| {
        let path = error["path"].as_array().map_or(&[][..], Vec::as_slice);
        let mut place = &merged.data;
        path.iter().any(|step| {
            let was_null = place.is_null();
            place = match step {
                Value::String(key) => &place[key.as_str()],
                index => &place[index.as_u64().unwrap_or(u64::MAX) as usize],
            };
            was_null
        })
    };
    let (all, delivered) = (paths(whole), paths(&merged.errors));
    let missing = whole.iter().filter(|error| !delivered.contains(&error["path"].to_string()));
    delivered.is_subset(&all) && missing.into_iter().all(|error| is_below_null(&error))
}

#[derive(Default)]
struct Counts {
    operations: usize,
    /// Operations whose initial answer needs more fetches for the sake of what is deferred.
    more: usize,
}

/// Runs a world.
async fn run_world(seed: u64, with_defer: bool) -> Result<Counts, String> {
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
    let api_schema = format!("{}\n{DEFER}", composed.api_schema_sdl);
    let schema = Schema::parse_and_validate(&api_schema, "api.graphql")
        .map_err(|invalid| invalid.to_string())?;
    let mut ids: Vec<String> = world.entities.iter().flat_map(|e| e.ids.clone()).collect();
    ids.push("nobody".to_owned());
    let has_interface_objects = parts.iter().any(|p| p.sdl.contains("@interfaceObject @key"));
    let mut counts = Counts::default();
    for _ in 0..OPERATIONS {
        let operation = operation::operation(&schema, &ids, &mut random, with_defer);
        if ExecutableDocument::parse_and_validate(&schema, &operation.query, "op").is_err() {
            continue;
        }
        counts.operations += 1;
        // The runtime type of an interface object decides what is deferred.
        let may_need_more = !with_defer || has_interface_objects;
        counts.more += usize::from(!may_need_more && needs_more_initially(&federation, &operation));
        let mut wrong = wrong(&federation, &monolith, &operation).await;
        if wrong.is_none() && with_defer {
            wrong = wrong_in_parts(&federation, &operation, seed).await;
        }
        if let Some(wrong) = wrong {
            return Err(format!("seed {seed}: {wrong}\n{}", describe()));
        }
    }
    Ok(counts)
}

#[tokio::test]
async fn answers_are_those_of_a_monolith() {
    run_worlds(false).await;
}

#[tokio::test]
async fn answers_in_parts_are_those_of_a_monolith() {
    run_worlds(true).await;
}

async fn run_worlds(with_defer: bool) {
    let seeds = match number("DIFFERENTIAL_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("DIFFERENTIAL_WORLDS").unwrap_or(WORLDS as u64),
    };
    let (mut total, mut failures) = (Counts::default(), Vec::new());
    for seed in seeds {
        match run_world(seed, with_defer).await {
            Ok(counts) => {
                total.operations += counts.operations;
                total.more += counts.more;
            }
            Err(failure) => failures.push(failure),
        }
    }
    let Counts { operations, more } = total;
    println!("{operations} operations, {} worlds fail, {more} need more", failures.len());
    failures.sort_by_key(String::len);
    if let Some(shortest) = failures.first() {
        let first = |text: &String| text.lines().next().unwrap_or_default().to_owned();
        let all: Vec<String> = failures.iter().map(first).collect();
        panic!("{}\n\nthe shortest: {shortest}", all.join("\n"));
    }
    // What fetches cost is estimated before they are joined, so it is not quite never.
    assert!(more <= 1 + operations / 200, "{more} of {operations} operations");
}
