//! Merging scalars: only directives.

use apollo_compiler::Name;
use apollo_compiler::schema::{DirectiveList, ExtendedType, ScalarType};

use super::context::Context;
use super::sources::TypeEntry;
use super::type_head::merge_type_head;

/// Merges a scalar.
pub(crate) fn merge_scalar<'a>(ctx: &mut Context<'a>, name: &Name, entry: &TypeEntry<'a>) {
    let head = merge_type_head(ctx, name, entry);
    let mut directives = head.joins;
    directives.extend(head.directives);
    let scalar = ScalarType {
        description: head.description,
        name: name.clone(),
        directives: DirectiveList(directives),
    };
    ctx.schema.types.insert(name.clone(), ExtendedType::Scalar(scalar.into()));
}
