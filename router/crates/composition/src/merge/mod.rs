//! Merging: subgraphs to one supergraph schema, with every conflict reported.
//!
//! It owns what the supergraph is made of. Whether the result makes sense as a whole, and whether
//! its fields can be resolved, is judged later.

use std::collections::HashMap;

use apollo_compiler::schema::{InterfaceType, ObjectType};
use apollo_compiler::{Name, Schema};
use supergraph::link::Links;
use supergraph::model::TypeKind as Kind;

pub(crate) mod auth;
pub(crate) mod compose_directive;
pub(crate) mod context;
pub(crate) mod description;
pub(crate) mod directives;
pub(crate) mod enum_type;
pub(crate) mod executable_directive;
pub(crate) mod external;
pub(crate) mod field;
pub(crate) mod graph_names;
pub(crate) mod input_values;
pub(crate) mod interface;
pub(crate) mod interface_object;
pub(crate) mod join;
pub(crate) mod join_field;
pub(crate) mod merged_directive;
pub(crate) mod object;
pub(crate) mod overrides;
pub(crate) mod places;
pub(crate) mod schema_definition;
pub(crate) mod setup;
pub(crate) mod sharing;
pub(crate) mod sources;
pub(crate) mod strategy;
pub(crate) mod type_head;
pub(crate) mod types;
pub(crate) mod union_type;
pub(crate) mod wording;

use crate::diagnostic::{Code, Diagnostic, Report};
use crate::subgraph::Subgraph;
use auth::PropagatedAuth;
use context::Context;
use setup::set_up;
use sources::{InSubgraph, TypeEntry, TypeIndex};
use wording::{places, said};

/// The supergraph as merging leaves it.
#[derive(Debug)]
pub(crate) struct Merged {
    /// The schema, with all that subgraphs' nodes need to be located.
    pub(crate) schema: Schema,
    /// What it links.
    pub(crate) links: Links,
    /// Hints so far.
    pub(crate) hints: Vec<Diagnostic>,
}

/// Merges subgraphs, which are sorted by name; or all errors of the first stage that has any.
pub(crate) fn merge(subgraphs: &[Subgraph]) -> Result<Merged, Vec<Diagnostic>> {
    // Late errors do not keep the rest from being merged.
    let (mut report, mut late) = (Report::default(), Report::default());
    let (setup, schema) = set_up(subgraphs, &mut report, &mut late);
    if !report.errors.is_empty() {
        return Err(report.errors);
    }
    report.errors = late.errors;
    let index = TypeIndex::new(subgraphs);
    let mut ctx = Context {
        subgraphs,
        index: &index,
        setup: &setup,
        schema,
        report,
        implementations: HashMap::new(),
        auth: PropagatedAuth::default(),
        enum_usage: HashMap::new(),
    };
    check_kinds(&mut ctx);
    declare_types(&mut ctx);
    ctx.auth = PropagatedAuth::collect(&index, &setup, &ctx.schema);
    merge_kind(&mut ctx, Kind::Union, union_type::merge_union);
    schema_definition::merge_schema_definition(&mut ctx);
    merge_kind(&mut ctx, Kind::Scalar, type_head::merge_scalar);
    merge_kind(&mut ctx, Kind::InputObject, input_values::merge_input_object);
    merge_kind(&mut ctx, Kind::Interface, interface::merge_interface);
    merge_kind(&mut ctx, Kind::Object, object::merge_object);
    executable_directive::merge_executable_directives(&mut ctx);
    use_arguments_of_composed(&mut ctx);
    merge_kind(&mut ctx, Kind::Enum, enum_type::merge_enum);
    check_query(&mut ctx);
    interface_object::copy_interface_object_fields(&mut ctx);
    let Context { mut schema, report, .. } = ctx;
    if !report.errors.is_empty() {
        return Err(report.errors);
    }
    remember_sources(&mut schema, subgraphs);
    Ok(Merged { schema, links: setup.links, hints: report.hints })
}

fn merge_kind<'a>(
    ctx: &mut Context<'a>,
    kind: Kind,
    merge: fn(&mut Context<'a>, &Name, &TypeEntry<'a>),
) {
    let index = ctx.index;
    for (name, entry) in &index.entries {
        if entry.kind == kind {
            merge(ctx, name, entry);
        }
    }
}

/// What composed directives take is input like any other, although their definitions are not
/// merged.
fn use_arguments_of_composed(ctx: &mut Context<'_>) {
    for name in &ctx.setup.composed {
        let Some(definition) = ctx.schema.directive_definitions.get(name).cloned() else {
            continue;
        };
        definition.arguments.iter().for_each(|argument| ctx.use_type(&argument.ty, true));
    }
}

/// A name must mean the same kind of type everywhere.
fn check_kinds(ctx: &mut Context<'_>) {
    let index = ctx.index;
    for (name, entry) in &index.entries {
        if !entry.other_kinds.is_empty() {
            let mut all: Vec<_> = entry.sources.iter().chain(&entry.other_kinds).collect();
            all.sort_by_key(|source| source.at.index);
            let kinds = all.iter().map(|s| (s.kind().described(), s.at()));
            let kinds = said(kinds, " but ");
            let message = format!("Type \"{name}\" has mismatched kind: it is {kinds}.");
            ctx.report.add(Code::TypeKindMismatch, message).at(places(all));
        } else if entry.sources.iter().all(|s| s.interface_object) {
            let message = format!(
                "Type \"{name}\" is declared with @interfaceObject in all the subgraphs in which it is defined."
            );
            ctx.report
                .add(Code::InterfaceObjectUsageError, message)
                .at(places(&entry.sources))
                .help(format!("define \"{name}\" as an interface in some subgraph"));
        }
    }
}

/// Puts objects and interfaces into the schema with the interfaces they implement.
fn declare_types(ctx: &mut Context<'_>) {
    let index = ctx.index;
    for (name, entry) in &index.entries {
        let implements_interfaces = type_head::merged_interfaces(entry);
        let (description, name) = (None, name.clone());
        let (directives, fields) = Default::default();
        if entry.kind == Kind::Object {
            for interface in &implements_interfaces {
                let all = ctx.implementations.entry(interface.name.clone()).or_default();
                all.push(name.clone());
            }
            let ty = ObjectType { description, name, implements_interfaces, directives, fields };
            ctx.add_type(ty);
        } else if entry.kind == Kind::Interface {
            let ty = InterfaceType { description, name, implements_interfaces, directives, fields };
            ctx.add_type(ty);
        }
    }
}

/// There must be something to ask for.
fn check_query(ctx: &mut Context<'_>) {
    if ctx.schema.schema_definition.query.is_some() {
        return;
    }
    ctx.schema.types.shift_remove("Query");
    let message = "No queries found in any subgraph: a supergraph must have a query root type.";
    let help = "define a field of type Query in some subgraph";
    ctx.report.add(Code::NoQueries, message).help(help);
}

/// Lets places in subgraphs be found from the nodes that come from them.
fn remember_sources(schema: &mut Schema, subgraphs: &[Subgraph]) {
    let mut sources = (*schema.sources).clone();
    for subgraph in subgraphs {
        let files = subgraph.schema.sources.iter();
        sources.extend(files.map(|(id, file)| (*id, file.clone())));
    }
    schema.sources = sources.into();
}
