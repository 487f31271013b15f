//! One step of the walk: where a field or a type condition leads from the places of a state.

use apollo_compiler::Name;
use apollo_compiler::ast::OperationType;
use apollo_compiler::collections::HashMap;
use supergraph::Supergraph;
use supergraph::graph::{FieldEdge, NodeId, QueryGraph};
use supergraph::model::{Field, TypeId};

use super::context::Contexts;
use super::place::{Place, can_resume};
use super::reach::Reach;
use super::state::{State, Step};

/// Where a step leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// No place leads there.
    Nowhere,
    /// To a leaf: nothing is below.
    Leaf,
    /// To these nodes, ascending.
    To(Vec<NodeId>),
    /// Some place can tell that no value has the type of the condition.
    NoValue,
}

impl Outcome {
    fn to(mut targets: Vec<NodeId>) -> Self {
        targets.sort_unstable();
        targets.dedup();
        if targets.is_empty() { Self::Nowhere } else { Self::To(targets) }
    }
}

/// A field that is asked for in a state.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) field: &'a Name,
    pub(super) state: &'a State,
    /// Labels that were decided for the field, on top of those of the state.
    pub(super) decided: &'a [(String, bool)],
}

impl Asked<'_> {
    /// What was decided about a label, if anything.
    pub(super) fn label(&self, label: &str) -> Option<bool> {
        let mut labels = self.state.labels.iter().chain(self.decided);
        labels.find(|(name, _)| name == label).map(|(_, on)| *on)
    }
}

/// What is open in a state: the places where it stands, and those that can be entered from there.
pub(super) struct Open<'s> {
    places: Vec<Place>,
    by_field: HashMap<&'s Name, Vec<(Place, FieldEdge<'s>)>>,
}

/// What a step needs to know.
pub(super) struct Stepper<'g, 's> {
    pub(super) graph: &'g QueryGraph<'s>,
    pub(super) reach: Reach<'g, 's>,
    pub(super) contexts: Contexts,
}

/// A step that was tried.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) step: Step,
    /// The type it leads to in the API schema.
    pub(super) ty: TypeId,
    /// The labels that were decided for it.
    pub(super) decided: Vec<(String, bool)>,
    /// Where it leads in the subgraphs.
    pub(super) outcome: Outcome,
}

impl<'g, 's> Stepper<'g, 's> {
    pub(super) fn new(graph: &'g QueryGraph<'s>) -> Self {
        Self { graph, reach: Reach::new(graph), contexts: Contexts::new(graph.supergraph) }
    }

