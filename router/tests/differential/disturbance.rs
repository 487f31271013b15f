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
        Self { subgraph, kind: random.below(10), seed: random.below(1 << 30) as u64 }
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

    /// Puts a wrong value where there is a leaf, or null with an error where there is a leaf or an
    /// entity.
    fn change(&self, body: &mut Value) {
        let mut random = Random::new(self.seed);
        let is_null = self.kind >= 8;
        let mut places = Vec::new();
        collect(&body["data"], &Value::Array(Vec::new()), &mut places);
        places.retain(|(path, is_leaf)| match is_null {
            true => may_be_null(path, *is_leaf),
            false => *is_leaf,
        });
        if places.is_empty() {
            return;
        }
        let (path, _) = random.pick(&places).clone();
        let place = path.as_array().into_iter().flatten().fold(&mut body["data"], step_to);
        if !is_null {
            *place = serde_json::from_str(WRONG).unwrap();
            return;
        }
        *place = Value::Null;
        let mut errors = body["errors"].as_array().cloned().unwrap_or_default();
        errors.push(json!({ "message": "it fails here", "path": path }));
        body["errors"] = Value::Array(errors);
    }
}

/// Whether there may be null at a path, with an error: for leaves and entities. A list of leaves is
/// one value for whoever requires it, and other objects may have come from elsewhere as well.
fn may_be_null(path: &Value, is_leaf: bool) -> bool {
    let path = path.as_array().map_or(&[][..], Vec::as_slice);
    match path {
        [Value::String(root), Value::Number(_)] => root.starts_with('_'),
        [.., Value::Number(_)] => false,
        _ => is_leaf,
    }
}

fn step_to<'v>(value: &'v mut Value, step: &Value) -> &'v mut Value {
    match step {
        Value::String(key) => &mut value[key.as_str()],
        index => &mut value[usize::try_from(index.as_u64().unwrap()).unwrap()],
    }
}

/// The paths in an answer that lead to something but null, and whether that is a leaf.
fn collect(value: &Value, path: &Value, places: &mut Vec<(Value, bool)>) {
    if !value.is_null() {
        let is_composite = value.is_array() || value.is_object() && value.get("json").is_none();
        places.push((path.clone(), !is_composite));
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
        let mut path = path.clone();
        path.as_array_mut().into_iter().for_each(|path| path.push(step.clone()));
        collect(value, &path, places);
    }
}
