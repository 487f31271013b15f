//! Which nodes of the query graph can be entered from which, and which conditions hold.
//!
//! Both are least fixed points: a key holds when each of its fields can be resolved, which may need
//! other keys to hold. The facts somebody asked for, and those they depend on, are evaluated from
//! "nothing holds" upwards until nothing changes; who used a fact is evaluated again when it has
//! grown. A condition that depends on itself thus never holds, and the cost is polynomial: a fact
//! grows at most once per node, and there are at most nodes x subgraphs facts.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use apollo_compiler::Name;
use apollo_compiler::executable::SelectionSet;
use supergraph::graph::{ConditionId, Entry, NodeId, QueryGraph};
use supergraph::model::SubgraphId;

use super::place::{Place, is_there};

/// What can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Fact<'s> {
    /// The nodes that can be entered from a node, without ever entering one subgraph.
    Entered(NodeId, Option<SubgraphId>),
    /// Whether what a field requires can be resolved.
    Required(NodeId, &'s Name),
}

/// What is known of a fact; it only ever grows.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Known {
    Entered(Rc<[NodeId]>),
    Required(bool),
}

/// Answers questions about reachability, and remembers.
pub(super) struct Reach<'g, 's> {
    pub(super) graph: &'g QueryGraph<'s>,
    known: HashMap<Fact<'s>, Known>,
    users: HashMap<Fact<'s>, Vec<Fact<'s>>>,
    agenda: Vec<Fact<'s>>,
    on_agenda: HashSet<Fact<'s>>,
    user: Option<Fact<'s>>,
}

impl<'g, 's> Reach<'g, 's> {
    pub(super) fn new(graph: &'g QueryGraph<'s>) -> Self {
        Self {
            graph,
            known: HashMap::new(),
            users: HashMap::new(),
            agenda: Vec::new(),
            on_agenda: HashSet::new(),
            user: None,
        }
    }

    /// The nodes of other subgraphs that can be entered from a node, nearest first.
    pub(super) fn entered(&mut self, from: NodeId) -> Rc<[NodeId]> {
        match self.settled(|reach| reach.read(Fact::Entered(from, None))) {
            Known::Entered(nodes) => nodes,
            Known::Required(_) => Rc::default(),
        }
    }

    /// Whether what a field requires at a node can be resolved from there.
    pub(super) fn required(&mut self, node: NodeId, field: &'s Name) -> bool {
        self.settled(|reach| reach.is_required_there(node, field))
    }

    /// Whether a selection can be resolved from nodes and what can be entered from there.
    pub(super) fn selectable(&mut self, set: &SelectionSet, from: &[NodeId]) -> bool {
        self.settled(|reach| {
            let places = reach.places(from, None);
            reach.resolvable(set, &places, None)
        })
    }

    /// Nodes, and what can be entered from there.
    pub(super) fn open_places(&mut self, from: &[NodeId]) -> Vec<Place> {
        self.settled(|reach| reach.places(from, None))
    }

    /// The answer once all is known that it depends on.
    fn settled<T>(&mut self, ask: impl Fn(&mut Self) -> T) -> T {
        loop {
            let answer = ask(self);
            if self.agenda.is_empty() {
                return answer;
            }
            self.work_off();
        }
    }

    /// What is known so far; a fact nobody asked for yet is put on the agenda.
    fn read(&mut self, fact: Fact<'s>) -> Known {
        if let Some(user) = self.user {
            let users = self.users.entry(fact).or_default();
            if !users.contains(&user) {
                users.push(user);
            }
        }
        if let Some(known) = self.known.get(&fact) {
            return known.clone();
        }
        let nothing = match fact {
            Fact::Entered(..) => Known::Entered(Rc::default()),
            Fact::Required(..) => Known::Required(false),
        };
        self.known.insert(fact, nothing.clone());
        self.put_on_agenda(fact);
        nothing
    }

    fn put_on_agenda(&mut self, fact: Fact<'s>) {
        if self.on_agenda.insert(fact) {
            self.agenda.push(fact);
        }
    }

