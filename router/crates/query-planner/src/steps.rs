//! The fetches while they are being put together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use apollo_compiler::Name;
use apollo_compiler::collections::IndexMap;
use supergraph::model::{ContextArgument, Key, SubgraphId, TypeId};

use crate::access::Hops;
use crate::entry::Entry;
use crate::order;
use crate::tree::{FieldId, NodeId, Types, union};

/// A fetch: an index into [`Steps::steps`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct StepId(pub(crate) u32);

/// What a fetch selects at a place: an index into [`Steps::selections`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SelectionId(pub(crate) u32);

/// A place in a fetch where fields can be added: an index into [`Steps::stands`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct StandId(pub(crate) u32);

#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) subgraph: SubgraphId,
    /// The place that it fills.
    pub(crate) node: NodeId,
    pub(crate) selection: SelectionId,
    /// How to represent the entities; `None` for a fetch from a root type.
    pub(crate) inputs: Option<Vec<Input>>,
    /// Where the entities stood that it was entered for, with their types there.
    pub(crate) origins: Vec<(StandId, TypeId)>,
    /// What arguments of its fields take from contexts.
    pub(crate) contexts: Vec<Context>,
    /// The fetches that were joined in it although they need different things beyond the key: what
    /// to ask for where something is missing that only some of them need.
    pub(crate) parts: Vec<StepId>,
    pub(crate) after: BTreeSet<StepId>,
}

/// A value that arguments take from a context.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) argument: ContextArgument,
    /// Nearest first.
    pub(crate) places: Vec<ContextPlace>,
}

/// A place whose records set a context.
#[derive(Debug, Clone)]
pub(crate) struct ContextPlace {
    pub(crate) node: NodeId,
    /// The types that do.
    pub(crate) types: Types,
    /// The fields that lead from there to the entities of the fetch.
    pub(crate) path: Vec<FieldId>,
    /// The fields that hold the value.
    pub(crate) values: Vec<InputValue>,
}

impl Context {
    /// Whether it is what the argument takes.
    pub(crate) fn is_of(&self, argument: &ContextArgument) -> bool {
        let ContextArgument { name: _, ty, context, selection } = &self.argument;
        (ty, context, selection) == (&argument.ty, &argument.context, &argument.selection)
    }
}

/// How to represent the objects of a type, by one of its keys.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    /// The type of the record, or the interface object where it is not known.
    pub(crate) ty: TypeId,
    /// The `__typename` to send.
    pub(crate) via: TypeId,
    pub(crate) key: *const Key,
    pub(crate) fields: Vec<InputValue>,
}

/// A field of a representation.
#[derive(Debug, Clone)]
pub(crate) struct InputValue {
    pub(crate) field: FieldId,
    pub(crate) name: Name,
    /// Only for records of these types; `None` for all.
    pub(crate) types: Option<Types>,
    pub(crate) is_key: bool,
    /// Of an object: whether its `__typename` is sent, and its fields.
    pub(crate) object: Option<(bool, Vec<InputValue>)>,
}

#[derive(Debug)]
pub(crate) struct StepSelection {
    pub(crate) node: NodeId,
    pub(crate) fields: IndexMap<FieldId, SelectedField>,
    /// Whether to ask for `__typename`.
    pub(crate) typename: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct SelectedField {
    /// For objects of these types.
    pub(crate) types: Types,
    /// Where we stand below it.
    pub(crate) below: Option<StandId>,
}

#[derive(Debug)]
pub(crate) struct Stand<'s> {
    pub(crate) step: StepId,
    pub(crate) selection: SelectionId,
    pub(crate) entry: Entry<'s>,
    /// Where it stands below, and below which field; `None` where the fetch begins.
    pub(crate) above: Option<(StandId, FieldId)>,
}

