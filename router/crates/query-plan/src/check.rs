//! What must hold of every plan, and what follows from it.

use crate::fetch::{EntitySource, FetchKind, InputKind, InputSelection, RepresentationField};
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
    pub fn find_shared(&mut self) {
        let mut writers = vec![0u32; self.positions.len()];
        for selection in self.input_selections() {
            count_nested(selection, &mut writers);
        }
        for (position, count) in self.positions.iter_mut().zip(writers) {
            position.shared = count <= 1;
        }
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
            if let FetchKind::Entities(groups) = &fetch.target {
                for source in groups.iter().flat_map(|group| &group.sources) {
                    self.check_source(source)?;
                }
            }
        }
        for selection in self.input_selections() {
            self.check_input(selection)?;
        }
        self.check_output(&self.output)
    }

    fn input_selections(&self) -> impl Iterator<Item = &InputSelection> {
        self.fetches.iter().flat_map(|fetch| match &fetch.target {
            FetchKind::Root(selection) => vec![selection],
            FetchKind::Entities(groups) => groups
                .iter()
                .flat_map(|group| group.sources.iter().map(|source| &source.selection))
                .collect(),
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

    fn check_source(&self, source: &EntitySource) -> Result<(), Broken> {
        if source.position != source.selection.position {
            return Err(Broken("an entity fills another position than its own".to_owned()));
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
