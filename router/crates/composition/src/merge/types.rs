//! Merging the types of fields and arguments: outputs to the more general, inputs to the more
//! specific.

use apollo_compiler::ast::Type;

use super::context::Context;
use super::sources::{InSubgraph, Located};
use super::wording::{places, said};
use crate::diagnostic::{Code, Location};

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

/// A merged type.
#[derive(Debug, Clone)]
pub(crate) struct MergedType {
    pub(crate) ty: Type,
    /// Whether all subgraphs said the same.
    pub(crate) all_equal: bool,
}

/// Merges the types of an element, reporting what cannot be merged; `None` without sources.
pub(crate) fn merge_types<S: InSubgraph + Located>(
    ctx: &mut Context<'_>,
    coordinate: &str,
    position: Position,
    sources: &[S],
    ty: fn(&S) -> &Type,
) -> Option<MergedType> {
    let mut merged = ty(sources.first()?);
    let mut all_equal = true;
    let mut compatible = true;
    for ty in sources[1..].iter().map(ty) {
        if ty == merged {
            continue;
        }
        all_equal = false;
        let general = is_strict_subtype(ctx, merged, ty);
        let specific = is_strict_subtype(ctx, ty, merged);
        match (position, general, specific) {
            (_, false, false) => compatible = false,
            (Position::Output, true, _) => merged = ty,
            (Position::InputField | Position::Argument, _, true) => merged = ty,
            _ => {}
        }
    }
    let merged = merged.clone();
    ctx.use_type(&merged, position != Position::Output);
    if !all_equal {
        let types = sources.iter().map(|source| (format!("\"{}\"", ty(source)), source.at()));
        let types = said(types, " and ");
        report(ctx, (coordinate, &types), position, places(sources), compatible);
    }
    Some(MergedType { ty: merged, all_equal })
}

fn report(
    ctx: &mut Context<'_>,
    (coordinate, types): (&str, &str),
    position: Position,
    places: impl Iterator<Item = Location>,
    compatible: bool,
) {
    let (noun, inconsistent, mismatch) = match position {
        Position::Argument => (
            "argument",
            Code::InconsistentButCompatibleArgumentType,
            Code::FieldArgumentTypeMismatch,
        ),
        _ => ("field", Code::InconsistentButCompatibleFieldType, Code::FieldTypeMismatch),
    };
    let (code, how) = match compatible {
        true => (inconsistent, "inconsistent but compatible"),
        false => (mismatch, "incompatible"),
    };
    let message =
        format!("Type of {noun} \"{coordinate}\" is {how} across subgraphs: it has type {types}.");
    let diagnostic = ctx.report.add(code, message).at(places);
    if !compatible {
        diagnostic.help(format!("give \"{coordinate}\" the same type in all subgraphs"));
    }
}

/// Whether each value of `sub` is one of `sup`, and the types are not the same. The depth of the
/// recursion is that of the type, which parsing limits.
pub(crate) fn is_strict_subtype(ctx: &Context<'_>, sub: &Type, sup: &Type) -> bool {
    match (sub, sup) {
        (Type::Named(sub), Type::Named(sup))
        | (Type::NonNullNamed(sub), Type::NonNullNamed(sup)) => ctx.schema.is_subtype(sup, sub),
        (Type::NonNullNamed(sub), Type::Named(sup)) => {
            sub == sup || ctx.schema.is_subtype(sup, sub)
        }
        (Type::List(sub), Type::List(sup)) | (Type::NonNullList(sub), Type::NonNullList(sup)) => {
            is_strict_subtype(ctx, sub, sup)
        }
        (Type::NonNullList(sub), Type::List(sup)) => sub == sup || is_strict_subtype(ctx, sub, sup),
        _ => false,
    }
}
