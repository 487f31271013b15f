//! Merging enums: by where they are used, all values, the common ones, or exactly the same ones.

use apollo_compiler::Name;
use apollo_compiler::ast::EnumValueDefinition;
use apollo_compiler::collections::IndexMap;
use apollo_compiler::schema::{Component, DirectiveList, EnumType, ExtendedType};

use super::applied::applied;
use super::context::{Context, EnumUsage};
use super::description::merge_descriptions;
use super::directives::merge_directives;
use super::input_object::is_inaccessible;
use super::join::Application;
use super::report::subgraphs as in_subgraphs;
use super::sources::{TypeEntry, TypeSource};
use super::type_head::merge_type_head;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;

/// An enum value in one subgraph.
type ValueSource<'a> = (TypeSource<'a>, &'a Component<EnumValueDefinition>);

/// Merges an enum; the fields and arguments that use it must be merged already.
pub(crate) fn merge_enum<'a>(ctx: &mut Context<'a>, name: &Name, entry: &TypeEntry<'a>) {
    let head = merge_type_head(ctx, name, entry);
    let usage = usage(ctx, name, entry);
    let mut by_name: IndexMap<&Name, Vec<ValueSource<'a>>> = IndexMap::default();
    for source in &entry.sources {
        let ExtendedType::Enum(ty) = source.ty else { continue };
        for value in ty.values.values() {
            by_name.entry(&value.value).or_default().push((*source, value));
        }
    }
    let mut values = IndexMap::default();
    for (value, having) in by_name {
        let merged = merge_value(ctx, name, value, &having);
        let hidden = is_inaccessible(ctx, &merged.directives);
        let everywhere = having.len() == entry.sources.len();
        // Clients cannot give or get a hidden value, so it need not be everywhere.
        let unchecked = everywhere || (hidden && usage.input);
        if unchecked || keep(ctx, &format!("{name}.{value}"), usage, entry, &having) {
            values.insert(value.clone(), Component::new(merged));
        }
    }
    if values.is_empty() {
        report_empty(ctx, name, entry);
    }
    let mut directives = head.joins;
    directives.extend(head.directives);
    let ty = EnumType {
        description: head.description,
        name: name.clone(),
        directives: DirectiveList(directives),
        values,
    };
    ctx.schema.types.insert(name.clone(), ExtendedType::Enum(ty.into()));
}

fn usage(ctx: &mut Context<'_>, name: &Name, entry: &TypeEntry<'_>) -> EnumUsage {
    let usage = ctx.enum_usage.get(name).copied().unwrap_or_default();
    if usage != EnumUsage::default() {
        return usage;
    }
    let message = format!(
        "Enum type \"{name}\" is defined but unused. It will be included in the supergraph with all the values appearing in any subgraph (as if it was only used as an output type)."
    );
    let hint = Diagnostic::new(Code::UnusedEnumType, message);
    ctx.report.hint(hint.at(entry.sources.iter().filter_map(|s| s.location())));
    EnumUsage { input: false, output: true }
}

fn merge_value(
    ctx: &mut Context<'_>,
    name: &Name,
    value: &Name,
    having: &[ValueSource<'_>],
) -> EnumValueDefinition {
    let coordinate = format!("{name}.{value}");
    let descriptions = having.iter().map(|(_, v)| v.description.as_ref());
    let description = merge_descriptions(ctx, &coordinate, descriptions);
    let applications: Vec<_> =
        having.iter().flat_map(|(s, v)| applied(s.index, s.subgraph, &v.directives)).collect();
    let merged = merge_directives(ctx, &coordinate, &applications);
    let join = |(source, _): &ValueSource<'_>| {
        Application::new("join__enumValue").graph(ctx.setup.graph(source.index)).node()
    };
    let mut directives: Vec<_> = having.iter().map(join).collect();
    directives.extend(merged);
    EnumValueDefinition {
        description,
        value: value.clone(),
        directives: apollo_compiler::ast::DirectiveList(directives),
    }
}

/// Whether a value that only some subgraphs have stays.
fn keep(
    ctx: &mut Context<'_>,
    coordinate: &str,
    usage: EnumUsage,
    entry: &TypeEntry<'_>,
    having: &[ValueSource<'_>],
) -> bool {
    let missing: Vec<&TypeSource<'_>> =
        entry.sources.iter().filter(|s| !having.iter().any(|(h, _)| h.index == s.index)).collect();
    let where_ = format!(
        "it is defined in {} but not in {}",
        in_subgraphs(having.iter().map(|(s, _)| s.subgraph.name.as_str())),
        in_subgraphs(missing.iter().map(|s| s.subgraph.name.as_str())),
    );
    let values = having.iter().filter_map(|(s, v)| s.subgraph.location(v));
    let locations: Vec<_> = values.chain(missing.iter().filter_map(|s| s.location())).collect();
    let (code, message) = match (usage.input, usage.output) {
        (true, true) => (
            Code::EnumValueMismatch,
            format!(
                "Enum value \"{coordinate}\" must be in all subgraphs, because the enum is used both as input and as output, but {where_}."
            ),
        ),
        (true, false) => (
            Code::InconsistentEnumValueForInputEnum,
            format!(
                "Enum value \"{coordinate}\" is not in the supergraph as it is not defined in all the subgraphs that have the enum: {where_}."
            ),
        ),
        _ => (
            Code::InconsistentEnumValueForOutputEnum,
            format!(
                "Enum value \"{coordinate}\" is in the supergraph although not all subgraphs that have the enum define it: {where_}."
            ),
        ),
    };
    let diagnostic = Diagnostic::new(code, message).at(locations);
    if code == Code::EnumValueMismatch {
        let names = in_subgraphs(missing.iter().map(|s| s.subgraph.name.as_str()));
        ctx.report.error(diagnostic.help(format!("add the value in {names}")));
    } else {
        ctx.report.hint(diagnostic);
    }
    code != Code::InconsistentEnumValueForInputEnum
}

fn report_empty(ctx: &mut Context<'_>, name: &Name, entry: &TypeEntry<'_>) {
    let message = format!(
        "None of the values of enum type \"{name}\" are defined consistently in all the subgraphs defining that type. As only values common to all subgraphs are merged, this would result in an empty type."
    );
    let error = Diagnostic::new(Code::EmptyMergedEnumType, message)
        .at(entry.sources.iter().filter_map(|s| s.location()))
        .help(format!("define a value of \"{name}\" in all subgraphs that have the enum"));
    ctx.report.error(error);
}
