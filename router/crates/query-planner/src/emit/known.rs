//! Where a subgraph has been asked before for all that an entity fetch asks of it. What it said
//! there of an entity is not asked for again: an answer shows the same entity the same everywhere,
//! and where that is all, a request and a stage are saved.
//!
//! Only for queries: mutations change what was said.

use query_plan::{
    InputSelection, KnownPlace, Representation, RepresentationField, RepresentationValue, SlotId,
};
use supergraph::model::TypeId;

use super::{Emitter, operation};
use crate::merge::Request;
use crate::steps::{Input, SelectionId, StepId, StepSelection};
use crate::tree::{Field, FieldId, Value};

/// Most places that are named.
const PLACES_MAX: usize = 8;

/// So often something is looked at for that in the whole of a plan: a request, a selection, a field.
pub(super) const LOOKS_MAX: usize = 100_000;

impl Emitter<'_, '_> {
    /// Where the subgraph told of the entities of a group, in one of the requests before.
    pub(super) fn known(
        &self,
        group: &operation::Group,
        requests: &[Request],
        request: &Request,
    ) -> Vec<KnownPlace> {
        let mut sources = group.sources.iter();
        let Some(first) = group.sources.first().map(|(step, _)| *step) else { return Vec::new() };
        if !sources.all(|(step, selection)| self.is_plain(*step, selection)) {
            return Vec::new();
        }
        let mut open = self.asked_before(requests, request);
        let mut known = Vec::new();
        while let Some(id) = open.pop().filter(|_| known.len() < PLACES_MAX) {
            let selection = self.steps.selection(id);
            let below = selection.fields.values().filter_map(|selected| selected.below);
            open.extend(below.take_while(|_| self.look()).map(|at| self.steps.stand(at).selection));
            let inputs = self.steps.step(first).inputs.iter().flatten();
            let places = inputs
                .map_while(|input| self.look().then(|| self.known_place(first, input, selection)));
            known.extend(places.flatten());
        }
        known
    }

    /// What the requests that have to be done before one asked the same subgraph for.
    fn asked_before(&self, requests: &[Request], request: &Request) -> Vec<SelectionId> {
        let mut is_before = vec![false; requests.len()];
        let mut open: Vec<usize> = request.after.iter().copied().collect();
        while let Some(index) = open.pop().filter(|_| self.look()) {
            if !std::mem::replace(&mut is_before[index], true) {
                open.extend(&requests[index].after);
            }
        }
        let before = requests.iter().zip(is_before).filter(|(_, is_before)| *is_before);
        let asked = before.filter(|(before, _)| before.subgraph == request.subgraph);
        let steps = asked.flat_map(|(before, _)| &before.steps);
        steps.map(|step| self.steps.step(*step).selection).collect()
    }

    /// Whether there is time for another look.
    fn look(&self) -> bool {
        let left = self.looks_left.get();
        self.looks_left.set(left.saturating_sub(1));
        left > 0
    }

    /// Whether a fetch asks for nothing but leaves, each by one key of the answer, of entities that
    /// it knows by leaves.
    fn is_plain(&self, step: StepId, input: &InputSelection) -> bool {
        let step = self.steps.step(step);
        let selection = self.steps.selection(step.selection);
        let fields = &selection.fields;
        let is_plain = |input: &Input| {
            let mut types = fields.values().map(|selected| &selected.types);
            input.ty == input.via
                && input.fields.iter().all(|value| value.is_key && value.object.is_none())
                && types.all(|types| types.binary_search(&input.ty).is_ok())
        };
        step.contexts.is_empty()
            && step.parts.is_empty()
            && !selection.typename
            && !fields.is_empty()
            && fields.len() == input.fields.len()
            && fields.keys().all(|id| is_leaf(self.tree.field(*id)))
            && step.inputs.iter().flatten().all(is_plain)
    }

    /// A selection as a place where all that a fetch asks of a type was asked for.
    fn known_place(
        &self,
        step: StepId,
        input: &Input,
        selection: &StepSelection,
    ) -> Option<KnownPlace> {
        let node = self.tree.node(selection.node);
        if node.hides_types || node.types.binary_search(&input.ty).is_err() {
            return None;
        }
        let slot = |id: FieldId| Some(self.slots[&self.same(selection, input.ty, id)?]);
        let mut fields = Vec::new();
        for value in &input.fields {
            fields.push(RepresentationField {
                name: value.name.to_string(),
                slot: slot(value.field)?,
                types: None,
                condition: None,
                is_key: true,
                value: RepresentationValue::Leaf,
            });
        }
        let asked = &self.steps.selection(self.steps.step(step).selection).fields;
        let values: Option<Vec<SlotId>> = asked.keys().map(|id| slot(*id)).collect();
        let types = self.narrowing(selection.node, &[input.ty]);
        let typename = self.supergraph().ty(input.via).name.to_string();
        let representation = Representation { types, typename, fields };
        Some(KnownPlace {
            position: Self::position(selection.node),
            representation,
            values: values?,
        })
    }

    /// The field of a selection that asks objects of a type for the same as another field.
    fn same(&self, selection: &StepSelection, ty: TypeId, id: FieldId) -> Option<FieldId> {
        let field = self.tree.field(id);
        let mut fields = selection.fields.iter().take_while(|_| self.look());
        let found = fields.find(|(other, selected)| {
            let other = self.tree.field(**other);
            is_leaf(other)
                && (&other.name, &other.arguments) == (&field.name, &field.arguments)
                && selected.types.binary_search(&ty).is_ok()
        });
        found.map(|(other, _)| *other)
    }
}

fn is_leaf(field: &Field) -> bool {
    field.value == Value::Leaf && field.directives.is_empty()
}
