//! What an entity fetch needs of the objects it asks for: the fields of a key and those that are
//! required. They are looked for among what is fetched already and fetched where they are not.

use std::rc::Rc;

use apollo_compiler::executable::{self, SelectionSet};
use supergraph::model::{FieldJoin, SubgraphId, TypeId, TypeKind};

use crate::access::{Hops, parts};
use crate::construct::Constructor;
use crate::entry::{leads_below, leads_to, resolves_at_once};
use crate::error::PlanError;
use crate::guard::Guard;
use crate::steps::{Input, InputValue, StandId, StepId};
use crate::tree::{Demand, Field, FieldId, NodeId, Types, Value, union};

/// How deep what keys and requirements need may be nested; no deeper answer is read.
const DEPTH_MAX: usize = 256;

impl<'s> Constructor<'_, 's> {
    /// Adds how to represent the objects of a type, as that of `via`, to an entity fetch.
    pub(crate) fn add_input(
        &mut self,
        stand: StandId,
        from: StandId,
        (ty, via): (TypeId, TypeId),
        requiring: Option<&'s FieldJoin>,
    ) -> Result<(), PlanError> {
        let step = self.steps.stand(stand).step;
        let node = self.steps.step(step).node;
        let subgraph = self.steps.step(step).subgraph;
        let distances = self.access.distances(ty, self.steps.stand(from).entry.subgraph);
        let entrances = self.access.entrances(ty, subgraph).into_iter();
        let nearest = entrances
            .filter(|entrance| entrance.via == via)
            .filter_map(|e| Some((self.access.hops_to(&e.key.fields, ty, &distances)?, e)))
            .min_by_key(|(hops, _)| *hops);
        let Some((_, entrance)) = nearest else { return Err(self.unsatisfiable(None)) };
        let need = Need { node, ty, from, step };
        let mut fields = self.need(need, &entrance.key.fields, true)?;
        if let Some(requires) = requiring.and_then(|join| join.requires.as_ref()) {
            add_values(&mut fields, self.need(need, requires, false)?);
        }
        let input = Input { ty, via, key: entrance.key, fields };
        if let Some(inputs) = &mut self.steps.step_mut(step).inputs {
            put_input(inputs, input);
        }
        Ok(())
    }

    /// Makes a selection of the objects of a type available to a fetch.
    pub(crate) fn need(
        &mut self,
        need: Need,
        selections: &SelectionSet,
        is_key: bool,
    ) -> Result<Vec<InputValue>, PlanError> {
        let mut values = Vec::new();
        for field in self.access.fields(selections, need.ty) {
            if field.name != "__typename" {
                add_values(&mut values, [self.need_field(need, field, is_key)?]);
            }
        }
        Ok(values)
    }

    fn need_field(
        &mut self,
        need: Need,
        field: &executable::Field,
        is_key: bool,
    ) -> Result<InputValue, PlanError> {
        let id = self.internal_field(need.node, field, need.ty)?;
        let Some((provider, below)) = self.provide(need, id, field)? else {
            let mut values = Vec::new();
            for part in parts(field) {
                add_values(&mut values, [self.need_field(need, &part, is_key)?]);
            }
            return values.pop().ok_or_else(|| self.unsatisfiable(Some(id)));
        };
        if provider != need.step {
            self.steps.step_mut(need.step).after.insert(provider);
        }
        let object = match (self.tree.field(id).value, below) {
            (Value::Object(child), Some(below)) => {
                let wants_typename = field.selection_set.selections.iter().any(|selection| {
                    selection.as_field().is_some_and(|field| field.name == "__typename")
                });
                // Of an abstract type, whoever requires it has to be told which it is.
                let is_abstract =
                    self.access.supergraph.ty(self.tree.node(child).ty).kind != TypeKind::Object;
                let typename = wants_typename || is_abstract;
                let values = self.need_below(need, child, below, &field.selection_set, is_key)?;
                Some((typename, values))
            }
            _ => None,
        };
        let types = Some(Rc::from([need.ty]));
        Ok(InputValue { field: id, name: field.name.clone(), types, is_key, object })
    }

    /// Makes a selection available on the objects of a field, of whatever type they are.
    fn need_below(
        &mut self,
        need: Need,
        child: NodeId,
        below: StandId,
        selections: &SelectionSet,
        is_key: bool,
    ) -> Result<Vec<InputValue>, PlanError> {
        let mut values = Vec::new();
        let types = Rc::clone(&self.steps.stand(below).entry.types);
        for ty in types.iter() {
            let inner = Need { node: child, ty: *ty, from: below, step: need.step };
            add_values(&mut values, self.need(inner, selections, is_key)?);
        }
        Ok(values)
    }

    /// The field of the node with that name and those arguments, added if there is none.
    fn internal_field(
        &mut self,
        node: NodeId,
        field: &executable::Field,
        ty: TypeId,
    ) -> Result<FieldId, PlanError> {
        let supergraph = self.access.supergraph;
        let is_unknown = supergraph.ty(ty).kind == TypeKind::Interface;
        let types: Types = match is_unknown {
            true => Rc::clone(&self.tree.node(node).types),
            false => Rc::from([ty]),
        };
        let declared = supergraph.ty(ty).fields.get(&field.name);
        let Some(declared) = declared else { return Err(self.unsatisfiable(None)) };
        // Where clients must not see objects of some types, these are required all the same.
        let like = |id: &&FieldId| {
            let data = self.tree.field(**id);
            let is_same = (&data.name, &data.arguments) == (&field.name, &field.arguments);
            let hides = matches!(data.value, Value::Object(n) if self.tree.node(n).hides_types);
            // What a directive makes of a value, only the client wants.
            is_same && data.directives.is_empty() && data.ty == declared.ty && !hides
        };
        let all: Vec<FieldId> = self.tree.node(node).fields.iter().filter(like).copied().collect();
        let covers = |id: &FieldId| {
            let known = &self.tree.field(*id).types;
            types.iter().all(|ty| known.binary_search(ty).is_ok())
        };
        if let Some(id) = all.iter().find(|id| covers(id)) {
            return Ok(*id);
        }
        if let Some(id) = all.iter().find(|id| self.tree.field(**id).shown.is_none()) {
            let known = &mut self.tree.field_mut(*id).types;
            *known = union(known, &types);
            return Ok(*id);
        }
        let id = self.tree.add_field(Field {
            node,
            key: field.name.clone(),
            name: field.name.clone(),
            arguments: field.arguments.clone(),
            directives: Vec::new(),
            types,
            guard: Guard::never(),
            shown: None,
            places: Vec::new(),
            deferred: Demand::new(),
            ty: declared.ty.clone(),
            value: Value::Leaf,
        });
        let base = supergraph.ty(declared.base);
        if base.is_composite() {
            if self.tree.node(node).depth >= DEPTH_MAX {
                return Err(PlanError::TooDeep { limit: DEPTH_MAX });
            }
            let types = base.possible_types.as_slice().into();
            let child = self.tree.add_node(Some(id), declared.base, types);
            self.tree.set_object(id, child);
        }
        Ok(id)
    }

    /// The fetch that has a field for a type, and where we stand below the field; `None` if only
    /// several have all of it.
    fn provide(
        &mut self,
        need: Need,
        field: FieldId,
        wanted: &executable::Field,
    ) -> Result<Option<(StepId, Option<StandId>)>, PlanError> {
        if let Some(found) = self.provided(need, field, wanted) {
            return Ok(Some(found));
        }
        let stand = match self.nearest_stand(need, wanted) {
            Some(stand) => Some(stand),
            None => self.go_for(need, field, wanted)?,
        };
        let Some(stand) = stand else { return Ok(None) };
        let types = self.types_in(need, self.steps.stand(stand).entry.subgraph);
        let below = self.select(stand, field, &types);
        Ok(Some((self.steps.stand(stand).step, below)))
    }

    /// The types that the objects in need have in a subgraph: those of an interface object are of
    /// object types where the interface is one.
    fn types_in(&self, need: Need, subgraph: SubgraphId) -> Types {
        if self.access.supergraph.ty(need.ty).kind != TypeKind::Interface {
            return Rc::from([need.ty]);
        }
        self.access.runtime_types(need.ty, subgraph, &self.tree.node(need.node).types)
    }

    /// A fetch that already has the field for the type, and need not wait for the one in need.
    fn provided(
        &self,
        need: Need,
        field: FieldId,
        wanted: &executable::Field,
    ) -> Option<(StepId, Option<StandId>)> {
        let usable = self.usable_stands(need).into_iter();
        let leads_to_all = |below: StandId| {
            leads_to(self.access, &self.steps.stand(below).entry, &wanted.selection_set)
        };
        let found = usable.filter_map(|(depth, stand)| {
            let selection = self.steps.selection(self.steps.stand(stand).selection);
            let selected = selection.fields.get(&field)?;
            let types = self.types_in(need, self.steps.stand(stand).entry.subgraph);
            let has = |ty: &TypeId| selected.types.binary_search(ty).is_ok();
            if types.is_empty()
                || !types.iter().all(has)
                || !selected.below.is_none_or(leads_to_all)
                || !self.covers(stand, need.from, need.ty)
            {
                return None;
            }
            Some((depth, self.steps.stand(stand).step, selected.below))
        });
        found.min_by_key(|(depth, step, _)| (*depth, *step)).map(|(_, step, below)| (step, below))
    }

    /// The earliest fetch in which the field can be selected for the type, with all below it: none
    /// with requirements or values from contexts, as without these the field would be missing.
    fn nearest_stand(&self, need: Need, wanted: &executable::Field) -> Option<StandId> {
        let usable = self.usable_stands(need).into_iter();
        let able = usable.filter(|(_, stand)| {
            let entry = &self.steps.stand(*stand).entry;
            let offer = resolves_at_once(self.access, entry, need.ty, &wanted.name);
            entry.types.binary_search(&need.ty).is_ok()
                && !self.steps.is_conditional(*stand)
                && offer.is_some_and(|offer| {
                    self.steps.enters_as(*stand, need.ty) == offer.via
                        && leads_below(self.access, entry, (need.ty, offer), wanted)
                })
                && self.covers(*stand, need.from, need.ty)
        });
        able.min().map(|(_, stand)| stand)
    }

    /// The stands at the place whose fetches do not wait for those in need, with their depths.
    fn usable_stands(&self, need: Need) -> Vec<(Hops, StandId)> {
        let stands = self.steps.stands_at(need.node).into_iter();
        stands
            .map(|stand| (self.steps.stand(stand).step, stand))
            .filter(|(step, _)| !self.waits(*step))
            .map(|(step, stand)| (self.steps.depth(step), stand))
            .collect()
    }

    /// Goes to another subgraph for a field; `None` if only several have all of it.
    fn go_for(
        &mut self,
        need: Need,
        field: FieldId,
        wanted: &executable::Field,
    ) -> Result<Option<StandId>, PlanError> {
        let from = self.steps.stand(need.from).entry.subgraph;
        let distances = self.access.distances(need.ty, from);
        let offers = self.access.offers(need.ty, &wanted.name);
        let ways = offers.iter().filter_map(|&offer| {
            let subgraph = offer.join.subgraph;
            let hops = distances[usize::from(subgraph.0)]?;
            let hops = hops.max(self.access.hops_to_inputs(need.ty, offer, &distances)?);
            let is_dead_end = self.access.hops_below(wanted, offer, subgraph).is_none();
            (hops > 0).then_some((is_dead_end, hops, subgraph))
        });
        let subgraph = match ways.min() {
            Some((false, _, subgraph)) => subgraph,
            _ if !parts(wanted).is_empty() => return Ok(None),
            Some((true, _, subgraph)) => subgraph,
            None => return Err(self.unsatisfiable(Some(field))),
        };
        let there = self.jump(need.node, need.from, subgraph, &Rc::from([need.ty]), Some(field))?;
        Ok(there.first().map(|(stand, _)| *stand))
    }
}

