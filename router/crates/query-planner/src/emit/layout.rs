//! Record layouts, and how records are represented to subgraphs.

use query_plan::{
    ContextPlace, ContextPlaces, PathStep, Position, Representation, RepresentationField,
    RepresentationValue, Slot, SlotId,
};
use supergraph::model::{TypeId, TypeKind};

use super::Emitter;
use crate::guard::Guard;
use crate::steps::{InputValue, StepId};
use crate::tree::{NodeId, Value};

impl Emitter<'_, '_> {
    pub(super) fn number_slots(&mut self) {
        for node in self.tree.node_ids() {
            let mut next = 0;
            for field in &self.tree.node(node).fields {
                if matches!(self.tree.field(*field).value, Value::Leaf | Value::Object(_)) {
                    self.slots.insert(*field, SlotId(next));
                    next += 1;
                }
            }
        }
    }

    pub(super) fn positions(&self) -> Vec<Position> {
        self.tree.node_ids().map(|node| self.layout(node)).collect()
    }

    fn layout(&self, id: NodeId) -> Position {
        let node = self.tree.node(id);
        let slots = node.fields.iter().filter_map(|field| {
            let data = self.tree.field(*field);
            let object = match data.value {
                Value::Leaf => None,
                Value::Object(child) => Some(Self::position(child)),
                Value::Typename | Value::Introspection(_) => return None,
            };
            Some(Slot { name: data.key.to_string(), object })
        });
        let known_type = node.known_type().and_then(|only| self.types.get(&only).copied());
        Position {
            path: self.position_path(id),
            known_type,
            possible_types: self.type_set(&node.types),
            slots: slots.collect(),
            shared: false,
        }
    }

    fn position_path(&self, id: NodeId) -> Vec<PathStep> {
        let Some(parent) = self.tree.node(id).parent else { return Vec::new() };
        let field = self.tree.field(parent);
        let mut path = self.position_path(field.node);
        if let Some(types) = self.narrowing(field.node, &field.types) {
            path.push(PathStep::Types(types.iter().collect()));
        }
        path.push(PathStep::Key(field.key.to_string()));
        let mut ty = &field.ty;
        while ty.is_list() {
            path.push(PathStep::Items);
            ty = ty.item_type();
        }
        path
    }

    pub(super) fn representations(&mut self, id: StepId) -> Vec<Representation> {
        let (step, guard) = (self.steps.step(id), self.guards.of_step(id).clone());
        let mut all = Vec::new();
        for input in step.inputs.iter().flatten() {
            let is_unknown = self.is_interface(input.ty);
            let types = if is_unknown { None } else { self.narrowing(step.node, &[input.ty]) };
            let mut fields = self.values((id, step.node), &input.fields, &guard);
            fields.iter_mut().for_each(|field| field.types = None);
            let typename = self.supergraph().ty(input.via).name.to_string();
            all.push(Representation { types, typename, fields });
        }
        // A record whose type is known is represented by it.
        all.sort_by_key(|representation| representation.types.is_none());
        all
    }

    pub(super) fn contexts(&mut self, id: StepId) -> Vec<ContextPlaces> {
        let (step, guard) = (self.steps.step(id), self.guards.of_step(id).clone());
        let mut place = |place: &crate::steps::ContextPlace| ContextPlace {
            position: Self::position(place.node),
            types: self.narrowing(place.node, &place.types),
            path: place.path.iter().map(|field| self.slots[field]).collect(),
            values: self.values((id, place.node), &place.values, &guard),
        };
        let contexts = step.contexts.iter();
        contexts.map(|context| context.places.iter().map(&mut place).collect()).collect()
    }

    /// The values that a fetch sends, of an object that it sends when a guard holds.
    fn values(
        &mut self,
        (step, node): (StepId, NodeId),
        values: &[InputValue],
        outer: &Guard,
    ) -> Vec<RepresentationField> {
        values.iter().map(|value| self.value((step, node), value, outer)).collect()
    }

    fn value(
        &mut self,
        (step, node): (StepId, NodeId),
        value: &InputValue,
        outer: &Guard,
    ) -> RepresentationField {
        let guard = self.guards.of_value(step, value).clone();
        let condition = if outer.implies(&guard) { None } else { self.condition(&guard) };
        let types =
            value.types.as_deref().filter(|types| !types.iter().any(|ty| self.is_interface(*ty)));
        let written = match (&value.object, self.tree.field(value.field).value) {
            (Some((typename, below)), Value::Object(child)) => RepresentationValue::Object {
                typename: *typename,
                fields: self.values((step, child), below, &guard),
            },
            _ => RepresentationValue::Leaf,
        };
        RepresentationField {
            name: value.name.to_string(),
            slot: self.slots[&value.field],
            types: types.and_then(|types| self.narrowing(node, types)),
            condition,
            is_key: value.is_key,
            value: written,
        }
    }

    fn is_interface(&self, ty: TypeId) -> bool {
        self.supergraph().ty(ty).kind == TypeKind::Interface
    }
}
