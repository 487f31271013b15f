//! What a way of fetching costs, and the choice of subgraphs to ask at one place: as few fetches
//! as possible, as shallow as possible.
//!
//! The choice is a small facility-location problem. It is solved exactly for up to
//! [`EXACT_MAX`] subgraphs and greedily beyond, so it is bounded either way.

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
pub(crate) fn choose(fields: &[Vec<Way>]) -> Vec<usize> {
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

/// The cost when only those targets are open; a field that then has no way counts as missing.
fn cost_with(fields: &[Vec<Way>], open: &[Target]) -> Cost {
    let chosen = fields.iter().map(|ways| best_way(ways, open).map(|index| &ways[index]));
    let (mut ways, mut shut) = (Vec::new(), 0);
    for way in chosen {
        match way {
            Some(way) => ways.push(way),
            None => shut += 1000,
        }
    }
    let mut cost = total(ways.into_iter());
    cost.missing += shut;
    cost
}

fn best_targets(fields: &[Vec<Way>]) -> Vec<Target> {
    // Many fields have the same ways; the choice depends on each kind once.
    let mut kinds: Vec<Vec<Way>> = Vec::new();
    for ways in fields {
        let settled = ways.len() == 1 && ways[0].target == Target::Here;
        if !settled && !kinds.contains(ways) {
            kinds.push(ways.clone());
        }
    }
    let mut targets: Vec<Target> = kinds.iter().flatten().map(|way| way.target).collect();
    targets.sort_unstable();
    targets.dedup();
    targets.retain(|target| *target != Target::Here);
    if targets.len() <= EXACT_MAX { exact(&kinds, &targets) } else { greedy(&kinds, &targets) }
}

fn exact(kinds: &[Vec<Way>], targets: &[Target]) -> Vec<Target> {
    let subset = |bits: u32| -> Vec<Target> {
        let chosen = targets.iter().enumerate().filter(|(i, _)| bits >> i & 1 == 1);
        chosen.map(|(_, target)| *target).collect()
    };
    let best = (0..1u32 << targets.len())
        .min_by_key(|bits| (cost_with(kinds, &subset(*bits)), bits.count_ones(), *bits));
    subset(best.unwrap_or(0))
}

fn greedy(kinds: &[Vec<Way>], targets: &[Target]) -> Vec<Target> {
    let mut open = Vec::new();
    let mut cost = cost_with(kinds, &open);
    loop {
        let with = |target: Target| {
            let mut more = open.clone();
            more.push(target);
            (cost_with(kinds, &more), target)
        };
        let closed = targets.iter().filter(|target| !open.contains(*target));
        match closed.map(|target| with(*target)).min() {
            Some((less, target)) if less < cost => {
                open.push(target);
                cost = less;
            }
            _ => return open,
        }
    }
}
