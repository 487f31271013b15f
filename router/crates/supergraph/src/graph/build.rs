//! Building the query graph.

use apollo_compiler::Name;
use apollo_compiler::ast::OperationType;
use apollo_compiler::collections::IndexMap;
use apollo_compiler::executable::{Selection, SelectionSet};

use super::{ConditionId, Entry, FieldEdge, Node, NodeId, QueryGraph};
use crate::model::{Field, FieldJoin, SubgraphId, Supergraph, Type, TypeId, TypeJoin, TypeKind};

/// How many copies `@provides` may make; beyond it a nested one offers nothing more. No supergraph
/// comes near it that is not made to.
const COPIES_MAX: usize = 100_000;

impl<'s> QueryGraph<'s> {
    /// Builds the graph of a supergraph.
    #[must_use]
    pub fn new(supergraph: &'s Supergraph) -> Self {
        let (nodes, base) = base_nodes(supergraph);
        let graph =
            Self { supergraph, nodes, base, entries: Vec::new(), conditions: IndexMap::default() };
        let mut builder = Builder { graph, copies: IndexMap::default() };
        for (id, ty) in supergraph.types().filter(|(_, ty)| ty.is_composite()) {
            builder.add_downcasts(id, ty);
            builder.add_fields(id, ty);
        }
        builder.provide();
        builder.add_entries();
        builder.graph
    }
}

type Bases = Vec<Vec<(SubgraphId, NodeId)>>;

fn base_nodes(supergraph: &Supergraph) -> (Vec<Node<'_>>, Bases) {
    let mut nodes = Vec::new();
    let mut base = Vec::new();
    for (ty, definition) in supergraph.types() {
        let mut here = Vec::new();
        for join in definition.joins.iter().filter(|_| definition.is_composite()) {
            here.push((join.subgraph, node_id(nodes.len())));
            nodes.push(Node {
                ty,
                subgraph: join.subgraph,
                is_interface_object: join.is_interface_object,
                fields: IndexMap::default(),
                downcasts: IndexMap::default(),
            });
        }
        base.push(here);
    }
    (nodes, base)
}

/// What a copy of a node offers beyond the original.
type Provided<'s> = Vec<&'s SelectionSet>;

struct Builder<'s> {
    graph: QueryGraph<'s>,
    /// The copies by what they are of and what they provide, in the order of their nodes, which
    /// come after all base nodes.
    copies: IndexMap<(NodeId, Vec<*const SelectionSet>), (NodeId, Provided<'s>)>,
}

impl<'s> Builder<'s> {
    fn add_downcasts(&mut self, id: TypeId, ty: &'s Type) {
        for join in ty.joins.iter().filter(|join| ty.is_abstract() && !join.is_interface_object) {
            let Some(node) = self.graph.base(id, join.subgraph) else { continue };
            let objects = join.possible_types.iter();
            let downcasts = objects.filter_map(|o| Some((*o, self.graph.base(*o, join.subgraph)?)));
            let downcasts = downcasts.collect();
            self.graph.nodes[node.0 as usize].downcasts = downcasts;
        }
    }

    fn add_fields(&mut self, id: TypeId, ty: &'s Type) {
        for field in ty.fields.values() {
            for join in field.joins.iter().filter(|join| !join.external) {
                let Some(node) = self.graph.base(id, join.subgraph) else { continue };
                let interface = ty.join(join.subgraph).filter(|_| ty.is_abstract());
                let blocked = interface.is_some_and(|i| !self.is_resolved_by_all(i, &field.name));
                if let Some(edge) = self.edge(field, join).filter(|_| !blocked) {
                    self.graph.nodes[node.0 as usize].fields.insert(&field.name, edge);
                }
            }
        }
    }

    /// A subgraph can be asked for an interface field when it resolves the field itself for each
    /// object type that the interface could turn out to be there.
    fn is_resolved_by_all(&self, interface: &TypeJoin, field: &Name) -> bool {
        interface.possible_types.iter().all(|object| {
            let field = self.graph.supergraph.ty(*object).fields.get(field);
            let join = field.and_then(|field| field.join(interface.subgraph));
            join.is_some_and(|join| !join.external && join.requires.is_none())
        })
    }

