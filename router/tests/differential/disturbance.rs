//! Subgraphs that fail.

use bytes::Bytes;
use executor::FetchError;
use serde_json::{Value, json};

use crate::random::Random;

/// A value of no type that a world has.
pub(crate) const WRONG: &str = "{\"wrong\":1}";

/// How the answers of one subgraph are disturbed.
#[derive(Debug, Clone)]
pub(crate) struct Disturbance {
    subgraph: String,
    kind: usize,
    seed: u64,
}

impl Disturbance {
    pub(crate) fn new(subgraphs: &[String], random: &mut Random) -> Self {
        let subgraph = random.pick(subgraphs).clone();
        Self { subgraph, kind: random.below(12), seed: random.below(1 << 30) as u64 }
    }

    pub(crate) fn answer(&self, subgraph: &str, answer: Vec<u8>) -> Result<Bytes, FetchError> {
        if subgraph != self.subgraph {
            return Ok(answer.into());
        }
        let without_data = |body: Value| Ok(body.to_string().into());
        match self.kind {
            0 => Err(FetchError::Unreachable),
            1 => without_data(json!({ "errors": [{ "message": "down" }] })),
            2 => without_data(json!({ "data": null, "errors": [{ "message": "down" }] })),
            3 => Ok("<html>".into()),
            _ => {
                let mut body: Value = serde_json::from_slice(&answer).unwrap();
                self.change(&mut body);
                without_data(body)
            }
        }
    }

    /// Puts a wrong value where there is a leaf, or null with an error here and there.
    fn change(&self, body: &mut Value) {
        let mut random = Random::new(self.seed);
        if self.kind >= 8 {
            (0..random.between(1, 3)).for_each(|_| fail(body, &mut random));
        } else if let Some(path) = random_path(body, true, &mut random) {
            *at(body, &path) = serde_json::from_str(WRONG).unwrap();
        }
    }
}

/// Puts null with an error somewhere; null may have gone up from where the error is.
fn fail(body: &mut Value, random: &mut Random) {
    let Some(path) = random_path(body, false, random) else { return };
    let end = if random.percent(60) { path.len() } else { random.between(1, path.len()) };
    *at(body, &path[..end]) = Value::Null;
    let mut errors = body["errors"].as_array().cloned().unwrap_or_default();
    errors.push(json!({ "message": "it fails here", "path": path }));
    body["errors"] = Value::Array(errors);
}

/// A path in an answer that leads to something but null.
fn random_path(body: &Value, to_leaf: bool, random: &mut Random) -> Option<Vec<Value>> {
    let mut places = Vec::new();
    collect(&body["data"], &[], &mut places);
    places.retain(|(path, is_leaf)| !path.is_empty() && (*is_leaf || !to_leaf));
    (!places.is_empty()).then(|| random.pick(&places).0.clone())
}

fn at<'v>(body: &'v mut Value, path: &[Value]) -> &'v mut Value {
    path.iter().fold(&mut body["data"], step_to)
}

fn step_to<'v>(value: &'v mut Value, step: &Value) -> &'v mut Value {
    match step {
        Value::String(key) => &mut value[key.as_str()],
        index => &mut value[usize::try_from(index.as_u64().unwrap()).unwrap()],
    }
}

/// The paths in an answer that lead to something but null, and whether that is a leaf.
fn collect(value: &Value, path: &[Value], places: &mut Vec<(Vec<Value>, bool)>) {
    if !value.is_null() {
        let is_composite = value.is_array() || value.is_object() && value.get("json").is_none();
        places.push((path.to_vec(), !is_composite));
    }
    let steps: Vec<(Value, &Value)> = match value {
        // What may be anything is one value.
        Value::Object(object) if object.contains_key("json") => return,
        Value::Array(items) => items.iter().enumerate().map(|(i, item)| (json!(i), item)).collect(),
        Value::Object(object) => {
            let fields = object.iter().filter(|(key, _)| *key != "__typename");
            fields.map(|(key, value)| (json!(key), value)).collect()
        }
        _ => return,
    };
    for (step, value) in steps {
        collect(value, &[path, &[step]].concat(), places);
    }
}
