//! The walk over the API schema.
//!
//! A state is a type and the places where its value can be had. From an object type, every field
//! leads on; from an abstract one, every object type it can turn out to be. Each state that could
//! fail where no earlier one does is looked at once, nearest to the root first.

use apollo_compiler::ast::OperationType;

use supergraph::graph::{NodeId, QueryGraph};
use supergraph::model::{Field, SubgraphId, TypeId};

use super::alone::Alone;
use super::runtime_types::{self, Difference};
use super::state::{State, StateId, States, Step};
use super::step::{Outcome, Stepper, Taken, is_shared_mutation, is_visible};

/// How many places all states may have together: so many, and so many more for each node of the
/// graph. How many sets of places there are has no better bound than two to the number of
/// subgraphs; graphs that are not made to show that have a few for each type.
const PLACES_MAX: usize = 20_000;
const PLACES_PER_NODE_MAX: usize = 8;

/// Which part of these the states near the root may take, before those where something fails
/// most likely have their turn.
const NEAREST_FIRST_PART: usize = 5;

/// How many sets of places are looked at for each type, whatever they are. Beyond, a set that
/// cannot fail is passed over: all that may be missed is a remark on what shared fields return.
const SETS_MAX: usize = 16;

/// A step that leads nowhere.
#[derive(Debug)]
pub(super) struct DeadEnd {
    /// Where it was tried.
    pub(super) state: StateId,
    /// The step.
    pub(super) step: Step,
    /// The labels that were decided for it, if it is a field with labelled overrides.
    pub(super) decided: Vec<(String, bool)>,
}

/// What was found below some start.
#[derive(Debug, Default)]
pub(super) struct Trace {
    pub(super) states: States,
    /// At most one for each field or type condition, nearest first.
    pub(super) dead_ends: Vec<DeadEnd>,
    /// Shared fields whose subgraphs differ in the types they return.
    pub(super) differences: Vec<(StateId, Difference)>,
    /// Whether there was too much to look at.
    pub(super) overflows: bool,
}

/// A mutation that several subgraphs could execute; one of them has to be able to do all of it.
#[derive(Debug)]
pub(super) struct SharedMutation {
    pub(super) ty: TypeId,
    pub(super) field: apollo_compiler::Name,
    /// What was found when it is executed by each subgraph.
    pub(super) traces: Vec<(SubgraphId, Trace)>,
}

/// All that was found.
pub(super) struct Outcomes<'g, 's> {
    pub(super) main: Trace,
    pub(super) mutations: Vec<SharedMutation>,
    pub(super) stepper: Stepper<'g, 's>,
}

/// Walks the whole API schema.
pub(super) fn walk<'g, 's>(graph: &'g QueryGraph<'s>) -> Outcomes<'g, 's> {
    let mut walker = Walker {
        stepper: Stepper::new(graph),
        proven: States::default(),
        alone: Alone::default(),
        places_max: PLACES_MAX + PLACES_PER_NODE_MAX * graph.node_count(),
    };
    let mut main = Trace::default();
    for kind in [OperationType::Query, OperationType::Mutation, OperationType::Subscription] {
        if let Some(root) = graph.supergraph.root(kind) {
            walker.enter(&mut main.states, State::root(root, graph.starts(kind)));
        }
    }
    walker.explore(&mut main);
    let mut mutations = Vec::new();
    let supergraph = graph.supergraph;
    if let Some(root) = supergraph.root(OperationType::Mutation) {
        let shared = |field: &&Field| is_shared_mutation(supergraph, root, field);
        let fields = supergraph.ty(root).fields.values();
        for field in fields.filter(|field| is_visible(supergraph, field)).filter(shared) {
            mutations.push(walker.mutation(root, field));
            let nodes = graph.starts(OperationType::Mutation).into_iter().filter_map(|node| {
                graph.node(node).fields.get(&field.name).and_then(|edge| edge.target)
            });
            let found =
                runtime_types::difference(graph, root, &field.name, &nodes.collect::<Vec<_>>());
            if let Some(state) = main.states.first(root) {
                main.differ(state, found);
            }
        }
    }
    Outcomes { main, mutations, stepper: walker.stepper }
}

