//! Whether the fields of a condition (a key, a requirement, a selection from a context) can be
//! resolved from given places.
//!
//! Labelled overrides do not count here: whether a label is on is decided per request, and a
//! condition must hold in any case.
//!
//! The depth of the recursion is that of the selection, which its parser limits.

use std::collections::HashSet;

use apollo_compiler::executable::{Field, Selection, SelectionSet};
use supergraph::graph::NodeId;
use supergraph::model::{SubgraphId, TypeId};

use super::place::{Place, can_resume};
use super::reach::Reach;

/// A subgraph that is never entered on the way, if there is one.
type Without = Option<SubgraphId>;

impl Reach<'_, '_> {
    /// Whether a selection can be resolved from places at the same value, entering any subgraph but
    /// one below it.
    pub(super) fn resolvable(
        &mut self,
        set: &SelectionSet,
        at: &[Place],
        without: Without,
    ) -> bool {
        set.selections.iter().all(|selection| match selection {
            Selection::Field(field) => {
                self.resolvable_field(field, at, without)
                    || self.resolvable_by_type(field, at, without)
            }
            Selection::InlineFragment(fragment) => {
                let on = fragment.type_condition.as_ref();
                match on.and_then(|name| self.graph.supergraph.type_id(name)) {
                    Some(on) => self.resolvable_on(on, &fragment.selection_set, at, without),
                    None => self.resolvable(&fragment.selection_set, at, without),
                }
            }
            Selection::FragmentSpread(_) => false,
        })
    }

    fn resolvable_field(&mut self, field: &Field, at: &[Place], without: Without) -> bool {
        let graph = self.graph;
        if field.name == "__typename" {
            return at.iter().any(|place| !graph.node(place.node).is_interface_object);
        }
        let mut targets = Vec::new();
        for place in at {
            let fields = &graph.node(place.node).fields;
            let Some((name, edge)) = fields.get_key_value(&field.name) else { continue };
            let join = edge.join;
            let usable = join.label.is_none()
                && join.contexts.is_empty()
                && (join.requires.is_none()
                    || ((place.entered || can_resume(graph, place.node))
                        && self.is_required_there(place.node, name)));
            match edge.target.filter(|_| usable) {
                None if usable => return true,
                None => {}
                Some(target) if targets.contains(&target) => {}
                Some(target) => targets.push(target),
            }
        }
        !targets.is_empty() && self.resolvable_from(&targets, &field.selection_set, without)
    }

    /// Whether a selection can be resolved from nodes and what can be entered from there.
    fn resolvable_from(&mut self, from: &[NodeId], set: &SelectionSet, without: Without) -> bool {
        let places = self.places(from, without);
        self.resolvable(set, &places, without)
    }

    /// A field that a subgraph can't be asked on an abstract type may still be asked on each object
    /// type that it could turn out to be there.
    fn resolvable_by_type(&mut self, field: &Field, at: &[Place], without: Without) -> bool {
        let graph = self.graph;
        at.iter().any(|place| {
            let downcasts = &graph.node(place.node).downcasts;
            !downcasts.is_empty()
                && downcasts.values().all(|object| {
                    let places = self.places(&[*object], without);
                    self.resolvable_field(field, &places, without)
                })
        })
    }

    /// A selection on a type condition: on every object type that meets it and that occurs.
    fn resolvable_on(
        &mut self,
        on: TypeId,
        set: &SelectionSet,
        at: &[Place],
        without: Without,
    ) -> bool {
        let graph = self.graph;
        let supergraph = graph.supergraph;
        let meets = |ty: TypeId| ty == on || supergraph.is_possible(on, ty);
        let (at_once, narrowed): (Vec<Place>, Vec<Place>) =
            at.iter().partition(|place| meets(graph.node(place.node).ty));
        if !at_once.is_empty() && self.resolvable(set, &at_once, without) {
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
            let nodes = narrowed.iter().map(|place| graph.node(place.node));
            let nodes = nodes.filter(|node| !node.is_interface_object);
            let nodes: Vec<NodeId> =
                nodes.filter_map(|node| node.downcasts.get(&object).copied()).collect();
            self.resolvable_from(&nodes, set, without)
        })
    }
}
