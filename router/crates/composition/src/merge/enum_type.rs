//! Merging enums: by where they are used, all values, the common ones, or exactly the same ones.

use apollo_compiler::ast::{DirectiveList, EnumValueDefinition};
use apollo_compiler::collections::IndexMap;
use apollo_compiler::schema::{Component, EnumType};
use apollo_compiler::{Name, Node, name};

use super::context::{Context, EnumUsage};
use super::description::merge_descriptions;
use super::directives::merge_directives;
use super::join::Application;
use super::sources::{Applied, Source, TypeEntry, TypeSource};
use super::type_head::{TypeHead, merge_type_head};
use super::wording::{grouped, in_some, in_subgraphs, places, without};
use crate::diagnostic::Code;

/// An enum value in one subgraph.
type ValueSource<'a> = Source<'a, &'a Node<EnumValueDefinition>>;

/// Merges an enum; the fields and arguments that use it must be merged already.
pub(crate) fn merge_enum<'a>(ctx: &mut Context<'a>, name: &Name, entry: &TypeEntry<'a>) {
    let TypeHead { description, directives } = merge_type_head(ctx, name, entry);
    let usage = usage(ctx, name, entry);
    let values = |source: &TypeSource<'a>| {
        let values = source.ty.as_enum().into_iter().flat_map(|ty| ty.values.values());
        source.at.sources(values.map(|value| &value.node))
    };
    let all = entry.sources.iter().flat_map(values);
    let mut values = IndexMap::default();
    for (value, having) in grouped(all.map(|source| (&source.node.value, source))) {
        let coordinate = format!("{name}.{value}");
        let merged = merge_value(ctx, &coordinate, value, &having);
        let hidden = ctx.is_inaccessible(&merged.directives);
        let missing = without(&entry.sources, &having);
        // Clients cannot give or get a hidden value, so it need not be everywhere.
        let unchecked = missing.is_empty() || (hidden && usage.input);
        if unchecked || keep(ctx, &coordinate, usage, &having, &missing) {
            values.insert(value.clone(), Component::new(merged));
        }
    }
    if values.is_empty() {
        let message = format!(
            "None of the values of enum type \"{name}\" are defined consistently in all the subgraphs defining that type. As only values common to all subgraphs are merged, this would result in an empty type."
        );
        ctx.report
            .add(Code::EmptyMergedEnumType, message)
            .at(places(&entry.sources))
            .help(format!("define a value of \"{name}\" in all subgraphs that have the enum"));
    }
    ctx.add_type(EnumType { description, name: name.clone(), directives, values });
}

fn usage(ctx: &mut Context<'_>, name: &Name, entry: &TypeEntry<'_>) -> EnumUsage {
    let usage = ctx.enum_usage.get(name).copied().unwrap_or_default();
    if usage != EnumUsage::default() {
        return usage;
    }
    let message = format!(
        "Enum type \"{name}\" is defined but unused. It will be included in the supergraph with all the values appearing in any subgraph (as if it was only used as an output type)."
    );
    ctx.report.add(Code::UnusedEnumType, message).at(places(&entry.sources));
    EnumUsage { input: false, output: true }
}

fn merge_value(
    ctx: &mut Context<'_>,
    coordinate: &str,
    value: &Name,
    having: &[ValueSource<'_>],
) -> EnumValueDefinition {
    let descriptions = having.iter().map(|source| source.node.description.as_ref());
    let description = merge_descriptions(ctx, coordinate, descriptions);
    let applications = having.iter().flat_map(|s| s.at.sources(s.node.directives.iter()));
    let applications: Vec<Applied<'_>> = applications.collect();
    let merged = merge_directives(ctx, coordinate, &applications);
    let join = |source: &ValueSource<'_>| {
        Application::new(name!("join__enumValue")).graph(ctx.setup.graph(source.at)).node()
    };
    let directives = having.iter().map(join).chain(merged).collect();
    EnumValueDefinition { description, value: value.clone(), directives: DirectiveList(directives) }
}

/// Whether a value that only some subgraphs have stays.
fn keep(
    ctx: &mut Context<'_>,
    coordinate: &str,
    usage: EnumUsage,
    having: &[ValueSource<'_>],
    missing: &[TypeSource<'_>],
) -> bool {
    let (code, consequence) = match (usage.input, usage.output) {
        (true, true) => (
            Code::EnumValueMismatch,
            "must be in all subgraphs, because the enum is used both as input and as output, but",
        ),
        (true, false) => (
            Code::InconsistentEnumValueForInputEnum,
            "is not in the supergraph as it is not defined in all the subgraphs that have the enum:",
        ),
        _ => (
            Code::InconsistentEnumValueForOutputEnum,
            "is in the supergraph although not all subgraphs that have the enum define it:",
        ),
    };
    let some = in_some(having, missing);
    let message = format!("Enum value \"{coordinate}\" {consequence} it is defined {some}.");
    let diagnostic = ctx.report.add(code, message).at(places(having)).at(places(missing));
    if code == Code::EnumValueMismatch {
        diagnostic.help(format!("add the value in {}", in_subgraphs(missing)));
    }
    code != Code::InconsistentEnumValueForInputEnum
}
