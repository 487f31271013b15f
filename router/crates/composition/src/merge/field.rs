//! Merging one field of an object or interface.

use apollo_compiler::ast::{DirectiveList, FieldDefinition};
use apollo_compiler::schema::{Component, ComponentOrigin};

use super::context::Context;
use super::description::merge_descriptions;
use super::directives::merge_directives;
use super::external;
use super::input_values::{ArgumentsSource, merge_arguments};
use super::join_field::join_fields;
use super::overrides::Overrides;
use super::sources::{Applied, FieldSource, FieldSources, Source};
use super::types::{Position, merge_types};
use super::wording::{in_subgraphs, places};
use crate::diagnostic::Code;

/// Merges a field; `None` when that makes no sense, which is reported.
pub(crate) fn merge_field<'a>(
    ctx: &mut Context<'a>,
    sources: &FieldSources<'a, '_>,
    overrides: &Overrides,
) -> Option<Component<FieldDefinition>> {
    let coordinate = sources.coordinate();
    let all = [&sources.defined[..], &sources.stand_ins].concat();
    if all.iter().all(|s| s.is_external()) {
        let message = format!(
            "Field \"{coordinate}\" is marked @external on all the subgraphs in which it is listed ({}).",
            in_subgraphs(&all)
        );
        ctx.report.add(Code::ExternalMissingOnBase, message).at(places(&all)).help(format!(
            "define \"{coordinate}\" without @external in the subgraph that resolves it"
        ));
        return None;
    }
    external::check_directives(ctx, sources);
    let resolved = |sources: &[FieldSource<'a>]| -> Vec<FieldSource<'a>> {
        sources.iter().copied().filter(|s| !s.is_external()).collect()
    };
    let mut resolving = resolved(&sources.defined);
    if resolving.is_empty() {
        resolving = resolved(&sources.stand_ins);
    }
    let descriptions = resolving.iter().map(|s| s.node.description.as_ref());
    let description = merge_descriptions(ctx, &coordinate, descriptions);
    let mut applications: Vec<Applied<'a>> =
        resolving.iter().flat_map(|s| s.directives()).collect();
    applications.extend(ctx.auth.of_field(sources.parent, sources.name));
    let directives = merge_directives(ctx, &coordinate, &applications);
    let arguments = resolving.iter().map(|s| Source { at: s.of.at, node: &s.node.arguments[..] });
    let arguments: Vec<ArgumentsSource<'a>> = arguments.collect();
    let arguments = merge_arguments(ctx, &coordinate, &arguments);
    let merged = merge_types(ctx, &coordinate, Position::Output, &resolving, |s| &s.node.ty)?;
    let mut field = FieldDefinition {
        description,
        name: sources.name.clone(),
        arguments,
        ty: merged.ty,
        directives: DirectiveList::new(),
    };
    external::check_externals(ctx, sources, &field, merged.all_equal);
    field.directives.0 = join_fields(ctx.setup, sources, overrides, merged.all_equal);
    field.directives.0.extend(directives);
    // At the place of its first definition, for messages about the supergraph.
    let node = resolving.first()?.node.same_location(field);
    Some(Component { origin: ComponentOrigin::Definition, node })
}
