//! The finished fetches as a [`QueryPlan`].

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use apollo_compiler::executable::Operation;
use query_plan::{
    Condition, ConditionId, DeferId, EntityGroup, EntitySource, Fetch, FetchId, FetchKind,
    KnownPlace, Literal, OperationKind, PositionId, QueryPlan, SlotId, SubgraphId, TypeSet, Wanted,
};
use supergraph::Supergraph;
use supergraph::model::TypeId;

use crate::access::Access;
use crate::guard::Guard;
use crate::merge::Request;
use crate::steps::{StepId, Steps};
use crate::tree::{Defer, Demand, FieldId, NodeId, ROOT, Tree};

mod arguments;
mod fragments;
pub(crate) mod guards;
mod known;
mod layout;
mod operation;
mod output;

use guards::Guards;

/// Everything that goes into a plan.
pub(crate) struct Emitter<'a, 's> {
    access: &'a Access<'s>,
    tree: &'a Tree,
    steps: &'a Steps<'s>,
    operation: &'a Operation,
    guards: Guards,
    conditions: BTreeMap<Guard, ConditionId>,
    types: HashMap<TypeId, query_plan::TypeId>,
    type_names: Vec<String>,
    slots: HashMap<FieldId, SlotId>,
    /// The places where objects are always asked for their types.
    typed: HashSet<NodeId>,
    looks_left: Cell<usize>,
    copies_left: usize,
}

impl<'a, 's> Emitter<'a, 's> {
    pub(crate) fn new(
        access: &'a Access<'s>,
        tree: &'a Tree,
        steps: &'a Steps<'s>,
        operation: &'a Operation,
        guards: Guards,
    ) -> Self {
        let typed = steps.selections.iter().filter(|selection| selection.typename);
        let mut emitter = Self {
            typed: typed.map(|selection| selection.node).collect(),
            access,
            tree,
            steps,
            operation,
            guards,
            conditions: BTreeMap::new(),
            types: HashMap::new(),
            type_names: Vec::new(),
            slots: HashMap::new(),
            looks_left: Cell::new(known::LOOKS_MAX),
            copies_left: output::COPIES_MAX,
        };
        emitter.number_types();
        emitter.number_slots();
        emitter
    }

    /// The plan.
    pub(crate) fn plan(mut self, kind: OperationKind, requests: &[Request]) -> QueryPlan {
        let fetches = requests.iter().map(|request| self.fetch(kind, request, requests));
        let fetches: Vec<Fetch> = fetches.collect();
        let output = self.output();
        let defers = self.defers();
        let positions = self.positions();
        let mut plan = QueryPlan {
            kind,
            subgraphs: self.supergraph().subgraphs.iter().map(|s| s.name.clone()).collect(),
            defers,
            conditions: self.conditions(),
            types: self.type_names,
            positions,
            fetches,
            output,
        };
        plan.find_shared();
        plan
    }

