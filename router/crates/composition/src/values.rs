//! Whether a constant value can be given where a type is expected.
//!
//! <https://spec.graphql.org/draft/#sec-Values-of-Correct-Type>

use apollo_compiler::ast::{Type, Value};
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use apollo_compiler::{Name, Node, Schema};

/// Whether a type is a scalar that GraphQL itself defines.
pub(crate) fn is_built_in_scalar(name: &str) -> bool {
    matches!(name, "Int" | "Float" | "String" | "Boolean" | "ID")
}

/// Whether `value` is one of type `ty`.
pub(crate) fn is_value_of(schema: &Schema, ty: &Type, value: &Value) -> bool {
    Check { schema, is_complete: true }.value(ty, value)
}

/// Whether `value` is one of type `ty`, except that it may leave out required input fields: such
/// defaults are found in the wild, and concern nobody but the subgraph that has them.
pub(crate) fn is_default_of(schema: &Schema, ty: &Type, value: &Value) -> bool {
    Check { schema, is_complete: false }.value(ty, value)
}

struct Check<'a> {
    schema: &'a Schema,
    /// Whether required input fields must be given.
    is_complete: bool,
}

impl Check<'_> {
    /// Values nest no deeper than the parser allows.
    fn value(&self, ty: &Type, value: &Value) -> bool {
        if let Value::Null = value {
            return !ty.is_non_null();
        }
        match (ty, value) {
            (_, Value::Variable(_)) => false,
            (Type::List(item) | Type::NonNullList(item), Value::List(values)) => {
                values.iter().all(|value| self.value(item, value))
            }
            // A single value stands for a list of one.
            (Type::List(item) | Type::NonNullList(item), value) => self.value(item, value),
            (Type::Named(name) | Type::NonNullNamed(name), value) => self.named(name, value),
        }
    }

    fn named(&self, name: &Name, value: &Value) -> bool {
        match name.as_str() {
            "Int" => return matches!(value, Value::Int(int) if int.try_to_i32().is_ok()),
            "Float" => return matches!(value, Value::Int(_) | Value::Float(_)),
            "String" => return matches!(value, Value::String(_)),
            "Boolean" => return matches!(value, Value::Boolean(_)),
            "ID" => return matches!(value, Value::String(_) | Value::Int(_)),
            _ => {}
        }
        match (self.schema.types.get(name), value) {
            (Some(ExtendedType::Scalar(_)), _) => true,
            (Some(ExtendedType::Enum(ty)), Value::Enum(value)) => ty.values.contains_key(value),
            (Some(ExtendedType::InputObject(ty)), Value::Object(fields)) => self.input(ty, fields),
            _ => false,
        }
    }

    fn input(&self, ty: &InputObjectType, fields: &[(Name, Node<Value>)]) -> bool {
        let known = fields.iter().all(|(name, value)| {
            ty.fields.get(name).is_some_and(|field| self.value(&field.ty, value))
        });
        let given = |name: &Name| fields.iter().any(|(given, _)| given == name);
        let mut required = ty.fields.values().filter(|field| field.is_required());
        known && (!self.is_complete || required.all(|field| given(&field.name)))
    }
}
