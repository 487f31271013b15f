//! Whether the fields of a condition (a key, a requirement, a selection from a context) can be
//! resolved from given places.
//!
//! Labelled overrides do not count here: whether a label is on is decided per request, and a
//! condition must hold in any case.

use std::collections::HashSet;

use apollo_compiler::Name;
use apollo_compiler::executable::{Selection, SelectionSet};
use supergraph::graph::{NodeId, QueryGraph};
use supergraph::model::{SubgraphId, TypeId};

/// A node where we stand, and how we came there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) node: NodeId,
    /// Entered by a key: then the subgraph can be entered once more with what a field requires.
    pub(super) entered: bool,
}

impl Place {
    pub(super) fn standing(node: NodeId) -> Self {
        Self { node, entered: false }
    }

    pub(super) fn entered(node: NodeId) -> Self {
        Self { node, entered: true }
    }
}

/// What has to be known to tell whether a condition holds.
pub(super) trait Facts<'g, 's: 'g> {
    fn graph(&self) -> &'g QueryGraph<'s>;

    /// Nodes, and what can be entered from there without ever entering one subgraph.
    fn places(&mut self, from: &[NodeId], without: Option<SubgraphId>) -> Vec<Place>;

    /// Whether what a field requires at a node can be resolved from there.
    fn is_required_there(&mut self, node: NodeId, field: &'s Name) -> bool;
}

/// Whether a node itself has all fields of a selection, without conditions.
///
/// The depth of the recursion is that of the selection, which its parser limits; so it is below.
pub(super) fn is_there(graph: &QueryGraph<'_>, set: &SelectionSet, at: &[Place]) -> bool {
    set.selections.iter().all(|selection| match selection {
        Selection::Field(field) if field.name == "__typename" => {
            at.iter().any(|place| !graph.node(place.node).is_interface_object)
        }
        Selection::Field(field) => {
            let edges = at.iter().filter_map(|place| {
                let edge = graph.node(place.node).fields.get(&field.name)?;
                let join = edge.join;
                let free = join.requires.is_none() && join.contexts.is_empty();
                (free && join.label.is_none()).then_some(edge)
            });
            let mut edges = edges;
            if field.selection_set.selections.is_empty() {
                return edges.next().is_some();
            }
            let targets: Vec<Place> =
                edges.filter_map(|edge| edge.target.map(Place::standing)).collect();
            !targets.is_empty() && is_there(graph, &field.selection_set, &targets)
        }
        Selection::InlineFragment(_) | Selection::FragmentSpread(_) => false,
    })
}

/// Whether a selection can be resolved from places at the same value, entering any subgraph but
/// one below it.
pub(super) fn resolvable<'g, 's: 'g>(
    facts: &mut impl Facts<'g, 's>,
    set: &SelectionSet,
    at: &[Place],
    without: Option<SubgraphId>,
) -> bool {
    set.selections.iter().all(|selection| match selection {
        Selection::Field(field) => {
            let sub = &field.selection_set;
            resolvable_field(facts, &field.name, sub, at, without)
                || resolvable_by_type(facts, selection, at, without)
        }
        Selection::InlineFragment(fragment) => {
            let on = fragment.type_condition.as_ref();
            let on = on.and_then(|name| facts.graph().supergraph.type_id(name));
            match on {
                Some(on) => resolvable_on(facts, on, &fragment.selection_set, at, without),
                None => resolvable(facts, &fragment.selection_set, at, without),
            }
        }
        Selection::FragmentSpread(_) => false,
    })
}

fn resolvable_field<'g, 's: 'g>(
    facts: &mut impl Facts<'g, 's>,
    name: &Name,
    sub: &SelectionSet,
    at: &[Place],
    without: Option<SubgraphId>,
) -> bool {
    let graph = facts.graph();
    if name == "__typename" {
        return at.iter().any(|place| !graph.node(place.node).is_interface_object);
    }
    let mut targets = Vec::new();
    for place in at {
        let Some((name, edge)) = graph.node(place.node).fields.get_key_value(name) else {
            continue;
        };
        let join = edge.join;
        let usable = join.label.is_none()
            && join.contexts.is_empty()
            && (join.requires.is_none()
                || ((place.entered || can_resume(graph, place.node))
                    && facts.is_required_there(place.node, name)));
        match edge.target.filter(|_| usable) {
            None if usable => return true,
            None => {}
            Some(target) if targets.contains(&target) => {}
            Some(target) => targets.push(target),
        }
    }
    if targets.is_empty() {
        return false;
    }
    let places = facts.places(&targets, without);
    resolvable(facts, sub, &places, without)
}

