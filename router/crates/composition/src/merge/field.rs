//! Merging one field of an object or interface.

use apollo_compiler::Node;
use apollo_compiler::ast::{DirectiveList, FieldDefinition};
use apollo_compiler::schema::{Component, ComponentOrigin};

use super::applied::{Applied, applied};
use super::arguments::{ArgumentsSource, merge_arguments};
use super::context::Context;
use super::description::merge_descriptions;
use super::directives::merge_directives;
use super::external;
use super::join_field::{JoinFields, join_fields};
use super::overrides::Overrides;
use super::report::subgraphs as in_subgraphs;
use super::sources::{FieldSource, FieldSources};
use super::types::{Position, TypedSource, merge_types};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;

/// Merges a field; `None` when that makes no sense, which is reported.
pub(crate) fn merge_field<'a>(
    ctx: &mut Context<'a>,
    sources: &FieldSources<'a, '_>,
    overrides: &Overrides,
) -> Option<Component<FieldDefinition>> {
    let all = || sources.defined.iter().chain(&sources.stand_ins);
    if all().all(|s| s.is_external()) {
        report_missing_on_base(ctx, sources);
        return None;
    }
    external::check_directives(ctx, sources);
    let mut resolved: Vec<FieldSource<'a>> =
        sources.defined.iter().copied().filter(|s| !s.is_external()).collect();
    if resolved.is_empty() {
        resolved = sources.stand_ins.iter().copied().filter(|s| !s.is_external()).collect();
    }
    let coordinate = sources.coordinate();
    let descriptions = resolved.iter().map(|s| s.field.description.as_ref());
    let description = merge_descriptions(ctx, &coordinate, descriptions);
    let mut applications: Vec<Applied<'a>> = resolved
        .iter()
        .flat_map(|s| applied(s.at.index, s.at.subgraph, &s.field.directives))
        .collect();
    applications.extend(ctx.auth.of_field(sources.parent, sources.name));
    let directives = merge_directives(ctx, &coordinate, &applications);
    let arguments: Vec<ArgumentsSource<'a>> = resolved
        .iter()
        .map(|s| ArgumentsSource {
            index: s.at.index,
            subgraph: s.at.subgraph,
            arguments: &s.field.arguments,
        })
        .collect();
    let arguments = merge_arguments(ctx, &coordinate, &arguments);
    let typed: Vec<TypedSource<'_>> = resolved
        .iter()
        .map(|s| TypedSource {
            subgraph: &s.at.subgraph.name,
            ty: &s.field.ty,
            location: s.location(),
        })
        .collect();
    let merged = merge_types(ctx, &coordinate, Position::Output, &typed)?;
    let mut field = FieldDefinition {
        description,
        name: sources.name.clone(),
        arguments,
        ty: merged.ty,
        directives: DirectiveList::new(),
    };
    external::check_externals(ctx, sources, &field, merged.all_equal);
    let join = JoinFields {
        parents: sources.parents,
        defined: &sources.defined,
        overrides,
        all_equal: merged.all_equal,
    };
    field.directives.0 = join_fields(ctx.setup, &join);
    field.directives.0.extend(directives);
    let at = resolved.first()?.field;
    Some(Component { origin: ComponentOrigin::Definition, node: located(at, field) })
}

/// The field at the place of its first definition, for messages about the supergraph.
fn located(at: &Node<FieldDefinition>, field: FieldDefinition) -> Node<FieldDefinition> {
    at.same_location(field)
}

fn report_missing_on_base(ctx: &mut Context<'_>, sources: &FieldSources<'_, '_>) {
    let all: Vec<_> = sources.defined.iter().chain(&sources.stand_ins).collect();
    let names = in_subgraphs(all.iter().map(|s| s.at.subgraph.name.as_str()));
    let coordinate = sources.coordinate();
    let message = format!(
        "Field \"{coordinate}\" is marked @external on all the subgraphs in which it is listed ({names})."
    );
    let error = Diagnostic::new(Code::ExternalMissingOnBase, message)
        .at(all.iter().filter_map(|s| s.location()))
        .help(format!(
            "define \"{coordinate}\" without @external in the subgraph that resolves it"
        ));
    ctx.report.error(error);
}
