//! What `@external` fields must agree with: the field as the subgraphs that resolve it define it.

use apollo_compiler::ast::{FieldDefinition, InputValueDefinition};

use super::context::Context;
use super::directives::value_text;
use super::sources::{FieldSource, FieldSources};
use super::types::is_strict_subtype;
use super::wording::{in_subgraphs, places};
use crate::diagnostic::Code;

/// Directives that would be merged say nothing on an external field.
pub(crate) fn check_directives(ctx: &mut Context<'_>, sources: &FieldSources<'_, '_>) {
    for source in sources.defined.iter().filter(|s| s.is_external()) {
        for directive in &source.node.directives {
            let id = ctx.setup.directives.id(source.of.at.index, &directive.name);
            if id.is_none() || ctx.setup.composed.contains(&directive.name) {
                continue;
            }
            let message = format!(
                "[{}] Cannot apply merged directive @{} to external field \"{}\".",
                source.subgraph().name,
                directive.name,
                sources.coordinate()
            );
            ctx.report
                .add(Code::MergedDirectiveApplicationOnExternal, message)
                .at(source.subgraph().location(directive))
                .help("apply it in the subgraph that resolves the field");
        }
    }
}

/// Checks external fields against the merged one.
pub(crate) fn check_externals(
    ctx: &mut Context<'_>,
    sources: &FieldSources<'_, '_>,
    merged: &FieldDefinition,
    all_equal: bool,
) {
    let misfits = |misfits: &dyn Fn(&FieldSource<'_>) -> bool| -> Vec<FieldSource<'_>> {
        let externals = sources.defined.iter().copied().filter(|s| s.is_external());
        externals.filter(misfits).collect()
    };
    let mistyped = misfits(&|source| {
        let ty = &source.node.ty;
        *ty != merged.ty && (all_equal || !is_strict_subtype(ctx, ty, &merged.ty))
    });
    let what = format!("has a type other than \"{}\"", merged.ty);
    report(ctx, sources, Code::ExternalTypeMismatch, &mistyped, &what);
    for argument in &merged.arguments {
        let name = &argument.name;
        let with = |is_wrong: &dyn Fn(&InputValueDefinition) -> bool| {
            misfits(&|source| source.node.argument_by_name(name).is_some_and(|a| is_wrong(a)))
        };
        let without = misfits(&|source| source.node.argument_by_name(name).is_none());
        let what = format!("has no argument \"{name}\"");
        report(ctx, sources, Code::ExternalArgumentMissing, &without, &what);
        let mistyped =
            with(&|a| a.ty != argument.ty && !is_strict_subtype(ctx, &argument.ty, &a.ty));
        let what = format!("has an argument \"{name}\" of a type other than \"{}\"", argument.ty);
        report(ctx, sources, Code::ExternalArgumentTypeMismatch, &mistyped, &what);
        let default = |a: &InputValueDefinition| a.default_value.as_ref().map(|v| value_text(v));
        let other = with(&|a| default(a) != default(argument));
        let what = format!("has an argument \"{name}\" with another default value");
        report(ctx, sources, Code::ExternalArgumentDefaultMismatch, &other, &what);
    }
}

fn report(
    ctx: &mut Context<'_>,
    sources: &FieldSources<'_, '_>,
    code: Code,
    misfits: &[FieldSource<'_>],
    what: &str,
) {
    if misfits.is_empty() {
        return;
    }
    let names = in_subgraphs(misfits);
    let coordinate = sources.coordinate();
    let message = format!(
        "External field \"{coordinate}\" in {names} {what}, which it has where it is resolved."
    );
    ctx.report
        .add(code, message)
        .at(places(misfits))
        .at(places(sources.defined.iter().filter(|s| !s.is_external())))
        .help(format!("declare \"{coordinate}\" in {names} as it is where it is resolved"));
}
