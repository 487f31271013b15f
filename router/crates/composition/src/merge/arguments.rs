//! Merging arguments: of fields and of executable directives.

use apollo_compiler::ast::{FloatValue, InputValueDefinition, IntValue, Type, Value};
use apollo_compiler::collections::IndexMap;
use apollo_compiler::{Name, Node};
use supergraph::spec::federation::FederationDirective as D;

use super::applied::applied;
use super::context::Context;
use super::description::merge_descriptions;
use super::directives::{merge_directives, value_text};
use super::report::subgraphs as in_subgraphs;
use super::sources::SubgraphIndex;
use super::types::{Position, TypedSource, merge_types};
use crate::diagnostic::code::Code;
use crate::diagnostic::{Diagnostic, Location};
use crate::subgraph::Subgraph;

/// The arguments of a field or directive in one subgraph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ArgumentsSource<'a> {
    pub(crate) index: SubgraphIndex,
    pub(crate) subgraph: &'a Subgraph,
    pub(crate) arguments: &'a [Node<InputValueDefinition>],
}

/// An argument or input field in one subgraph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InputSource<'a> {
    pub(crate) index: SubgraphIndex,
    pub(crate) subgraph: &'a Subgraph,
    pub(crate) definition: &'a Node<InputValueDefinition>,
}

impl InputSource<'_> {
    /// Whether a value has to be given.
    pub(crate) fn is_required(&self) -> bool {
        self.definition.is_required()
    }

    /// Where it was written.
    pub(crate) fn location(&self) -> Option<Location> {
        self.subgraph.location(self.definition)
    }

    fn is_contextual(&self) -> bool {
        let directives = &self.definition.directives;
        self.subgraph.applications(directives, D::FromContext).next().is_some()
    }
}

