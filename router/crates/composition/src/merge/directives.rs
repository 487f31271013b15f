//! Merging the directive applications of one element.

use apollo_compiler::ast::{Directive, Value};
use apollo_compiler::collections::{IndexMap, IndexSet};
use apollo_compiler::schema::{ComponentOrigin, DirectiveList};
use apollo_compiler::{Node, name};
use supergraph::spec::federation::FederationDirective as D;

use super::context::Context;
use super::join::Application;
use super::merged_directive::{MergedDirective, MergedId};
use super::setup::Setup;
use super::sources::{Applied, At};
use super::strategy::strategies;
use super::wording::{grouped, places};
use crate::diagnostic::Code;

/// Merges the applications on an element: what the supergraph has after the directives of the
/// join specification. `@inaccessible` comes first.
///
/// A directive is merged where some subgraph composes it, and then as all subgraphs have it there.
pub(crate) fn merge_directives(
    ctx: &mut Context<'_>,
    coordinate: &str,
    applied: &[Applied<'_>],
) -> Vec<Node<Directive>> {
    let mut merged = join_directives(ctx, applied);
    let directives = &ctx.setup.directives;
    let ids = applied.iter().filter_map(|a| directives.id(a.at.index, &a.node.name));
    let mut ids: IndexSet<MergedId> = ids.collect();
    ids.sort_by_key(|id| directives.get(*id).meaning != Some(D::Inaccessible));
    for id in ids {
        let MergedDirective { name, meaning, .. } = directives.get(id);
        let is_it =
            |a: &&Applied<'_>| a.node.name == *name && a.at.subgraph.directive(name) == *meaning;
        let applications: Vec<Applied<'_>> = applied.iter().filter(is_it).copied().collect();
        merge_one(ctx, coordinate, id, &applications, &mut merged);
    }
    merged
}

/// The directives of a type, or of the schema: those of the join specification, and those merged.
pub(crate) fn directive_list(directives: Vec<Node<Directive>>) -> DirectiveList {
    let definition = |node: Node<Directive>| node.to_component(ComponentOrigin::Definition);
    DirectiveList(directives.into_iter().map(definition).collect())
}

fn merge_one(
    ctx: &mut Context<'_>,
    coordinate: &str,
    id: MergedId,
    applications: &[Applied<'_>],
    merged: &mut Vec<Node<Directive>>,
) {
    let directive = ctx.setup.directives.get(id).clone();
    let mut distinct: IndexMap<String, (usize, Applied<'_>)> = IndexMap::default();
    for application in applications {
        let mut key = normal_form(application);
        if directive.meaning == Some(D::Context) {
            key = format!("{}:{key}", application.at.subgraph.name);
        }
        distinct.entry(key).or_insert((0, *application)).0 += 1;
    }
    if directive.repeatable || distinct.len() == 1 {
        let nodes = distinct.values().map(|(_, a)| as_merged(a, directive.meaning));
        merged.extend(nodes);
        return;
    }
    let name = &directive.name;
    let strategies = directive.meaning.map_or(&[][..], strategies);
    let (code, message) = if strategies.is_empty() {
        let most = distinct.values().map(|(count, _)| *count).max();
        let best = distinct.values().find(|(count, _)| Some(*count) == most);
        merged.extend(best.map(|(_, application)| application.node.clone()));
        (
            Code::InconsistentNonRepeatableDirectiveArguments,
            format!(
                "Non-repeatable directive @{name} is applied to \"{coordinate}\" with different arguments; the most frequent are used."
            ),
        )
    } else {
        let mut application = Application::new(name.clone());
        for (argument, strategy) in strategies {
            let values = distinct.values().filter_map(|(_, a)| value_of(a, argument));
            if let Some(value) = strategy.merge(values) {
                application = application.argument(argument, value);
            }
        }
        merged.push(application.node());
        (
            Code::MergedNonRepeatableDirectiveArguments,
            format!(
                "Directive @{name} is applied to \"{coordinate}\" with different arguments; they are merged."
            ),
        )
    };
    ctx.report.add(code, message).at(places(distinct.values().map(|(_, a)| a)));
}

/// The application as the supergraph has it: contexts are named after their subgraph, scopes and
/// policies are strings however they were written.
fn as_merged(applied: &Applied<'_>, meaning: Option<D>) -> Node<Directive> {
    if !matches!(meaning, Some(D::Context | D::RequiresScopes | D::Policy)) {
        return applied.node.clone();
    }
    let subgraph = &applied.at.subgraph.name;
    let change = |value: &Value| match (meaning, value) {
        (Some(D::Context), Value::String(name)) => Value::String(format!("{subgraph}__{name}")),
        (Some(D::RequiresScopes | D::Policy), value) => with_strings(value),
        (_, other) => other.clone(),
    };
    let mut changed = (**applied.node).clone();
    for argument in &mut changed.arguments {
        let value = change(&argument.value);
        argument.make_mut().value = Node::new(value);
    }
    applied.node.same_location(changed)
}

/// A list with its literals as strings. The depth of the recursion is that of the document, which
/// parsing limits.
fn with_strings(value: &Value) -> Value {
    match value {
        Value::List(items) => {
            Value::List(items.iter().map(|item| Node::new(with_strings(item))).collect())
        }
        Value::Enum(name) => Value::String(name.to_string()),
        other => other.clone(),
    }
}

/// The applications that only routers with the respective feature understand, grouped by what
/// they say.
fn join_directives(ctx: &Context<'_>, applied: &[Applied<'_>]) -> Vec<Node<Directive>> {
    let written = applied.iter().filter_map(|a| {
        let name = ctx.setup.directives.join_directive(a.at.index, &a.node.name)?;
        Some(((name, normal_form(a)), a))
    });
    let node = |((name, _), applied): ((&str, String), Vec<&Applied<'_>>)| {
        let mut graphs: Vec<At<'_>> = applied.iter().map(|a| a.at).collect();
        graphs.dedup_by_key(|at| at.index);
        join_directive(ctx.setup, name, graphs, applied[0].node).node()
    };
    grouped(written).into_iter().map(node).collect()
}

/// What subgraphs say with a directive that the supergraph does not have.
pub(crate) fn join_directive<'a>(
    setup: &Setup,
    name: &str,
    graphs: impl IntoIterator<Item = At<'a>>,
    said: &Directive,
) -> Application {
    let graphs = graphs.into_iter().map(|at| Node::new(Value::Enum(setup.graph(at).clone())));
    let arguments = said.arguments.iter().map(|a| (a.name.clone(), a.value.clone()));
    Application::new(name!("join__directive"))
        .argument("graphs", Value::List(graphs.collect()))
        .string("name", name)
        .argument("args", Value::Object(arguments.collect()))
}

/// An argument of an application, or its default.
fn value_of<'a>(applied: &Applied<'a>, argument: &str) -> Option<&'a Value> {
    let given = applied.node.specified_argument_by_name(argument);
    let value = given.or_else(|| {
        let definitions = &applied.at.subgraph.schema.directive_definitions;
        let definition = definitions.get(&applied.node.name)?;
        definition.argument_by_name(argument)?.default_value.as_ref()
    });
    value.map(|value| &**value)
}