    fn work_off(&mut self) {
        while let Some(fact) = self.agenda.pop() {
            self.on_agenda.remove(&fact);
            self.user = Some(fact);
            let now = self.evaluate(fact);
            self.user = None;
            if self.known[&fact] != now {
                self.known.insert(fact, now);
                for user in self.users.get(&fact).cloned().unwrap_or_default() {
                    self.put_on_agenda(user);
                }
            }
        }
    }

    fn evaluate(&mut self, fact: Fact<'s>) -> Known {
        match fact {
            Fact::Entered(from, without) => Known::Entered(self.enter(from, without)),
            Fact::Required(node, field) => {
                let edge = self.graph.node(node).fields.get(field);
                let requires = edge.and_then(|edge| edge.join.requires.as_ref());
                let holds = requires.is_none_or(|requires| {
                    let places = self.places(&[node], None);
                    self.resolvable(requires, &places, None)
                });
                Known::Required(holds)
            }
        }
    }

    /// Enters subgraphs until no key opens another one, each by the shortest chain; the one it
    /// starts from, never.
    fn enter(&mut self, from: NodeId, without: Option<SubgraphId>) -> Rc<[NodeId]> {
        let origin = self.graph.node(from);
        let closed = [Some(origin.subgraph), without];
        let mut places = vec![Place::standing(from)];
        loop {
            let found = self.open(&places, closed, false);
            let found = if found.is_empty() { self.open(&places, closed, true) } else { found };
            if found.is_empty() {
                return places[1..].iter().map(|place| place.node).collect();
            }
            places.extend(found.into_iter().map(Place::entered));
        }
    }

    /// The nodes that can be entered from places at the same entity in one step. Keys that are
    /// there need not be searched for, so whether to `search` is a second question.
    fn open(
        &mut self,
        places: &[Place],
        closed: [Option<SubgraphId>; 2],
        search: bool,
    ) -> Vec<NodeId> {
        let graph = self.graph;
        let mut taken: HashSet<NodeId> = places.iter().map(|place| place.node).collect();
        let mut found = Vec::new();
        let mut types: Vec<_> = places.iter().map(|place| graph.node(place.node).ty).collect();
        let origin = types.first().copied();
        types.sort_unstable();
        types.dedup();
        for ty in types {
            let mut at: Vec<Place> = places.to_vec();
            at.retain(|place| Some(ty) == origin || graph.node(place.node).ty == ty);
            let mut holding: HashMap<Option<ConditionId>, bool> = HashMap::new();
            for entry in graph.entries(ty) {
                let subgraph = graph.node(entry.target).subgraph;
                if closed.contains(&Some(subgraph)) || taken.contains(&entry.target) {
                    continue;
                }
                let holds = if search {
                    self.holds(entry, &at, subgraph)
                } else {
                    let is_there =
                        || entry.condition.is_none_or(|c| is_there(graph, graph.condition(c), &at));
                    *holding.entry(entry.condition).or_insert_with(is_there)
                };
                if holds && taken.insert(entry.target) {
                    found.push(entry.target);
                }
            }
        }
        found
    }

    /// A key that can only be resolved by way of the subgraph it opens is no key.
    fn holds(&mut self, entry: &Entry, at: &[Place], subgraph: SubgraphId) -> bool {
        let condition = entry.condition.map(|condition| self.graph.condition(condition));
        condition.is_none_or(|set| self.resolvable(set, at, Some(subgraph)))
    }

    /// Nodes, and what can be entered from there without ever entering one subgraph.
    pub(super) fn places(&mut self, from: &[NodeId], without: Option<SubgraphId>) -> Vec<Place> {
        let mut places: Vec<Place> = from.iter().map(|node| Place::standing(*node)).collect();
        let mut seen = HashSet::new();
        for node in from {
            let Known::Entered(nodes) = self.read(Fact::Entered(*node, without)) else { continue };
            let nodes = nodes.iter().filter(|node| seen.insert(**node));
            places.extend(nodes.map(|node| Place::entered(*node)));
        }
        places
    }

    /// Whether what a field requires at a node can be resolved from there, as far as is known.
    pub(super) fn is_required_there(&mut self, node: NodeId, field: &'s Name) -> bool {
        self.read(Fact::Required(node, field)) == Known::Required(true)
    }
}
