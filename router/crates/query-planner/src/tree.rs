//! The operation as a tree of data: which values are needed at which place of the answer.
//!
//! A [`Node`] is a place that holds objects. Its fields are those the client asked for and, added
//! while planning, those that keys and requirements need. Fields are partitioned by runtime type:
//! two fields of a node with the same response key apply to disjoint sets of types (or, at the root
//! of a mutation, are never wanted both), so every field is one value of a record, with one type and
//! one selection below it.

use std::collections::BTreeMap;
use std::rc::Rc;

use apollo_compiler::ast::{self, Argument, Directive};
use apollo_compiler::{Name, Node as Shared};
use query_plan::DeferId;
use rustc_hash::FxHashSet;
use supergraph::model::TypeId;

use crate::guard::Guard;

/// A place that holds objects: an index into [`Tree::nodes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(pub(crate) u32);

/// A value of the objects at a node: an index into [`Tree::fields`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FieldId(pub(crate) u32);

/// The root node.
pub(crate) const ROOT: NodeId = NodeId(0);

/// A sorted set of types.
pub(crate) type Types = Rc<[TypeId]>;

#[derive(Debug)]
pub(crate) struct Node {
    /// The field whose value it is; `None` for the root.
    pub(crate) parent: Option<FieldId>,
    /// The type of the place in the supergraph.
    pub(crate) ty: TypeId,
    /// The object types it can have.
    pub(crate) types: Types,
    /// Whether subgraphs may have objects of other types there, which nobody may see.
    pub(crate) hides_types: bool,
    pub(crate) fields: Vec<FieldId>,
    /// How many nodes are above.
    pub(crate) depth: usize,
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) node: NodeId,
    /// The client's response key; of an internal field its name.
    pub(crate) key: Name,
    pub(crate) name: Name,
    pub(crate) arguments: Vec<Shared<Argument>>,
    pub(crate) directives: Directives,
    /// The object types it applies to.
    pub(crate) types: Types,
    /// When to fetch it.
    pub(crate) guard: Guard,
    /// When to show it to the client; `None` for an internal field.
    pub(crate) shown: Option<Guard>,
    /// Where to show it; nowhere if it is internal.
    pub(crate) places: Vec<Place>,
    /// When it is shown, by which fragments, if all may be deferred; otherwise empty.
    pub(crate) deferred: Demand,
    /// Its type on the object types it applies to.
    pub(crate) ty: ast::Type,
    pub(crate) value: Value,
}

/// The directives of a field that are for subgraphs, wherever they differ, and when; empty if it has
/// none anywhere.
pub(crate) type Directives = Vec<(Vec<Shared<Directive>>, Guard)>;

/// Where a field stands among those of an object. That differs by runtime type and variables: a key
/// stands where the operation first names it among what applies.
#[derive(Debug)]
pub(crate) struct Place {
    /// Greater than that of all that stands before.
    pub(crate) order: usize,
    pub(crate) types: Types,
    pub(crate) shown: Guard,
}

/// Which deferred fragments want something, and when; `None` is what is outside of all.
pub(crate) type Demand = BTreeMap<Option<DeferId>, Guard>;

/// A fragment with `@defer`, at a node.
#[derive(Debug)]
pub(crate) struct Defer {
    pub(crate) node: NodeId,
    pub(crate) parent: Option<DeferId>,
    pub(crate) guard: Guard,
    pub(crate) label: Option<String>,
}

impl Node {
    /// The runtime type, if only one is possible.
    pub(crate) fn known_type(&self) -> Option<TypeId> {
        match *self.types {
            [only] if !self.hides_types => Some(only),
            _ => None,
        }
    }
}