/// A text that is equal for applications that mean the same.
fn normal_form(applied: &Applied<'_>) -> String {
    let schema = &applied.at.subgraph.schema;
    let definition = schema.directive_definitions.get(&applied.node.name);
    let defaults = definition.map_or(&[][..], |d| &d.arguments);
    let mut arguments: Vec<(&str, String)> = defaults
        .iter()
        .filter(|a| applied.node.specified_argument_by_name(&a.name).is_none())
        .map(|a| {
            (a.name.as_str(), a.default_value.as_ref().map_or_else(String::new, |v| value_text(v)))
        })
        .collect();
    let given = applied.node.arguments.iter();
    arguments.extend(given.map(|a| (a.name.as_str(), value_text(&a.value))));
    arguments.sort();
    let texts: Vec<String> = arguments.into_iter().map(|(n, v)| format!("{n}:{v}")).collect();
    texts.join(",")
}

/// A text that is equal for equal values. Its depth is that of the document, which parsing limits.
pub(crate) fn value_text(value: &Value) -> String {
    match value {
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| value_text(item)).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(fields) => {
            let mut fields: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{name}:{}", value_text(value)))
                .collect();
            fields.sort();
            format!("{{{}}}", fields.join(","))
        }
        Value::String(text) => format!("{text:?}"),
        // 1 and 1.0 are the same number.
        Value::Float(number) => match number.try_to_f64() {
            Ok(number) => number.to_string(),
            Err(_) => number.to_string(),
        },
        other => other.to_string(),
    }
}
