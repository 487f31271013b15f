//! Merging the types of fields and arguments: outputs to the more general, inputs to the more
//! specific.

use apollo_compiler::ast::Type;

use super::context::Context;
use super::sources::{FieldSource, InSubgraph, InputSource, Located};
use super::wording::{places, said};
use crate::diagnostic::Code;

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

/// Something with a type.
pub(crate) trait Typed: InSubgraph + Located {
    /// Its type in its subgraph.
    fn ty(&self) -> &Type;
}

impl Typed for FieldSource<'_> {
    fn ty(&self) -> &Type {
        &self.node.ty
    }
}

impl Typed for InputSource<'_> {
    fn ty(&self) -> &Type {
        &self.node.ty
    }
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
    sources: &[impl Typed],
) -> Option<MergedType> {
    let mut merged = sources.first()?.ty();
    let mut all_equal = true;
    let mut compatible = true;
    for ty in sources[1..].iter().map(Typed::ty) {
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
    let ty = merged.clone();
    ctx.use_type(&ty, position != Position::Output);
    if !all_equal {
        report(ctx, coordinate, position, sources, compatible);
    }
    Some(MergedType { ty, all_equal })
}

fn report(
    ctx: &mut Context<'_>,
    coordinate: &str,
    position: Position,
    sources: &[impl Typed],
    compatible: bool,
) {
    let types = sources.iter().map(|source| (format!("\"{}\"", source.ty()), source.at()));
    let types = said(types, " and ");
    let (noun, inconsistent, mismatch) = match position {
        Position::Argument => (
            "argument",
            Code::InconsistentButCompatibleArgumentType,
            Code::FieldArgumentTypeMismatch,
        ),
        _ => ("field", Code::InconsistentButCompatibleFieldType, Code::FieldTypeMismatch),
    };
    if compatible {
        let message = format!(
            "Type of {noun} \"{coordinate}\" is inconsistent but compatible across subgraphs: it has type {types}."
        );
        ctx.report.add(inconsistent, message).at(places(sources));
    } else {
        let message = format!(
            "Type of {noun} \"{coordinate}\" is incompatible across subgraphs: it has type {types}."
        );
        ctx.report
            .add(mismatch, message)
            .at(places(sources))
            .help(format!("give \"{coordinate}\" the same type in all subgraphs"));
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
