//! Entity keys: which objects they name, and a key's fields of an object as one text.

use std::collections::HashMap;

use apollo_compiler::Name;
use apollo_compiler::executable::{FieldSet, Selection, SelectionSet};
use apollo_compiler::response::{JsonMap, JsonValue};
use apollo_compiler::validation::Valid;

use crate::data::Data;
use crate::schema::SubgraphSchema;

/// A key and the objects it names.
#[derive(Debug)]
pub(crate) struct Key {
    type_name: Name,
    fields: Valid<FieldSet>,
    /// Type and handle of the object with these values in the key's fields.
    objects: HashMap<String, (String, String)>,
}

/// Reads the keys of a schema and finds the objects they name.
pub(crate) fn index(schema: &SubgraphSchema, data: &Data) -> Result<Vec<Key>, String> {
    let implementers = schema.schema.implementers_map();
    let mut keys = Vec::new();
    for key in &schema.keys {
        let type_name = key.type_name.clone();
        let fields =
            FieldSet::parse_and_validate(&schema.schema, type_name.clone(), &key.fields, "@key")
                .map_err(|invalid| invalid.to_string())?;
        let mut objects = HashMap::new();
        let concrete: Vec<&Name> = match implementers.get(&type_name) {
            Some(implementers) => implementers.objects.iter().collect(),
            None => vec![&type_name],
        };
        for concrete in concrete {
            let known = data.objects(concrete).filter(|(_, object)| !is_absent(object));
            for (handle, object) in known {
                if let Some(text) = text(&fields.selection_set, object, data) {
                    objects.entry(text).or_insert((concrete.to_string(), handle.to_owned()));
                }
            }
        }
        keys.push(Key { type_name, fields, objects });
    }
    Ok(keys)
}

/// Whether the subgraph refers to an object but does not find it when asked: `"$absent": true`.
fn is_absent(object: &JsonMap) -> bool {
    object.get("$absent") == Some(&JsonValue::Bool(true))
}

/// What a representation names: `Err` when it has no key whole, `None` when nothing has its key.
pub(crate) fn look_up<'a>(
    keys: &'a [Key],
    representation: &JsonMap,
    data: &Data,
) -> Result<Option<&'a (String, String)>, String> {
    let type_name = representation.get("__typename").and_then(JsonValue::as_str);
    let Some(type_name) = type_name else {
        return Err("a representation has no __typename".to_owned());
    };
    let mut keys = keys.iter().filter(|key| key.type_name == type_name).peekable();
    if keys.peek().is_none() {
        return Err(format!("a representation is of {type_name}, which is no entity"));
    }
    let whole = keys.find_map(|key| {
        text(&key.fields.selection_set, representation, data).map(|text| (key, text))
    });
    let Some((key, text)) = whole else {
        let representation = JsonValue::Object(representation.clone());
        return Err(format!("a representation of {type_name} has no whole key: {representation}"));
    };
    Ok(key.objects.get(&text))
}

/// The values of a key's fields in an object, if it has all of them and none is null.
fn text(fields: &SelectionSet, object: &JsonMap, data: &Data) -> Option<String> {
    let mut text = String::new();
    write(fields, object, data, &mut text)?;
    Some(text)
}

fn write(fields: &SelectionSet, object: &JsonMap, data: &Data, text: &mut String) -> Option<()> {
    let object = data.dereferenced(object);
    for selection in &fields.selections {
        match selection {
            Selection::Field(field) => {
                let value = object.get(field.name.as_str())?;
                write_value(&field.selection_set, value, data, text)?;
            }
            Selection::InlineFragment(fragment) => {
                let condition = fragment.type_condition.as_ref().map(Name::as_str);
                let type_name = object.get("__typename").and_then(JsonValue::as_str);
                if condition.is_none() || condition == type_name {
                    write(&fragment.selection_set, &object, data, text)?;
                }
            }
            // A field set cannot name a fragment.
            Selection::FragmentSpread(_) => return None,
        }
    }
    Some(())
}

fn write_value(
    fields: &SelectionSet,
    value: &JsonValue,
    data: &Data,
    text: &mut String,
) -> Option<()> {
    match value {
        JsonValue::Null => return None,
        JsonValue::Array(items) => {
            text.push('[');
            for item in items {
                write_value(fields, item, data, text)?;
            }
            text.push(']');
        }
        JsonValue::Object(object) if !fields.selections.is_empty() => {
            text.push('{');
            write(fields, object, data, text)?;
            text.push('}');
        }
        // An ID may be written as a number or as a string.
        JsonValue::String(string) => text.push_str(&format!("{:?},", string.as_str())),
        other => text.push_str(&format!("{:?},", other.to_string())),
    }
    Some(())
}