    /// Finds out what is open from nodes.
    pub(super) fn open(&mut self, at: &[NodeId]) -> Open<'s> {
        let places = self.reach.open_places(at);
        let mut by_field: HashMap<&Name, Vec<_>> = HashMap::default();
        for place in &places {
            for (name, edge) in &self.graph.node(place.node).fields {
                by_field.entry(*name).or_default().push((*place, *edge));
            }
        }
        Open { places, by_field }
    }

    /// All steps that a query can take from a state: every field of an object type, every object
    /// type that an abstract one can turn out to be.
    pub(super) fn steps(&mut self, open: &Open<'s>, state: &State) -> Vec<Taken> {
        let supergraph = self.graph.supergraph;
        let ty = supergraph.ty(state.ty);
        let mut taken = Vec::new();
        if ty.is_abstract() {
            for object in ty.possible_types.iter().filter(|id| !supergraph.ty(**id).inaccessible) {
                let step = Step::Downcast(*object);
                let outcome = self.downcast(open, *object);
                taken.push(Taken { step, ty: *object, decided: Vec::new(), outcome });
            }
            return taken;
        }
        for field in ty.fields.values().filter(|field| is_visible(supergraph, field)) {
            if is_shared_mutation(supergraph, state.ty, field) {
                continue;
            }
            for decided in undecided_labels(field, state) {
                let asked = Asked { field: &field.name, state, decided: &decided };
                let outcome = self.field(open, asked);
                let step = Step::Field(field.name.clone());
                taken.push(Taken { step, ty: field.base, decided, outcome });
            }
        }
        taken
    }

    /// Where a field leads.
    pub(super) fn field(&mut self, open: &Open<'s>, asked: Asked<'_>) -> Outcome {
        let mut targets = Vec::new();
        for (place, edge) in open.by_field.get(asked.field).into_iter().flatten() {
            if self.is_usable(*place, *edge, asked) {
                let Some(target) = edge.target else { return Outcome::Leaf };
                targets.push(target);
            }
        }
        Outcome::to(targets)
    }

    /// Whether the conditions of a field hold at a place.
    fn is_usable(&mut self, place: Place, edge: FieldEdge<'s>, asked: Asked<'_>) -> bool {
        let join = edge.join;
        let label = join.label.as_ref();
        if label.is_some_and(|label| asked.label(&label.label) != Some(label.on)) {
            return false;
        }
        if join.requires.is_none() && join.contexts.is_empty() {
            return true;
        }
        let graph = self.graph;
        let Some((name, _)) = graph.node(place.node).fields.get_key_value(asked.field) else {
            return false;
        };
        let set = &asked.state.contexts;
        (place.entered || can_resume(graph, place.node))
            && (join.requires.is_none() || self.reach.required(place.node, name))
            && join.contexts.iter().all(|argument| self.contexts.is_set(argument, set))
    }

    /// Where a type condition leads.
    pub(super) fn downcast(&mut self, open: &Open<'s>, object: TypeId) -> Outcome {
        let mut targets = Vec::new();
        for place in &open.places {
            match self.narrowed(place.node, object) {
                Outcome::To(nodes) => targets.extend(nodes),
                Outcome::NoValue if !place.entered => return Outcome::NoValue,
                Outcome::NoValue | Outcome::Leaf | Outcome::Nowhere => {}
            }
        }
        Outcome::to(targets)
    }

    /// Where a type condition leads at one node. A subgraph that has the interface as an object
    /// goes on with it, once another subgraph can tell the type of the value.
    fn narrowed(&mut self, id: NodeId, object: TypeId) -> Outcome {
        let graph = self.graph;
        let node = graph.node(id);
        if node.ty == object {
            return Outcome::To(vec![id]);
        }
        if node.is_interface_object {
            let tells = |node: &NodeId| !graph.node(*node).is_interface_object;
            let told = self.reach.entered(id).iter().any(tells);
            return if told { Outcome::To(vec![id]) } else { Outcome::Nowhere };
        }
        match node.downcasts.get(&object) {
            Some(target) => Outcome::To(vec![*target]),
            None => Outcome::NoValue,
        }
    }
}

/// Whether several subgraphs could execute a mutation. Executing it in more than one to get all of
/// its result would have effects twice.
pub(super) fn is_shared_mutation(supergraph: &Supergraph, ty: TypeId, field: &Field) -> bool {
    let executing = field.joins.iter().filter(|join| !join.external && join.label.is_none());
    supergraph.root(OperationType::Mutation) == Some(ty) && executing.count() > 1
}

/// Whether clients can ask for a field.
pub(super) fn is_visible(supergraph: &Supergraph, field: &Field) -> bool {
    !field.inaccessible && !supergraph.ty(field.base).inaccessible
}

/// All ways to decide the labels of a field that are not decided yet.
fn undecided_labels(field: &Field, state: &State) -> Vec<Vec<(String, bool)>> {
    let mut ways = vec![Vec::new()];
    let mut seen: Vec<&str> = state.labels.iter().map(|(label, _)| label.as_str()).collect();
    for label in field.joins.iter().filter_map(|join| join.label.as_ref()) {
        if seen.contains(&label.label.as_str()) {
            continue;
        }
        seen.push(&label.label);
        let with = |on: bool| {
            ways.iter().map(move |way: &Vec<_>| [&way[..], &[(label.label.clone(), on)]].concat())
        };
        ways = with(true).chain(with(false)).collect();
    }
    ways
}
