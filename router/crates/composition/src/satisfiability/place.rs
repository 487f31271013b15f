//! Places where a query stands, and what a place has by itself.

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

/// Whether a node itself has all fields of a selection, without conditions.
///
/// The depth of the recursion is that of the selection, which its parser limits.
pub(super) fn is_there(graph: &QueryGraph<'_>, set: &SelectionSet, at: &[Place]) -> bool {
    set.selections.iter().all(|selection| match selection {
        Selection::Field(field) if field.name == "__typename" => {
            at.iter().any(|place| !graph.node(place.node).is_interface_object)
        }
        Selection::Field(field) => {
            let mut edges = at.iter().filter_map(|place| {
                let edge = graph.node(place.node).fields.get(&field.name)?;
                let join = edge.join;
                let free = join.requires.is_none() && join.contexts.is_empty();
                (free && join.label.is_none()).then_some(edge)
            });
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
