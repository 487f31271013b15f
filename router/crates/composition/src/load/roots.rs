//! Gives the root types their default names: in a supergraph they are `Query`, `Mutation` and
//! `Subscription`, whatever a subgraph calls them.

use apollo_compiler::ast::{OperationType, Type};
use apollo_compiler::schema::{Component, ComponentName, ExtendedType, FieldDefinition};
use apollo_compiler::{Name, Schema, name};

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::diagnostic::places::Places;
use crate::subgraph::parts::Parts;

/// Renames the root types; reports where another type has the default name of a root.
pub(super) fn rename(schema: &mut Schema, parts: &mut Parts, places: &Places) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
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
            let span = other.name().location();
            errors.push(
                places
                    .diagnostic(code, message, span)
                    .at(places.at(root.location()))
                    .help(format!("rename the type `{default}`")),
            );
            continue;
        }
        rename_type(schema, &root, &default);
        parts.rename(&root, &default);
    }
    errors
}

fn rename_type(schema: &mut Schema, old: &Name, new: &Name) {
    let types = std::mem::take(&mut schema.types);
    for (name, mut ty) in types {
        let mut name = name;
        match &mut ty {
            ExtendedType::Object(object) => {
                let object = object.make_mut();
                if object.name == *old {
                    object.name = new.clone();
                    name = new.clone();
                }
                object.fields.values_mut().for_each(|field| rename_field(field, old, new));
            }
            ExtendedType::Interface(interface) => {
                let interface = interface.make_mut();
                interface.fields.values_mut().for_each(|field| rename_field(field, old, new));
            }
            ExtendedType::Union(union_) if union_.members.contains(old) => {
                let union_ = union_.make_mut();
                let members = std::mem::take(&mut union_.members);
                union_.members = members.into_iter().map(|m| renamed(m, old, new)).collect();
            }
            _ => {}
        }
        schema.types.insert(name, ty);
    }
    let roots = schema.schema_definition.make_mut();
    for root in [&mut roots.query, &mut roots.mutation, &mut roots.subscription] {
        *root = root.take().map(|root| renamed(root, old, new));
    }
}

fn rename_field(field: &mut Component<FieldDefinition>, old: &Name, new: &Name) {
    if field.ty.inner_named_type() != old {
        return;
    }
    let mut ty = &mut field.make_mut().ty;
    loop {
        match ty {
            Type::Named(name) | Type::NonNullNamed(name) => {
                *name = new.clone();
                return;
            }
            Type::List(inner) | Type::NonNullList(inner) => ty = inner,
        }
    }
}

fn renamed(component: ComponentName, old: &Name, new: &Name) -> ComponentName {
    if component.name != *old {
        return component;
    }
    ComponentName { origin: component.origin, name: new.clone() }
}
