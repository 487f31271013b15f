//! Merging the definitions of directives that operations may use: what all subgraphs agree on.

use apollo_compiler::ast::{DirectiveDefinition, DirectiveLocation};
use apollo_compiler::{Name, Node};
use supergraph::executable::is_executable;

use super::context::Context;
use super::description::merge_descriptions;
use super::input_values::{ArgumentsSource, merge_arguments};
use super::sources::{At, Source};
use super::wording::{grouped, in_subgraphs, places};
use crate::diagnostic::Code;

/// A directive definition in one subgraph.
type Definition<'a> = Source<'a, &'a Node<DirectiveDefinition>>;

/// Merges the definitions of all directives that operations may use.
pub(crate) fn merge_executable_directives(ctx: &mut Context<'_>) {
    let definitions = At::all(ctx.subgraphs)
        .flat_map(|at| at.sources(at.subgraph.schema.directive_definitions.values()));
    for (name, sources) in grouped(definitions.map(|source| (&source.node.name, source))) {
        let executable = sources.iter().any(|s| !executable_locations(s).is_empty());
        if executable && !is_built_in(name) && !ctx.setup.composed.contains(name) {
            merge(ctx, name, &sources);
        }
    }
}

fn is_built_in(name: &str) -> bool {
    matches!(name, "skip" | "include" | "deprecated" | "specifiedBy" | "defer" | "stream")
}

fn merge(ctx: &mut Context<'_>, name: &Name, sources: &[Definition<'_>]) {
    let is_absent = |at: &At<'_>| !sources.iter().any(|s| s.at.index == at.index);
    let absent: Vec<_> = At::all(ctx.subgraphs).filter(is_absent).collect();
    // The first subgraph that stands in the way is named as the reason.
    let is_compared = |s: &&Definition<'_>| absent.first().is_none_or(|a| s.at.index < a.index);
    let compared = sources.iter().take_while(is_compared).map(executable_locations);
    let differ =
        compared.clone().any(|locations| !is_same(&locations, &executable_locations(&sources[0])));
    let common = compared.reduce(|mut common, other| {
        common.retain(|location| other.contains(location));
        common
    });
    let mut hint = |code, message| {
        ctx.report.add(code, message).at(places(sources));
    };
    if common.as_ref().is_some_and(Vec::is_empty) {
        let message = format!(
            "Executable directive \"@{name}\" is not in the supergraph because its definitions have no location in common."
        );
        return hint(Code::NoExecutableDirectiveIntersection, message);
    }
    if !absent.is_empty() {
        let message = format!(
            "Executable directive \"@{name}\" is not in the supergraph because not all subgraphs define it: it is not defined in {}.",
            in_subgraphs(&absent)
        );
        return hint(Code::InconsistentExecutableDirectivePresence, message);
    }
    let mut locations = common.unwrap_or_default();
    locations.sort_by_key(|location| location.name());
    if differ {
        let names: Vec<&str> = locations.iter().map(|location| location.name()).collect();
        let message = format!(
            "Executable directive \"@{name}\" has different locations across subgraphs; in the supergraph it has those that all have: {}.",
            names.join(", ")
        );
        hint(Code::InconsistentExecutableDirectiveLocations, message);
    }
    let repeatable = sources.iter().all(|s| s.node.repeatable);
    if !repeatable && sources.iter().any(|s| s.node.repeatable) {
        let message = format!(
            "Executable directive \"@{name}\" is repeatable in only some subgraphs; it is not in the supergraph."
        );
        hint(Code::InconsistentExecutableDirectiveRepeatable, message);
    }
    let coordinate = format!("@{name}");
    let descriptions = sources.iter().map(|s| s.node.description.as_ref());
    let description = merge_descriptions(ctx, &coordinate, descriptions);
    let arguments = sources.iter().map(|s| Source { at: s.at, node: &s.node.arguments[..] });
    let arguments: Vec<ArgumentsSource<'_>> = arguments.collect();
    let arguments = merge_arguments(ctx, &coordinate, &arguments);
    let definition =
        DirectiveDefinition { description, name: name.clone(), arguments, repeatable, locations };
    ctx.schema.directive_definitions.insert(name.clone(), Node::new(definition));
}

fn is_same(some: &[DirectiveLocation], others: &[DirectiveLocation]) -> bool {
    some.len() == others.len() && some.iter().all(|location| others.contains(location))
}

fn executable_locations(source: &Definition<'_>) -> Vec<DirectiveLocation> {
    let locations = source.node.locations.iter().copied();
    locations.filter(|location| is_executable(*location)).collect()
}
