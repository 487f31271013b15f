//! One step of the walk: where a field or a type condition leads from the places of a state.

use apollo_compiler::Name;
use supergraph::graph::{FieldEdge, NodeId};
use supergraph::model::TypeId;

use super::context::Contexts;
use super::reach::Reach;
use super::resolve::{Place, can_resume};
use super::state::State;

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

/// What a step needs to know.
pub(super) struct Stepper<'a, 'g, 's> {
    pub(super) reach: &'a mut Reach<'g, 's>,
    pub(super) contexts: &'a Contexts,
}

impl<'s> Stepper<'_, '_, 's> {
    /// Where a field leads.
    pub(super) fn field(&mut self, asked: Asked<'_>) -> Outcome {
        let state = asked.state;
        let mut targets = Vec::new();
        let mut is_leaf = false;
        for origin in &state.at {
            let mut take = |edge: Option<FieldEdge<'s>>| match edge.map(|edge| edge.target) {
                Some(None) => is_leaf = true,
                Some(Some(target)) => targets.push(target),
                None => {}
            };
            take(self.usable(Place::standing(*origin), asked));
            if is_leaf {
                return Outcome::Leaf;
            }
        }
        for origin in &state.at {
            for node in self.reach.entered(*origin).iter() {
                match self.usable(Place::entered(*node), asked).map(|edge| edge.target) {
                    Some(None) => return Outcome::Leaf,
                    Some(Some(target)) => targets.push(target),
                    None => {}
                }
            }
        }
        targets.sort_unstable();
        targets.dedup();
        if targets.is_empty() { Outcome::Nowhere } else { Outcome::To(targets) }
    }

    /// The edge of a field at a node, if its conditions hold.
    fn usable(&mut self, place: Place, asked: Asked<'_>) -> Option<FieldEdge<'s>> {
        let node = self.reach.graph.node(place.node);
        let (name, edge) = node.fields.get_key_value(asked.field)?;
        let join = edge.join;
        let label = join.label.as_ref();
        if label.is_some_and(|label| asked.label(&label.label) != Some(label.on)) {
            return None;
        }
        if join.requires.is_none() && join.contexts.is_empty() {
            return Some(*edge);
        }
        let resumes = place.entered || can_resume(self.reach.graph, place.node);
        let required = join.requires.is_none() || self.reach.required(place.node, name);
        let in_context = join
            .contexts
            .iter()
            .all(|argument| self.contexts.is_set(argument, &asked.state.contexts));
        (resumes && required && in_context).then_some(*edge)
    }

    /// Where a type condition leads.
    pub(super) fn downcast(&mut self, state: &State, object: TypeId) -> Outcome {
        let mut targets = Vec::new();
        for origin in &state.at {
            match self.narrowed(*origin, object) {
                Outcome::To(nodes) => targets.extend(nodes),
                Outcome::NoValue => return Outcome::NoValue,
                Outcome::Leaf | Outcome::Nowhere => {}
            }
            for node in self.reach.entered(*origin).iter() {
                if let Outcome::To(nodes) = self.narrowed(*node, object) {
                    targets.extend(nodes);
                }
            }
        }
        targets.sort_unstable();
        targets.dedup();
        if targets.is_empty() { Outcome::Nowhere } else { Outcome::To(targets) }
    }

    /// Where a type condition leads at one node. A subgraph that has the interface as an object
    /// goes on with it, once another subgraph can tell the type of the value.
    fn narrowed(&mut self, id: NodeId, object: TypeId) -> Outcome {
        let graph = self.reach.graph;
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