/// Merges arguments: those that all subgraphs have.
pub(crate) fn merge_arguments(
    ctx: &mut Context<'_>,
    coordinate: &str,
    sources: &[ArgumentsSource<'_>],
) -> Vec<Node<InputValueDefinition>> {
    let mut by_name: IndexMap<&Name, Vec<InputSource<'_>>> = IndexMap::default();
    for source in sources {
        for definition in source.arguments {
            let ArgumentsSource { index, subgraph, .. } = *source;
            let source = InputSource { index, subgraph, definition };
            by_name.entry(&definition.name).or_default().push(source);
        }
    }
    let mut merged = Vec::new();
    for (name, having) in by_name {
        let argument = format!("{coordinate}({name}:)");
        if having.iter().any(InputSource::is_contextual) {
            check_contextual(ctx, &argument, &having);
        } else if having.len() < sources.len() {
            report_missing(ctx, &argument, sources, &having);
        } else if let Some(definition) = merge_input(ctx, &argument, Position::Argument, &having) {
            merged.push(Node::new(definition));
        }
    }
    merged
}

/// Merges an argument or input field that exists in all its sources.
pub(crate) fn merge_input(
    ctx: &mut Context<'_>,
    coordinate: &str,
    position: Position,
    sources: &[InputSource<'_>],
) -> Option<InputValueDefinition> {
    let typed: Vec<TypedSource<'_>> = sources
        .iter()
        .map(|s| TypedSource {
            subgraph: &s.subgraph.name,
            ty: &s.definition.ty,
            location: s.location(),
        })
        .collect();
    let merged = merge_types(ctx, coordinate, position, &typed)?;
    let descriptions = sources.iter().map(|s| s.definition.description.as_ref());
    let description = merge_descriptions(ctx, coordinate, descriptions);
    let applications: Vec<_> = sources
        .iter()
        .flat_map(|s| applied(s.index, s.subgraph, &s.definition.directives))
        .collect();
    let directives = merge_directives(ctx, coordinate, &applications);
    let default_value = merge_defaults(ctx, coordinate, position, sources);
    let default_value = default_value.map(|value| plain(sources, &merged.ty, &value));
    Some(InputValueDefinition {
        description,
        name: sources.first()?.definition.name.clone(),
        ty: Node::new(merged.ty),
        default_value,
        directives: apollo_compiler::ast::DirectiveList(directives),
    })
}

fn merge_defaults(
    ctx: &mut Context<'_>,
    coordinate: &str,
    position: Position,
    sources: &[InputSource<'_>],
) -> Option<Node<Value>> {
    let given = sources.iter().filter_map(|s| s.definition.default_value.as_ref());
    let given: Vec<&Node<Value>> = given.collect();
    let first = *given.first()?;
    let text = value_text(first);
    let locations = sources.iter().filter_map(InputSource::location);
    if given.iter().any(|value| value_text(value) != text) {
        let code = match position {
            Position::Argument => Code::FieldArgumentDefaultMismatch,
            _ => Code::InputFieldDefaultMismatch,
        };
        let message = format!(
            "\"{coordinate}\" has incompatible default values across subgraphs: {}.",
            describe_defaults(sources)
        );
        ctx.report.error(
            Diagnostic::new(code, message)
                .at(locations)
                .help("give it the same default value in all subgraphs"),
        );
        return Some(first.clone());
    }
    if given.len() < sources.len() {
        let message = format!(
            "\"{coordinate}\" has a default value in only some subgraphs, and none in the supergraph: {}.",
            describe_defaults(sources)
        );
        let hint = Diagnostic::new(Code::InconsistentDefaultValuePresence, message);
        ctx.report.hint(hint.at(locations));
        return None;
    }
    Some(first.clone())
}

/// A value with numeric ids written as numbers, numbers without superfluous digits, and strings for
/// names that are values of custom scalars. The depth of the recursion is that of the document, which parsing limits.
fn plain(sources: &[InputSource<'_>], ty: &Type, value: &Node<Value>) -> Node<Value> {
    let is_id = ty.inner_named_type() == "ID";
    match &**value {
        Value::String(text) if is_id && is_integer(text) => {
            value.same_location(Value::Int(IntValue::new_parsed(text)))
        }
        Value::Float(number) => match number.try_to_f64() {
            Ok(number) if number == 0.0 || (1e-6..1e15).contains(&number.abs()) => {
                value.same_location(shortest(number))
            }
            _ => value.clone(),
        },
        Value::List(items) => {
            let items = items.iter().map(|item| plain(sources, ty.item_type(), item));
            value.same_location(Value::List(items.collect()))
        }
        Value::Object(fields) => {
            let name = ty.inner_named_type();
            let mut schemas = sources.iter().map(|s| &s.subgraph.schema);
            let input = schemas.find_map(|schema| schema.get_input_object(name));
            let field = |(name, value): &(Name, Node<Value>)| {
                let definition = input.and_then(|input| input.fields.get(name));
                let ty = definition.map_or(ty, |definition| &definition.ty);
                (name.clone(), plain(sources, ty, value))
            };
            value.same_location(Value::Object(fields.iter().map(field).collect()))
        }
        Value::Enum(name) => {
            let enum_ = ty.inner_named_type();
            let is_enum = sources.iter().any(|s| s.subgraph.schema.get_enum(enum_).is_some());
            if is_enum {
                value.clone()
            } else {
                value.same_location(Value::String(name.to_string()))
            }
        }
        _ => value.clone(),
    }
}

/// A number in as few digits as it needs.
fn shortest(number: f64) -> Value {
    let text = number.to_string();
    if is_integer(&text) {
        Value::Int(IntValue::new_parsed(&text))
    } else {
        Value::Float(FloatValue::new_parsed(&text))
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits == "0" || !digits.starts_with('0');
    plain && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

fn describe_defaults(sources: &[InputSource<'_>]) -> String {
    let mut by_value: IndexMap<String, Vec<&str>> = IndexMap::default();
    for source in sources {
        let text = match &source.definition.default_value {
            Some(value) => format!("default {}", value.serialize().no_indent()),
            None => "no default".to_owned(),
        };
        by_value.entry(text).or_default().push(&source.subgraph.name);
    }
    let described: Vec<String> = by_value
        .iter()
        .map(|(text, names)| format!("{text} in {}", in_subgraphs(names.iter().copied())))
        .collect();
    described.join(" and ")
}

fn report_missing(
    ctx: &mut Context<'_>,
    argument: &str,
    sources: &[ArgumentsSource<'_>],
    having: &[InputSource<'_>],
) {
    let missing = sources.iter().filter(|s| !having.iter().any(|h| h.index == s.index));
    let missing = in_subgraphs(missing.map(|s| s.subgraph.name.as_str()));
    let present = in_subgraphs(having.iter().map(|s| s.subgraph.name.as_str()));
    let locations = having.iter().filter_map(InputSource::location);
    let required: Vec<&str> =
        having.iter().filter(|s| s.is_required()).map(|s| s.subgraph.name.as_str()).collect();
    if required.is_empty() {
        let message = format!(
            "Optional argument \"{argument}\" is not in the supergraph because not all subgraphs define it: it is defined in {present} but not in {missing}."
        );
        ctx.report.hint(
            Diagnostic::new(Code::InconsistentArgumentPresence, message)
                .at(locations)
                .help(format!("add \"{argument}\" in {missing}")),
        );
    } else {
        let message = format!(
            "Argument \"{argument}\" is required in {} but not defined in {missing}.",
            in_subgraphs(required)
        );
        ctx.report.error(
            Diagnostic::new(Code::RequiredArgumentMissingInSomeSubgraph, message)
                .at(locations)
                .help(format!("add \"{argument}\" in {missing}, or make it optional")),
        );
    }
}

/// An argument that some subgraph takes from the context vanishes; the others must do without it.
fn check_contextual(ctx: &mut Context<'_>, argument: &str, having: &[InputSource<'_>]) {
    for source in having.iter().filter(|s| !s.is_contextual()) {
        let (code, consequence) = if source.is_required() {
            (
                Code::ContextualArgumentNotContextualInAllSubgraphs,
                "it must be nullable or have a default",
            )
        } else {
            (
                Code::ContextualArgumentNotContextualInAllSubgraphsHint,
                "it is not in the supergraph, and its default is always used",
            )
        };
        let message = format!(
            "Argument \"{argument}\" is taken from a context in some subgraph but not in subgraph \"{}\": {consequence}.",
            source.subgraph.name
        );
        let diagnostic = Diagnostic::new(code, message)
            .at(having.iter().filter_map(InputSource::location))
            .help("use @fromContext in all subgraphs or in none");
        if source.is_required() {
            ctx.report.error(diagnostic);
        } else {
            ctx.report.hint(diagnostic);
        }
    }
}
