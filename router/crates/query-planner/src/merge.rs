//! Joining fetches: entity fetches from one subgraph become one request where that makes no chain
//! of fetches longer.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::Name;
use supergraph::model::{SubgraphId, TypeId};

use crate::access::Hops;
use crate::demand;
use crate::inputs::put_input;
use crate::order;
use crate::steps::{Context, InputValue, SelectionId, Step, StepId, Steps};
use crate::tree::{Demand, FieldId, Tree};

/// A request to a subgraph.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) subgraph: SubgraphId,
    /// Either one fetch from a root type, or entity fetches of different places.
    pub(crate) steps: Vec<StepId>,
    /// Indices of the requests that have to be done before.
    pub(crate) after: BTreeSet<usize>,
    /// Who needs it, also for the sake of what waits for it.
    pub(crate) demand: Demand,
    /// How many requests have to be done before, one after another.
    pub(crate) depth: Hops,
}

/// Above so many requests, only those of equal depth are joined.
const PAIRS_MAX: usize = 256;

/// Joins fetches to requests, in an order in which each comes after those it needs.
pub(crate) fn requests(steps: &mut Steps<'_>, tree: &Tree) -> Vec<Request> {
    let mut graph = Graph::new(steps, tree);
    graph.join_equal_depths(steps);
    if graph.requests.len() <= PAIRS_MAX {
        graph.join_others(steps);
    }
    let mut requests = graph.sorted();
    for request in &mut requests {
        join_places(steps, request);
    }
    requests
}

struct Graph {
    /// By number; the number of a request does not change.
    requests: BTreeMap<usize, Request>,
}

impl Graph {
    fn new(steps: &Steps<'_>, tree: &Tree) -> Self {
        let demands = demand::of_steps(steps, tree);
        let request = |(id, demand): (StepId, Demand)| {
            let Step { subgraph, after, .. } = steps.step(id);
            let after = after.iter().map(|id| id.0 as usize).collect();
            let steps = vec![id];
            (id.0 as usize, Request { subgraph: *subgraph, steps, after, demand, depth: 0 })
        };
        let mut graph = Self { requests: steps.ids().zip(demands).map(request).collect() };
        graph.find_depths();
        if !tree.defers.is_empty() {
            graph.find_demands();
        }
        graph
    }

    /// Adds to each request the demand of those that wait for it.
    fn find_demands(&mut self) {
        let mut order: Vec<usize> = self.requests.keys().copied().collect();
        order.sort_by_key(|id| std::cmp::Reverse(self.requests[id].depth));
        for id in order {
            let (after, demand) =
                (self.requests[&id].after.clone(), self.requests[&id].demand.clone());
            for earlier in after {
                if let Some(earlier) = self.requests.get_mut(&earlier) {
                    demand::add(&mut earlier.demand, &demand);
                }
            }
        }
    }

    /// Recomputes all depths.
    fn find_depths(&mut self) {
        let mut depths: BTreeMap<usize, Hops> = BTreeMap::new();
        for id in self.requests.keys() {
            self.depth(*id, &mut depths);
        }
        for (id, request) in &mut self.requests {
            request.depth = depths[id];
        }
    }

    fn depth(&self, id: usize, known: &mut BTreeMap<usize, Hops>) -> Hops {
        order::depth(id, &|id| &self.requests[&id].after, known)
    }

    /// Requests of equal depth do not wait for each other, and nothing gets deeper by joining.
    fn join_equal_depths(&mut self, steps: &Steps<'_>) {
        let mut first: BTreeMap<(SubgraphId, Hops), Vec<usize>> = BTreeMap::new();
        let ids: Vec<usize> = self.requests.keys().copied().collect();
        for id in ids {
            let request = &self.requests[&id];
            if !is_entities(steps, request) {
                continue;
            }
            let others = first.entry((request.subgraph, request.depth)).or_default();
            match others.iter().find(|earlier| self.delays_nobody(**earlier, id)) {
                Some(earlier) => self.join(*earlier, id),
                None => others.push(id),
            }
        }
    }

    fn join_others(&mut self, steps: &Steps<'_>) {
        self.find_depths();
        let mut ids: Vec<usize> = self.requests.keys().copied().collect();
        ids.retain(|id| is_entities(steps, &self.requests[id]));
        for (index, later) in ids.iter().enumerate() {
            for earlier in &ids[..index] {
                if self.can_join(*earlier, *later) {
                    self.join(*earlier, *later);
                    self.find_depths();
                    break;
                }
            }
        }
    }

