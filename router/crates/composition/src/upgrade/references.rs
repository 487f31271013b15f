//! Whether a schema refers to a type.

use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Schema};

/// Whether any other type, or a root, refers to the type. Entities are referred to by `_Entity`.
pub(super) fn is_referenced(schema: &Schema, name: &Name) -> bool {
    let by_root =
        schema.schema_definition.iter_root_operations().any(|(_, root)| root.name == *name);
    by_root
        || schema.types.iter().any(|(other, ty)| {
            other != name
                && match ty {
                    ExtendedType::Object(ty) => {
                        ty.implements_interfaces.contains(name)
                            || ty.fields.values().any(|f| f.ty.inner_named_type() == name)
                    }
                    ExtendedType::Interface(ty) => {
                        ty.implements_interfaces.contains(name)
                            || ty.fields.values().any(|f| f.ty.inner_named_type() == name)
                    }
                    ExtendedType::Union(ty) => ty.members.contains(name),
                    _ => false,
                }
        })
}
