//! What a way of fetching costs, and the choice of subgraphs to ask at one place: as few fetches
//! as possible, as shallow as possible.
//!
//! The choice is a small facility-location problem. It is solved exactly for up to
//! [`EXACT_MAX`] subgraphs and greedily beyond, so it is bounded either way.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;
use supergraph::model::SubgraphId;

use crate::access::Hops;

/// The number of subgraphs to choose from up to which every subset is tried.
const EXACT_MAX: usize = 8;

/// Costs, compared in order: what cannot be had, the longest chain of fetches and their number for
/// the initial answer, the same for all, and the runtime types that are possible but not from there.
/// Without `@defer` the initial answer is all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub(crate) struct Cost {
    /// While targets are being chosen: fields for which there is nowhere to go.
    pub(crate) shut: u32,
    pub(crate) initial_missing: u32,
    pub(crate) initial_depth: Hops,
    pub(crate) initial_fetches: u32,
    /// Those that are deferred.
    pub(crate) shut_later: u32,
    pub(crate) missing: u32,
    pub(crate) depth: Hops,
    pub(crate) fetches: u32,
    pub(crate) lost_types: u32,
}

/// Where to go for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Target {
    /// Where we stand.
    Here,
    /// To the entity in another subgraph (or the same, with what the field requires).
    Jump(SubgraphId),
    /// From an interface object to a subgraph that knows the runtime type, and on from there.
    Gateway(SubgraphId),
    /// To the root type of a subgraph.
    Root(SubgraphId),
}

/// A way to have a field and what is below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Way {
    pub(crate) target: Target,
    /// Fetches until the target is reached.
    pub(crate) hops: Hops,
    /// The initial answer does not need it.
    pub(crate) deferred: bool,
    /// What remains to be done below.
    pub(crate) below: Cost,
}

impl Way {
    fn rank(&self) -> (Cost, Target) {
        let depth = self.hops + self.below.depth;
        (Cost { initial_depth: self.initial_depth(), depth, ..self.below }, self.target)
    }

    fn initial_depth(&self) -> Hops {
        if self.deferred { 0 } else { self.hops + self.below.initial_depth }
    }
}

/// Chooses one way for each field; `fields` holds the ways of each, none of them empty.
/// Returns the index of the way for each field.
pub(crate) fn choose(fields: &[&[Way]]) -> Vec<usize> {
    let open = best_targets(fields);
    fields.iter().map(|ways| best_way(ways, &open).unwrap_or(0)).collect()
}

/// The targets to go to: for the initial answer, and for what is deferred.
struct Open {
    initially: Vec<Target>,
    later: Vec<Target>,
}

impl Open {
    fn for_ways(&self, ways: &[Way]) -> &[Target] {
        if is_deferred(ways) { &self.later } else { &self.initially }
    }
}

fn is_deferred(ways: &[Way]) -> bool {
    ways.iter().all(|way| way.deferred)
}

/// The cost of going those ways.
pub(crate) fn total<'w>(ways: impl Iterator<Item = &'w Way>) -> Cost {
    let mut all = Cost::default();
    let (mut open, mut open_initially) = (Vec::new(), Vec::new());
    for way in ways {
        all.missing += way.below.missing;
        all.depth = all.depth.max(way.hops + way.below.depth);
        all.fetches += way.below.fetches;
        all.initial_depth = all.initial_depth.max(way.initial_depth());
        all.initial_fetches += way.below.initial_fetches;
        all.initial_missing += way.below.initial_missing;
        all.lost_types += way.below.lost_types;
        if way.target == Target::Here {
            continue;
        }
        go_to(&mut open, way);
        if !way.deferred {
            go_to(&mut open_initially, way);
        }
    }
    let fetches = |open: &[(Target, Hops)]| -> u32 {
        open.iter().map(|(_, hops)| u32::from((*hops).max(1))).sum()
    };
    all.fetches += fetches(&open);
    all.initial_fetches += fetches(&open_initially);
    all
}

fn go_to(open: &mut Vec<(Target, Hops)>, way: &Way) {
    match open.iter_mut().find(|(target, _)| *target == way.target) {
        Some((_, hops)) => *hops = (*hops).max(way.hops),
        None => open.push((way.target, way.hops)),
    }
}

fn best_way(ways: &[Way], open: &Open) -> Option<usize> {
    let open = open.for_ways(ways);
    let allowed = |way: &Way| way.target == Target::Here || open.contains(&way.target);
    let indexed = ways.iter().enumerate().filter(|(_, way)| allowed(way));
    indexed.min_by_key(|(_, way)| way.rank()).map(|(index, _)| index)
}

