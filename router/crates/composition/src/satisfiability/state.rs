//! The states of the walk: a type of the API schema, and what is open to us there.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use apollo_compiler::Name;
use supergraph::graph::NodeId;
use supergraph::model::TypeId;

/// A step of a query: into a field, or to an object type of an abstract one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// A field of the type.
    Field(Name),
    /// A type condition.
    Downcast(TypeId),
}

/// A state: an index into [`States`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// The selections from contexts that its fields can use, ascending.
    pub(super) contexts: Vec<usize>,
    /// Those that can be used below its fields, where what the value itself sets counts.
    pub(super) contexts_below: Vec<usize>,
    /// The state before, and the step from there.
    pub(super) from: Option<(StateId, Step)>,
}

/// The states that were met, and those still to be looked at, in the order of their distance from
/// the root.
///
/// A state is set aside when less can be done from another one: what can be answered there can be
/// answered here. Only if something below the other one fails, and is not looked at any further,
/// it has its turn.
#[derive(Debug, Default)]
pub(super) struct States {
    all: Vec<State>,
    /// The states of each type, with the signatures of their places.
    by_type: HashMap<TypeId, Vec<(u64, StateId)>>,
    failed: HashSet<StateId>,
    set_aside: HashMap<StateId, Vec<State>>,
    next: usize,
    /// Once there are too many states, those that are left: the ones with the fewest places are
    /// looked at first, because that is where something fails if it does.
    poorest: BinaryHeap<(Reverse<usize>, usize)>,
    places: usize,
}

impl States {
    /// Adds a state, unless it is known or set aside.
    pub(super) fn add(&mut self, state: State) {
        let Some(state) = self.put_aside(state) else { return };
        self.places += state.at.len();
        let same_type = self.by_type.entry(state.ty).or_default();
        same_type.push((signature(&state.at), StateId(self.all.len())));
        self.all.push(state);
    }

    /// Sets a state aside if there is a poorer one, or forgets it if it is known; otherwise gives
    /// it back.
    fn put_aside(&mut self, state: State) -> Option<State> {
        let signature = signature(&state.at);
        let same_type = self.by_type.get(&state.ty).map_or(&[][..], Vec::as_slice);
        let mut poorer = None;
        for (other, id) in same_type.iter().filter(|(other, _)| other & !signature == 0) {
            if *other == signature && self.all[id.0].is_same(&state) {
                return None;
            }
            if poorer.is_none() && !self.failed.contains(id) && self.all[id.0].is_poorer(&state) {
                poorer = Some(*id);
            }
        }
        let Some(poorer) = poorer else { return Some(state) };
        self.set_aside.entry(poorer).or_default().push(state);
        None
    }

    /// Notes that something fails in a state, and thus below those it was reached from.
    pub(super) fn fail(&mut self, id: StateId) {
        let mut next = Some(id);
        while let Some(id) = next.filter(|id| self.failed.insert(*id)) {
            self.release(id);
            next = self.state(id).from.as_ref().map(|(before, _)| *before);
        }
    }

    /// Adds what was set aside because of a state.
    fn release(&mut self, id: StateId) {
        let set_aside = self.set_aside.remove(&id).unwrap_or_default();
        set_aside.into_iter().for_each(|state| self.add(state));
    }

    /// Whether there is a state from which less can be done than from this one.
    pub(super) fn covers(&self, state: &State) -> bool {
        let signature = signature(&state.at);
        let same_type = self.by_type.get(&state.ty).map_or(&[][..], Vec::as_slice);
        let mut candidates = same_type.iter().filter(|(other, _)| other & !signature == 0);
        candidates.any(|(_, id)| self.all[id.0].is_poorer(state))
    }

    /// Adds the states of another walk, in which nothing failed.
    pub(super) fn add_all(&mut self, others: &Self) {
        others.all.iter().for_each(|state| self.add(state.clone()));
    }

    /// The next state to look at: the nearest one, as long as all states have not more places
    /// together than `nearest_first_max`. A poorer one may have been met since it was added.
    pub(super) fn pop(&mut self, nearest_first_max: usize) -> Option<StateId> {
        loop {
            let id = self.pop_any(nearest_first_max)?;
            let state = self.state(id).clone();
            let same_type = self.by_type.entry(state.ty).or_default();
            let Some(at) = same_type.iter().position(|(_, other)| *other == id) else { continue };
            let entry = same_type.remove(at);
            let Some(state) = self.put_aside(state) else {
                self.release(id);
                continue;
            };
            self.by_type.entry(state.ty).or_default().insert(at, entry);
            return Some(id);
        }
    }

    fn pop_any(&mut self, nearest_first_max: usize) -> Option<StateId> {
        if self.places > nearest_first_max {
            let new = self.all.iter().enumerate().skip(self.next);
            self.poorest.extend(new.map(|(id, state)| (Reverse(state.at.len()), id)));
            self.next = self.all.len();
        }
        if let Some((_, id)) = self.poorest.pop() {
            return Some(StateId(id));
        }
        self.all.get(self.next)?;
        self.next += 1;
        Some(StateId(self.next - 1))
    }

    /// A state.
    pub(super) fn state(&self, id: StateId) -> &State {
        &self.all[id.0]
    }

    /// The first state of a type.
    pub(super) fn first(&self, ty: TypeId) -> Option<StateId> {
        self.by_type.get(&ty)?.first().map(|(_, id)| *id)
    }

    /// How many states of a type there are.
    pub(super) fn count(&self, ty: TypeId) -> usize {
        self.by_type.get(&ty).map_or(0, Vec::len)
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
    /// The state at a root.
    pub(super) fn root(ty: TypeId, at: Vec<NodeId>) -> Self {
        let (labels, contexts, contexts_below) = (Vec::new(), Vec::new(), Vec::new());
        Self { ty, at, labels, contexts, contexts_below, from: None }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.at == other.at
            && self.labels == other.labels
            && self.contexts == other.contexts
            && self.contexts_below == other.contexts_below
    }

    /// Whether all that can be done from here can be done from the other state.
    fn is_poorer(&self, other: &Self) -> bool {
        is_subset(&self.at, &other.at)
            && is_subset(&self.contexts, &other.contexts)
            && is_subset(&self.contexts_below, &other.contexts_below)
            && is_subset(&self.labels, &other.labels)
    }
}

/// A few bits that a set has if a subset of it has them: most sets can be told apart by them.
fn signature(at: &[NodeId]) -> u64 {
    at.iter().fold(0, |bits, node| bits | 1 << (node.0 % 64))
}

/// Whether all of an ascending list is in another.
fn is_subset<T: Ord>(some: &[T], all: &[T]) -> bool {
    let mut rest = all.iter();
    some.len() <= all.len() && some.iter().all(|one| rest.by_ref().any(|other| other == one))
}
