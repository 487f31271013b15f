//! Whether a constant value can be given where a type is expected.
//!
//! <https://spec.graphql.org/draft/#sec-Values-of-Correct-Type>

use apollo_compiler::ast::{Type, Value};
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use apollo_compiler::{Name, Node, Schema};

/// Whether `value` is one of type `ty`. Values nest no deeper than the parser allows.
pub(crate) fn is_value_of(schema: &Schema, ty: &Type, value: &Value) -> bool {
    if let Value::Null = value {
        return !ty.is_non_null();
    }
    match (ty, value) {
        (_, Value::Variable(_)) => false,
        (Type::List(item) | Type::NonNullList(item), Value::List(values)) => {
            values.iter().all(|value| is_value_of(schema, item, value))
        }
        // A single value stands for a list of one.
        (Type::List(item) | Type::NonNullList(item), value) => is_value_of(schema, item, value),
        (Type::Named(name) | Type::NonNullNamed(name), value) => {
            is_value_of_named(schema, name, value)
        }
    }
}

fn is_value_of_named(schema: &Schema, name: &Name, value: &Value) -> bool {
    match name.as_str() {
        "Int" => return matches!(value, Value::Int(int) if int.try_to_i32().is_ok()),
        "Float" => return matches!(value, Value::Int(_) | Value::Float(_)),
        "String" => return matches!(value, Value::String(_)),
        "Boolean" => return matches!(value, Value::Boolean(_)),
        "ID" => return matches!(value, Value::String(_) | Value::Int(_)),
        _ => {}
    }
    match (schema.types.get(name), value) {
        (Some(ExtendedType::Scalar(_)), _) => true,
        (Some(ExtendedType::Enum(ty)), Value::Enum(value)) => ty.values.contains_key(value),
        (Some(ExtendedType::InputObject(ty)), Value::Object(fields)) => {
            is_value_of_input(schema, ty, fields)
        }
        _ => false,
    }
}

fn is_value_of_input(
    schema: &Schema,
    ty: &InputObjectType,
    fields: &[(Name, Node<Value>)],
) -> bool {
    let known = fields.iter().all(|(name, value)| {
        ty.fields.get(name).is_some_and(|field| is_value_of(schema, &field.ty, value))
    });
    let given = |name: &Name| fields.iter().any(|(given, _)| given == name);
    known && ty.fields.values().all(|field| !field.is_required() || given(&field.name))
}
