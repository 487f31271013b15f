//! Answers in parts.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};

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
    let one_fails = AtomicBool::new(false);
    let delay = |name: &str, body: &[u8]| {
        let mut hasher = DefaultHasher::new();
        (seed, name, body).hash(&mut hasher);
        match hasher.finish() % 80 {
            0..5 => {
                one_fails.store(true, Ordering::Relaxed);
                Delay::Fails(FetchError::Unreachable)
            }
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
        Ok(merged)
            if merged.failed > 0 && (!errors.is_empty() || one_fails.load(Ordering::Relaxed)) =>
        {
            return None;
        }
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
        Ok(merged) if errors.is_empty() && merged.errors.is_empty() => return None,
        Ok(merged) => {
            // Where there is null without any failure, one that comes later is not told.
            let sound = federation.answer_whole(query, variables, |_, _| Delay::Turns(0)).await;
            let sound = sound.unwrap_or_default();
            if are_same_errors(&whole, &merged, &sound) {
                return None;
            }
            "other errors in parts".to_owned()
        }
    };
    let payloads: String = payloads.iter().map(|payload| format!("{payload}\n")).collect();
    let plan = federation.plan(query);
    Some(format!("{problem}\n{query}\n{variables}\nwhole {whole}\n{payloads}\n{plan}"))
}

/// Whether the initial answer needs more fetches than if there were nothing else.
pub(crate) fn needs_more_initially(federation: &Federation, operation: &Operation) -> bool {
    let plans = (&operation.query, &operation.initial);
    let plan = |query: &String| federation.engine.plan(query, None, &federation.labels);
    let (Ok(plan), Ok(alone)) = (plan(plans.0), plan(plans.1)) else { return false };
    let is_initial =
        |f: &&Fetch| f.deferred.is_empty() || f.deferred.iter().any(|wanted| wanted.by.is_none());
    plan.fetches.iter().filter(is_initial).count() > alone.fetches.len()
}

/// Whether an answer has the same errors in one piece and in parts. An error may be missing below a
/// null: nothing is looked at there any more, and nothing is deferred. It may be one of the null
/// instead, where nothing has come of the object yet of which another subgraph has more.
fn are_same_errors(whole: &Value, merged: &Merged, sound: &Value) -> bool {
    let are_among = |errors: &[Value], others: &[Value], data: &Value| {
        errors.iter().all(|error| {
            let path = &error["path"];
            let is_below = |other: &Value| {
                let path = path.as_array().map_or(&[][..], Vec::as_slice);
                other["path"].as_array().is_some_and(|other| other.starts_with(path))
            };
            others.iter().any(|other| {
                &other["path"] == path || (is_below(other) && value_at(data, path).is_null())
            }) || is_below_null(data, path)
                || is_null_by_itself(sound, path)
        })
    };
    let errors = whole["errors"].as_array().map_or(&[][..], Vec::as_slice);
    are_among(errors, &merged.errors, &merged.data)
        && are_among(&merged.errors, errors, &whole["data"])
}

/// Whether an answer has null at a path, without an error.
fn is_null_by_itself(answer: &Value, path: &Value) -> bool {
    let value = value_at(&answer["data"], path);
    let mut errors = answer["errors"].as_array().into_iter().flatten();
    value.is_null() && errors.all(|error| &error["path"] != path)
}

fn value_at<'d>(data: &'d Value, path: &Value) -> &'d Value {
    path.as_array().into_iter().flatten().fold(data, step_to)
}

fn step_to<'d>(place: &'d Value, step: &Value) -> &'d Value {
    match step {
        Value::String(key) => &place[key.as_str()],
        index => &place[index.as_u64().unwrap_or(u64::MAX) as usize],
    }
}

fn is_below_null(data: &Value, path: &Value) -> bool {
    let mut place = data;
    path.as_array().into_iter().flatten().any(|step| {
        let was_null = place.is_null();
        place = step_to(place, step);
        was_null
    })
}
