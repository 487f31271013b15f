//! Merging unions: all members that any subgraph says.

use apollo_compiler::Name;
use apollo_compiler::schema::UnionType;

use super::context::Context;
use super::sources::{TypeEntry, TypeSource};
use super::type_head::{TypeHead, merge_type_head};
use super::wording::{grouped, in_some, places, without};
use crate::diagnostic::Code;

/// Merges a union.
pub(crate) fn merge_union<'a>(ctx: &mut Context<'a>, name: &Name, entry: &TypeEntry<'a>) {
    let TypeHead { description, directives } = merge_type_head(ctx, name, entry);
    let members = |source: &TypeSource<'a>| {
        let source = *source;
        let members = source.ty.as_union().into_iter().flat_map(|union| &union.members);
        members.map(move |member| (&member.name, source))
    };
    let members = grouped(entry.sources.iter().flat_map(members));
    for (member, having) in &members {
        let missing = without(&entry.sources, having);
        if !missing.is_empty() {
            let some = in_some(having, &missing);
            let message =
                format!("Union type \"{name}\" includes member type \"{member}\" {some}.");
            ctx.report.add(Code::InconsistentUnionMember, message).at(places(having));
        }
    }
    let members = members.keys().map(|member| (*member).into()).collect();
    ctx.add_type(UnionType { description, name: name.clone(), directives, members });
}
