//! The states of the walk: a type of the API schema, and what is open to us there.

use std::collections::HashMap;

use apollo_compiler::Name;
use supergraph::graph::NodeId;
use supergraph::model::TypeId;

/// A step of a query: into a field, or to an object type of an abstract one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// A field of the type.
    Field(Name),
    /// A type condition.
    Downcast(TypeId),
}

/// A state: an index into [`States`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StateId(pub(super) usize);

/// Where a query may stand, and what was decided on the way.
#[derive(Debug, Clone)]
pub(super) struct State {
    /// The type in the API schema.
    pub(super) ty: TypeId,
    /// The nodes where its value can be had, ascending.
    pub(super) at: Vec<NodeId>,
    /// The labels of overrides that were decided on the way, sorted by label.
    pub(super) labels: Vec<(String, bool)>,
    /// The selections from contexts that can be resolved here, ascending.
    pub(super) contexts: Vec<usize>,
    /// The state before, and the step from there.
    pub(super) from: Option<(StateId, Step)>,
}

/// The states that were met, and those still to be looked at, in the order of their distance from
/// the root: the first query that fails is the shortest.
#[derive(Debug, Default)]
pub(super) struct States {
    all: Vec<State>,
    by_type: HashMap<TypeId, Vec<StateId>>,
    next: usize,
    places: usize,
}

impl States {
    /// Adds a state, unless one is there from which less can be done: what that one can answer,
    /// this one can.
    pub(super) fn add(&mut self, state: State) {
        if self.covers(&state) {
            return;
        }
        self.places += state.at.len();
        self.by_type.entry(state.ty).or_default().push(StateId(self.all.len()));
        self.all.push(state);
    }

    /// Whether there is a state from which less can be done than from this one.
    pub(super) fn covers(&self, state: &State) -> bool {
        let same_type = self.by_type.get(&state.ty).map_or(&[][..], Vec::as_slice);
        same_type.iter().any(|other| self.all[other.0].is_poorer(state))
    }

    /// Adds the states of another walk.
    pub(super) fn add_all(&mut self, others: &Self) {
        others.all.iter().for_each(|state| self.add(state.clone()));
    }

    /// The next state to look at.
    pub(super) fn pop(&mut self) -> Option<StateId> {
        let id = StateId(self.next);
        self.all.get(self.next)?;
        self.next += 1;
        Some(id)
    }

    /// A state.
    pub(super) fn state(&self, id: StateId) -> &State {
        &self.all[id.0]
    }

    /// How many places all states have together.
    pub(super) fn places(&self) -> usize {
        self.places
    }

    /// The steps from the root to a state.
    pub(super) fn path(&self, mut id: StateId) -> Vec<(TypeId, Step)> {
        let mut path = Vec::new();
        while let Some((before, step)) = &self.state(id).from {
            path.push((self.state(*before).ty, step.clone()));
            id = *before;
        }
        path.reverse();
        path
    }
}

impl State {
    /// Whether all that can be done from here can be done from the other state.
    fn is_poorer(&self, other: &Self) -> bool {
        is_subset(&self.at, &other.at)
            && is_subset(&self.contexts, &other.contexts)
            && is_subset(&self.labels, &other.labels)
    }
}

/// Whether all of an ascending list is in another.
fn is_subset<T: Ord>(some: &[T], all: &[T]) -> bool {
    let mut rest = all.iter();
    some.len() <= all.len() && some.iter().all(|one| rest.by_ref().any(|other| other == one))
}
