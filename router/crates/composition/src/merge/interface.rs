//! Merging interfaces, and the rules for those with keys and those that are objects in some
//! subgraph (`@interfaceObject`).

use apollo_compiler::Name;
use apollo_compiler::collections::IndexMap;
use apollo_compiler::schema::{DirectiveList, ExtendedType, InterfaceType};
use supergraph::spec::federation::FederationDirective as D;

use super::context::Context;
use super::field::merge_field;
use super::implements::{join_implements, merged_interfaces};
use super::object::{fields_by_name, is_entity};
use super::overrides::validate_overrides;
use super::report::{quoted, subgraphs as in_subgraphs};
use super::sources::{FieldSource, FieldSources, TypeEntry, TypeSource};
use super::type_head::merge_type_head;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;

/// Merges an interface.
pub(crate) fn merge_interface<'a>(ctx: &mut Context<'a>, name: &Name, entry: &TypeEntry<'a>) {
    let head = merge_type_head(ctx, name, entry);
    check_keys(ctx, name, entry);
    check_interface_objects(ctx, name, entry);
    let mut directives = join_implements(ctx.setup, entry);
    directives.extend(head.joins);
    directives.extend(head.directives);
    let mut interface = InterfaceType {
        description: head.description,
        name: name.clone(),
        implements_interfaces: merged_interfaces(entry),
        directives: DirectiveList(directives),
        fields: IndexMap::default(),
    };
    let has_key = is_entity(entry);
    for (field, defined) in fields_by_name(entry) {
        if !has_key {
            hint_field(ctx, name, field, entry, &defined);
        }
        check_override(ctx, &defined);
        let objects: Vec<_> = defined.iter().copied().filter(|s| s.at.interface_object).collect();
        let overrides = validate_overrides(ctx, &objects, &[]);
        let sources = FieldSources {
            parent: name,
            name: field,
            parents: &entry.sources,
            defined,
            stand_ins: Vec::new(),
        };
        if let Some(merged) = merge_field(ctx, &sources, &overrides) {
            interface.fields.insert(field.clone(), merged);
        }
    }
    ctx.schema.types.insert(name.clone(), ExtendedType::Interface(interface.into()));
}

/// A subgraph that resolves an interface by key must know all its implementations.
fn check_keys(ctx: &mut Context<'_>, name: &Name, entry: &TypeEntry<'_>) {
    for source in entry.sources.iter().filter(|s| !s.interface_object) {
        let Some(key) = source.subgraph.keys(name).iter().find(|key| key.resolvable) else {
            continue;
        };
        let missing: Vec<&str> = implementations(ctx, name)
            .into_iter()
            .filter(|object| !is_implemented(source.subgraph, object, name))
            .map(Name::as_str)
            .collect();
        if missing.is_empty() {
            continue;
        }
        let message = format!(
            "[{}] Interface type \"{name}\" has a resolvable key in subgraph \"{}\" but that subgraph is missing some of the supergraph implementation types of \"{name}\": {}.",
            source.subgraph.name,
            source.subgraph.name,
            quoted(missing.iter().copied()),
        );
        let help =
            format!("define {} as implementation in \"{}\"", quoted(missing), source.subgraph.name);
        let error = Diagnostic::new(Code::InterfaceKeyMissingImplementationType, message)
            .at(source.subgraph.location(&key.directive))
            .help(help);
        ctx.report.error(error);
    }
}

fn is_implemented(subgraph: &Subgraph, object: &str, interface: &str) -> bool {
    let object = subgraph.schema.get_object(object);
    object.is_some_and(|object| object.implements_interfaces.contains(interface))
}

/// A subgraph that stands in for an interface must not know its implementations.
fn check_interface_objects(ctx: &mut Context<'_>, name: &Name, entry: &TypeEntry<'_>) {
    for source in entry.sources.iter().filter(|s| s.interface_object) {
        let types = &source.subgraph.schema.types;
        let known: Vec<Name> = implementations(ctx, name)
            .into_iter()
            .filter(|object| types.contains_key(object.as_str()))
            .cloned()
            .collect();
        if known.is_empty() {
            continue;
        }
        let message = format!(
            "[{}] Interface type \"{name}\" is defined as an @interfaceObject in subgraph \"{}\" so that subgraph should not define any of the implementation types of \"{name}\", but it defines {}.",
            source.subgraph.name,
            source.subgraph.name,
            quoted(known.iter().map(Name::as_str)),
        );
        let locations = known.iter().filter_map(|object| source.subgraph.type_location(object));
        let error = Diagnostic::new(Code::InterfaceObjectUsageError, message)
            .at(source.location())
            .at(locations);
        ctx.report.error(error);
    }
}

/// The object types that implement an interface in the supergraph.
fn implementations<'c>(ctx: &'c Context<'_>, interface: &str) -> Vec<&'c Name> {
    ctx.implementations.get(interface).into_iter().flatten().collect()
}

fn check_override(ctx: &mut Context<'_>, defined: &[FieldSource<'_>]) {
    for source in defined.iter().filter(|s| !s.at.interface_object && s.has(D::Override)) {
        let message = format!(
            "@override cannot be used on field \"{}.{}\" in subgraph \"{}\": @override is not supported on fields of interfaces.",
            source.parent(),
            source.field.name,
            source.subgraph().name
        );
        let error = Diagnostic::new(Code::OverrideOnInterface, message);
        let help = "override the field on the implementations";
        ctx.report.error(error.at(source.location()).help(help));
    }
}

fn hint_field(
    ctx: &mut Context<'_>,
    name: &Name,
    field: &Name,
    entry: &TypeEntry<'_>,
    defined: &[FieldSource<'_>],
) {
    if defined.len() == entry.sources.len() {
        return;
    }
    let missing: Vec<&TypeSource<'_>> =
        entry.sources.iter().filter(|s| !defined.iter().any(|d| d.at.index == s.index)).collect();
    let message = format!(
        "Field \"{name}.{field}\" of interface type \"{name}\" is defined in {} but not in {}.",
        in_subgraphs(defined.iter().map(|s| s.at.subgraph.name.as_str())),
        in_subgraphs(missing.iter().map(|s| s.subgraph.name.as_str())),
    );
    let hint = Diagnostic::new(Code::InconsistentInterfaceValueTypeField, message);
    ctx.report.hint(hint.at(missing.iter().filter_map(|s| s.location())));
}
