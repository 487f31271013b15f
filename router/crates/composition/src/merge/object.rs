//! Merging object types.

use apollo_compiler::Name;
use apollo_compiler::collections::IndexMap;
use apollo_compiler::schema::ObjectType;
use supergraph::implementer::Fields;
use supergraph::spec::federation::FederationDirective as D;

use super::context::Context;
use super::field::merge_field;
use super::overrides::validate_overrides;
use super::sharing::check_sharing;
use super::sources::{FieldSource, FieldSources, TypeEntry, TypeSource};
use super::type_head::{TypeHead, merge_type_head, merged_interfaces};
use super::wording::{grouped, in_some, in_subgraphs, places, without};
use crate::diagnostic::Code;

/// Merges an object type.
pub(crate) fn merge_object<'a>(ctx: &mut Context<'a>, name: &Name, entry: &TypeEntry<'a>) {
    let TypeHead { description, directives } = merge_type_head(ctx, name, entry);
    hint_entity(ctx, name, entry);
    let mut fields = Fields::default();
    let stand_ins = interface_objects(ctx, name, entry);
    let is_root = matches!(name.as_str(), "Query" | "Mutation" | "Subscription");
    let is_value_type = !is_entity(entry) && !is_root;
    for (field, defined) in fields_by_name(entry) {
        let sources = FieldSources {
            parent: name,
            name: field,
            parents: &entry.sources,
            stand_ins: stand_ins.iter().filter_map(|s| s.field(field)).collect(),
            defined,
        };
        if is_value_type {
            let needs_field = |s: &TypeSource<'_>| s.fields().any(|field| !field.is_external());
            let code = Code::InconsistentObjectValueTypeField;
            hint_missing(ctx, &sources, code, "non-entity object type", needs_field);
        }
        let overrides = validate_overrides(ctx, &sources.defined, &sources.stand_ins);
        let merged = merge_field(ctx, &sources, &overrides);
        if name == "Subscription" {
            check_subscription(ctx, &sources);
        }
        if let Some(merged) = merged {
            fields.insert(field.clone(), merged);
        }
        let coordinate = sources.coordinate();
        check_sharing(ctx, &coordinate, &sources.defined, &sources.stand_ins, &overrides);
    }
    let implements_interfaces = merged_interfaces(entry);
    let name = name.clone();
    ctx.add_type(ObjectType { description, name, implements_interfaces, directives, fields });
}

/// The fields of a type with their sources, in the order first seen.
pub(crate) fn fields_by_name<'a>(
    entry: &TypeEntry<'a>,
) -> IndexMap<&'a Name, Vec<FieldSource<'a>>> {
    let fields = entry.sources.iter().flat_map(|source| source.fields());
    grouped(fields.map(|field| (field.name(), field)))
}

/// The `@interfaceObject` types for the interfaces of an object, in subgraphs without the object.
pub(crate) fn interface_objects<'a>(
    ctx: &Context<'a>,
    name: &Name,
    entry: &TypeEntry<'a>,
) -> Vec<TypeSource<'a>> {
    let interfaces = ctx.interfaces(name);
    let index = ctx.index;
    let entries = interfaces.iter().filter_map(|interface| index.get(interface));
    let mut stand_ins: Vec<TypeSource<'a>> = entries
        .flat_map(|interface| interface.sources.iter().copied())
        .filter(|s| s.interface_object && entry.in_subgraph(s.at.index).is_none())
        .collect();
    stand_ins.sort_by_key(|s| s.at.index);
    stand_ins
}

/// Whether some subgraph has a key for the type.
pub(crate) fn is_entity(entry: &TypeEntry<'_>) -> bool {
    entry.sources.iter().any(|s| s.has_key())
}

fn hint_entity(ctx: &mut Context<'_>, name: &Name, entry: &TypeEntry<'_>) {
    let (with, without): (Vec<TypeSource<'_>>, Vec<TypeSource<'_>>) =
        entry.sources.iter().partition(|s| s.has_key());
    if !with.is_empty() && !without.is_empty() {
        let some = in_some(&with, &without);
        let message = format!("Type \"{name}\" is an entity (has a @key) {some}.");
        ctx.report.add(Code::InconsistentEntity, message).at(places(&without));
    }
}

/// Hints at a field that not all subgraphs have which have the type and need it.
pub(crate) fn hint_missing(
    ctx: &mut Context<'_>,
    sources: &FieldSources<'_, '_>,
    code: Code,
    kind: &str,
    needs_field: impl Fn(&TypeSource<'_>) -> bool,
) {
    let mut missing = without(sources.parents, &sources.defined);
    missing.retain(needs_field);
    if !missing.is_empty() {
        let (coordinate, ty) = (sources.coordinate(), sources.parent);
        let some = in_some(&sources.defined, &missing);
        let message = format!("Field \"{coordinate}\" of {kind} \"{ty}\" is defined {some}.");
        ctx.report.add(code, message).at(places(&missing));
    }
}

/// A subscription comes from one subgraph.
fn check_subscription(ctx: &mut Context<'_>, sources: &FieldSources<'_, '_>) {
    let shared: Vec<_> = sources.defined.iter().filter(|s| s.has(D::Shareable)).collect();
    if !shared.is_empty() {
        let message = format!(
            "Fields on root level subscription object cannot be marked as shareable, but \"{}\" is in {}.",
            sources.coordinate(),
            in_subgraphs(&shared),
        );
        let error = ctx.report.add(Code::InvalidFieldSharing, message);
        error.at(places(shared)).help("remove @shareable");
    }
}
