//! A subgraph, or the monolith: its schema, its data, and the fields that are computed.

use apollo_compiler::response::{JsonMap, JsonValue};
use serde_json::{Value, json};
use subgraph_simulator::{Inputs, Subgraph};

/// A subgraph: what it is made of.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) sdl: String,
    pub(crate) data: Value,
    /// Fields that are computed from arguments, and from what they require.
    pub(crate) with_arguments: Vec<String>,
    pub(crate) requiring: Vec<(String, String)>,
}

impl Part {
    pub(crate) fn subgraph(&self) -> Subgraph {
        let data: JsonMap = serde_json::from_value(self.data.clone()).unwrap();
        let mut subgraph = Subgraph::new(&self.name, &self.sdl, &data)
            .unwrap_or_else(|error| panic!("{error}\n{}", self.sdl));
        for field in &self.with_arguments {
            let name = field.split_once('.').unwrap().1.to_owned();
            subgraph = subgraph.with_rule(field, move |inputs| with_arguments(&name, inputs));
        }
        for (field, required) in &self.requiring {
            let required = required.clone();
            subgraph = subgraph.with_rule(field, move |inputs: Inputs<'_>| {
                let value = inputs.object.get(required.as_str());
                let value = value.ok_or(format!("{required} was not sent"))?;
                Ok(required_text(&serde_json::to_value(value).unwrap()).into())
            });
        }
        subgraph
    }
}

/// What a field with arguments gives.
fn with_arguments(field: &str, inputs: Inputs<'_>) -> Result<JsonValue, String> {
    match inputs.object.get(field) {
        None | Some(JsonValue::Null) => Ok(JsonValue::Null),
        Some(JsonValue::Object(_)) => Err("it fails".to_owned()),
        Some(own) => Ok(format!("{own} {}", JsonValue::Object(inputs.arguments.clone())).into()),
    }
}

/// What a field gives that requires this value.
pub(crate) fn required_text(value: &Value) -> String {
    format!("of {}", without_typename(value))
}

fn without_typename(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(without_typename).collect(),
        Value::Object(object) => {
            let kept = object.iter().filter(|(key, _)| *key != "__typename");
            Value::Object(kept.map(|(k, v)| (k.clone(), without_typename(v))).collect())
        }
        // However a float is written.
        Value::Number(number) => json!(number.as_f64()),
        other => other.clone(),
    }
}
