//! Record layouts, and how records are represented to subgraphs.

use query_plan::{
    ContextPlace, ContextPlaces, PathStep, Position, Representation, RepresentationField,
    RepresentationValue, Slot, SlotId,
};
use supergraph::model::{TypeId, TypeKind};

use super::Emitter;
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

    pub(super) fn representations(&self, step: StepId) -> Vec<Representation> {
        let step = self.steps.step(step);
        let mut all = Vec::new();
        for input in step.inputs.iter().flatten() {
            let is_unknown = self.is_interface(input.ty);
            let types = if is_unknown { None } else { self.narrowing(step.node, &[input.ty]) };
            let fields = input.fields.iter().map(|value| self.value(step.node, value, true));
            all.push(Representation {
                types,
                typename: self.supergraph().ty(input.via).name.to_string(),
                fields: fields.collect(),
            });
        }
        // A record whose type is known is represented by it.
        all.sort_by_key(|representation| representation.types.is_none());
        all
    }

    pub(super) fn contexts(&self, step: StepId) -> Vec<ContextPlaces> {
        let place = |place: &crate::steps::ContextPlace| ContextPlace {
            position: Self::position(place.node),
            types: self.narrowing(place.node, &place.types),
            path: place.path.iter().map(|field| self.slots[field]).collect(),
            values: place.values.iter().map(|v| self.value(place.node, v, false)).collect(),
        };
        let contexts = self.steps.step(step).contexts.iter();
        contexts.map(|context| context.places.iter().map(place).collect()).collect()
    }

    fn value(&self, node: NodeId, value: &InputValue, is_top: bool) -> RepresentationField {
        let types = value
            .types
            .as_deref()
            .filter(|types| !is_top && !types.iter().any(|ty| self.is_interface(*ty)));
        let written = match (&value.object, self.tree.field(value.field).value) {
            (Some((typename, below)), Value::Object(child)) => RepresentationValue::Object {
                typename: *typename,
                fields: below.iter().map(|value| self.value(child, value, false)).collect(),
            },
            _ => RepresentationValue::Leaf,
        };
        RepresentationField {
            name: value.name.to_string(),
            slot: self.slots[&value.field],
            types: types.and_then(|types| self.narrowing(node, types)),
            is_key: value.is_key,
            value: written,
        }
    }

    fn is_interface(&self, ty: TypeId) -> bool {
        self.supergraph().ty(ty).kind == TypeKind::Interface
    }
}
