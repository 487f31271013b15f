//! What `@external` fields must agree with: the field as the subgraphs that resolve it define it.

use apollo_compiler::ast::FieldDefinition;

use super::context::Context;
use super::directives::value_text;
use super::report::subgraphs as in_subgraphs;
use super::sources::{FieldSource, FieldSources};
use super::types::is_strict_subtype;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;

/// Directives that would be merged say nothing on an external field.
pub(crate) fn check_directives(ctx: &mut Context<'_>, sources: &FieldSources<'_, '_>) {
    for source in sources.defined.iter().filter(|s| s.is_external()) {
        for directive in &source.field.directives {
            let id = ctx.setup.directives.id(source.at.index, &directive.name);
            if id.is_none() || ctx.setup.composed.contains(&directive.name) {
                continue;
            }
            let subgraph = source.subgraph();
            let message = format!(
                "[{}] Cannot apply merged directive @{} to external field \"{}\".",
                subgraph.name,
                directive.name,
                sources.coordinate()
            );
            ctx.report.error(
                Diagnostic::new(Code::MergedDirectiveApplicationOnExternal, message)
                    .at(subgraph.location(directive))
                    .help("apply it in the subgraph that resolves the field"),
            );
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
    let externals = sources.defined.iter().copied().filter(|s| s.is_external());
    let externals: Vec<FieldSource<'_>> = externals.collect();
    let fits = |source: &FieldSource<'_>| {
        source.field.ty == merged.ty
            || (!all_equal && is_strict_subtype(ctx, &source.field.ty, &merged.ty))
    };
    let misfits: Vec<_> = externals.iter().copied().filter(|s| !fits(s)).collect();
    let what = format!("has a type other than \"{}\"", merged.ty);
    report(ctx, sources, Code::ExternalTypeMismatch, &misfits, &what);
    for argument in &merged.arguments {
        let name = &argument.name;
        let find = |s: &FieldSource<'_>| s.field.argument_by_name(name).cloned();
        let without: Vec<_> = externals.iter().copied().filter(|s| find(s).is_none()).collect();
        let what = format!("has no argument \"{name}\"");
        report(ctx, sources, Code::ExternalArgumentMissing, &without, &what);
        let mistyped = externals.iter().copied().filter(|s| {
            find(s).is_some_and(|a| {
                a.ty != argument.ty && !is_strict_subtype(ctx, &argument.ty, &a.ty)
            })
        });
        let mistyped: Vec<_> = mistyped.collect();
        let what = format!("has an argument \"{name}\" of a type other than \"{}\"", argument.ty);
        report(ctx, sources, Code::ExternalArgumentTypeMismatch, &mistyped, &what);
        let default = argument.default_value.as_ref().map(|v| value_text(v));
        let other = externals.iter().copied().filter(|s| {
            find(s).is_some_and(|a| a.default_value.as_ref().map(|v| value_text(v)) != default)
        });
        let other: Vec<_> = other.collect();
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
    let names = in_subgraphs(misfits.iter().map(|s| s.at.subgraph.name.as_str()));
    let coordinate = sources.coordinate();
    let message = format!(
        "External field \"{coordinate}\" in {names} {what}, which it has where it is resolved."
    );
    let resolved = sources.defined.iter().filter(|s| !s.is_external());
    let locations = misfits.iter().chain(resolved).filter_map(|s| s.location());
    ctx.report.error(
        Diagnostic::new(code, message)
            .at(locations)
            .help(format!("declare \"{coordinate}\" in {names} as it is where it is resolved")),
    );
}
