//! Merging the types of fields and arguments: outputs to the more general, inputs to the more
//! specific.

use apollo_compiler::ast::Type;
use apollo_compiler::collections::IndexMap;

use super::context::Context;
use super::report::subgraphs as in_subgraphs;
use crate::diagnostic::code::Code;
use crate::diagnostic::{Diagnostic, Location};

/// What the type is of: decides the direction of merging and the codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Position {
    /// A field of an object or interface.
    Output,
    /// A field of an input object.
    InputField,
    /// An argument.
    Argument,
}

/// The type of an element in a subgraph.
#[derive(Debug, Clone)]
pub(crate) struct TypedSource<'a> {
    pub(crate) subgraph: &'a str,
    pub(crate) ty: &'a Type,
    pub(crate) location: Option<Location>,
}

/// A merged type.
#[derive(Debug, Clone)]
pub(crate) struct MergedType {
    pub(crate) ty: Type,
    /// Whether all subgraphs said the same.
    pub(crate) all_equal: bool,
}

/// Merges the types of an element, reporting what cannot be merged; `None` without sources.
pub(crate) fn merge_types(
    ctx: &mut Context<'_>,
    coordinate: &str,
    position: Position,
    sources: &[TypedSource<'_>],
) -> Option<MergedType> {
    let mut merged = sources.first()?.ty;
    let mut all_equal = true;
    let mut compatible = true;
    for source in &sources[1..] {
        if source.ty == merged {
            continue;
        }
        all_equal = false;
        let general = is_strict_subtype(ctx, merged, source.ty);
        let specific = is_strict_subtype(ctx, source.ty, merged);
        match (position, general, specific) {
            (_, false, false) => compatible = false,
            (Position::Output, true, _) => merged = source.ty,
            (Position::InputField | Position::Argument, _, true) => merged = source.ty,
            _ => {}
        }
    }
    let merged = merged.clone();
    if position == Position::Output {
        ctx.use_in_output(&merged);
    } else {
        ctx.use_in_input(&merged);
    }
    if !all_equal {
        report(ctx, coordinate, position, sources, compatible);
    }
    Some(MergedType { ty: merged, all_equal })
}

fn report(
    ctx: &mut Context<'_>,
    coordinate: &str,
    position: Position,
    sources: &[TypedSource<'_>],
    compatible: bool,
) {
    let mut by_type: IndexMap<String, Vec<&str>> = IndexMap::default();
    for source in sources {
        by_type.entry(source.ty.to_string()).or_default().push(source.subgraph);
    }
    let described: Vec<String> = by_type
        .iter()
        .map(|(ty, names)| format!("\"{ty}\" in {}", in_subgraphs(names.iter().copied())))
        .collect();
    let described = described.join(" and ");
    let noun = if position == Position::Argument { "argument" } else { "field" };
    let locations = sources.iter().filter_map(|source| source.location.clone());
    if compatible {
        let code = match position {
            Position::Argument => Code::InconsistentButCompatibleArgumentType,
            _ => Code::InconsistentButCompatibleFieldType,
        };
        let message = format!(
            "Type of {noun} \"{coordinate}\" is inconsistent but compatible across subgraphs: it has type {described}."
        );
        ctx.report.hint(Diagnostic::new(code, message).at(locations));
    } else {
        let code = match position {
            Position::Argument => Code::FieldArgumentTypeMismatch,
            _ => Code::FieldTypeMismatch,
        };
        let message = format!(
            "Type of {noun} \"{coordinate}\" is incompatible across subgraphs: it has type {described}."
        );
        ctx.report.error(
            Diagnostic::new(code, message)
                .at(locations)
                .help(format!("give \"{coordinate}\" the same type in all subgraphs")),
        );
    }
}

/// Whether each value of `sub` is one of `sup`, and the types are not the same. The depth of the
/// recursion is that of the type, which parsing limits.
pub(crate) fn is_strict_subtype(ctx: &Context<'_>, sub: &Type, sup: &Type) -> bool {
    match (sub, sup) {
        (Type::Named(sub), Type::Named(sup)) => ctx.is_subtype(sub, sup),
        (Type::NonNullNamed(sub), Type::NonNullNamed(sup)) => ctx.is_subtype(sub, sup),
        (Type::NonNullNamed(sub), Type::Named(sup)) => sub == sup || ctx.is_subtype(sub, sup),
        (Type::List(sub), Type::List(sup)) | (Type::NonNullList(sub), Type::NonNullList(sup)) => {
            is_strict_subtype(ctx, sub, sup)
        }
        (Type::NonNullList(sub), Type::List(sup)) => sub == sup || is_strict_subtype(ctx, sub, sup),
        _ => false,
    }
}