#[derive(Debug, Default)]
pub(crate) struct Steps<'s> {
    pub(crate) steps: Vec<Step>,
    pub(crate) selections: Vec<StepSelection>,
    stands: Vec<Stand<'s>>,
    at: HashMap<NodeId, Vec<StandId>>,
}

impl<'s> Steps<'s> {
    pub(crate) fn step(&self, id: StepId) -> &Step {
        &self.steps[id.0 as usize]
    }

    pub(crate) fn step_mut(&mut self, id: StepId) -> &mut Step {
        &mut self.steps[id.0 as usize]
    }

    /// All fetches, oldest first.
    pub(crate) fn ids(&self) -> impl Iterator<Item = StepId> + use<> {
        (0..index(self.steps.len())).map(StepId)
    }

    pub(crate) fn selection(&self, id: SelectionId) -> &StepSelection {
        &self.selections[id.0 as usize]
    }

    pub(crate) fn selection_mut(&mut self, id: SelectionId) -> &mut StepSelection {
        &mut self.selections[id.0 as usize]
    }

    pub(crate) fn selection_ids(&self) -> impl Iterator<Item = SelectionId> + use<> {
        (0..index(self.selections.len())).map(SelectionId)
    }

    pub(crate) fn stand(&self, id: StandId) -> &Stand<'s> {
        &self.stands[id.0 as usize]
    }

    pub(crate) fn stand_mut(&mut self, id: StandId) -> &mut Stand<'s> {
        &mut self.stands[id.0 as usize]
    }

    /// What the objects of a type are where we stand: an interface object, if they were entered as
    /// one.
    pub(crate) fn enters_as(&self, stand: StandId, ty: TypeId) -> TypeId {
        let stand = self.stand(stand);
        let step = self.step(stand.step);
        let inputs = step.inputs.iter().flatten().filter(|_| step.selection == stand.selection);
        inputs.filter(|input| input.ty == ty).map(|input| input.via).next().unwrap_or(ty)
    }

    /// Where we stand at a place, oldest first.
    pub(crate) fn stands_at(&self, node: NodeId) -> Vec<StandId> {
        self.at.get(&node).cloned().unwrap_or_default()
    }

    /// Whether the objects where we stand are asked for only if they have more than a key.
    pub(crate) fn is_conditional(&self, stand: StandId) -> bool {
        let stand = self.stand(stand);
        let step = self.step(stand.step);
        let inputs = step.inputs.iter().flatten();
        step.selection == stand.selection
            && (!step.contexts.is_empty()
                || inputs.flat_map(|input| &input.fields).any(|value| !value.is_key))
    }

    /// Adds a fetch; its stand is not yet among those at the place (see [`Self::open`]).
    pub(crate) fn add_step(
        &mut self,
        node: NodeId,
        entry: Entry<'s>,
        inputs: Option<Vec<Input>>,
    ) -> StandId {
        let selection = self.add_selection(node);
        let step = StepId(index(self.steps.len()));
        let subgraph = entry.subgraph;
        self.steps.push(Step {
            subgraph,
            node,
            selection,
            inputs,
            origins: Vec::new(),
            contexts: Vec::new(),
            parts: Vec::new(),
            after: BTreeSet::new(),
        });
        self.add_stand(step, selection, entry, None)
    }

    /// The same fetch once more, for itself.
    pub(crate) fn copy(&mut self, id: StepId) -> StepId {
        let step = self.step(id).clone();
        let copy = StepId(index(self.steps.len()));
        let selection = self.copy_selection(step.selection);
        self.steps.push(Step { selection, parts: Vec::new(), after: BTreeSet::new(), ..step });
        copy
    }

    fn copy_selection(&mut self, id: SelectionId) -> SelectionId {
        let StepSelection { node, ref fields, typename } = *self.selection(id);
        let mut fields = fields.clone();
        let copy = self.add_selection(node);
        for below in fields.values_mut().filter_map(|selected| selected.below.as_mut()) {
            let Stand { step, selection, ref entry, above } = *self.stand(*below);
            let entry = entry.clone();
            let selection = self.copy_selection(selection);
            *below = self.add_stand(step, selection, entry, above);
        }
        *self.selection_mut(copy) = StepSelection { node, fields, typename };
        copy
    }

    /// Lets fields be added to a stand by whoever needs them.
    pub(crate) fn open(&mut self, stand: StandId) {
        let node = self.selection(self.stand(stand).selection).node;
        self.at.entry(node).or_default().push(stand);
    }

    /// Adds the place below a field that is selected.
    pub(crate) fn add_below(
        &mut self,
        (above, field): (StandId, FieldId),
        node: NodeId,
        entry: Entry<'s>,
    ) -> StandId {
        let Stand { step, selection, .. } = *self.stand(above);
        let inner = self.add_selection(node);
        let stand = self.add_stand(step, inner, entry, Some((above, field)));
        if let Some(selected) = self.selection_mut(selection).fields.get_mut(&field) {
            selected.below = Some(stand);
        }
        self.open(stand);
        stand
    }

    fn add_selection(&mut self, node: NodeId) -> SelectionId {
        let id = SelectionId(index(self.selections.len()));
        self.selections.push(StepSelection { node, fields: IndexMap::default(), typename: false });
        id
    }

    fn add_stand(
        &mut self,
        step: StepId,
        selection: SelectionId,
        entry: Entry<'s>,
        above: Option<(StandId, FieldId)>,
    ) -> StandId {
        let id = StandId(index(self.stands.len()));
        self.stands.push(Stand { step, selection, entry, above });
        id
    }

    /// Selects a field for objects of some types; the stand below it, if there is one already.
    pub(crate) fn select(
        &mut self,
        stand: StandId,
        field: FieldId,
        types: &Types,
    ) -> Option<StandId> {
        let selection = self.stand(stand).selection;
        let selected = self
            .selection_mut(selection)
            .fields
            .entry(field)
            .or_insert_with(|| SelectedField { types: types.clone(), below: None });
        let (below, before) = (selected.below, selected.types.len());
        selected.types = union(&selected.types, types);
        if below.is_some() && selected.types.len() > before {
            self.forget_origins(below);
        }
        below
    }

    /// Forgets who was entered from there or further on: more objects stand there now.
    fn forget_origins(&mut self, grown: impl IntoIterator<Item = StandId>) {
        let mut grown: BTreeSet<StandId> = grown.into_iter().collect();
        let mut before = 0;
        while grown.len() > before {
            before = grown.len();
            for (id, stand) in (0..).map(StandId).zip(&self.stands) {
                let origins = &self.step(stand.step).origins;
                let is_entered = stand.above.is_none()
                    && origins.iter().any(|(origin, _)| grown.contains(origin));
                if is_entered || stand.above.is_some_and(|(above, _)| grown.contains(&above)) {
                    grown.insert(id);
                }
            }
        }
        for step in &mut self.steps {
            step.origins.retain(|(origin, _)| !grown.contains(origin));
        }
    }

    /// Whether `later` is `earlier`, or waits for it.
    pub(crate) fn depends_on(&self, later: StepId, earlier: StepId) -> bool {
        order::waits_for(later, earlier, |id| &self.step(id).after)
    }

    /// By step, the number of fetches that have to be done one after another before it.
    pub(crate) fn depth(&self, step: StepId) -> Hops {
        order::depth(step, &|id| &self.step(id).after, &mut BTreeMap::new())
    }

    /// Whether some fetches wait for each other.
    pub(crate) fn have_circle(&self) -> bool {
        let mut known = BTreeMap::new();
        for id in self.ids() {
            order::depth(id, &|id| &self.step(id).after, &mut known);
        }
        self.ids().any(|id| self.step(id).after.iter().any(|earlier| known[earlier] >= known[&id]))
    }
}

fn index(len: usize) -> u32 {
    u32::try_from(len).expect("the number of selections is limited")
}
