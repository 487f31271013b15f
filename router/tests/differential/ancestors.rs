//! What a monolith has to know of the objects above one: the contexts they set, as the schemas of
//! the subgraphs say. The nearest that sets a context counts.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::Name;
use apollo_compiler::ast::{Definition, DirectiveList, Document, FieldDefinition, Selection};
use apollo_compiler::response::{JsonMap, JsonValue};
use serde_json::Value;

use crate::field_set::of_context;
use crate::part::Part;

/// An argument whose value comes from a context.
#[derive(Debug, Clone)]
struct Argument {
    /// The field, as `Type.field`.
    field: String,
    name: String,
    /// By the type of object that sets the context, the way to the value.
    ways: BTreeMap<String, Vec<String>>,
}

impl Argument {
    /// Under which name objects have its value, for those below them.
    fn key(&self) -> String {
        format!("${}.{}", self.field, self.name)
    }
}

/// All arguments from contexts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ancestors {
    arguments: Vec<Argument>,
    /// All objects, by type and id.
    objects: Value,
    /// The fields of `Query`.
    root: Value,
}

impl Ancestors {
    /// What these subgraphs say, over the data of a monolith.
    pub(crate) fn new(parts: &[Part], whole: &Value) -> Self {
        let mut arguments = Vec::new();
        for part in parts.iter().filter(|part| part.sdl.contains("@fromContext(")) {
            let document = Document::parse(&part.sdl, "part.graphql").unwrap_or_default();
            let schema = Setters::new(&document);
            for (type_name, fields) in document.definitions.iter().filter_map(object) {
                for field in fields {
                    arguments.extend(schema.arguments(type_name, field));
                }
            }
        }
        let (objects, root) = (whole["objects"].clone(), whole["roots"]["Query"].clone());
        Self { arguments, objects, root }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.arguments.is_empty()
    }

    /// The arguments of a field that come from contexts.
    pub(crate) fn arguments(&self, path: &str) -> Vec<String> {
        let of = self.arguments.iter().filter(|argument| argument.field == path);
        of.map(|argument| argument.name.clone()).collect()
    }

    /// What comes from a context, below an object that has what those above it set.
    pub(crate) fn value(
        &self,
        path: &str,
        name: &str,
        object: &JsonMap,
    ) -> Result<JsonValue, String> {
        let mut arguments = self.arguments.iter();
        let argument = arguments.find(|a| a.field == path && a.name == name);
        let argument = argument.ok_or("no such argument")?;
        let value = match object.get(argument.key().as_str()) {
            Some(value) => value.clone(),
            None => {
                let way = argument.ways.get("Query").ok_or("a context that is not set")?;
                json(&self.at(way, &self.root))
            }
        };
        match value.get("$error") {
            Some(_) => Err("a context that fails".to_owned()),
            None => Ok(value),
        }
    }

    /// The value of a field of an object, with what the objects in it have to know.
    pub(crate) fn passed_on(
        &self,
        type_name: &str,
        object: &JsonMap,
        value: JsonValue,
    ) -> JsonValue {
        let known: Vec<(String, JsonValue)> = self
            .arguments
            .iter()
            .filter_map(|argument| {
                let own = argument
                    .ways
                    .get(type_name)
                    .map(|way| json(&self.at(way, &serde_json::to_value(object).unwrap())));
                let value = own.or_else(|| object.get(argument.key().as_str()).cloned())?;
                Some((argument.key(), value))
            })
            .collect();
        with(&known, value)
    }

    fn at(&self, way: &[String], object: &Value) -> Value {
        let Some((field, rest)) = way.split_first() else { return object.clone() };
        let reference = object["$ref"].as_str().and_then(|text| text.split_once('/'));
        let object = match reference {
            Some((type_name, id)) => &self.objects[type_name][id],
            None => object,
        };
        match &object[field.as_str()] {
            failing if failing.get("$error").is_some() => failing.clone(),
            Value::Array(items) => items.iter().map(|item| self.at(rest, item)).collect(),
            value => self.at(rest, value),
        }
    }
}

fn json(value: &Value) -> JsonValue {
    serde_json::from_value(value.clone()).unwrap()
}

fn with(known: &[(String, JsonValue)], mut value: JsonValue) -> JsonValue {
    if let Some(items) = value.as_array_mut() {
        for item in items {
            *item = with(known, std::mem::take(item));
        }
    } else if let Some(object) = value.as_object_mut()
        && !object.contains_key("json")
    {
        for (key, value) in known {
            object.insert(key.as_str(), value.clone());
        }
    }
    value
}

fn object(definition: &Definition) -> Option<(&Name, &[apollo_compiler::Node<FieldDefinition>])> {
    match definition {
        Definition::ObjectTypeDefinition(object) => Some((&object.name, &object.fields)),
        Definition::ObjectTypeExtension(object) => Some((&object.name, &object.fields)),
        _ => None,
    }
}

/// By context, the types of objects that set it.
struct Setters(BTreeMap<String, BTreeSet<String>>);

impl Setters {
    fn new(document: &Document) -> Self {
        let mut by_context: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for definition in &document.definitions {
            let Some(name) = definition.name() else { continue };
            let objects = match definition {
                Definition::InterfaceTypeDefinition(_) => implementers(document, name),
                Definition::UnionTypeDefinition(union) => {
                    union.members.iter().map(ToString::to_string).collect()
                }
                _ => vec![name.to_string()],
            };
            for context in definition.directives().iter().filter(|d| d.name == "context") {
                let context = context.specified_argument_by_name("name");
                let context = context.and_then(|name| name.as_str()).unwrap_or_default();
                by_context.entry(context.to_owned()).or_default().extend(objects.iter().cloned());
            }
        }
        Self(by_context)
    }

    fn arguments(&self, type_name: &Name, field: &FieldDefinition) -> Vec<Argument> {
        let contextual = field.arguments.iter().filter_map(|argument| {
            let text = text(&argument.directives)?;
            let (context, selection) = of_context(&text);
            let ways = self.ways(context, &selection);
            let (field, name) = (format!("{type_name}.{}", field.name), argument.name.to_string());
            Some(Argument { field, name, ways })
        });
        contextual.collect()
    }

    fn ways(&self, context: &str, selection: &[Selection]) -> BTreeMap<String, Vec<String>> {
        let setters = self.0.get(context).into_iter().flatten();
        setters.map(|setter| (setter.clone(), way(setter, selection))).collect()
    }
}

fn text(directives: &DirectiveList) -> Option<String> {
    let text = directives.get("fromContext")?.specified_argument_by_name("field")?;
    text.as_str().map(str::to_owned)
}

fn implementers(document: &Document, interface: &Name) -> Vec<String> {
    let all = document.definitions.iter().filter_map(|definition| match definition {
        Definition::ObjectTypeDefinition(object) => {
            object.implements_interfaces.contains(interface).then(|| object.name.to_string())
        }
        Definition::ObjectTypeExtension(object) => {
            object.implements_interfaces.contains(interface).then(|| object.name.to_string())
        }
        _ => None,
    });
    all.collect()
}

/// The fields that lead from an object of a type to the value.
fn way(type_name: &str, selection: &[Selection]) -> Vec<String> {
    let mut way = Vec::new();
    for selection in selection {
        match selection {
            Selection::Field(field) => {
                way.push(field.name.to_string());
                way.extend(self::way("", &field.selection_set));
            }
            Selection::InlineFragment(fragment)
                if fragment.type_condition.as_ref().is_none_or(|name| name == type_name) =>
            {
                way.extend(self::way(type_name, &fragment.selection_set));
            }
            _ => {}
        }
    }
    way
}