    fn can_join(&self, one: usize, other: usize) -> bool {
        let (Some(a), Some(b)) = (self.requests.get(&one), self.requests.get(&other)) else {
            return false;
        };
        if a.subgraph != b.subgraph || self.waits_for(one, other) || self.waits_for(other, one) {
            return false;
        }
        if !self.delays_nobody(one, other) {
            return false;
        }
        // What is deferred may come later for the sake of what is not.
        let all_count = !(demand::is_initial(&a.demand) && demand::is_initial(&b.demand));
        let counted = || {
            let all = self.requests.iter();
            all.filter(|(_, request)| all_count || demand::is_initial(&request.demand))
        };
        let joined = a.depth.max(b.depth);
        let mut depths = BTreeMap::from([(one, joined), (other, joined)]);
        let deepest_then = counted().map(|(id, _)| self.depth(*id, &mut depths)).max();
        deepest_then <= counted().map(|(_, request)| request.depth).max()
    }

    /// Whether nobody who needs one of them would have to wait for what only others need.
    fn delays_nobody(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.requests[&one], &self.requests[&other]);
        let covers = |id: &usize, demand| demand::covers(&self.requests[id].demand, demand);
        one.after.iter().all(|id| covers(id, &other.demand))
            && other.after.iter().all(|id| covers(id, &one.demand))
    }

    fn waits_for(&self, later: usize, earlier: usize) -> bool {
        order::waits_for(later, earlier, |id| &self.requests[&id].after)
    }

    fn join(&mut self, into: usize, from: usize) {
        let Some(gone) = self.requests.remove(&from) else { return };
        for request in self.requests.values_mut() {
            if request.after.remove(&from) {
                request.after.insert(into);
            }
        }
        if let Some(request) = self.requests.get_mut(&into) {
            request.steps.extend(gone.steps);
            request.after.extend(gone.after);
            demand::add(&mut request.demand, &gone.demand);
        }
    }

    /// The requests by depth, with `after` as indices into the result.
    fn sorted(mut self) -> Vec<Request> {
        self.find_depths();
        let mut order: Vec<usize> = self.requests.keys().copied().collect();
        order.sort_by_key(|id| (self.requests[id].depth, *id));
        let index: BTreeMap<usize, usize> =
            order.iter().enumerate().map(|(index, id)| (*id, index)).collect();
        let mut sorted = Vec::new();
        for id in order {
            if let Some(mut request) = self.requests.remove(&id) {
                request.after = request.after.iter().map(|id| index[id]).collect();
                sorted.push(request);
            }
        }
        drop_implied(&mut sorted);
        sorted
    }
}

/// Leaves out what a request waits for anyway by way of another.
fn drop_implied(requests: &mut [Request]) {
    let mut reached: Vec<BTreeSet<usize>> = Vec::new();
    for request in requests {
        let beyond: BTreeSet<usize> =
            request.after.iter().flat_map(|id| reached[*id].iter().copied()).collect();
        let mut all = beyond.clone();
        all.extend(&request.after);
        request.after.retain(|id| !beyond.contains(id));
        reached.push(all);
    }
}

fn is_entities(steps: &Steps<'_>, request: &Request) -> bool {
    request.steps.iter().all(|step| steps.step(*step).inputs.is_some())
}

/// Whether two fetches fill the same place, and one representation can have what both need: not
/// when they need the same field with different arguments. Where values come from contexts, there
/// may be a fetch for each of them, so it is for nothing else.
fn can_absorb(steps: &Steps<'_>, one: StepId, other: StepId) -> bool {
    let (one, other) = (steps.step(one), steps.step(other));
    let from_contexts = !(one.contexts.is_empty() && other.contexts.is_empty());
    if from_contexts && !need_the_same(one, other) {
        return false;
    }
    let inputs = one.inputs.iter().flatten();
    one.node == other.node
        && inputs.flat_map(|a| other.inputs.iter().flatten().map(move |b| (a, b))).all(|(a, b)| {
            match (a.ty == b.ty, a.via == b.via) {
                (true, true) if a.key == b.key => are_compatible(&a.fields, &b.fields),
                // What one key is sent with, the other is.
                (true, true) => need_the_same(one, other),
                // What is selected on an interface object, all its types are asked for.
                (false, true) => required(&a.fields).eq(required(&b.fields)),
                // An object is represented once.
                (true, false) => false,
                // What is selected on one interface object, another has not.
                (false, false) => a.via == a.ty && b.via == b.ty,
            }
        })
}

