//! Descriptions: the most frequent one wins.

use apollo_compiler::Node;
use apollo_compiler::collections::IndexMap;

use super::context::Context;
use crate::diagnostic::Code;

/// Merges the descriptions of an element in the order of subgraphs.
pub(crate) fn merge_descriptions<'a>(
    ctx: &mut Context<'_>,
    coordinate: &str,
    descriptions: impl Iterator<Item = Option<&'a Node<str>>>,
) -> Option<Node<str>> {
    let mut counts: IndexMap<&str, (usize, &Node<str>)> = IndexMap::default();
    for description in descriptions.flatten() {
        counts.entry(description.as_str()).or_insert((0, description)).0 += 1;
    }
    let empty = counts.shift_remove("");
    // Of equals the first: `max_by_key` takes the last.
    let best = counts.values().rev().max_by_key(|(count, _)| *count).copied();
    if counts.len() > 1 {
        let message = format!(
            "{coordinate} has {} different descriptions; the supergraph uses the most frequent.",
            counts.len()
        );
        ctx.report.add(Code::InconsistentDescription, message);
    }
    best.or(empty).map(|(_, description)| description.clone())
}
