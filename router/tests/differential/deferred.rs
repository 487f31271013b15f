//! Answers in parts.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use executor::FetchError;
use query_plan::Fetch;
use serde_json::{Value, json};

use crate::case::is_with_nulls;
use crate::operation::Operation;
use crate::parts::{Delay, Merged, merge};
use crate::simulated::{Federation, same};

/// What is wrong with the parts of an answer: merged, they have to be the answer in one piece.
pub(crate) async fn wrong_in_parts(
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
        // What failed at first, a subgraph may have that is asked only for what is deferred.
        Ok(merged)
            if !merged.errors.is_empty()
                && !same(&whole["data"], &merged.data)
                && is_with_nulls(&whole["data"], &merged.data) =>
        {
            return None;
        }
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
pub(crate) fn needs_more_initially(federation: &Federation, operation: &Operation) -> bool {
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
