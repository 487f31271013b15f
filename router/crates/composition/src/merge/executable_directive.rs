//! Merging the definitions of directives that operations may use: what all subgraphs agree on.

use apollo_compiler::ast::{DirectiveDefinition, DirectiveLocation};
use apollo_compiler::collections::IndexMap;
use apollo_compiler::{Name, Node};

use super::arguments::{ArgumentsSource, merge_arguments};
use super::context::Context;
use super::description::merge_descriptions;
use super::report::subgraphs as in_subgraphs;
use super::sources::SubgraphIndex;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;

/// A directive definition in one subgraph.
#[derive(Debug, Clone, Copy)]
struct Source<'a> {
    index: SubgraphIndex,
    subgraph: &'a Subgraph,
    definition: &'a Node<DirectiveDefinition>,
}

/// Merges the definitions of all directives that operations may use.
pub(crate) fn merge_executable_directives(ctx: &mut Context<'_>) {
    let subgraphs = ctx.subgraphs;
    let mut by_name: IndexMap<&Name, Vec<Source<'_>>> = IndexMap::default();
    for (index, subgraph) in subgraphs.iter().enumerate() {
        for (name, definition) in &subgraph.schema.directive_definitions {
            let index = SubgraphIndex(index);
            by_name.entry(name).or_default().push(Source { index, subgraph, definition });
        }
    }
    for (name, sources) in by_name {
        let executable = sources.iter().any(|s| !executable_locations(s).is_empty());
        if executable && !is_built_in(name) && !ctx.setup.composed.contains(name) {
            merge(ctx, name, &sources);
        }
    }
}

fn is_built_in(name: &str) -> bool {
    matches!(name, "skip" | "include" | "deprecated" | "specifiedBy" | "defer" | "stream")
}

fn merge(ctx: &mut Context<'_>, name: &Name, sources: &[Source<'_>]) {
    let absent = ctx.subgraphs.iter().enumerate();
    let absent: Vec<_> = absent.filter(|(i, _)| !sources.iter().any(|s| s.index.0 == *i)).collect();
    // The first subgraph that stands in the way is named as the reason.
    let compared = absent.first().map_or(usize::MAX, |(index, _)| *index);
    let compared = sources.iter().take_while(|s| s.index.0 < compared).map(executable_locations);
    let differ =
        compared.clone().any(|locations| !is_same(&locations, &executable_locations(&sources[0])));
    let common = compared.reduce(|mut common, other| {
        common.retain(|location| other.contains(location));
        common
    });
    if common.as_ref().is_some_and(Vec::is_empty) {
        let message = format!(
            "Executable directive \"@{name}\" is not in the supergraph because its definitions have no location in common."
        );
        return hint(ctx, Code::NoExecutableDirectiveIntersection, message, sources);
    }
    if !absent.is_empty() {
        let message = format!(
            "Executable directive \"@{name}\" is not in the supergraph because not all subgraphs define it: it is not defined in {}.",
            in_subgraphs(absent.iter().map(|(_, s)| s.name.as_str()))
        );
        return hint(ctx, Code::InconsistentExecutableDirectivePresence, message, sources);
    }
    let mut locations = common.unwrap_or_default();
    locations.sort_by_key(|location| location.name());
    if differ {
        let names: Vec<&str> = locations.iter().map(|location| location.name()).collect();
        let message = format!(
            "Executable directive \"@{name}\" has different locations across subgraphs; in the supergraph it has those that all have: {}.",
            names.join(", ")
        );
        hint(ctx, Code::InconsistentExecutableDirectiveLocations, message, sources);
    }
    let repeatable = sources.iter().all(|s| s.definition.repeatable);
    if !repeatable && sources.iter().any(|s| s.definition.repeatable) {
        let message = format!(
            "Executable directive \"@{name}\" is repeatable in only some subgraphs; it is not in the supergraph."
        );
        hint(ctx, Code::InconsistentExecutableDirectiveRepeatable, message, sources);
    }
    let coordinate = format!("@{name}");
    let descriptions = sources.iter().map(|s| s.definition.description.as_ref());
    let description = merge_descriptions(ctx, &coordinate, descriptions);
    let arguments: Vec<ArgumentsSource<'_>> = sources
        .iter()
        .map(|s| ArgumentsSource {
            index: s.index,
            subgraph: s.subgraph,
            arguments: &s.definition.arguments,
        })
        .collect();
    let arguments = merge_arguments(ctx, &coordinate, &arguments);
    let definition =
        DirectiveDefinition { description, name: name.clone(), arguments, repeatable, locations };
    ctx.schema.directive_definitions.insert(name.clone(), Node::new(definition));
}

fn is_same(some: &[DirectiveLocation], others: &[DirectiveLocation]) -> bool {
    some.len() == others.len() && some.iter().all(|location| others.contains(location))
}

fn hint(ctx: &mut Context<'_>, code: Code, message: String, sources: &[Source<'_>]) {
    let locations = sources.iter().filter_map(|s| s.subgraph.location(s.definition));
    ctx.report.hint(Diagnostic::new(code, message).at(locations));
}

fn executable_locations(source: &Source<'_>) -> Vec<DirectiveLocation> {
    use DirectiveLocation as L;
    let executable = |location: &&L| {
        matches!(
            location,
            L::Query
                | L::Mutation
                | L::Subscription
                | L::Field
                | L::FragmentDefinition
                | L::FragmentSpread
                | L::InlineFragment
                | L::VariableDefinition
        )
    };
    source.definition.locations.iter().filter(executable).copied().collect()
}
