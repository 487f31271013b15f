//! Variables within literals: `{a: $x, b: [1, $y]}`. The executor knows none in what may be
//! anything, and has null for one in an input object that is not given, instead of nothing.
//!
//! See <https://spec.graphql.org/September2025/#sec-Input-Objects.Input-Coercion>.

use apollo_compiler::ast::Value;
use apollo_compiler::executable::{Selection, SelectionSet};
use apollo_compiler::response::{JsonMap, JsonValue};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Node};

/// The document with the values of these variables in all literals.
pub(crate) fn with_variables(
    document: Valid<ExecutableDocument>,
    variables: &JsonMap,
) -> Valid<ExecutableDocument> {
    let mut document = document.into_inner();
    for fragment in document.fragments.values_mut() {
        fill_in(&mut fragment.make_mut().selection_set, variables);
    }
    let operations = &mut document.operations;
    for operation in operations.anonymous.iter_mut().chain(operations.named.values_mut()) {
        fill_in(&mut operation.make_mut().selection_set, variables);
    }
    Valid::assume_valid(document)
}

fn fill_in(set: &mut SelectionSet, variables: &JsonMap) {
    for selection in &mut set.selections {
        match selection {
            Selection::Field(field) => {
                let field = field.make_mut();
                for argument in &mut field.arguments {
                    if argument.value.as_list().is_some() || argument.value.as_object().is_some() {
                        let value = with_values(&argument.value, variables);
                        argument.make_mut().value = Node::new(value);
                    }
                }
                fill_in(&mut field.selection_set, variables);
            }
            Selection::InlineFragment(fragment) => {
                fill_in(&mut fragment.make_mut().selection_set, variables);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn with_values(value: &Value, variables: &JsonMap) -> Value {
    match value {
        Value::Variable(name) => variables.get(name.as_str()).map_or(Value::Null, literal),
        Value::List(items) => {
            Value::List(items.iter().map(|item| Node::new(with_values(item, variables))).collect())
        }
        Value::Object(fields) => {
            let is_given = |value: &Value| {
                value.as_variable().is_none_or(|name| variables.contains_key(name.as_str()))
            };
            let given = fields.iter().filter(|(_, value)| is_given(value));
            let filled = given.map(|(k, value)| (k.clone(), with_values(value, variables).into()));
            Value::Object(filled.collect())
        }
        other => other.clone(),
    }
}

/// A value as a literal. A key that no literal could have is left out.
fn literal(value: &JsonValue) -> Value {
    match value {
        JsonValue::Null => Value::Null,
        JsonValue::Bool(value) => Value::Boolean(*value),
        JsonValue::Number(number) if number.is_f64() => {
            Value::Float(number.as_f64().unwrap_or_default().into())
        }
        JsonValue::Number(number) => {
            Value::Int(apollo_compiler::ast::IntValue::new_parsed(&number.to_string()))
        }
        JsonValue::String(text) => Value::String(text.as_str().to_owned()),
        JsonValue::Array(items) => {
            Value::List(items.iter().map(|item| Node::new(literal(item))).collect())
        }
        JsonValue::Object(fields) => {
            let fields = fields.iter().filter_map(|(key, value)| {
                Some((Name::new(key.as_str()).ok()?, Node::new(literal(value))))
            });
            Value::Object(fields.collect())
        }
    }
}
