//! Whether a schema refers to a type.

use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Schema};
use supergraph::implementer::Implementer;

/// Whether any other type, or a root, refers to the type. Entities are referred to by `_Entity`.
pub(super) fn is_referenced(schema: &Schema, name: &Name) -> bool {
    let mut roots = schema.schema_definition.iter_root_operations();
    roots.any(|(_, root)| root.name == *name)
        || schema.types.iter().filter(|(other, _)| *other != name).any(|(_, ty)| match ty {
            ExtendedType::Union(ty) => ty.members.contains(name),
            ty => Implementer::of(ty).is_some_and(|ty| {
                ty.interfaces.contains(name)
                    || ty.fields.values().any(|f| f.ty.inner_named_type() == name)
            }),
        })
}
