//! Field sets of `@requires` and `@provides`: what they say of an object.

use apollo_compiler::ast::{Definition, Document, Field, Selection};
use serde_json::{Map, Value, json};

pub(crate) type Object = Map<String, Value>;

/// The selections of a field set.
pub(crate) fn parse(set: &str) -> Vec<Selection> {
    let document = Document::parse(format!("{{ {set} }}"), "set.graphql").unwrap();
    match document.definitions.first() {
        Some(Definition::OperationDefinition(operation)) => operation.selection_set.clone(),
        _ => panic!("no field set: {set}"),
    }
}

/// The context that `@fromContext` names, and what it selects there.
pub(crate) fn of_context(text: &str) -> (&str, Vec<Selection>) {
    let (name, set) = text.trim_start_matches('$').split_once(' ').unwrap();
    let is_plain = set.trim_start().starts_with('{');
    (name, parse(&if is_plain { format!("... {set}") } else { set.to_owned() }))
}

/// How objects are seen: of whole objects, or of what a representation says.
pub(crate) trait View {
    /// What stands for an object, as the object.
    fn object(&self, value: &Object) -> Object;
    /// The value of a field.
    fn field(&self, object: &Object, field: &Field) -> Option<Value>;
}

/// A representation: it has what it has.
#[derive(Debug)]
pub(crate) struct AsSent;

impl View for AsSent {
    fn object(&self, value: &Object) -> Object {
        value.clone()
    }

    fn field(&self, object: &Object, field: &Field) -> Option<Value> {
        object.get(field.name.as_str()).cloned()
    }
}

/// What a field set says of an object; `Err` names a field that is not there.
pub(crate) fn projected(
    view: &impl View,
    set: &[Selection],
    object: &Object,
) -> Result<Value, String> {
    let mut into = Object::new();
    project(view, set, object, &mut into)?;
    Ok(Value::Object(into))
}

fn project(
    view: &impl View,
    set: &[Selection],
    object: &Object,
    into: &mut Object,
) -> Result<(), String> {
    for selection in set {
        match selection {
            Selection::Field(field) => {
                let name = field.name.as_str();
                let value = view.field(object, field).ok_or(format!("{name} was not sent"))?;
                let value = within(view, &field.selection_set, &value)?;
                into.insert(name.to_owned(), value);
            }
            Selection::InlineFragment(fragment) => {
                let known = object.get("__typename").and_then(Value::as_str);
                let condition = fragment.type_condition.as_ref().map(|name| name.as_str());
                if condition.is_none() || known == condition {
                    project(view, &fragment.selection_set, object, into)?;
                } else if known.is_none() {
                    return Err("the type of an object was not sent".to_owned());
                }
            }
            Selection::FragmentSpread(_) => return Err("a field set names a fragment".to_owned()),
        }
    }
    Ok(())
}

fn within(view: &impl View, set: &[Selection], value: &Value) -> Result<Value, String> {
    match value {
        _ if set.is_empty() => Ok(value.clone()),
        Value::Array(items) => items.iter().map(|item| within(view, set, item)).collect(),
        Value::Object(object) if !object.contains_key("$error") => {
            projected(view, set, &view.object(object))
        }
        other => Ok(other.clone()),
    }
}

/// What a field gives that requires this of its object.
pub(crate) fn required_text(projected: &Value) -> Value {
    if projected.to_string().contains("$error") {
        return json!({ "$error": "what it requires fails" });
    }
    json!(format!("of {}", plain(projected)))
}

/// However a number is written.
fn plain(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(object) => {
            Value::Object(object.iter().map(|(key, value)| (key.clone(), plain(value))).collect())
        }
        Value::Number(number) => json!(number.as_f64()),
        other => other.clone(),
    }
}
