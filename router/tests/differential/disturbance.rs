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
        Self { subgraph, kind: random.below(8), seed: random.below(1 << 30) as u64 }
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
                let mut random = Random::new(self.seed);
                let mut leaves = Vec::new();
                if let Some(data) = body.get_mut("data") {
                    collect(data, &mut leaves);
                }
                if !leaves.is_empty() {
                    let index = random.below(leaves.len());
                    *leaves.swap_remove(index) = serde_json::from_str(WRONG).unwrap();
                }
                without_data(body)
            }
        }
    }
}

/// The leaves of an answer that a wrong value may stand for.
fn collect<'v>(value: &'v mut Value, leaves: &mut Vec<&'v mut Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| collect(item, leaves)),
        Value::Object(object) => object
            .iter_mut()
            .filter(|(key, _)| *key != "__typename")
            .for_each(|(_, value)| collect(value, leaves)),
        Value::Null => {}
        leaf => leaves.push(leaf),
    }
}
