//! Which positions have records that may be shared.

use std::collections::BTreeSet;

use crate::QueryPlan;
use crate::fetch::{ContextPlace, Fetch, FetchKind, InputKind, InputSelection};
use crate::position::PositionId;

impl QueryPlan {
    /// Marks the positions whose records may be shared: those that at most one fetch writes by
    /// way of a record above them. Any other write starts at the record itself, as an entity, and
    /// is the same for all records with the same text.
    ///
    /// Not those on the way from a context to where it is needed: each has one record above it.
    pub fn find_shared(&mut self) {
        let mut writers = vec![0u32; self.positions.len()];
        // What is asked instead of something else fills records that the other did not.
        let mut instead = vec![0u32; self.positions.len()];
        for fetch in &self.fetches {
            match &fetch.target {
                FetchKind::Root(selection) => count_nested(selection, &mut writers),
                FetchKind::Entities(groups) => groups.iter().for_each(|group| {
                    let is_instead = group.instead_of().is_some();
                    let counts = if is_instead { &mut instead } else { &mut writers };
                    group.sources.iter().for_each(|s| count_nested(&s.selection, counts));
                }),
            }
        }
        let counts: Vec<u32> = writers.into_iter().zip(instead).map(|(a, b)| a.max(b)).collect();
        let below_contexts = self.below_contexts();
        for (index, (position, count)) in self.positions.iter_mut().zip(counts).enumerate() {
            position.shared = count <= 1 && !below_contexts.contains(&index);
        }
    }

    fn below_contexts(&self) -> BTreeSet<usize> {
        let groups = self.fetches.iter().flat_map(Fetch::groups);
        let sources = groups.flat_map(|group| &group.sources);
        let places = sources.flat_map(|source| source.contexts.iter().flatten());
        places.flat_map(|place| self.way(place)).map(|id| id.0 as usize).collect()
    }

    /// The positions on the way from a context to the records that need it, these included.
    fn way(&self, place: &ContextPlace) -> Vec<PositionId> {
        let mut way = Vec::new();
        let mut at = place.position;
        for slot in &place.path {
            let layout = self.positions.get(at.0 as usize);
            let slot = layout.and_then(|layout| layout.slots.get(slot.0 as usize));
            let Some(next) = slot.and_then(|slot| slot.object) else { break };
            way.push(next);
            at = next;
        }
        way
    }
}

fn count_nested(selection: &InputSelection, writers: &mut [u32]) {
    for field in &selection.fields {
        if let InputKind::Object(_, inner) = &field.kind {
            if let Some(count) = writers.get_mut(inner.position.0 as usize) {
                *count += 1;
            }
            count_nested(inner, writers);
        }
    }
}
