//! Gives the root types their default names: in a supergraph they are `Query`, `Mutation` and
//! `Subscription`, whatever a subgraph calls them.

use apollo_compiler::ast::OperationType;
use apollo_compiler::schema::{ComponentName, ExtendedType};
use apollo_compiler::{Name, Schema, name};
use supergraph::implementer::ImplementerMut;
use supergraph::spec::definitions::rename_inner;

use crate::diagnostic::{Code, Errors};
use crate::subgraph::parts::Parts;

/// Renames the root types; reports where another type has the default name of a root.
pub(super) fn rename(schema: &mut Schema, parts: &mut Parts, errors: &mut Errors<'_>) {
    let roots = [
        (OperationType::Query, name!("Query"), Code::RootQueryUsed),
        (OperationType::Mutation, name!("Mutation"), Code::RootMutationUsed),
        (OperationType::Subscription, name!("Subscription"), Code::RootSubscriptionUsed),
    ];
    for (operation, default, code) in roots {
        let Some(root) = schema.root_operation(operation).cloned() else { continue };
        if root == default {
            continue;
        }
        if let Some(other) = schema.types.get(&default) {
            let message = format!(
                "The {operation} root is `{root}`, but there is also a type `{default}`, and in \
                 the supergraph the root has that name."
            );
            let places = errors.places;
            errors
                .add(code, message, other.name().location())
                .at(places.at(root.location()))
                .help(format!("rename the type `{default}`"));
            continue;
        }
        rename_type(schema, &root, &default);
        parts.rename(&root, &default);
    }
}

fn rename_type(schema: &mut Schema, old: &Name, new: &Name) {
    let types = std::mem::take(&mut schema.types);
    for (mut name, mut ty) in types {
        match &mut ty {
            ExtendedType::Object(object) if object.name == *old => {
                object.make_mut().name = new.clone();
                name = new.clone();
            }
            ExtendedType::Union(union_) if union_.members.contains(old) => {
                let union_ = union_.make_mut();
                let members = std::mem::take(&mut union_.members);
                union_.members = members.into_iter().map(|m| renamed(m, old, new)).collect();
            }
            _ => {}
        }
        for field in ImplementerMut::of(&mut ty).into_iter().flat_map(|ty| ty.fields.values_mut()) {
            if field.ty.inner_named_type() == old {
                rename_inner(&mut field.make_mut().ty, new.clone());
            }
        }
        schema.types.insert(name, ty);
    }
    let roots = schema.schema_definition.make_mut();
    for root in [&mut roots.query, &mut roots.mutation, &mut roots.subscription] {
        *root = root.take().map(|root| renamed(root, old, new));
    }
}

fn renamed(component: ComponentName, old: &Name, new: &Name) -> ComponentName {
    if component.name != *old {
        return component;
    }
    ComponentName { origin: component.origin, name: new.clone() }
}
