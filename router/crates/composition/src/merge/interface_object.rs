//! Fields that subgraphs add to all implementations of an interface through `@interfaceObject`
//! are copied to those implementations.

use apollo_compiler::ast::{Directive, FieldDefinition};
use apollo_compiler::schema::{Component, ExtendedType};
use apollo_compiler::{Name, Node, name};
use supergraph::model::TypeKind;

use super::auth::AUTH;
use super::context::Context;
use super::directives::merge_directives;
use super::join::Application;
use super::object::interface_objects;
use super::overrides::Overrides;
use super::sharing::check_sharing;
use super::sources::TypeEntry;

/// Copies fields of interface objects to the implementations that lack them.
pub(crate) fn copy_interface_object_fields(ctx: &mut Context<'_>) {
    let index = ctx.index;
    let stands_in = |entry: &TypeEntry<'_>| entry.sources.iter().any(|s| s.interface_object);
    if !index.entries.values().any(stands_in) {
        return;
    }
    for (name, entry) in &index.entries {
        if entry.kind == TypeKind::Object {
            for interface in ctx.interfaces(name) {
                copy_fields(ctx, name, entry, &interface);
            }
        }
    }
}

fn copy_fields<'a>(ctx: &mut Context<'a>, name: &Name, entry: &TypeEntry<'a>, interface: &Name) {
    let index = ctx.index;
    let Some(interface_entry) = index.get(interface) else { return };
    let Some(ExtendedType::Interface(merged)) = ctx.schema.types.get(interface).cloned() else {
        return;
    };
    for (field, definition) in &merged.fields {
        let resolved = interface_entry
            .sources
            .iter()
            .any(|s| s.interface_object && s.field(field).is_some_and(|f| !f.is_external()));
        let object = ctx.schema.get_object(name);
        if !resolved || object.is_none_or(|object| object.fields.contains_key(field)) {
            continue;
        }
        let copy = copied(ctx, name, definition);
        if let Some(ExtendedType::Object(object)) = ctx.schema.types.get_mut(name) {
            object.make_mut().fields.insert(field.clone(), copy);
        }
        let stand_ins = interface_objects(ctx, name, entry).into_iter();
        let stand_ins: Vec<_> = stand_ins.filter_map(|s| s.field(field)).collect();
        let coordinate = format!("{name}.{field}");
        check_sharing(ctx, &coordinate, &[], &stand_ins, &Overrides::default());
    }
}

/// The field of the interface as an implementation has it.
fn copied(
    ctx: &mut Context<'_>,
    name: &Name,
    definition: &Component<FieldDefinition>,
) -> Component<FieldDefinition> {
    let mut copy = definition.clone();
    let merged = &ctx.setup.directives;
    let auth = AUTH.iter().filter_map(|d| merged.by_meaning(*d)).map(|id| &merged.get(id).name);
    let auth: Vec<Name> = auth.cloned().collect();
    let stays = |directive: &Node<Directive>| {
        !directive.name.starts_with("join__") && !auth.contains(&directive.name)
    };
    let applications = ctx.auth.of_field(name, &definition.name);
    let coordinate = format!("{name}.{}", definition.name);
    let required = merge_directives(ctx, &coordinate, &applications);
    let directives = &mut copy.make_mut().directives.0;
    directives.retain(stays);
    directives.insert(0, Application::new(name!("join__field")).node());
    directives.extend(required);
    copy
}
