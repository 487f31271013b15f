//! Extensions become definitions: in federation 2 every subgraph defines its part of an entity.

use apollo_compiler::Name;
use apollo_compiler::schema::{ComponentName, ComponentOrigin, DirectiveList, ExtendedType};

use super::originals::{Upgrade, is_extension};

pub(super) fn step(Upgrade { subgraph, .. }: &mut Upgrade<'_>) {
    let names: Vec<Name> = subgraph.schema.types.keys().cloned().collect();
    for name in names {
        let is_root = subgraph.schema.schema_definition.iter_root_operations();
        let is_root = is_root.into_iter().any(|(_, root)| root.name == name);
        let is_extended_root = is_root && !subgraph.has_definition(&name);
        if !is_extension(subgraph, &name) && !is_extended_root {
            continue;
        }
        match subgraph.schema.types.get_mut(&name) {
            Some(ExtendedType::Object(ty)) => {
                let ty = ty.make_mut();
                define_directives(&mut ty.directives);
                define_names(&mut ty.implements_interfaces);
                ty.fields.values_mut().for_each(|f| f.origin = ComponentOrigin::Definition);
            }
            Some(ExtendedType::Interface(ty)) => {
                let ty = ty.make_mut();
                define_directives(&mut ty.directives);
                define_names(&mut ty.implements_interfaces);
                ty.fields.values_mut().for_each(|f| f.origin = ComponentOrigin::Definition);
            }
            _ => continue,
        }
        subgraph.define(&name);
    }
}

/// `@extends` itself stays: the supergraph says of the keys of such a type that they extend.
fn define_directives(directives: &mut DirectiveList) {
    directives.0.iter_mut().for_each(|d| d.origin = ComponentOrigin::Definition);
}

fn define_names(names: &mut apollo_compiler::collections::IndexSet<ComponentName>) {
    let defined = std::mem::take(names).into_iter().map(|component| ComponentName {
        origin: ComponentOrigin::Definition,
        name: component.name,
    });
    *names = defined.collect();
}
