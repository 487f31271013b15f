//! Merging input objects: the fields that all subgraphs have.

use apollo_compiler::Name;
use apollo_compiler::Node;
use apollo_compiler::ast::{Directive, InputValueDefinition};
use apollo_compiler::collections::IndexMap;
use apollo_compiler::schema::{
    Component, ComponentOrigin, DirectiveList, ExtendedType, InputObjectType,
};
use supergraph::spec::federation::FederationDirective as D;

use super::arguments::{InputSource, merge_input};
use super::context::Context;
use super::join::Application;
use super::report::subgraphs as in_subgraphs;
use super::sources::TypeEntry;
use super::type_head::merge_type_head;
use super::types::Position;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;

/// Merges an input object.
pub(crate) fn merge_input_object<'a>(ctx: &mut Context<'a>, name: &Name, entry: &TypeEntry<'a>) {
    let head = merge_type_head(ctx, name, entry);
    let mut by_name: IndexMap<&Name, Vec<InputSource<'a>>> = IndexMap::default();
    for source in &entry.sources {
        let ExtendedType::InputObject(ty) = source.ty else { continue };
        for definition in ty.fields.values() {
            let (index, subgraph) = (source.index, source.subgraph);
            let source = InputSource { index, subgraph, definition };
            by_name.entry(&definition.name).or_default().push(source);
        }
    }
    let mut fields: IndexMap<Name, Component<InputValueDefinition>> = IndexMap::default();
    for (field, having) in by_name {
        let coordinate = format!("{name}.{field}");
        let Some(merged) = merge_input(ctx, &coordinate, Position::InputField, &having) else {
            continue;
        };
        let everywhere = having.len() == entry.sources.len();
        if everywhere || is_inaccessible(ctx, &merged.directives) {
            let merged = with_joins(ctx, merged, entry, &having);
            let node = having.first().map_or_else(
                || Node::new(merged.clone()),
                |first| first.definition.same_location(merged.clone()),
            );
            fields.insert(field.clone(), Component { origin: ComponentOrigin::Definition, node });
        } else {
            report_dropped(ctx, &coordinate, entry, &having);
        }
    }
    if fields.is_empty() {
        report_empty(ctx, name, entry);
    }
    let mut directives = head.joins;
    directives.extend(head.directives);
    let input = InputObjectType {
        description: head.description,
        name: name.clone(),
        directives: DirectiveList(directives),
        fields,
    };
    ctx.schema.types.insert(name.clone(), ExtendedType::InputObject(input.into()));
}

/// Whether merged directives hide their element.
pub(crate) fn is_inaccessible(ctx: &Context<'_>, directives: &[Node<Directive>]) -> bool {
    let inaccessible = ctx.setup.directives.by_meaning(D::Inaccessible);
    inaccessible.is_some_and(|id| {
        let name = &ctx.setup.directives.get(id).name;
        directives.iter().any(|directive| directive.name == *name)
    })
}

fn with_joins(
    ctx: &Context<'_>,
    mut merged: InputValueDefinition,
    entry: &TypeEntry<'_>,
    having: &[InputSource<'_>],
) -> InputValueDefinition {
    let all_equal = having.windows(2).all(|two| two[0].definition.ty == two[1].definition.ty);
    if all_equal && having.len() == entry.sources.len() {
        return merged;
    }
    let join = |source: &InputSource<'_>| {
        let ty = (!all_equal).then(|| source.definition.ty.to_string());
        Application::new("join__field")
            .graph(ctx.setup.graph(source.index))
            .optional("type", ty.as_deref())
            .node()
    };
    let joins: Vec<Node<Directive>> = having.iter().map(join).collect();
    merged.directives.0.splice(0..0, joins);
    merged
}

fn report_dropped(
    ctx: &mut Context<'_>,
    coordinate: &str,
    entry: &TypeEntry<'_>,
    having: &[InputSource<'_>],
) {
    let missing = entry.sources.iter().filter(|s| !having.iter().any(|h| h.index == s.index));
    let missing = in_subgraphs(missing.map(|s| s.subgraph.name.as_str()));
    let present = in_subgraphs(having.iter().map(|s| s.subgraph.name.as_str()));
    let required = having.iter().filter(|s| s.is_required());
    let required: Vec<&str> = required.map(|s| s.subgraph.name.as_str()).collect();
    let locations = having.iter().filter_map(InputSource::location);
    let help = format!("add \"{coordinate}\" in {missing}");
    if required.is_empty() {
        let message = format!(
            "Input object field \"{coordinate}\" is not in the supergraph because not all subgraphs define it: it is defined in {present} but not in {missing}."
        );
        let hint = Diagnostic::new(Code::InconsistentInputObjectField, message);
        ctx.report.hint(hint.at(locations).help(help));
    } else {
        let message = format!(
            "Input object field \"{coordinate}\" is required in {} but does not appear in {missing}.",
            in_subgraphs(required)
        );
        let code = Code::RequiredInputFieldMissingInSomeSubgraph;
        let error = Diagnostic::new(code, message);
        ctx.report.error(error.at(locations).help(format!("{help}, or make it optional")));
    }
}

fn report_empty(ctx: &mut Context<'_>, name: &Name, entry: &TypeEntry<'_>) {
    let message = format!(
        "None of the fields of input object type \"{name}\" are consistently defined in all the subgraphs defining that type."
    );
    let error = Diagnostic::new(Code::EmptyMergedInputType, message)
        .at(entry.sources.iter().filter_map(|s| s.location()))
        .help(format!("define a field of \"{name}\" in all subgraphs that have the type"));
    ctx.report.error(error);
}
