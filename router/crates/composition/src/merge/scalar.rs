//! Merging scalars: only directives.

use apollo_compiler::Name;
use apollo_compiler::schema::ScalarType;

use super::context::Context;
use super::sources::TypeEntry;
use super::type_head::{TypeHead, merge_type_head};

/// Merges a scalar.
pub(crate) fn merge_scalar<'a>(ctx: &mut Context<'a>, name: &Name, entry: &TypeEntry<'a>) {
    let TypeHead { description, directives } = merge_type_head(ctx, name, entry);
    ctx.add_type(ScalarType { description, name: name.clone(), directives });
}
