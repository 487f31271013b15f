//! What a subgraph is made of, without the way of a request: schema, objects, keys, rules.

use std::sync::{Mutex, PoisonError};

use apollo_compiler::Name;
use apollo_compiler::resolvers::ResolveInfo;
use apollo_compiler::response::{JsonMap, JsonValue};

use crate::data::Data;
use crate::error::LoadError;
use crate::keys::{self, Key};
use crate::narrowing::Narrowing;
use crate::rules::Rules;
use crate::schema::{self, SubgraphSchema};

/// Schema, objects, keys and rules of a subgraph.
#[derive(Debug)]
pub(crate) struct Contents {
    pub(crate) name: String,
    pub(crate) sdl: String,
    pub(crate) schema: SubgraphSchema,
    pub(crate) data: Data,
    pub(crate) rules: Rules,
    pub(crate) narrowing: Narrowing,
    keys: Vec<Key>,
    rejections: Mutex<Vec<String>>,
}

impl Contents {
    pub(crate) fn new(name: &str, sdl: &str, data: &JsonMap) -> Result<Self, LoadError> {
        let subgraph = || name.to_owned();
        let in_schema = |reason| LoadError::Schema { subgraph: subgraph(), reason };
        let in_data = |reason| LoadError::Data { subgraph: subgraph(), reason };
        let schema = schema::complete(name, sdl).map_err(in_schema)?;
        let rules = Rules::parse(data).map_err(in_data)?;
        for field in rules.fields() {
            let known = field.split_once('.');
            let known = known.and_then(|(t, f)| schema.schema.type_field(t, f).ok());
            known.ok_or_else(|| in_data(format!("there is a rule for {field}, but no field")))?;
        }
        let data = Data::parse(data).map_err(in_data)?;
        let keys = keys::index(&schema, &data).map_err(in_schema)?;
        let narrowing = Narrowing::new(&schema.schema);
        let (name, sdl, rejections) = (subgraph(), sdl.to_owned(), Mutex::default());
        Ok(Self { name, sdl, schema, data, rules, narrowing, keys, rejections })
    }

    /// Type and fields of the entity that a representation names. What the representation has of
    /// external fields, and of fields that are not data here, the entity has as well. The objects of
    /// a key are still those that they are here.
    pub(crate) fn entity(
        &self,
        representation: &JsonMap,
    ) -> Result<Option<(String, JsonMap)>, String> {
        let Some((type_name, handle)) = keys::look_up(&self.keys, representation, &self.data)?
        else {
            return Ok(None);
        };
        let object = self.data.object(type_name, handle).ok_or("an object has gone")?;
        let mut fields = object.clone();
        let named = representation.get("__typename").and_then(JsonValue::as_str);
        for (field, value) in representation {
            let mut external = self.schema.external.iter();
            let is_external = external.any(|(t, f)| {
                (t == type_name.as_str() || Some(t.as_str()) == named) && f == field.as_str()
            });
            if fields.get_mut(field.as_str()).is_some_and(|own| completed(own, value)) {
                continue;
            }
            if is_external || !fields.contains_key(field.as_str()) {
                fields.insert(field.clone(), value.clone());
            }
        }
        Ok(Some((type_name.clone(), fields)))
    }

    /// An argument from a context that a field is asked without.
    pub(crate) fn left_out(&self, type_name: &str, info: &ResolveInfo<'_>) -> Option<&Name> {
        let mut contextual = self.schema.contextual.iter();
        let left_out = contextual.find(|(ty, field, argument)| {
            ty.as_str() == type_name
                && field.as_str() == info.field_name()
                && !info.arguments().contains_key(argument.as_str())
        });
        left_out.map(|(_, _, argument)| argument)
    }

    pub(crate) fn is_composite(&self, type_name: &str) -> bool {
        let definition = self.schema.schema.types.get(type_name);
        definition.is_some_and(|d| d.is_object() || d.is_interface() || d.is_union())
    }

    pub(crate) fn note_rejection(&self, reason: &str) {
        let mut rejections = self.rejections.lock().unwrap_or_else(PoisonError::into_inner);
        rejections.push(format!("{}: {reason}", self.name));
    }

    pub(crate) fn take_rejections(&self) -> Vec<String> {
        std::mem::take(&mut *self.rejections.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Puts what was sent into the objects that are here; whether there are such.
fn completed(own: &mut JsonValue, sent: &JsonValue) -> bool {
    if let (Some(own), Some(sent)) = (own.as_object_mut(), sent.as_object()) {
        own.extend(sent.clone());
        return true;
    }
    let (Some(own), Some(sent)) = (own.as_array_mut(), sent.as_array()) else { return false };
    let are_objects = !own.is_empty() && own.len() == sent.len();
    are_objects && own.iter_mut().zip(sent).all(|(own, sent)| completed(own, sent))
}