fn required(values: &[InputValue]) -> impl Iterator<Item = &Name> {
    values.iter().filter(|value| !value.is_key).map(|value| &value.name)
}

fn are_compatible(some: &[InputValue], others: &[InputValue]) -> bool {
    some.iter().flat_map(|a| others.iter().map(move |b| (a, b))).all(|(a, b)| {
        let are_apart = a.name != b.name || are_disjoint(a.types.as_deref(), b.types.as_deref());
        are_apart
            || (a.field == b.field
                && match (&a.object, &b.object) {
                    (Some((_, a)), Some((_, b))) => are_compatible(a, b),
                    _ => true,
                })
    })
}

fn are_disjoint(some: Option<&[TypeId]>, others: Option<&[TypeId]>) -> bool {
    let (Some(some), Some(others)) = (some, others) else { return false };
    some.iter().all(|ty| others.binary_search(ty).is_err())
}

/// Makes one fetch of those of a request that fill the same place.
fn join_places(steps: &mut Steps<'_>, request: &mut Request) {
    let mut kept: Vec<StepId> = Vec::new();
    for step in std::mem::take(&mut request.steps) {
        match kept.iter().find(|known| can_absorb(steps, **known, step)) {
            Some(known) => join_parts(steps, *known, step),
            None => kept.push(step),
        }
    }
    request.steps = kept;
}

/// Makes one fetch of two. What each is for stays known if they need different things beyond the
/// key: where one of these is missing, the others can be asked for nevertheless.
fn join_parts(steps: &mut Steps<'_>, whole: StepId, step: StepId) {
    if steps.step(whole).parts.is_empty() {
        if need_the_same(steps.step(whole), steps.step(step)) {
            return absorb(steps, whole, step);
        }
        let own = steps.copy(whole);
        steps.step_mut(whole).parts.push(own);
    }
    let copy = steps.copy(step);
    absorb(steps, whole, copy);
    let mut parts = steps.step(whole).parts.iter().copied();
    match parts.find(|part| need_the_same(steps.step(*part), steps.step(step))) {
        Some(part) => absorb(steps, part, step),
        None => steps.step_mut(whole).parts.push(step),
    }
}

/// Whether two fetches have the same requirements, and the same values from contexts.
fn need_the_same(one: &Step, other: &Step) -> bool {
    let is_in = |context: &Context, others: &[Context]| {
        others.iter().any(|other| other.is_of(&context.argument))
    };
    let (some, others) = (&one.contexts, &other.contexts);
    some.len() == others.len()
        && some.iter().all(|context| is_in(context, others))
        && requirements(one) == requirements(other)
}

/// The fields that a fetch needs beyond the key, with all below them.
pub(crate) fn requirements(step: &Step) -> BTreeSet<FieldId> {
    let inputs = step.inputs.iter().flatten();
    let mut open: Vec<&InputValue> = inputs.flat_map(|input| &input.fields).collect();
    let mut all = BTreeSet::new();
    while let Some(value) = open.pop() {
        all.extend((!value.is_key).then_some(value.field));
        open.extend(value.object.iter().flat_map(|(_, below)| below));
    }
    all
}

fn absorb(steps: &mut Steps<'_>, into: StepId, from: StepId) {
    let inputs = steps.step_mut(from).inputs.take().unwrap_or_default();
    let known = steps.step_mut(into).inputs.get_or_insert_with(Vec::new);
    for input in inputs {
        put_input(known, input);
    }
    let (target, source) = (steps.step(into).selection, steps.step(from).selection);
    absorb_selection(steps, target, source);
}

fn absorb_selection(steps: &mut Steps<'_>, into: SelectionId, from: SelectionId) {
    let fields = std::mem::take(&mut steps.selection_mut(from).fields);
    steps.selection_mut(into).typename |= steps.selection(from).typename;
    for (field, selected) in fields {
        let known = steps.selection_mut(into).fields.get_mut(&field);
        let Some(known) = known else {
            steps.selection_mut(into).fields.insert(field, selected);
            continue;
        };
        known.types = crate::tree::union(&known.types, &selected.types);
        if let (Some(target), Some(source)) = (known.below, selected.below) {
            let target = steps.stand(target).selection;
            let source = steps.stand(source).selection;
            absorb_selection(steps, target, source);
        }
    }
}