    fn edge(&self, field: &Field, join: &'s FieldJoin) -> Option<FieldEdge<'s>> {
        let supergraph = self.graph.supergraph;
        if !supergraph.ty(field.base).is_composite() {
            return Some(FieldEdge { target: None, join });
        }
        let local = supergraph.type_id(join.ty.inner_named_type()).unwrap_or(field.base);
        let target = self.graph.base(local, join.subgraph)?;
        Some(FieldEdge { target: Some(target), join })
    }

    /// Lets each `@provides` lead to a copy, and fills the copies, which may need more copies.
    fn provide(&mut self) {
        let base_count = self.graph.nodes.len();
        for index in 0..base_count {
            for field in 0..self.graph.nodes[index].fields.len() {
                let edge = self.graph.nodes[index].fields[field];
                if let (Some(target), Some(provides)) = (edge.target, &edge.join.provides) {
                    let copy = self.copy(target, provides, base_count);
                    self.graph.nodes[index].fields[field].target = Some(copy);
                }
            }
        }
        let mut filled = 0;
        while filled < self.copies.len() {
            let Some(((original, _), (_, provided))) = self.copies.get_index(filled) else { break };
            let (original, provided) = (*original, provided.clone());
            let mut node = self.graph.node(original).clone();
            for selection_set in provided {
                self.add_provided(&mut node, selection_set, base_count);
            }
            self.graph.nodes[base_count + filled] = node;
            filled += 1;
        }
    }

    /// The copy of a node that provides a selection as well.
    fn copy(&mut self, of: NodeId, provides: &'s SelectionSet, base_count: usize) -> NodeId {
        let existing = (of.0 as usize).checked_sub(base_count);
        let existing = existing.and_then(|copy| self.copies.get_index(copy));
        let (original, mut provided) = match existing {
            Some(((original, _), (_, provided))) => (*original, provided.clone()),
            None => (of, Vec::new()),
        };
        if provided.iter().any(|other| std::ptr::eq(*other, provides)) {
            return of;
        }
        provided.push(provides);
        let key = (original, provided.iter().map(|set| std::ptr::from_ref(*set)).collect());
        if let Some((id, _)) = self.copies.get(&key) {
            return *id;
        }
        if self.copies.len() >= COPIES_MAX {
            return of;
        }
        let id = node_id(base_count + self.copies.len());
        self.graph.nodes.push(self.graph.node(original).clone());
        self.copies.insert(key, (id, provided));
        id
    }

    /// Fragments on the type itself nest no deeper than field sets are parsed.
    fn add_provided(&mut self, node: &mut Node<'s>, set: &'s SelectionSet, base_count: usize) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    let Some((name, mut edge)) = self.provided_edge(node, &field.name) else {
                        continue;
                    };
                    if let Some(target) = edge.target {
                        edge.target = Some(self.copy(target, &field.selection_set, base_count));
                    }
                    node.fields.insert(name, edge);
                }
                Selection::InlineFragment(fragment) => {
                    let on = fragment.type_condition.as_ref();
                    self.add_provided_on(node, on, &fragment.selection_set, base_count);
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    /// The field as the node has it, or as its subgraph would resolve it were it not external.
    fn provided_edge(&self, node: &Node<'s>, name: &Name) -> Option<(&'s Name, FieldEdge<'s>)> {
        if let Some((name, edge)) = node.fields.get_key_value(name) {
            return Some((*name, *edge));
        }
        let (name, field) = self.graph.supergraph.ty(node.ty).fields.get_key_value(name)?;
        Some((name, self.edge(field, field.join(node.subgraph)?)?))
    }

    fn add_provided_on(
        &mut self,
        node: &mut Node<'s>,
        condition: Option<&Name>,
        set: &'s SelectionSet,
        base_count: usize,
    ) {
        let supergraph = self.graph.supergraph;
        let condition = condition.and_then(|name| supergraph.type_id(name)).unwrap_or(node.ty);
        if condition == node.ty || supergraph.is_possible(condition, node.ty) {
            self.add_provided(node, set, base_count);
        }
        for (object, target) in &mut node.downcasts {
            if supergraph.is_possible(condition, *object) && condition != node.ty {
                *target = self.copy(*target, set, base_count);
            }
        }
    }

    fn add_entries(&mut self) {
        let supergraph = self.graph.supergraph;
        let kinds = [OperationType::Query, OperationType::Mutation, OperationType::Subscription];
        let roots: Vec<_> = kinds.iter().filter_map(|kind| supergraph.root(*kind)).collect();
        let mut entries: Vec<Vec<Entry>> = Vec::new();
        for (id, ty) in supergraph.types() {
            let mut ways = Vec::new();
            if roots.contains(&id) {
                let unconditional = |(_, target): &_| Entry { target: *target, condition: None };
                ways.extend(self.graph.bases(id).iter().map(unconditional));
            }
            for join in ty.joins.iter().filter(|_| ty.is_composite()) {
                self.add_keys(&mut ways, id, join);
            }
            entries.push(ways);
        }
        self.add_interface_objects(&mut entries);
        self.graph.entries = entries;
    }

    fn add_keys(&mut self, ways: &mut Vec<Entry>, ty: TypeId, join: &'s TypeJoin) {
        let Some(target) = self.graph.base(ty, join.subgraph) else { return };
        for key in join.keys.iter().filter(|key| key.resolvable) {
            let text = key.fields.serialize().no_indent().to_string();
            let entry = self.graph.conditions.entry(text);
            let condition = Some(condition_id(entry.index()));
            entry.or_insert(&key.fields);
            ways.push(Entry { target, condition });
        }
    }

    /// An implementation can be entered where the subgraph knows but the interface.
    fn add_interface_objects(&self, entries: &mut [Vec<Entry>]) {
        for (interface, ty) in self.graph.supergraph.types() {
            if ty.kind != TypeKind::Interface || !ty.joins.iter().any(|j| j.is_interface_object) {
                continue;
            }
            let ways = entries[interface.0 as usize].clone();
            let is_standing_in = |entry: &Entry| self.graph.node(entry.target).is_interface_object;
            for object in &ty.possible_types {
                let ways = ways.iter().copied().filter(is_standing_in);
                entries[object.0 as usize].extend(ways);
            }
        }
    }
}

fn node_id(index: usize) -> NodeId {
    NodeId(u32::try_from(index).expect("a schema of 4 GiB has fewer types and copies"))
}

fn condition_id(index: usize) -> ConditionId {
    ConditionId(u32::try_from(index).expect("a schema of 4 GiB has fewer keys"))
}