struct Walker<'g, 's> {
    stepper: Stepper<'g, 's>,
    /// States below which everything was found in order.
    proven: States,
    alone: Alone,
    places_max: usize,
}

impl<'s> Walker<'_, 's> {
    fn explore(&mut self, trace: &mut Trace) {
        while let Some(id) = trace.states.pop(self.places_max / NEAREST_FIRST_PART) {
            if trace.states.places() > self.places_max {
                trace.overflows = trace.dead_ends.is_empty();
                return;
            }
            self.look_at(trace, id);
        }
        if trace.dead_ends.is_empty() {
            self.proven.add_all(&trace.states);
        }
    }

    /// Takes every step from a state.
    fn look_at(&mut self, trace: &mut Trace, id: StateId) {
        let state = trace.states.state(id).clone();
        let open = self.stepper.open(&state.at);
        for Taken { step, ty, decided, outcome } in self.stepper.steps(&open, &state) {
            let at = match outcome {
                Outcome::Nowhere => {
                    self.alone.ignore(state.ty, &step);
                    trace.fail(id, step, decided);
                    continue;
                }
                Outcome::To(at) => at,
                Outcome::Leaf | Outcome::NoValue => continue,
            };
            let contexts = match &step {
                Step::Field(field) => {
                    let found = runtime_types::difference(self.stepper.graph, state.ty, field, &at);
                    trace.differ(id, found);
                    &state.contexts_below
                }
                Step::Downcast(_) => &state.contexts,
            };
            let mut next = State::root(ty, at);
            next.labels = merged(&state.labels, decided);
            next.contexts.clone_from(contexts);
            next.contexts_below.clone_from(&state.contexts_below);
            next.from = Some((id, step));
            self.enter(&mut trace.states, next);
        }
    }

    fn enter(&mut self, states: &mut States, mut state: State) {
        let Self { alone, stepper, .. } = self;
        stepper.contexts.enter(&mut state, &mut stepper.reach);
        if self.proven.covers(&state) {
            return;
        }
        let mut suffices = |node: &NodeId| alone.suffices(state.ty, *node, stepper);
        if states.count(state.ty) >= SETS_MAX && state.at.iter().any(&mut suffices) {
            return;
        }
        states.add(state);
    }

    fn mutation(&mut self, ty: TypeId, field: &'s Field) -> SharedMutation {
        let mut traces = Vec::new();
        for (subgraph, node) in self.stepper.graph.bases(ty) {
            let Some(edge) = self.stepper.graph.node(*node).fields.get(&field.name) else {
                continue;
            };
            let mut trace = Trace::default();
            // What fails when another subgraph executes the mutation is not reported yet.
            self.alone = Alone::default();
            if let Some(target) = edge.target {
                trace.states.add(State::root(ty, vec![*node]));
                let root = trace.states.pop(self.places_max);
                let from = root.map(|root| (root, Step::Field(field.name.clone())));
                let state = State { from, ..State::root(field.base, vec![target]) };
                self.enter(&mut trace.states, state);
                self.explore(&mut trace);
            }
            traces.push((*subgraph, trace));
        }
        SharedMutation { ty, field: field.name.clone(), traces }
    }
}

impl Trace {
    fn fail(&mut self, state: StateId, step: Step, decided: Vec<(String, bool)>) {
        self.states.fail(state);
        let ty = self.states.state(state).ty;
        let end = DeadEnd { state, step, decided };
        let states = &self.states;
        let is_same = |o: &&mut DeadEnd| o.step == end.step && states.state(o.state).ty == ty;
        match self.dead_ends.iter_mut().find(is_same) {
            Some(other) if states.path(other.state).len() > states.path(state).len() => {
                *other = end
            }
            Some(_) => {}
            None => self.dead_ends.push(end),
        }
    }

    fn differ(&mut self, state: StateId, found: Option<Difference>) {
        let Some(found) = found else { return };
        if !self.differences.iter().any(|(_, other)| other.is_same_field(&found)) {
            self.differences.push((state, found));
        }
    }
}

fn merged(labels: &[(String, bool)], decided: Vec<(String, bool)>) -> Vec<(String, bool)> {
    let mut labels = labels.to_vec();
    labels.extend(decided);
    labels.sort_unstable();
    labels
}