/// Who needs something: the objects of a type at a place, for a fetch that is entered from a stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need {
    pub(crate) node: NodeId,
    pub(crate) ty: TypeId,
    pub(crate) from: StandId,
    pub(crate) step: StepId,
}

/// Adds how to represent the objects of a type by a key.
pub(crate) fn put_input(inputs: &mut Vec<Input>, input: Input) {
    let is_same =
        |known: &&mut Input| (known.ty, known.via, known.key) == (input.ty, input.via, input.key);
    match inputs.iter_mut().find(is_same) {
        Some(known) => add_values(&mut known.fields, input.fields),
        None => inputs.push(input),
    }
}

/// Adds values to those of an object; the same field for other types is one value.
pub(crate) fn add_values(
    values: &mut Vec<InputValue>,
    others: impl IntoIterator<Item = InputValue>,
) {
    others.into_iter().for_each(|value| add_value(values, value));
}

fn add_value(values: &mut Vec<InputValue>, value: InputValue) {
    let Some(known) = values.iter_mut().find(|known| known.field == value.field) else {
        values.push(value);
        return;
    };
    known.is_key |= value.is_key;
    known.types = match (&known.types, &value.types) {
        (Some(a), Some(b)) => Some(union(a, b)),
        _ => None,
    };
    if let (Some((typename, below)), Some((more, others))) = (&mut known.object, value.object) {
        *typename |= more;
        others.into_iter().for_each(|other| add_value(below, other));
    }
}
