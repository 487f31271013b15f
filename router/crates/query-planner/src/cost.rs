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

/// Costs, compared in order: what cannot be had, the longest chain of fetches, their number, and
/// the runtime types that are possible but not from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub(crate) struct Cost {
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
    /// What remains to be done below.
    pub(crate) below: Cost,
}

impl Way {
    fn rank(&self) -> (Cost, Target) {
        (Cost { depth: self.hops + self.below.depth, ..self.below }, self.target)
    }
}

/// Chooses one way for each field; `fields` holds the ways of each, none of them empty.
/// Returns the index of the way for each field.
pub(crate) fn choose(fields: &[&[Way]]) -> Vec<usize> {
    let open = best_targets(fields);
    fields.iter().map(|ways| best_way(ways, &open).unwrap_or(0)).collect()
}

/// The cost of going those ways.
pub(crate) fn total<'w>(ways: impl Iterator<Item = &'w Way>) -> Cost {
    let mut all = Cost::default();
    let mut open: Vec<(Target, Hops)> = Vec::new();
    for way in ways {
        all.missing += way.below.missing;
        all.depth = all.depth.max(way.hops + way.below.depth);
        all.fetches += way.below.fetches;
        all.lost_types += way.below.lost_types;
        if way.target == Target::Here {
            continue;
        }
        match open.iter_mut().find(|(target, _)| *target == way.target) {
            Some((_, hops)) => *hops = (*hops).max(way.hops),
            None => open.push((way.target, way.hops)),
        }
    }
    all.fetches += open.iter().map(|(_, hops)| u32::from((*hops).max(1))).sum::<u32>();
    all
}

fn best_way(ways: &[Way], open: &[Target]) -> Option<usize> {
    let allowed = |way: &Way| way.target == Target::Here || open.contains(&way.target);
    let indexed = ways.iter().enumerate().filter(|(_, way)| allowed(way));
    indexed.min_by_key(|(_, way)| way.rank()).map(|(index, _)| index)
}

/// Fields with the same ways: by number of the target, the way there.
struct Kind<'w> {
    here: Option<&'w Way>,
    there: Vec<Option<&'w Way>>,
}

impl<'w> Kind<'w> {
    fn new(ways: &'w [Way], targets: &[Target]) -> Self {
        let mut kind = Self { here: None, there: vec![None; targets.len()] };
        for way in ways {
            match targets.binary_search(&way.target) {
                Ok(index) => kind.there[index] = better(kind.there[index], Some(way)),
                Err(_) => kind.here = better(kind.here, Some(way)),
            }
        }
        kind
    }
}

/// The better of two ways; none is the worst.
fn better<'w>(one: Option<&'w Way>, other: Option<&'w Way>) -> Option<&'w Way> {
    [one, other].into_iter().flatten().min_by_key(|way| way.rank())
}

/// The cost of going a way for each kind of field; one that has none counts as missing.
fn cost_of<'w>(ways: impl Iterator<Item = Option<&'w Way>>) -> Cost {
    let mut shut = 0;
    let mut cost = total(ways.filter_map(|way| {
        shut += u32::from(way.is_none()) * 1000;
        way
    }));
    cost.missing += shut;
    cost
}

fn best_targets(fields: &[&[Way]]) -> Vec<Target> {
    // Many fields have the same ways; the choice depends on each kind once.
    let mut kinds: IndexSet<&[Way], FxBuildHasher> = IndexSet::default();
    kinds.extend(fields.iter().filter(|ways| !matches!(ways, [Way { target: Target::Here, .. }])));
    let mut targets: Vec<Target> = kinds.iter().copied().flatten().map(|way| way.target).collect();
    targets.sort_unstable();
    targets.dedup();
    targets.retain(|target| *target != Target::Here);
    let kinds: Vec<Kind<'_>> = kinds.iter().map(|ways| Kind::new(ways, &targets)).collect();
    let open =
        if targets.len() <= EXACT_MAX { exact(&kinds, &targets) } else { greedy(&kinds, &targets) };
    open.into_iter().map(|index| targets[index]).collect()
}

fn exact(kinds: &[Kind<'_>], targets: &[Target]) -> Vec<usize> {
    let subset = |bits: u32| (0..targets.len()).filter(move |index| bits >> index & 1 == 1);
    let cost = |bits: u32| {
        cost_of(kinds.iter().map(|kind| {
            subset(bits).fold(kind.here, |best, index| better(best, kind.there[index]))
        }))
    };
    let best =
        (0..1u32 << targets.len()).min_by_key(|bits| (cost(*bits), bits.count_ones(), *bits));
    subset(best.unwrap_or(0)).collect()
}

fn greedy(kinds: &[Kind<'_>], targets: &[Target]) -> Vec<usize> {
    let mut open = Vec::new();
    let mut best: Vec<Option<&Way>> = kinds.iter().map(|kind| kind.here).collect();
    let mut cost = cost_of(best.iter().copied());
    loop {
        let with = |index: usize| {
            let ways = kinds.iter().zip(&best).map(|(kind, way)| better(*way, kind.there[index]));
            (cost_of(ways), index)
        };
        let closed = (0..targets.len()).filter(|index| !open.contains(index));
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
