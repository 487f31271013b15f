//! Merging object types.

use apollo_compiler::Name;
use apollo_compiler::collections::IndexMap;
use apollo_compiler::schema::{ExtendedType, ObjectType};
use supergraph::spec::federation::FederationDirective as D;

use super::context::Context;
use super::field::merge_field;
use super::implements::{join_implements, merged_interfaces};
use super::overrides::validate_overrides;
use super::report::subgraphs as in_subgraphs;
use super::sharing::check_sharing;
use super::sources::{FieldSource, FieldSources, TypeEntry, TypeSource};
use super::type_head::merge_type_head;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;

/// Merges an object type.
pub(crate) fn merge_object<'a>(ctx: &mut Context<'a>, name: &Name, entry: &TypeEntry<'a>) {
    let head = merge_type_head(ctx, name, entry);
    hint_entity(ctx, name, entry);
    let mut directives = join_implements(ctx.setup, entry);
    directives.extend(head.joins);
    directives.extend(head.directives);
    let mut object = ObjectType {
        description: head.description,
        name: name.clone(),
        implements_interfaces: merged_interfaces(entry),
        directives: apollo_compiler::schema::DirectiveList(directives),
        fields: IndexMap::default(),
    };
    let stand_ins = interface_objects(ctx, name, entry);
    let is_value_type = !is_entity(entry) && !is_root(name);
    for (field, defined) in fields_by_name(entry) {
        if is_value_type {
            hint_value_type_field(ctx, name, field, entry, &defined);
        }
        let sources = FieldSources {
            parent: name,
            name: field,
            parents: &entry.sources,
            stand_ins: stand_ins.iter().filter_map(|s| s.field(field)).collect(),
            defined,
        };
        let overrides = validate_overrides(ctx, &sources.defined, &sources.stand_ins);
        let merged = merge_field(ctx, &sources, &overrides);
        if name == "Subscription" {
            check_subscription(ctx, &sources);
        }
        if let Some(merged) = merged {
            object.fields.insert(field.clone(), merged);
        }
        let coordinate = sources.coordinate();
        check_sharing(ctx, &coordinate, &sources.defined, &sources.stand_ins, &overrides);
    }
    ctx.schema.types.insert(name.clone(), ExtendedType::Object(object.into()));
}

/// The fields of a type with their sources, in the order first seen.
pub(crate) fn fields_by_name<'a>(
    entry: &TypeEntry<'a>,
) -> IndexMap<&'a Name, Vec<FieldSource<'a>>> {
    let mut fields: IndexMap<&'a Name, Vec<FieldSource<'a>>> = IndexMap::default();
    for source in &entry.sources {
        for field in source.fields() {
            fields.entry(&field.name).or_default().push(FieldSource { at: *source, field });
        }
    }
    fields
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
        .filter(|s| s.interface_object && entry.in_subgraph(s.index).is_none())
        .collect();
    stand_ins.sort_by_key(|s| s.index);
    stand_ins
}

/// Whether some subgraph has a key for the type.
pub(crate) fn is_entity(entry: &TypeEntry<'_>) -> bool {
    entry.sources.iter().any(|s| has_key(*s))
}

fn has_key(source: TypeSource<'_>) -> bool {
    !source.subgraph.keys(source.ty.name()).is_empty()
}

fn is_root(name: &Name) -> bool {
    matches!(name.as_str(), "Query" | "Mutation" | "Subscription")
}

fn hint_entity(ctx: &mut Context<'_>, name: &Name, entry: &TypeEntry<'_>) {
    let (with, without): (Vec<TypeSource<'_>>, Vec<TypeSource<'_>>) =
        entry.sources.iter().partition(|s| has_key(**s));
    if with.is_empty() || without.is_empty() {
        return;
    }
    let message = format!(
        "Type \"{name}\" is an entity (has a @key) in {} but not in {}.",
        in_subgraphs(with.iter().map(|s| s.subgraph.name.as_str())),
        in_subgraphs(without.iter().map(|s| s.subgraph.name.as_str())),
    );
    let hint = Diagnostic::new(Code::InconsistentEntity, message);
    ctx.report.hint(hint.at(without.iter().filter_map(|s| s.location())));
}

fn hint_value_type_field(
    ctx: &mut Context<'_>,
    name: &Name,
    field: &Name,
    entry: &TypeEntry<'_>,
    defined: &[FieldSource<'_>],
) {
    if defined.len() == entry.sources.len() {
        return;
    }
    let all_external =
        |s: &TypeSource<'_>| s.fields().all(|f| s.subgraph.is_external(name, &f.name));
    let missing: Vec<&TypeSource<'_>> = entry
        .sources
        .iter()
        .filter(|s| !defined.iter().any(|d| d.at.index == s.index) && !all_external(s))
        .collect();
    if missing.is_empty() {
        return;
    }
    let message = format!(
        "Field \"{name}.{field}\" of non-entity object type \"{name}\" is defined in {} but not in {}.",
        in_subgraphs(defined.iter().map(|s| s.at.subgraph.name.as_str())),
        in_subgraphs(missing.iter().map(|s| s.subgraph.name.as_str())),
    );
    let hint = Diagnostic::new(Code::InconsistentObjectValueTypeField, message);
    ctx.report.hint(hint.at(missing.iter().filter_map(|s| s.location())));
}

/// A subscription comes from one subgraph.
fn check_subscription(ctx: &mut Context<'_>, sources: &FieldSources<'_, '_>) {
    let shared: Vec<_> = sources.defined.iter().filter(|s| s.has(D::Shareable)).collect();
    if shared.is_empty() {
        return;
    }
    let message = format!(
        "Fields on root level subscription object cannot be marked as shareable, but \"{}\" is in {}.",
        sources.coordinate(),
        in_subgraphs(shared.iter().map(|s| s.at.subgraph.name.as_str())),
    );
    let error = Diagnostic::new(Code::InvalidFieldSharing, message);
    let locations = shared.iter().filter_map(|s| s.location());
    ctx.report.error(error.at(locations).help("remove @shareable"));
}
