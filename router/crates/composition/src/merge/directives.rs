//! Merging the directive applications of one element.

use apollo_compiler::Node;
use apollo_compiler::ast::{Argument, Directive, Value};
use apollo_compiler::collections::{IndexMap, IndexSet};
use apollo_compiler::schema::{Component, ComponentOrigin};
use supergraph::spec::federation::FederationDirective as D;

use super::applied::Applied;
use super::context::Context;
use super::join::Application;
use super::merged_directive::{MergedDirective, MergedId};
use super::sources::SubgraphIndex;
use super::strategy::strategies;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;

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
    let ids = applied.iter().filter_map(|a| directives.id(a.index, &a.directive.name));
    let mut ids: IndexSet<MergedId> = ids.collect();
    ids.sort_by_key(|id| directives.get(*id).meaning != Some(D::Inaccessible));
    for id in ids {
        let MergedDirective { name, meaning, .. } = directives.get(id);
        let is_it =
            |a: &&Applied<'_>| a.directive.name == *name && a.subgraph.directive(name) == *meaning;
        let applications: Vec<Applied<'_>> = applied.iter().filter(is_it).copied().collect();
        merge_one(ctx, coordinate, id, &applications, &mut merged);
    }
    merged
}

/// Like [`merge_directives`], for a type or the schema.
pub(crate) fn merge_type_directives(
    ctx: &mut Context<'_>,
    coordinate: &str,
    applied: &[Applied<'_>],
) -> Vec<Component<Directive>> {
    let merged = merge_directives(ctx, coordinate, applied);
    merged.into_iter().map(|node| node.to_component(ComponentOrigin::Definition)).collect()
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
            key = format!("{}:{key}", application.subgraph.name);
        }
        distinct.entry(key).or_insert((0, *application)).0 += 1;
    }
    if directive.repeatable || distinct.len() == 1 {
        let nodes = distinct.values().map(|(_, a)| as_merged(a, directive.meaning));
        merged.extend(nodes);
        return;
    }
    let strategies = directive.meaning.map_or(&[][..], strategies);
    let code = if strategies.is_empty() {
        let most = distinct.values().map(|(count, _)| *count).max();
        let best = distinct.values().find(|(count, _)| Some(*count) == most);
        merged.extend(best.map(|(_, application)| application.directive.clone()));
        Code::InconsistentNonRepeatableDirectiveArguments
    } else {
        let mut node = Directive::new(directive.name.clone());
        for (name, strategy) in strategies {
            let values: Vec<Node<Value>> =
                distinct.values().filter_map(|(_, a)| argument(a, name)).collect();
            let values: Vec<&Value> = values.iter().map(|v| &**v).collect();
            if let Some(value) = strategy.merge(&values) {
                let name = apollo_compiler::Name::new_unchecked(name);
                node.arguments.push(Node::new(Argument { name, value: Node::new(value) }));
            }
        }
        merged.push(Node::new(node));
        Code::MergedNonRepeatableDirectiveArguments
    };
    let message = match code {
        Code::MergedNonRepeatableDirectiveArguments => format!(
            "Directive @{} is applied to \"{coordinate}\" with different arguments; they are merged.",
            directive.name
        ),
        _ => format!(
            "Non-repeatable directive @{} is applied to \"{coordinate}\" with different arguments; the most frequent are used.",
            directive.name
        ),
    };
    let locations = distinct.values().filter_map(|(_, a)| a.subgraph.location(a.directive));
    ctx.report.hint(Diagnostic::new(code, message).at(locations));
}

/// The application as the supergraph has it: contexts are named after their subgraph, scopes and
/// policies are strings however they were written.
fn as_merged(applied: &Applied<'_>, meaning: Option<D>) -> Node<Directive> {
    let directive = applied.directive;
    let change: Box<dyn Fn(&Value) -> Value> = match meaning {
        Some(D::Context) => {
            let subgraph = &applied.subgraph.name;
            let named = move |value: &Value| match value {
                Value::String(name) => Value::String(format!("{subgraph}__{name}")),
                other => other.clone(),
            };
            Box::new(named)
        }
        Some(D::RequiresScopes | D::Policy) => Box::new(with_strings),
        _ => return directive.clone(),
    };
    let mut changed = (**directive).clone();
    for argument in &mut changed.arguments {
        let value = change(&argument.value);
        argument.make_mut().value = Node::new(value);
    }
    directive.same_location(changed)
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

/// The subgraphs that say the same, and the application that says it.
type JoinGroup<'a> = (Vec<SubgraphIndex>, &'a Node<Directive>);

/// The applications that only routers with the respective feature understand, grouped by what
/// they say.
fn join_directives(ctx: &Context<'_>, applied: &[Applied<'_>]) -> Vec<Node<Directive>> {
    let mut groups: IndexMap<(String, String), JoinGroup<'_>> = IndexMap::default();
    for application in applied {
        let name = &application.directive.name;
        let Some(written) = ctx.setup.directives.join_directive(application.index, name) else {
            continue;
        };
        let key = (written.to_owned(), normal_form(application));
        let graphs = &mut groups.entry(key).or_insert((Vec::new(), application.directive)).0;
        if !graphs.contains(&application.index) {
            graphs.push(application.index);
        }
    }
    let node = |((written, _), (graphs, directive)): (_, (Vec<_>, &Node<Directive>))| {
        let written: String = written;
        let pairs = directive.arguments.iter().map(|a| (a.name.clone(), a.value.clone()));
        let graph = |index| Node::new(Value::Enum(ctx.setup.graph(index).clone()));
        Application::new("join__directive")
            .argument("graphs", Value::List(graphs.into_iter().map(graph).collect()))
            .string("name", &written)
            .argument("args", Value::Object(pairs.collect()))
            .node()
    };
    groups.into_iter().map(node).collect()
}

/// An argument of an application, or its default.
fn argument(applied: &Applied<'_>, name: &str) -> Option<Node<Value>> {
    let given = applied.directive.specified_argument_by_name(name);
    given.cloned().or_else(|| {
        let schema = &applied.subgraph.schema;
        let definition = schema.directive_definitions.get(&applied.directive.name)?;
        definition.argument_by_name(name)?.default_value.clone()
    })
}

/// A text that is equal for applications that mean the same.
fn normal_form(applied: &Applied<'_>) -> String {
    let schema = &applied.subgraph.schema;
    let definition = schema.directive_definitions.get(&applied.directive.name);
    let defaults = definition.map_or(&[][..], |d| &d.arguments);
    let mut arguments: Vec<(&str, String)> = defaults
        .iter()
        .filter(|a| applied.directive.specified_argument_by_name(&a.name).is_none())
        .map(|a| {
            (a.name.as_str(), a.default_value.as_ref().map_or_else(String::new, |v| value_text(v)))
        })
        .collect();
    let given = applied.directive.arguments.iter();
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
