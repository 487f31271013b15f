//! Shared fields of abstract type: the subgraphs that resolve one should return objects of the
//! same types, or the answer depends on which one is asked.

use std::collections::BTreeMap;

use apollo_compiler::Name;
use supergraph::graph::{NodeId, QueryGraph};
use supergraph::model::{SubgraphId, TypeId};

/// A shared field whose subgraphs differ in the object types they return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    /// The type of the field.
    pub(super) parent: TypeId,
    /// The field.
    pub(super) field: Name,
    /// The object types that it can return in each subgraph.
    pub(super) types: BTreeMap<SubgraphId, Vec<TypeId>>,
    /// Whether they have none in common.
    pub(super) is_disjoint: bool,
}

impl Difference {
    /// Whether the same is said about the same field.
    pub(super) fn is_same_field(&self, other: &Self) -> bool {
        self.parent == other.parent
            && self.field == other.field
            && self.is_disjoint == other.is_disjoint
    }
}

/// Compares the object types that a field can return at the nodes it leads to, where it is of
/// abstract type: a subgraph that says which object it returns has nothing to be compared.
pub(super) fn difference(
    graph: &QueryGraph<'_>,
    parent: TypeId,
    field: &Name,
    at: &[NodeId],
) -> Option<Difference> {
    let supergraph = graph.supergraph;
    let field = supergraph.ty(parent).fields.get(field)?;
    let resolving = field.joins.iter().filter(|join| !join.external).count();
    if !supergraph.ty(field.base).is_abstract() || resolving < 2 {
        return None;
    }
    let mut types = BTreeMap::new();
    let nodes = at.iter().map(|id| graph.node(*id));
    for node in nodes.filter(|n| !n.is_interface_object && supergraph.ty(n.ty).is_abstract()) {
        if let Some(join) = supergraph.ty(node.ty).join(node.subgraph) {
            types.insert(node.subgraph, join.possible_types.clone());
        }
    }
    let mut each = types.values();
    let first = each.next()?;
    if each.all(|other| other == first) {
        return None;
    }
    let is_everywhere = |ty: &&TypeId| types.values().all(|types| types.contains(ty));
    let is_disjoint = !first.iter().any(|ty| is_everywhere(&ty));
    Some(Difference { parent, field: field.name.clone(), types, is_disjoint })
}