    fn supergraph(&self) -> &'s Supergraph {
        self.access.supergraph
    }

    fn fetch(&mut self, plan: OperationKind, request: &Request, all: &[Request]) -> Fetch {
        let after = request.after.iter().map(|index| {
            FetchId(u32::try_from(*index).expect("the number of selections is limited"))
        });
        let mut guard = Guard::never();
        for step in &request.steps {
            guard = guard.or_wider(self.guards.of_step(*step));
        }
        let condition = self.condition(&guard);
        let deferred = self.wanted(&request.demand, &guard);
        let first = self.steps.step(request.steps[0]);
        let is_root = first.inputs.is_none() && first.node == ROOT;
        let kind = if is_root { plan } else { OperationKind::Query };
        let directives = if kind == plan { &self.operation.directives[..] } else { &[] };
        let text = operation::Writer::new(self, &guard, directives);
        let (target, body) = match &first.inputs {
            None => {
                let (selection, body) = text.root(request.steps[0]);
                (FetchKind::Root(selection), body)
            }
            Some(_) => {
                let (groups, body) = text.entities(&request.steps);
                let is_query = plan == OperationKind::Query;
                let group = |group| {
                    let known = is_query.then(|| self.known(&group, all, request));
                    self.group(group, known.unwrap_or_default(), &guard)
                };
                (FetchKind::Entities(groups.into_iter().map(group).collect()), body)
            }
        };
        Fetch {
            subgraph: SubgraphId(request.subgraph.0),
            kind,
            operation: body.text(kind),
            fragments: body.fragments,
            variables: body.variables,
            after: after.collect(),
            condition,
            deferred,
            target,
        }
    }

    /// Who wants what there is when the guard holds; nothing when it is wanted at once.
    fn wanted(&mut self, demand: &Demand, guard: &Guard) -> Vec<Wanted> {
        let at_once = demand.get(&None);
        let is_needed = |own: &Guard| !at_once.is_some_and(|at_once| own.implies(at_once));
        if demand.iter().all(|(by, own)| by.is_none() || !is_needed(own)) {
            return Vec::new();
        }
        let wanted = |(by, own): (&Option<DeferId>, &Guard)| Wanted {
            by: *by,
            condition: if guard.implies(own) { None } else { self.condition(own) },
        };
        demand.iter().map(wanted).collect()
    }

    fn defers(&mut self) -> Vec<query_plan::Defer> {
        let tree = self.tree;
        let emit = |defer: &Defer| query_plan::Defer {
            position: Self::position(defer.node),
            parent: defer.parent,
            condition: self.condition(&defer.guard),
            label: defer.label.clone(),
        };
        tree.defers.iter().map(emit).collect()
    }

    fn group(
        &mut self,
        group: operation::Group,
        known: Vec<KnownPlace>,
        guard: &Guard,
    ) -> EntityGroup {
        let source = |(step, selection): (StepId, query_plan::InputSelection)| EntitySource {
            position: selection.position,
            contexts: self.contexts(step),
            representations: self.representations(step),
            selection,
        };
        let sources = group.sources.into_iter().map(source).collect();
        let operation::Group { response_key, variable, on_demand, .. } = group;
        let implied = guard.implies(&group.guard);
        let condition = if implied { None } else { self.condition(&group.guard) };
        EntityGroup { response_key, variable, condition, sources, known, on_demand }
    }

    /// The condition of a guard; `None` when it always holds.
    fn condition(&mut self, guard: &Guard) -> Option<ConditionId> {
        if guard.is_always() {
            return None;
        }
        let next = u16::try_from(self.conditions.len()).expect("there are fewer conditions");
        Some(*self.conditions.entry(guard.clone()).or_insert(ConditionId(next)))
    }

    fn conditions(&self) -> Vec<Condition> {
        let mut all: Vec<_> = self.conditions.iter().collect();
        all.sort_by_key(|(_, id)| **id);
        let literal = |(variable, value): &(apollo_compiler::Name, bool)| Literal {
            variable: variable.to_string(),
            value: *value,
        };
        let clause = |clause: &Vec<_>| clause.iter().map(literal).collect();
        let any_of = |guard: &Guard| guard.clauses().iter().map(clause).collect();
        all.into_iter().map(|(guard, _)| Condition { any_of: any_of(guard) }).collect()
    }

    fn number_types(&mut self) {
        for node in self.tree.node_ids() {
            for ty in self.tree.node(node).types.iter() {
                if !self.types.contains_key(ty) {
                    let id = u16::try_from(self.type_names.len())
                        .expect("selections are limited, and so are the types behind them");
                    self.types.insert(*ty, query_plan::TypeId(id));
                    self.type_names.push(self.supergraph().ty(*ty).name.to_string());
                }
            }
        }
    }

    fn type_set(&self, types: &[TypeId]) -> TypeSet {
        types.iter().filter_map(|ty| self.types.get(ty).copied()).collect()
    }

    /// The set of types of something at a node; `None` when it is all that can be there.
    fn narrowing(&self, node: NodeId, types: &[TypeId]) -> Option<TypeSet> {
        let all = Rc::clone(&self.tree.node(node).types);
        let narrow = all.iter().any(|ty| types.binary_search(ty).is_err());
        narrow.then(|| self.type_set(types))
    }

    fn position(node: NodeId) -> PositionId {
        PositionId(node.0)
    }
}
