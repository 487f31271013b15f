//! What must hold of every plan, and what follows from it.

use std::collections::BTreeSet;

use crate::fetch::{
    ContextPlace, EntityGroup, EntitySource, Fetch, FetchKind, InputKind, InputSelection,
    RepresentationField,
};
use crate::output::{OutputSelection, OutputValue};
use crate::position::{PositionId, ROOT, SlotId};
use crate::{QueryPlan, RepresentationValue};

/// A plan that breaks an invariant: a bug of its maker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken(pub String);

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
        for (is_instead, selection) in self.input_selections() {
            count_nested(selection, if is_instead { &mut instead } else { &mut writers });
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

    /// Checks the invariants of the plan.
    ///
    /// # Errors
    /// The first invariant that does not hold.
    pub fn check(&self) -> Result<(), Broken> {
        self.check_positions()?;
        for (index, fetch) in self.fetches.iter().enumerate() {
            let earlier = |id: &crate::FetchId| (id.0 as usize) < index;
            if !fetch.after.iter().all(earlier) {
                return Err(Broken(format!("fetch {index} waits for a later one")));
            }
            if usize::from(fetch.subgraph.0) >= self.subgraphs.len() {
                return Err(Broken(format!("fetch {index} has no subgraph")));
            }
            for (index, group) in fetch.groups().iter().enumerate() {
                self.check_group(group, &fetch.groups()[..index])?;
            }
        }
        for (_, selection) in self.input_selections() {
            self.check_input(selection)?;
        }
        self.check_defers()?;
        self.check_output(&self.output)
    }

    fn check_defers(&self) -> Result<(), Broken> {
        for (index, defer) in self.defers.iter().enumerate() {
            if defer.parent.is_some_and(|parent| usize::from(parent.0) >= index) {
                return Err(Broken(format!("defer {index} is within a later one")));
            }
            if defer.position.0 as usize >= self.positions.len() {
                return Err(Broken(format!("defer {index} is nowhere")));
            }
        }
        for (index, fetch) in self.fetches.iter().enumerate() {
            let earlier = fetch.after.iter().filter_map(|id| self.fetches.get(id.0 as usize));
            let covers = |earlier: &Fetch| {
                let by = |by| earlier.deferred.iter().any(|wanted| wanted.by == by);
                earlier.deferred.is_empty()
                    || by(None)
                    || (!fetch.deferred.is_empty() && fetch.deferred.iter().all(|w| by(w.by)))
            };
            if !earlier.into_iter().all(covers) {
                return Err(Broken(format!("fetch {index} waits for what is deferred")));
            }
        }
        Ok(())
    }

    /// All selections, with whether they are asked for instead of others.
    fn input_selections(&self) -> impl Iterator<Item = (bool, &InputSelection)> {
        self.fetches.iter().flat_map(|fetch| {
            let root = match &fetch.target {
                FetchKind::Root(selection) => Some((false, selection)),
                FetchKind::Entities(_) => None,
            };
            let entities = fetch.groups().iter().flat_map(|group| {
                let is_instead = group.instead_of().is_some();
                group.sources.iter().map(move |source| (is_instead, &source.selection))
            });
            root.into_iter().chain(entities)
        })
    }

    fn check_positions(&self) -> Result<(), Broken> {
        let mut entered = vec![false; self.positions.len()];
        let slots = self.positions.iter().flat_map(|position| &position.slots);
        for object in slots.filter_map(|slot| slot.object) {
            match entered.get_mut(object.0 as usize) {
                Some(seen) if !*seen && object != ROOT => *seen = true,
                _ => return Err(Broken(format!("position {} is entered twice", object.0))),
            }
        }
        Ok(())
    }

    fn check_slot(
        &self,
        position: PositionId,
        slot: SlotId,
        object: Option<PositionId>,
    ) -> Result<(), Broken> {
        let found = self
            .positions
            .get(position.0 as usize)
            .and_then(|layout| layout.slots.get(slot.0 as usize))
            .ok_or_else(|| Broken(format!("no slot {} at position {}", slot.0, position.0)))?;
        if found.object == object {
            Ok(())
        } else {
            Err(Broken(format!("slot {} at position {} holds another object", slot.0, position.0)))
        }
    }

    fn check_input(&self, selection: &InputSelection) -> Result<(), Broken> {
        for (index, field) in selection.fields.iter().enumerate() {
            if selection.fields[..index].iter().any(|f| f.response_key == field.response_key) {
                return Err(Broken(format!("key {} is expected twice", field.response_key)));
            }
            match &field.kind {
                InputKind::Typename => {}
                InputKind::Leaf(slot) => self.check_slot(selection.position, *slot, None)?,
                InputKind::Object(slot, inner) => {
                    self.check_slot(selection.position, *slot, Some(inner.position))?;
                    self.check_input(inner)?;
                }
            }
        }
        Ok(())
    }

    fn check_group(&self, group: &EntityGroup, earlier: &[EntityGroup]) -> Result<(), Broken> {
        if let Some((of, source)) = group.instead_of() {
            let whole = earlier.get(of).and_then(|group| group.sources.get(source));
            if group.sources.iter().any(|s| whole.is_none_or(|w| w.position != s.position)) {
                return Err(Broken("a group stands for records of no earlier one".to_owned()));
            }
        }
        let contexts = group.on_demand.as_ref().map_or(0, |on_demand| on_demand.contexts.len());
        for source in &group.sources {
            if source.contexts.len() != contexts {
                return Err(Broken("an entity has not the contexts of its group".to_owned()));
            }
            self.check_source(source)?;
        }
        Ok(())
    }

    fn check_source(&self, source: &EntitySource) -> Result<(), Broken> {
        if source.position != source.selection.position {
            return Err(Broken("an entity fills another position than its own".to_owned()));
        }
        for place in source.contexts.iter().flatten() {
            let way = self.way(place);
            if way.len() != place.path.len() || way.last() != Some(&source.position) {
                return Err(Broken("a context is not above the entity that needs it".to_owned()));
            }
            self.check_representation(place.position, &place.values)?;
        }
        source
            .representations
            .iter()
            .try_for_each(|r| self.check_representation(source.position, &r.fields))
    }

    fn check_representation(
        &self,
        position: PositionId,
        fields: &[RepresentationField],
    ) -> Result<(), Broken> {
        for field in fields {
            let slot = self
                .positions
                .get(position.0 as usize)
                .and_then(|layout| layout.slots.get(field.slot.0 as usize))
                .ok_or_else(|| Broken(format!("no slot for {} in an entity", field.name)))?;
            match (&field.value, slot.object) {
                (RepresentationValue::Leaf, None) => {}
                (RepresentationValue::Object { fields, .. }, Some(object)) => {
                    self.check_representation(object, fields)?;
                }
                _ => {
                    return Err(Broken(format!("{} is of another kind than its slot", field.name)));
                }
            }
        }
        Ok(())
    }

    fn check_output(&self, selection: &OutputSelection) -> Result<(), Broken> {
        for field in &selection.fields {
            match &field.value {
                OutputValue::Typename | OutputValue::Introspection(_) => {}
                OutputValue::Leaf { slot, .. } => {
                    self.check_slot(selection.position, *slot, None)?;
                }
                OutputValue::Object { slot, selection: inner, .. } => {
                    self.check_slot(selection.position, *slot, Some(inner.position))?;
                    self.check_output(inner)?;
                }
            }
        }
        Ok(())
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
