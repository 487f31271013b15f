//! The query graph: where in the subgraphs a query can stand, and the ways from there.
//!
//! A [`Node`] is a composite type in a subgraph. From it lead *field edges* and *downcasts*, which
//! stay in the subgraph, and *entries*, which lead to a type of another subgraph under a condition:
//! the fields of a key. A `@provides` leads to a copy of a node that has more fields than the
//! original. Conditions hang on edges as selections; who walks the graph decides whether they hold.
//!
//! Nothing here searches for a path.

use apollo_compiler::Name;
use apollo_compiler::ast::OperationType;
use apollo_compiler::collections::IndexMap;
use apollo_compiler::executable::SelectionSet;

use crate::model::{FieldJoin, SubgraphId, Supergraph, TypeId};

mod build;

/// A node: an index into the nodes of a [`QueryGraph`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// A condition of an entry: an index into the distinct conditions of a [`QueryGraph`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConditionId(pub u32);

/// The query graph of a supergraph.
#[derive(Debug)]
pub struct QueryGraph<'s> {
    /// The supergraph it is the graph of.
    pub supergraph: &'s Supergraph,
    nodes: Vec<Node<'s>>,
    base: Vec<Vec<(SubgraphId, NodeId)>>,
    entries: Vec<Vec<Entry>>,
    conditions: IndexMap<String, &'s SelectionSet>,
}

/// A composite type in a subgraph.
#[derive(Debug, Clone)]
pub struct Node<'s> {
    /// The type.
    pub ty: TypeId,
    /// The subgraph.
    pub subgraph: SubgraphId,
    /// Whether the subgraph has this interface as an object that stands for all implementations:
    /// it can't tell `__typename`.
    pub is_interface_object: bool,
    /// The fields that the subgraph can resolve on the type as a whole.
    pub fields: IndexMap<&'s Name, FieldEdge<'s>>,
    /// The object types that an abstract type can turn out to be.
    pub downcasts: IndexMap<TypeId, NodeId>,
}

/// A field that can be asked at a node.
#[derive(Debug, Clone, Copy)]
pub struct FieldEdge<'s> {
    /// Where its value is; none when it is a leaf.
    pub target: Option<NodeId>,
    /// The terms on which the subgraph resolves it.
    pub join: &'s FieldJoin,
}

/// A way into a subgraph, at a type.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Where it leads.
    pub target: NodeId,
    /// What has to be known of the entity; none at root types.
    pub condition: Option<ConditionId>,
}

impl<'s> QueryGraph<'s> {
    /// How many nodes there are.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// The node with this id.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node<'s> {
        &self.nodes[id.0 as usize]
    }

    /// The node of a type in a subgraph, the one without `@provides`.
    #[must_use]
    pub fn base(&self, ty: TypeId, subgraph: SubgraphId) -> Option<NodeId> {
        let nodes = &self.base[ty.0 as usize];
        let index = nodes.binary_search_by_key(&subgraph, |(subgraph, _)| *subgraph).ok()?;
        Some(nodes[index].1)
    }

    /// The nodes of a type without `@provides`, by subgraph.
    #[must_use]
    pub fn bases(&self, ty: TypeId) -> &[(SubgraphId, NodeId)] {
        &self.base[ty.0 as usize]
    }

    /// The ways from any node of a type into subgraphs; one may lead back to where it starts.
    #[must_use]
    pub fn entries(&self, ty: TypeId) -> &[Entry] {
        &self.entries[ty.0 as usize]
    }

    /// The fields that a condition is about.
    #[must_use]
    pub fn condition(&self, id: ConditionId) -> &'s SelectionSet {
        self.conditions[id.0 as usize]
    }

    /// The nodes where operations of a kind start.
    #[must_use]
    pub fn starts(&self, kind: OperationType) -> Vec<NodeId> {
        let root = self.supergraph.root(kind);
        root.map_or_else(Vec::new, |root| self.bases(root).iter().map(|(_, id)| *id).collect())
    }
}