/// A field that a subgraph can't be asked on an abstract type may still be asked on each object
/// type that it could turn out to be there.
fn resolvable_by_type<'g, 's: 'g>(
    facts: &mut impl Facts<'g, 's>,
    selection: &Selection,
    at: &[Place],
    without: Option<SubgraphId>,
) -> bool {
    let graph = facts.graph();
    let Selection::Field(field) = selection else { return false };
    at.iter().any(|place| {
        let downcasts = &graph.node(place.node).downcasts;
        !downcasts.is_empty()
            && downcasts.values().all(|object| {
                let places = facts.places(&[*object], without);
                resolvable_field(facts, &field.name, &field.selection_set, &places, without)
            })
    })
}

/// A selection on a type condition: on every object type that meets it and that occurs.
fn resolvable_on<'g, 's: 'g>(
    facts: &mut impl Facts<'g, 's>,
    on: TypeId,
    set: &SelectionSet,
    at: &[Place],
    without: Option<SubgraphId>,
) -> bool {
    let graph = facts.graph();
    let supergraph = graph.supergraph;
    let meets = |ty: TypeId| ty == on || supergraph.is_possible(on, ty);
    let (at_once, narrowed): (Vec<Place>, Vec<Place>) =
        at.iter().partition(|place| meets(graph.node(place.node).ty));
    if !at_once.is_empty() && resolvable(facts, set, &at_once, without) {
        return true;
    }
    let objects: HashSet<TypeId> = supergraph.ty(on).possible_types.iter().copied().collect();
    let mut occurring: Vec<TypeId> = Vec::new();
    for place in &narrowed {
        let downcasts = graph.node(place.node).downcasts.keys();
        occurring.extend(downcasts.filter(|object| objects.contains(*object)));
    }
    occurring.sort_unstable();
    occurring.dedup();
    if occurring.is_empty() {
        return at_once.is_empty();
    }
    occurring.into_iter().all(|object| {
        let downcasts = narrowed.iter().filter_map(|place| {
            let node = graph.node(place.node);
            if node.is_interface_object { None } else { node.downcasts.get(&object).copied() }
        });
        let nodes: Vec<NodeId> = downcasts.collect();
        let places = facts.places(&nodes, without);
        resolvable(facts, set, &places, without)
    })
}

/// Whether a subgraph can be entered again at a node, after what a field requires was fetched
/// elsewhere: it has a key all of whose fields it resolves.
pub(super) fn can_resume(graph: &QueryGraph<'_>, node: NodeId) -> bool {
    let node = graph.node(node);
    let join = graph.supergraph.ty(node.ty).join(node.subgraph);
    let mut keys = join.into_iter().flat_map(|join| &join.keys);
    keys.any(|key| selects_nothing_external(graph, node.ty, node.subgraph, &key.fields))
}

fn selects_nothing_external(
    graph: &QueryGraph<'_>,
    ty: TypeId,
    subgraph: SubgraphId,
    set: &SelectionSet,
) -> bool {
    set.selections.iter().all(|selection| match selection {
        Selection::Field(field) if field.name == "__typename" => true,
        Selection::Field(field) => {
            let Some(definition) = graph.supergraph.ty(ty).fields.get(&field.name) else {
                return false;
            };
            definition.join(subgraph).is_some_and(|join| !join.external)
                && selects_nothing_external(graph, definition.base, subgraph, &field.selection_set)
        }
        Selection::InlineFragment(fragment) => {
            let on = fragment.type_condition.as_ref();
            let on = on.and_then(|name| graph.supergraph.type_id(name)).unwrap_or(ty);
            selects_nothing_external(graph, on, subgraph, &fragment.selection_set)
        }
        Selection::FragmentSpread(_) => false,
    })
}
