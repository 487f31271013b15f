//! What must hold of every plan. A plan that breaks it is a bug of its maker.

use query_plan::{
    ContextPlace, EntityGroup, EntitySource, Fetch, FetchId, FetchKind, InputField, InputKind,
    InputSelection, KnownPlace, OutputSelection, OutputValue, PositionId, QueryPlan, ROOT,
    RepresentationField, RepresentationValue, Slot, SlotId,
};

/// Checks a plan; what is wrong is the first invariant that does not hold.
pub(crate) fn check(plan: &QueryPlan) -> Result<(), String> {
    Check { plan }.all()
}

struct Check<'p> {
    plan: &'p QueryPlan,
}

impl Check<'_> {
    fn all(&self) -> Result<(), String> {
        self.check_positions()?;
        for (index, fetch) in self.plan.fetches.iter().enumerate() {
            let earlier = |id: &FetchId| (id.0 as usize) < index;
            if !fetch.after.iter().all(earlier) {
                return Err(format!("fetch {index} waits for a later one"));
            }
            if usize::from(fetch.subgraph.0) >= self.plan.subgraphs.len() {
                return Err(format!("fetch {index} has no subgraph"));
            }
            if let FetchKind::Root(selection) = &fetch.target {
                self.check_input(selection)?;
            }
            for (index, group) in fetch.groups().iter().enumerate() {
                self.check_group(group, &fetch.groups()[..index])?;
            }
        }
        self.check_defers()?;
        self.check_output(&self.plan.output)
    }

    fn check_defers(&self) -> Result<(), String> {
        for (index, defer) in self.plan.defers.iter().enumerate() {
            if defer.parent.is_some_and(|parent| usize::from(parent.0) >= index) {
                return Err(format!("defer {index} is within a later one"));
            }
            if defer.position.0 as usize >= self.plan.positions.len() {
                return Err(format!("defer {index} is nowhere"));
            }
        }
        for (index, fetch) in self.plan.fetches.iter().enumerate() {
            let earlier = fetch.after.iter().filter_map(|id| self.plan.fetches.get(id.0 as usize));
            let covers = |earlier: &Fetch| {
                let by = |by| earlier.deferred.iter().any(|wanted| wanted.by == by);
                earlier.deferred.is_empty()
                    || by(None)
                    || (!fetch.deferred.is_empty() && fetch.deferred.iter().all(|w| by(w.by)))
            };
            if !earlier.into_iter().all(covers) {
                return Err(format!("fetch {index} waits for what is deferred"));
            }
        }
        Ok(())
    }

    fn check_positions(&self) -> Result<(), String> {
        let mut entered = vec![false; self.plan.positions.len()];
        let slots = self.plan.positions.iter().flat_map(|position| &position.slots);
        for object in slots.filter_map(|slot| slot.object) {
            match entered.get_mut(object.0 as usize) {
                Some(seen) if !*seen && object != ROOT => *seen = true,
                _ => return Err(format!("position {} is entered twice", object.0)),
            }
        }
        Ok(())
    }

    fn slot(&self, position: PositionId, slot: SlotId) -> Option<&Slot> {
        self.plan.positions.get(position.0 as usize)?.slots.get(slot.0 as usize)
    }

    /// Where the way leads from a context.
    fn end(&self, place: &ContextPlace) -> Option<PositionId> {
        place.path.iter().try_fold(place.position, |at, slot| self.slot(at, *slot)?.object)
    }

    fn check_slot(
        &self,
        position: PositionId,
        slot: SlotId,
        object: Option<PositionId>,
    ) -> Result<(), String> {
        let found = self
            .slot(position, slot)
            .ok_or_else(|| format!("no slot {} at position {}", slot.0, position.0))?;
        if found.object == object {
            Ok(())
        } else {
            Err(format!("slot {} at position {} holds another object", slot.0, position.0))
        }
    }

    fn check_input(&self, selection: &InputSelection) -> Result<(), String> {
        for (index, field) in selection.fields.iter().enumerate() {
            if selection.fields[..index].iter().any(|f| f.response_key == field.response_key) {
                return Err(format!("key {} is expected twice", field.response_key));
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

    fn check_group(&self, group: &EntityGroup, earlier: &[EntityGroup]) -> Result<(), String> {
        if let Some((of, source)) = group.instead_of() {
            let whole = earlier.get(of).and_then(|group| group.sources.get(source));
            if group.sources.iter().any(|s| whole.is_none_or(|w| w.position != s.position)) {
                return Err("a group stands for records of no earlier one".to_owned());
            }
        }
        let contexts = group.on_demand.as_ref().map_or(0, |on_demand| on_demand.contexts.len());
        for source in &group.sources {
            if source.contexts.len() != contexts {
                return Err("an entity has not the contexts of its group".to_owned());
            }
            self.check_source(source)?;
        }
        group.known.iter().try_for_each(|place| self.check_known(place, group))
    }

    fn check_known(&self, place: &KnownPlace, group: &EntityGroup) -> Result<(), String> {
        let is_leaf = |field: &InputField| matches!(field.kind, InputKind::Leaf(_));
        for EntitySource { selection, .. } in &group.sources {
            if selection.fields.len() != place.values.len() || !selection.fields.iter().all(is_leaf)
            {
                return Err("a known entity has other values than are asked for".to_owned());
            }
        }
        let mut values = place.values.iter();
        values.try_for_each(|slot| self.check_slot(place.position, *slot, None))?;
        self.check_representation(place.position, &place.representation.fields)
    }

    fn check_source(&self, source: &EntitySource) -> Result<(), String> {
        if source.position != source.selection.position {
            return Err("an entity fills another position than its own".to_owned());
        }
        self.check_input(&source.selection)?;
        for place in source.contexts.iter().flatten() {
            if place.path.is_empty() || self.end(place) != Some(source.position) {
                return Err("a context is not above the entity that needs it".to_owned());
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
    ) -> Result<(), String> {
        for field in fields {
            let slot = self
                .slot(position, field.slot)
                .ok_or_else(|| format!("no slot for {} in an entity", field.name))?;
            match (&field.value, slot.object) {
                (RepresentationValue::Leaf, None) => {}
                (RepresentationValue::Object { fields, .. }, Some(object)) => {
                    self.check_representation(object, fields)?;
                }
                _ => {
                    return Err(format!("{} is of another kind than its slot", field.name));
                }
            }
        }
        Ok(())
    }

    fn check_output(&self, selection: &OutputSelection) -> Result<(), String> {
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
