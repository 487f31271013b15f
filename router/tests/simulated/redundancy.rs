//! What a plan asks for although it has it already: no leaf of a place is had from two fetches,
//! unless keys or requirements are made of it.

use std::collections::BTreeSet;

use query_plan::{
    Fetch, FetchKind, InputKind, InputSelection, PositionId, QueryPlan, ROOT, RepresentationField,
    RepresentationValue, SlotId,
};

type Slots = BTreeSet<(PositionId, SlotId)>;

/// A leaf that two fetches bring, which are sent whatever the variables are. Only of places where
/// all objects are of one type, as are those above: the others are of several, one by one. Where
/// something is deferred, one of the two may be for the initial answer.
pub(crate) fn asked_twice(plan: &QueryPlan) -> Option<String> {
    if !plan.defers.is_empty() {
        return None;
    }
    let (plain, needed) = (plain_positions(plan), needed(plan));
    let mut known = Slots::new();
    for fetch in plan.fetches.iter().filter(|fetch| fetch.condition.is_none()) {
        let mut leaves = Slots::new();
        selections(fetch).for_each(|selection| collect(selection, &mut leaves));
        for (position, slot) in leaves {
            let is_new = known.insert((position, slot));
            if !is_new && plain.contains(&position) && !needed.contains(&(position, slot)) {
                let place = &plan.positions[position.0 as usize].slots[slot.0 as usize];
                return Some(format!(
                    "{} of position {} is asked for twice",
                    place.name, position.0
                ));
            }
        }
    }
    None
}

/// Places where the objects are of one type, as are those above.
fn plain_positions(plan: &QueryPlan) -> BTreeSet<PositionId> {
    let (mut plain, mut open) = (BTreeSet::new(), vec![ROOT]);
    while let Some(id) = open.pop() {
        let position = &plan.positions[id.0 as usize];
        if position.known_type.is_some() && plain.insert(id) {
            open.extend(position.slots.iter().filter_map(|slot| slot.object));
        }
    }
    plain
}

/// What representations and values from contexts are made of.
fn needed(plan: &QueryPlan) -> Slots {
    let mut all = Slots::new();
    for fetch in &plan.fetches {
        let FetchKind::Entities(groups) = &fetch.target else { continue };
        for source in groups.iter().flat_map(|group| &group.sources) {
            let fields = source.representations.iter().flat_map(|r| &r.fields);
            fields.for_each(|field| need(plan, source.position, field, &mut all));
            for place in source.contexts.iter().flatten() {
                place.values.iter().for_each(|field| need(plan, place.position, field, &mut all));
            }
        }
    }
    all
}

fn need(plan: &QueryPlan, position: PositionId, field: &RepresentationField, all: &mut Slots) {
    all.insert((position, field.slot));
    if let RepresentationValue::Object { fields, .. } = &field.value
        && let Some(below) = plan.positions[position.0 as usize].slots[field.slot.0 as usize].object
    {
        fields.iter().for_each(|field| need(plan, below, field, all));
    }
}

fn selections(fetch: &Fetch) -> Box<dyn Iterator<Item = &InputSelection> + '_> {
    match &fetch.target {
        FetchKind::Root(selection) => Box::new(std::iter::once(selection)),
        FetchKind::Entities(groups) => {
            let groups = groups.iter().filter(|group| group.instead_of().is_none());
            Box::new(groups.flat_map(|group| group.sources.iter().map(|s| &s.selection)))
        }
    }
}

fn collect(selection: &InputSelection, leaves: &mut Slots) {
    for field in &selection.fields {
        match &field.kind {
            InputKind::Typename => {}
            InputKind::Leaf(slot) => drop(leaves.insert((selection.position, *slot))),
            InputKind::Object(_, inner) => collect(inner, leaves),
        }
    }
}