/// Fields with the same ways: by number of the target, the way there.
struct Kind<'w> {
    here: Option<&'w Way>,
    there: Vec<Option<&'w Way>>,
    deferred: bool,
}

impl<'w> Kind<'w> {
    fn new(ways: &'w [Way], targets: &[Target]) -> Self {
        let there = vec![None; targets.len()];
        let mut kind = Self { here: None, there, deferred: is_deferred(ways) };
        for way in ways {
            match targets.binary_search(&way.target) {
                Ok(index) => kind.there[index] = better(kind.there[index], Some(way)),
                Err(_) => kind.here = better(kind.here, Some(way)),
            }
        }
        kind
    }

    fn best(&self, open: impl Iterator<Item = usize>) -> Option<&'w Way> {
        open.fold(self.here, |best, index| better(best, self.there[index]))
    }

    /// Goes the best way that is open, and no other.
    fn settle(&mut self, open: &[usize]) {
        self.here = self.best(open.iter().copied());
        self.there.fill(None);
    }
}

/// The better of two ways; none is the worst.
fn better<'w>(one: Option<&'w Way>, other: Option<&'w Way>) -> Option<&'w Way> {
    [one, other].into_iter().flatten().min_by_key(|way| way.rank())
}

/// The cost of going a way for each kind of field; one may have none.
fn cost_of<'w>(kinds: &[Kind<'w>], ways: impl Iterator<Item = Option<&'w Way>>) -> Cost {
    let (mut shut, mut shut_later) = (0, 0);
    let cost = total(ways.zip(kinds).filter_map(|(way, kind)| {
        let count = if kind.deferred { &mut shut_later } else { &mut shut };
        *count += u32::from(way.is_none());
        way
    }));
    Cost { shut, shut_later, ..cost }
}

fn best_targets(fields: &[&[Way]]) -> Open {
    // Many fields have the same ways; the choice depends on each kind once.
    let mut kinds: IndexSet<&[Way], FxBuildHasher> = IndexSet::default();
    kinds.extend(fields.iter().filter(|ways| !matches!(ways, [Way { target: Target::Here, .. }])));
    let mut targets: Vec<Target> = kinds.iter().copied().flatten().map(|way| way.target).collect();
    targets.sort_unstable();
    targets.dedup();
    targets.retain(|target| *target != Target::Here);
    let mut kinds: Vec<Kind<'_>> = kinds.iter().map(|ways| Kind::new(ways, &targets)).collect();
    let initially = best(&kinds, targets.len());
    let mut later = initially.clone();
    // What is opened for the rest only, the initial answer does not go to.
    if kinds.iter().any(|kind| kind.deferred) {
        kinds.iter_mut().filter(|kind| !kind.deferred).for_each(|kind| kind.settle(&initially));
        later = best(&kinds, targets.len());
    }
    let named = |open: Vec<usize>| open.into_iter().map(|index| targets[index]).collect();
    Open { initially: named(initially), later: named(later) }
}

fn best(kinds: &[Kind<'_>], targets: usize) -> Vec<usize> {
    if targets <= EXACT_MAX { exact(kinds, targets) } else { greedy(kinds, targets) }
}

fn exact(kinds: &[Kind<'_>], targets: usize) -> Vec<usize> {
    let subset = |bits: u32| (0..targets).filter(move |index| bits >> index & 1 == 1);
    let cost = |bits: u32| cost_of(kinds, kinds.iter().map(|kind| kind.best(subset(bits))));
    let best = (0..1u32 << targets).min_by_key(|bits| (cost(*bits), bits.count_ones(), *bits));
    subset(best.unwrap_or(0)).collect()
}

fn greedy(kinds: &[Kind<'_>], targets: usize) -> Vec<usize> {
    let mut open = Vec::new();
    let mut best: Vec<Option<&Way>> = kinds.iter().map(|kind| kind.here).collect();
    let mut cost = cost_of(kinds, best.iter().copied());
    loop {
        let with = |index: usize| {
            let ways = kinds.iter().zip(&best).map(|(kind, way)| better(*way, kind.there[index]));
            (cost_of(kinds, ways), index)
        };
        let closed = (0..targets).filter(|index| !open.contains(index));
        match closed.map(with).min() {
            Some((less, index)) if less < cost => {
                open.push(index);
                cost = less;
                for (kind, way) in kinds.iter().zip(&mut best) {
                    *way = better(*way, kind.there[index]);
                }
            }
            _ => return open,
        }
    }
}