impl Field {
    /// Whether it never belongs to the initial answer.
    pub(crate) fn is_deferred(&self) -> bool {
        !self.deferred.is_empty() && !self.deferred.contains_key(&None)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    /// `__typename`.
    Typename,
    /// `__schema` or `__type`: the n-th introspection field.
    Introspection(u16),
    Leaf,
    Object(NodeId),
}

#[derive(Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    fields: Vec<Field>,
    /// By [`DeferId`].
    pub(crate) defers: Vec<Defer>,
}

impl Tree {
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub(crate) fn field(&self, id: FieldId) -> &Field {
        &self.fields[id.0 as usize]
    }

    pub(crate) fn field_mut(&mut self, id: FieldId) -> &mut Field {
        &mut self.fields[id.0 as usize]
    }

    pub(crate) fn node_ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..count(self.nodes.len())).map(NodeId)
    }

    pub(crate) fn add_node(&mut self, parent: Option<FieldId>, ty: TypeId, types: Types) -> NodeId {
        let id = NodeId(count(self.nodes.len()));
        let depth = parent.map_or(0, |field| self.node(self.field(field).node).depth + 1);
        let (fields, hides_types) = (Vec::new(), false);
        self.nodes.push(Node { parent, ty, types, hides_types, fields, depth });
        id
    }

    /// Says that subgraphs may have objects of hidden types at a place.
    pub(crate) fn hide_types(&mut self, node: NodeId) {
        self.nodes[node.0 as usize].hides_types = true;
    }

    pub(crate) fn add_field(&mut self, field: Field) -> FieldId {
        let id = FieldId(count(self.fields.len()));
        self.nodes[field.node.0 as usize].fields.push(id);
        self.fields.push(field);
        id
    }

    pub(crate) fn set_object(&mut self, field: FieldId, node: NodeId) {
        self.fields[field.0 as usize].value = Value::Object(node);
    }

    /// The response keys from the root to a field.
    pub(crate) fn path(&self, field: FieldId) -> String {
        let mut keys: Vec<&str> = self.line(field).map(|id| self.field(id).key.as_str()).collect();
        keys.reverse();
        keys.join(".")
    }

    /// Whether a field is among these, or below one of them.
    pub(crate) fn is_within(&self, field: FieldId, fields: &FxHashSet<FieldId>) -> bool {
        self.line(field).any(|field| fields.contains(&field))
    }

    /// A field and those above it, from the inside out.
    fn line(&self, field: FieldId) -> impl Iterator<Item = FieldId> {
        std::iter::successors(Some(field), |field| self.node(self.field(*field).node).parent)
    }
}

/// Fields that are wanted, each with all below it.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    fields: FxHashSet<FieldId>,
    /// These and those above them.
    leading: FxHashSet<FieldId>,
}

impl Wanted {
    pub(crate) fn new(tree: &Tree, fields: impl Iterator<Item = FieldId>) -> Self {
        let mut wanted = Self::default();
        for field in fields {
            wanted.fields.insert(field);
            let mut line = tree.line(field);
            while line.next().is_some_and(|field| wanted.leading.insert(field)) {}
        }
        wanted
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = FieldId> {
        self.fields.iter().copied()
    }

    /// Whether all of a field is wanted.
    pub(crate) fn has(&self, tree: &Tree, field: FieldId) -> bool {
        tree.is_within(field, &self.fields)
    }

    /// Whether something of a field is wanted.
    pub(crate) fn has_some(&self, tree: &Tree, field: FieldId) -> bool {
        self.leading.contains(&field) || self.has(tree, field)
    }
}

fn count(len: usize) -> u32 {
    u32::try_from(len).expect("the number of selections is limited")
}

/// The types in both sets.
pub(crate) fn intersection(a: &[TypeId], b: &[TypeId]) -> Types {
    a.iter().filter(|ty| b.binary_search(ty).is_ok()).copied().collect()
}

/// The types in either set.
pub(crate) fn union(a: &[TypeId], b: &[TypeId]) -> Types {
    let mut all: Vec<TypeId> = a.iter().chain(b).copied().collect();
    all.sort_unstable();
    all.dedup();
    all.into()
}
