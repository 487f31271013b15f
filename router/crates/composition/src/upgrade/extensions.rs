//! Extensions become definitions: in federation 2 every subgraph defines its part of an entity.

use apollo_compiler::Name;
use apollo_compiler::schema::ComponentOrigin;
use supergraph::implementer::ImplementerMut;

use super::originals::{Upgrade, is_extension};

/// `@extends` itself stays: the supergraph says of the keys of such a type that they extend.
pub(super) fn step(Upgrade { subgraph, .. }: &mut Upgrade<'_>) {
    let names: Vec<Name> = subgraph.schema.types.keys().cloned().collect();
    for name in names {
        let mut roots = subgraph.schema.schema_definition.iter_root_operations();
        let is_root = roots.any(|(_, root)| root.name == name);
        let is_extended_root = is_root && !subgraph.parts.has_definition(&name);
        if !is_extension(subgraph, &name) && !is_extended_root {
            continue;
        }
        let ty = subgraph.schema.types.get_mut(&name);
        let Some(ty) = ty.and_then(ImplementerMut::of) else { continue };
        ty.directives.0.iter_mut().for_each(|d| d.origin = ComponentOrigin::Definition);
        ty.fields.values_mut().for_each(|f| f.origin = ComponentOrigin::Definition);
        let interfaces = std::mem::take(ty.interfaces).into_iter();
        *ty.interfaces = interfaces.map(|interface| interface.name.into()).collect();
        subgraph.parts.define(&name);
    }
}
