//! Merging input values: arguments of fields and of executable directives, and the fields of input
//! objects.

use apollo_compiler::ast::{
    DirectiveList, FloatValue, InputValueDefinition, IntValue, Type, Value,
};
use apollo_compiler::collections::IndexMap;
use apollo_compiler::schema::{Component, ComponentOrigin, InputObjectType};
use apollo_compiler::{Name, Node, name};
use supergraph::spec::federation::FederationDirective as D;

use super::context::Context;
use super::description::merge_descriptions;
use super::directives::{merge_directives, value_text};
use super::join::Application;
use super::sources::{Applied, InSubgraph, InputSource, Source, TypeEntry, TypeSource};
use super::type_head::{TypeHead, merge_type_head};
use super::types::{Position, merge_types};
use super::wording::{grouped, in_some, in_subgraphs, places, said, without};
use crate::diagnostic::Code;

/// The arguments of a field or directive in one subgraph.
pub(crate) type ArgumentsSource<'a> = Source<'a, &'a [Node<InputValueDefinition>]>;

fn is_contextual(source: &InputSource<'_>) -> bool {
    source.at.subgraph.has(&source.node.directives, D::FromContext)
}

/// Merges arguments: those that all subgraphs have.
pub(crate) fn merge_arguments(
    ctx: &mut Context<'_>,
    coordinate: &str,
    sources: &[ArgumentsSource<'_>],
) -> Vec<Node<InputValueDefinition>> {
    let arguments = sources.iter().flat_map(|source| source.at.sources(source.node));
    let by_name = grouped(arguments.map(|argument| (&argument.node.name, argument)));
    let mut merged = Vec::new();
    for (name, having) in by_name {
        let argument = format!("{coordinate}({name}:)");
        if having.iter().any(is_contextual) {
            check_contextual(ctx, &argument, &having);
        } else if having.len() < sources.len() {
            report_missing(ctx, &argument, Position::Argument, sources, &having);
        } else if let Some(definition) = merge_input(ctx, &argument, Position::Argument, &having) {
            merged.push(Node::new(definition));
        }
    }
    merged
}

/// Merges an input object: the fields that all subgraphs have.
pub(crate) fn merge_input_object<'a>(ctx: &mut Context<'a>, name: &Name, entry: &TypeEntry<'a>) {
    let TypeHead { description, directives } = merge_type_head(ctx, name, entry);
    let fields = |source: &TypeSource<'a>| {
        let fields = source.ty.as_input_object().into_iter().flat_map(|ty| ty.fields.values());
        source.at.sources(fields.map(|field| &field.node))
    };
    let all = entry.sources.iter().flat_map(fields);
    let mut fields: IndexMap<Name, Component<InputValueDefinition>> = IndexMap::default();
    for (field, having) in grouped(all.map(|source| (&source.node.name, source))) {
        let coordinate = format!("{name}.{field}");
        let position = Position::InputField;
        let Some(mut merged) = merge_input(ctx, &coordinate, position, &having) else { continue };
        let everywhere = having.len() == entry.sources.len();
        if everywhere || ctx.is_inaccessible(&merged.directives) {
            add_joins(ctx, &mut merged, everywhere, &having);
            let node = having[0].node.same_location(merged);
            fields.insert(field.clone(), Component { origin: ComponentOrigin::Definition, node });
        } else {
            report_missing(ctx, &coordinate, position, &entry.sources, &having);
        }
    }
    if fields.is_empty() {
        let message = format!(
            "None of the fields of input object type \"{name}\" are consistently defined in all the subgraphs defining that type."
        );
        ctx.report
            .add(Code::EmptyMergedInputType, message)
            .at(places(&entry.sources))
            .help(format!("define a field of \"{name}\" in all subgraphs that have the type"));
    }
    ctx.add_type(InputObjectType { description, name: name.clone(), directives, fields });
}

/// Says who has a field, where not all have the same.
fn add_joins(
    ctx: &Context<'_>,
    merged: &mut InputValueDefinition,
    everywhere: bool,
    having: &[InputSource<'_>],
) {
    let all_equal = having.windows(2).all(|two| two[0].node.ty == two[1].node.ty);
    if all_equal && everywhere {
        return;
    }
    let join = |source: &InputSource<'_>| {
        let ty = (!all_equal).then(|| source.node.ty.to_string());
        Application::new(name!("join__field"))
            .graph(ctx.setup.graph(source.at))
            .optional("type", ty.as_deref())
            .node()
    };
    merged.directives.0.splice(0..0, having.iter().map(join));
}

