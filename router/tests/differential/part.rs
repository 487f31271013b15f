//! A subgraph, or the monolith: its schema and its data. Fields with arguments, and those that
//! require others, are computed from these, as their definitions say.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use apollo_compiler::ast::{Definition, Document, FieldDefinition, Selection};
use apollo_compiler::response::{JsonMap, JsonValue};
use serde_json::{Value, json};
use subgraph_simulator::{Inputs, Subgraph};

use crate::ancestors::Ancestors;
use crate::arguments::without_own;
use crate::field_set::{AsSent, parse, projected, required_text};

/// A subgraph: what it is made of.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) sdl: String,
    pub(crate) data: Value,
}

/// How often a mutation was done: all subgraphs count together.
pub(crate) type Counter = Arc<AtomicUsize>;

impl Part {
    pub(crate) fn subgraph(&self, counter: &Counter) -> Result<Subgraph, String> {
        self.with_ancestors(counter, &Arc::default())
    }

    /// The subgraph, whose fields depend on the objects further up.
    pub(crate) fn with_ancestors(
        &self,
        counter: &Counter,
        ancestors: &Arc<Ancestors>,
    ) -> Result<Subgraph, String> {
        let data: JsonMap = serde_json::from_value(self.data.clone()).unwrap();
        let mut subgraph =
            Subgraph::new(&self.name, &self.sdl, &data).map_err(|error| error.to_string())?;
        let document = Document::parse(&self.sdl, "part.graphql").map_err(|e| e.to_string())?;
        for definition in &document.definitions {
            let (type_name, fields) = match definition {
                Definition::ObjectTypeDefinition(object) => (&object.name, &object.fields),
                Definition::ObjectTypeExtension(object) => (&object.name, &object.fields),
                _ => continue,
            };
            for field in fields {
                let path = format!("{type_name}.{}", field.name);
                if type_name == "Mutation" {
                    let (name, counter) = (field.name.to_string(), Arc::clone(counter));
                    subgraph =
                        subgraph.with_rule(&path, move |inputs| done(&name, &counter, inputs));
                } else if !["Query", "Root"].contains(&type_name.as_str())
                    && let Some(computed) = Computed::of(&path, field, ancestors)
                {
                    subgraph = subgraph.with_rule(&path, move |inputs| computed.value(inputs));
                }
            }
        }
        Ok(subgraph)
    }
}

/// What a mutation gives: its own, with the number of mutations before.
fn done(name: &str, counter: &AtomicUsize, inputs: Inputs<'_>) -> Result<JsonValue, String> {
    let number = counter.fetch_add(1, Ordering::Relaxed);
    let mut own = inputs.object.get(name).cloned().unwrap_or_default();
    if let Some(object) = own.as_object_mut() {
        object.insert("order", number.into());
    }
    Ok(own)
}

/// A field that is computed.
struct Computed {
    /// `Type.field`.
    path: String,
    name: String,
    requires: Option<Vec<Selection>>,
    has_arguments: bool,
    picks: bool,
    /// Arguments that come from contexts.
    contextual: Vec<String>,
    ancestors: Arc<Ancestors>,
}

impl Computed {
    fn of(path: &str, field: &FieldDefinition, ancestors: &Arc<Ancestors>) -> Option<Self> {
        let requires = field.directives.get("requires");
        let requires = requires.and_then(|r| r.specified_argument_by_name("fields")?.as_str());
        let contextual = ancestors.arguments(path);
        let has_arguments = !field.arguments.is_empty() || !contextual.is_empty();
        let picks = field.arguments.iter().any(|argument| argument.name == "pick");
        let is_external = field.directives.has("external");
        let is_computed = requires.is_some() || has_arguments || !ancestors.is_empty();
        (!is_external && is_computed).then(|| Self {
            path: path.to_owned(),
            name: field.name.to_string(),
            requires: requires.map(parse),
            has_arguments,
            picks,
            contextual,
            ancestors: Arc::clone(ancestors),
        })
    }

    fn value(&self, inputs: Inputs<'_>) -> Result<JsonValue, String> {
        let value = self.own(inputs)?;
        let type_name = self.path.split('.').next().unwrap_or_default();
        Ok(self.ancestors.passed_on(type_name, inputs.object, value))
    }

    fn own(&self, inputs: Inputs<'_>) -> Result<JsonValue, String> {
        let own: JsonValue = match &self.requires {
            None => inputs.object.get(self.name.as_str()).cloned().unwrap_or_default(),
            Some(set) => {
                let object = serde_json::to_value(inputs.object).unwrap();
                let projected = projected(&AsSent, set, object.as_object().unwrap())?;
                serde_json::from_value(required_text(&projected)).unwrap()
            }
        };
        if !self.has_arguments || own.is_null() || own.is_object() {
            return Ok(own);
        }
        if self.picks {
            let pick = inputs.arguments.get("pick").and_then(JsonValue::as_u64).unwrap_or(0);
            let items = own.as_array().map_or(&[][..], Vec::as_slice);
            let index = usize::try_from(pick).unwrap() % items.len().max(1);
            return Ok(items.get(index).cloned().unwrap_or_default());
        }
        let own = serde_json::to_value(&own).unwrap();
        let mut arguments = serde_json::to_value(inputs.arguments).unwrap();
        for name in &self.contextual {
            let value = self.ancestors.value(&self.path, name, inputs.object)?;
            arguments[name.as_str()] = serde_json::to_value(value).unwrap();
        }
        without_own(&mut arguments);
        Ok(with_arguments(&own, &arguments).into())
    }
}

/// What a field with arguments gives, in whatever order they are.
pub(crate) fn with_arguments(own: &Value, arguments: &Value) -> String {
    let arguments: BTreeMap<&String, &Value> =
        arguments.as_object().into_iter().flatten().collect();
    format!("{own} {}", json!(arguments))
}
