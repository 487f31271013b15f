//! Removes external fields that nothing needs, and types that had no other fields.

use apollo_compiler::collections::IndexMap;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Schema};
use supergraph::implementer::{Implementer, ImplementerMut};

use super::originals::Upgrade;
use crate::diagnostic::Code;
use crate::subgraph::FieldOf;

pub(super) fn step(Upgrade { subgraph, errors, .. }: &mut Upgrade<'_>) {
    subgraph.refresh();
    let mut unused: IndexMap<Name, Vec<Name>> = IndexMap::default();
    for FieldOf { parent, definition, .. } in subgraph.unused_externals() {
        unused.entry(parent.clone()).or_default().push(definition.name.clone());
    }
    let before = subgraph.schema.clone();
    for (name, unused) in unused {
        let ty = subgraph.schema.types.get_mut(&name).and_then(ImplementerMut::of);
        let Some(ImplementerMut { fields, .. }) = ty else { continue };
        fields.retain(|field, _| !unused.contains(field));
        if !fields.is_empty() {
            continue;
        }
        if is_referenced(&before, &name) {
            let message = format!(
                "All fields of `{name}` are `@external` and nothing here needs them, yet the type \
                 is referred to."
            );
            let error = errors.add(Code::TypeWithOnlyUnusedExternal, message, None);
            error.at(subgraph.type_location(&name));
        } else {
            subgraph.schema.types.shift_remove(&name);
        }
    }
}

/// Whether any other type, or a root, refers to the type. Entities are referred to by `_Entity`.
fn is_referenced(schema: &Schema, name: &Name) -> bool {
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