/// Merges an argument or input field that exists in all its sources.
fn merge_input(
    ctx: &mut Context<'_>,
    coordinate: &str,
    position: Position,
    sources: &[InputSource<'_>],
) -> Option<InputValueDefinition> {
    let merged = merge_types(ctx, coordinate, position, sources, |s| &s.node.ty)?;
    let descriptions = sources.iter().map(|s| s.node.description.as_ref());
    let description = merge_descriptions(ctx, coordinate, descriptions);
    let applications = sources.iter().flat_map(|s| s.at.sources(s.node.directives.iter()));
    let applications: Vec<Applied<'_>> = applications.collect();
    let directives = merge_directives(ctx, coordinate, &applications);
    let default_value = merge_defaults(ctx, coordinate, position, sources);
    let default_value = default_value.map(|value| plain(sources, &merged.ty, &value));
    Some(InputValueDefinition {
        description,
        name: sources.first()?.node.name.clone(),
        ty: Node::new(merged.ty),
        default_value,
        directives: DirectiveList(directives),
    })
}

fn merge_defaults(
    ctx: &mut Context<'_>,
    coordinate: &str,
    position: Position,
    sources: &[InputSource<'_>],
) -> Option<Node<Value>> {
    let given = sources.iter().filter_map(|s| s.node.default_value.as_ref());
    let given: Vec<&Node<Value>> = given.collect();
    let first = *given.first()?;
    let text = value_text(first);
    let defaults = || {
        let default = |s: &InputSource<'_>| match &s.node.default_value {
            Some(value) => format!("default {}", value.serialize().no_indent()),
            None => "no default".to_owned(),
        };
        said(sources.iter().map(|s| (default(s), s.at)), " and ")
    };
    if given.iter().any(|value| value_text(value) != text) {
        let code = match position {
            Position::Argument => Code::FieldArgumentDefaultMismatch,
            _ => Code::InputFieldDefaultMismatch,
        };
        let message = format!(
            "\"{coordinate}\" has incompatible default values across subgraphs: {}.",
            defaults()
        );
        ctx.report
            .add(code, message)
            .at(places(sources))
            .help("give it the same default value in all subgraphs");
    } else if given.len() < sources.len() {
        let message = format!(
            "\"{coordinate}\" has a default value in only some subgraphs, and none in the supergraph: {}.",
            defaults()
        );
        ctx.report.add(Code::InconsistentDefaultValuePresence, message).at(places(sources));
        return None;
    }
    Some(first.clone())
}

/// A value with numeric ids written as numbers, numbers without superfluous digits, and strings for
/// names that are values of custom scalars. The depth of the recursion is that of the document,
/// which parsing limits.
fn plain(sources: &[InputSource<'_>], ty: &Type, value: &Node<Value>) -> Node<Value> {
    let named = ty.inner_named_type();
    let mut schemas = sources.iter().map(|s| &s.at.subgraph.schema);
    let plain = match &**value {
        Value::String(text) if named == "ID" && is_integer(text) => {
            Value::Int(IntValue::new_parsed(text))
        }
        Value::Float(number) => match number.try_to_f64() {
            Ok(number) if number == 0.0 || (1e-6..1e15).contains(&number.abs()) => shortest(number),
            _ => return value.clone(),
        },
        Value::List(items) => {
            Value::List(items.iter().map(|item| plain(sources, ty.item_type(), item)).collect())
        }
        Value::Object(fields) => {
            let input = schemas.find_map(|schema| schema.get_input_object(named));
            let field = |(name, value): &(Name, Node<Value>)| {
                let definition = input.and_then(|input| input.fields.get(name));
                let ty = definition.map_or(ty, |definition| &definition.ty);
                (name.clone(), plain(sources, ty, value))
            };
            Value::Object(fields.iter().map(field).collect())
        }
        Value::Enum(name) if !schemas.any(|schema| schema.get_enum(named).is_some()) => {
            Value::String(name.to_string())
        }
        _ => return value.clone(),
    };
    value.same_location(plain)
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

/// Reports an argument or input field that only some of all subgraphs have.
fn report_missing<S: InSubgraph + Copy>(
    ctx: &mut Context<'_>,
    coordinate: &str,
    position: Position,
    all: &[S],
    having: &[InputSource<'_>],
) {
    let missing = without(all, having);
    let required: Vec<_> = having.iter().filter(|s| s.node.is_required()).collect();
    let is_argument = position == Position::Argument;
    let help = format!("add \"{coordinate}\" in {}", in_subgraphs(&missing));
    if required.is_empty() {
        let (what, code) = match is_argument {
            true => ("Optional argument", Code::InconsistentArgumentPresence),
            false => ("Input object field", Code::InconsistentInputObjectField),
        };
        let message = format!(
            "{what} \"{coordinate}\" is not in the supergraph because not all subgraphs define it: it is defined {}.",
            in_some(having, &missing)
        );
        ctx.report.add(code, message).at(places(having)).help(help);
    } else {
        let (required, missing) = (in_subgraphs(&required), in_subgraphs(&missing));
        let (code, message) = match is_argument {
            true => (
                Code::RequiredArgumentMissingInSomeSubgraph,
                format!(
                    "Argument \"{coordinate}\" is required in {required} but not defined in {missing}."
                ),
            ),
            false => (
                Code::RequiredInputFieldMissingInSomeSubgraph,
                format!(
                    "Input object field \"{coordinate}\" is required in {required} but does not appear in {missing}."
                ),
            ),
        };
        ctx.report.add(code, message).at(places(having)).help(help + ", or make it optional");
    }
}

/// An argument that some subgraph takes from the context vanishes; the others must do without it.
fn check_contextual(ctx: &mut Context<'_>, argument: &str, having: &[InputSource<'_>]) {
    for source in having.iter().filter(|s| !is_contextual(s)) {
        let (code, consequence) = match source.node.is_required() {
            true => (
                Code::ContextualArgumentNotContextualInAllSubgraphs,
                "it must be nullable or have a default",
            ),
            false => (
                Code::ContextualArgumentNotContextualInAllSubgraphsHint,
                "it is not in the supergraph, and its default is always used",
            ),
        };
        let message = format!(
            "Argument \"{argument}\" is taken from a context in some subgraph but not in subgraph \"{}\": {consequence}.",
            source.at.subgraph.name
        );
        ctx.report
            .add(code, message)
            .at(places(having))
            .help("use @fromContext in all subgraphs or in none");
    }
}
