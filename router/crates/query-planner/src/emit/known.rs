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
use crate::steps::{Input, StepId, StepSelection};
use crate::tree::{Field, FieldId, Value};

/// Most places that are named.
const PLACES_MAX: usize = 8;

/// Most selections that are looked at for one `_entities` field.
const LOOKED_AT_MAX: usize = 500;

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
        let before = before(requests, request).into_iter().map(|index| &requests[index]);
        let asked = before.filter(|before| before.subgraph == request.subgraph);
        let steps = asked.flat_map(|request| &request.steps);
        let mut open: Vec<_> = steps.map(|step| self.steps.step(*step).selection).collect();
        let mut known = Vec::new();
        for _ in 0..LOOKED_AT_MAX {
            let Some(id) = open.pop().filter(|_| known.len() < PLACES_MAX) else { break };
            let selection = self.steps.selection(id);
            let below = selection.fields.values().filter_map(|selected| selected.below);
            open.extend(below.map(|stand| self.steps.stand(stand).selection));
            let inputs = self.steps.step(first).inputs.iter().flatten();
            known.extend(inputs.filter_map(|input| self.known_place(first, input, selection)));
        }
        known
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
        let mut fields = selection.fields.iter();
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

/// The requests that have to be done before one.
fn before(requests: &[Request], request: &Request) -> Vec<usize> {
    let mut is_before = vec![false; requests.len()];
    let mut open: Vec<usize> = request.after.iter().copied().collect();
    while let Some(index) = open.pop() {
        if !std::mem::replace(&mut is_before[index], true) {
            open.extend(&requests[index].after);
        }
    }
    (0..requests.len()).filter(|index| is_before[*index]).collect()
}
