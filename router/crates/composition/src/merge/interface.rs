//! Merging interfaces, and the rules for those with keys and those that are objects in some
//! subgraph (`@interfaceObject`).

use apollo_compiler::Name;
use apollo_compiler::schema::InterfaceType;
use supergraph::implementer::Fields;
use supergraph::spec::federation::FederationDirective as D;

use super::context::Context;
use super::field::merge_field;
use super::object::{fields_by_name, hint_missing, is_entity};
use super::overrides::validate_overrides;
use super::sources::{FieldSource, FieldSources, Located, TypeEntry};
use super::type_head::{TypeHead, merge_type_head, merged_interfaces};
use super::wording::quoted;
use crate::diagnostic::Code;

/// Merges an interface.
pub(crate) fn merge_interface<'a>(ctx: &mut Context<'a>, name: &Name, entry: &TypeEntry<'a>) {
    let TypeHead { description, directives } = merge_type_head(ctx, name, entry);
    check_keys(ctx, name, entry);
    check_interface_objects(ctx, name, entry);
    let mut fields = Fields::default();
    let has_key = is_entity(entry);
    for (field, defined) in fields_by_name(entry) {
        let parents = &entry.sources;
        let sources =
            FieldSources { parent: name, name: field, parents, defined, stand_ins: Vec::new() };
        if !has_key {
            let code = Code::InconsistentInterfaceValueTypeField;
            hint_missing(ctx, &sources, code, "interface type", |_| true);
        }
        check_override(ctx, &sources.defined);
        let objects = sources.defined.iter().copied().filter(|s| s.of.interface_object);
        let overrides = validate_overrides(ctx, &objects.collect::<Vec<_>>(), &[]);
        if let Some(merged) = merge_field(ctx, &sources, &overrides) {
            fields.insert(field.clone(), merged);
        }
    }
    let implements_interfaces = merged_interfaces(entry);
    let name = name.clone();
    ctx.add_type(InterfaceType { description, name, implements_interfaces, directives, fields });
}

/// A subgraph that resolves an interface by key must know all its implementations.
fn check_keys(ctx: &mut Context<'_>, name: &Name, entry: &TypeEntry<'_>) {
    for source in entry.sources.iter().filter(|s| !s.interface_object) {
        let subgraph = source.at.subgraph;
        let Some(key) = subgraph.keys(name).iter().find(|key| key.resolvable) else { continue };
        let is_missing = |object: &&Name| {
            let object = subgraph.schema.get_object(object);
            object.is_none_or(|object| !object.implements_interfaces.contains(name))
        };
        let missing = implementations(ctx, name).filter(is_missing).map(Name::as_str);
        let missing = quoted(missing);
        if !missing.is_empty() {
            let message = format!(
                "[{0}] Interface type \"{name}\" has a resolvable key in subgraph \"{0}\" but that subgraph is missing some of the supergraph implementation types of \"{name}\": {missing}.",
                subgraph.name
            );
            ctx.report
                .add(Code::InterfaceKeyMissingImplementationType, message)
                .at(subgraph.location(&key.directive))
                .help(format!("define {missing} as implementation in \"{}\"", subgraph.name));
        }
    }
}

/// A subgraph that stands in for an interface must not know its implementations.
fn check_interface_objects(ctx: &mut Context<'_>, name: &Name, entry: &TypeEntry<'_>) {
    for source in entry.sources.iter().filter(|s| s.interface_object) {
        let subgraph = source.at.subgraph;
        let is_known = |object: &&Name| subgraph.schema.types.contains_key(object.as_str());
        let known: Vec<Name> = implementations(ctx, name).filter(is_known).cloned().collect();
        if !known.is_empty() {
            let message = format!(
                "[{0}] Interface type \"{name}\" is defined as an @interfaceObject in subgraph \"{0}\" so that subgraph should not define any of the implementation types of \"{name}\", but it defines {1}.",
                subgraph.name,
                quoted(known.iter().map(Name::as_str)),
            );
            ctx.report
                .add(Code::InterfaceObjectUsageError, message)
                .at(source.location())
                .at(known.iter().filter_map(|object| subgraph.type_location(object)));
        }
    }
}

/// The object types that implement an interface in the supergraph.
fn implementations<'c>(ctx: &'c Context<'_>, interface: &str) -> impl Iterator<Item = &'c Name> {
    ctx.implementations.get(interface).into_iter().flatten()
}

fn check_override(ctx: &mut Context<'_>, defined: &[FieldSource<'_>]) {
    for source in defined.iter().filter(|s| !s.of.interface_object && s.has(D::Override)) {
        let message = format!(
            "@override cannot be used on field \"{}.{}\" in subgraph \"{}\": @override is not supported on fields of interfaces.",
            source.parent(),
            source.name(),
            source.subgraph().name
        );
        ctx.report
            .add(Code::OverrideOnInterface, message)
            .at(source.location())
            .help("override the field on the implementations");
    }
}
