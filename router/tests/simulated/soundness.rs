//! What has to hold of a plan beyond its invariants: operations are valid for who gets them,
//! and what a representation is made of has been fetched before.

use std::collections::BTreeSet;

use query_plan::{
    Fetch, FetchKind, InputKind, InputSelection, PositionId, QueryPlan, RepresentationField,
    RepresentationValue, SlotId,
};
use subgraph_simulator::Subgraph;

#[path = "../../crates/query-plan/tests/support/invariants.rs"]
mod invariants;

type Slots = BTreeSet<(PositionId, SlotId)>;

/// What is wrong with a plan; the subgraphs are in the plan's order.
pub(crate) fn fault(plan: &QueryPlan, subgraphs: &[Subgraph]) -> Option<String> {
    if let Err(broken) = invariants::check(plan) {
        return Some(broken);
    }
    if plan.conditions.iter().any(|condition| condition.any_of.is_empty()) {
        return Some("a condition never holds".to_owned());
    }
    let mut known: Vec<Slots> = Vec::new();
    for (index, fetch) in plan.fetches.iter().enumerate() {
        let subgraph = &subgraphs[usize::from(fetch.subgraph.0)];
        // One that has only what is added on demand is not whole without that.
        let mut groups = fetch.groups().iter();
        let is_whole = fetch.groups().is_empty() || groups.any(|group| group.on_demand.is_none());
        let text = format!("{} {}", fetch.operation, fetch.fragments);
        if let Err(invalid) = subgraph.check(&text)
            && is_whole
        {
            return Some(format!("invalid for {}: {invalid}", subgraph.name()));
        }
        let before: Slots =
            fetch.after.iter().flat_map(|id| known[id.0 as usize].iter().copied()).collect();
        for field in representation_fields(fetch) {
            if let Some(missing) = missing(plan, field, &before) {
                return Some(format!("fetch {index} sends {missing}, which nothing brings before"));
            }
        }
        let mut all = before;
        selections(fetch).for_each(|selection| collect(selection, &mut all));
        known.push(all);
    }
    None
}

fn selections(fetch: &Fetch) -> Box<dyn Iterator<Item = &InputSelection> + '_> {
    match &fetch.target {
        FetchKind::Root(selection) => Box::new(std::iter::once(selection)),
        FetchKind::Entities(groups) => {
            Box::new(groups.iter().flat_map(|group| group.sources.iter().map(|s| &s.selection)))
        }
    }
}

fn collect(selection: &InputSelection, all: &mut Slots) {
    for field in &selection.fields {
        match &field.kind {
            InputKind::Typename => {}
            InputKind::Leaf(slot) => drop(all.insert((selection.position, *slot))),
            InputKind::Object(slot, inner) => {
                all.insert((selection.position, *slot));
                collect(inner, all);
            }
        }
    }
}

/// A field of a representation, with the position of what it is a field of.
type Placed<'p> = (PositionId, &'p RepresentationField);

fn representation_fields(fetch: &Fetch) -> Vec<Placed<'_>> {
    let FetchKind::Entities(groups) = &fetch.target else { return Vec::new() };
    let sources = groups.iter().flat_map(|group| &group.sources);
    sources
        .flat_map(|source| source.representations.iter().map(move |r| (source.position, r)))
        .flat_map(|(position, r)| r.fields.iter().map(move |field| (position, field)))
        .collect()
}

fn missing(plan: &QueryPlan, (position, field): Placed<'_>, known: &Slots) -> Option<String> {
    if !known.contains(&(position, field.slot)) {
        return Some(field.name.clone());
    }
    let RepresentationValue::Object { fields, .. } = &field.value else { return None };
    let below = plan.positions[position.0 as usize].slots[field.slot.0 as usize].object?;
    fields.iter().find_map(|inner| missing(plan, (below, inner), known))
}
