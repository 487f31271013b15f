//! Merging unions: all members that any subgraph says.

use apollo_compiler::Name;
use apollo_compiler::collections::IndexMap;
use apollo_compiler::schema::{ComponentName, DirectiveList, ExtendedType, UnionType};

use super::context::Context;
use super::join::Application;
use super::report::subgraphs as in_subgraphs;
use super::sources::{TypeEntry, TypeSource};
use super::type_head::merge_type_head;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;

/// Merges a union.
pub(crate) fn merge_union<'a>(ctx: &mut Context<'a>, name: &Name, entry: &TypeEntry<'a>) {
    let head = merge_type_head(ctx, name, entry);
    let mut directives = head.joins;
    let mut members: IndexMap<&Name, Vec<TypeSource<'a>>> = IndexMap::default();
    for source in &entry.sources {
        let ExtendedType::Union(union) = source.ty else { continue };
        for member in &union.members {
            members.entry(&member.name).or_default().push(*source);
            let join = Application::new("join__unionMember")
                .graph(ctx.setup.graph(source.index))
                .string("member", &member.name);
            directives.push(join.component());
        }
    }
    for (member, having) in &members {
        hint_member(ctx, name, member, entry, having);
    }
    directives.extend(head.directives);
    let union = UnionType {
        description: head.description,
        name: name.clone(),
        directives: DirectiveList(directives),
        members: members.keys().map(|member| ComponentName::from((*member).clone())).collect(),
    };
    ctx.schema.types.insert(name.clone(), ExtendedType::Union(union.into()));
}

fn hint_member(
    ctx: &mut Context<'_>,
    name: &Name,
    member: &Name,
    entry: &TypeEntry<'_>,
    having: &[TypeSource<'_>],
) {
    if having.len() == entry.sources.len() {
        return;
    }
    let missing = entry.sources.iter().filter(|s| !having.iter().any(|h| h.index == s.index));
    let message = format!(
        "Union type \"{name}\" includes member type \"{member}\" in {} but not in {}.",
        in_subgraphs(having.iter().map(|s| s.subgraph.name.as_str())),
        in_subgraphs(missing.map(|s| s.subgraph.name.as_str())),
    );
    let hint = Diagnostic::new(Code::InconsistentUnionMember, message);
    ctx.report.hint(hint.at(having.iter().filter_map(|s| s.location())));
}
