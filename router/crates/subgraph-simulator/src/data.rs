//! The objects of a subgraph. `{"$ref": "Type/handle"}` stands for an object; fields beside `$ref`
//! are what this place has of it beyond its own. An object with `"$absent": true` can be referred
//! to, but is not found when it is asked for as an entity.
//!
//! ```json
//! {
//!   "roots": { "Query": { "users": [{ "$ref": "User/u1" }] } },
//!   "objects": { "User": { "u1": { "id": "u1", "name": "Ada" } } },
//!   "rules": { "Query.user": [{ "arguments": { "id": "u1" }, "value": { "$ref": "User/u1" } }] }
//! }
//! ```

use std::borrow::Cow;

use apollo_compiler::response::{JsonMap, JsonValue};

/// The objects of a subgraph.
#[derive(Debug, Default)]
pub(crate) struct Data {
    roots: JsonMap,
    objects: JsonMap,
}

impl Data {
    /// Takes the objects out of a subgraph's data, and checks its references.
    pub(crate) fn parse(data: &JsonMap) -> Result<Self, String> {
        let map = |name: &str| match data.get(name) {
            None => Ok(JsonMap::new()),
            Some(JsonValue::Object(map)) => Ok(map.clone()),
            Some(_) => Err(format!("\"{name}\" has to be an object")),
        };
        let known = ["roots", "objects", "rules"];
        if let Some(unknown) = data.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(format!("there is no \"{}\" in data", unknown.as_str()));
        }
        let read = Self { roots: map("roots")?, objects: map("objects")? };
        data.values().try_for_each(|value| read.check(value))?;
        Ok(read)
    }

    /// The fields of a root type.
    pub(crate) fn root(&self, type_name: &str) -> JsonMap {
        match self.roots.get(type_name) {
            Some(JsonValue::Object(fields)) => fields.clone(),
            _ => JsonMap::new(),
        }
    }

    /// The objects of a type with their handles.
    pub(crate) fn objects(&self, type_name: &str) -> impl Iterator<Item = (&str, &JsonMap)> {
        let objects = self.objects.get(type_name).and_then(JsonValue::as_object);
        objects
            .into_iter()
            .flatten()
            .filter_map(|(handle, object)| Some((handle.as_str(), object.as_object()?)))
    }

    /// An object by its handle.
    pub(crate) fn object(&self, type_name: &str, handle: &str) -> Option<&JsonMap> {
        self.objects.get(type_name)?.as_object()?.get(handle)?.as_object()
    }

    /// An object as it is in its place: a reference is replaced by what it stands for.
    pub(crate) fn dereferenced<'a>(&self, object: &'a JsonMap) -> Cow<'a, JsonMap> {
        let Some((type_name, handle)) = reference(object) else { return Cow::Borrowed(object) };
        let mut found = self.object(type_name, handle).cloned().unwrap_or_default();
        found.insert("__typename", type_name.into());
        for (key, value) in object.iter().filter(|(key, _)| key.as_str() != "$ref") {
            found.insert(key.clone(), value.clone());
        }
        Cow::Owned(found)
    }

    fn check(&self, value: &JsonValue) -> Result<(), String> {
        match value {
            JsonValue::Array(items) => items.iter().try_for_each(|item| self.check(item)),
            JsonValue::Object(object) => {
                if let Some(text) = object.get("$ref")
                    && reference(object).and_then(|(t, handle)| self.object(t, handle)).is_none()
                {
                    return Err(format!("{text} refers to nothing"));
                }
                object.values().try_for_each(|value| self.check(value))
            }
            _ => Ok(()),
        }
    }
}

fn reference(object: &JsonMap) -> Option<(&str, &str)> {
    object.get("$ref")?.as_str()?.split_once('/')
}
