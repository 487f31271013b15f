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

/// What a fetch costs at most.
pub(crate) const FETCH: u32 = 60;

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
    /// What the fetches cost, in parts of [`FETCH`].
    pub(crate) fetches: u32,
    pub(crate) lost_types: u32,
}

impl Cost {
    /// With chains that are not shorter than those.
    pub(crate) fn at_least(self, other: Self) -> Self {
        let depth = self.depth.max(other.depth);
        Self { depth, initial_depth: self.initial_depth.max(other.initial_depth), ..self }
    }

    /// Whether all is had without another fetch.
    pub(crate) fn is_nothing(&self) -> bool {
        self.missing == 0 && self.fetches == 0
    }
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
    /// What they cost.
    pub(crate) price: u32,
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
    let mut journey = Journey::default();
    ways.for_each(|way| journey.go(way));
    journey.cost
}

/// Going several ways; each makes the cost greater or leaves it.
#[derive(Default)]
struct Journey<'w> {
    cost: Cost,
    /// By target the longest way there, and the same for the initial answer.
    open: Vec<&'w Way>,
    open_initially: Vec<&'w Way>,
}

impl<'w> Journey<'w> {
    fn go(&mut self, way: &'w Way) {
        let cost = &mut self.cost;
        cost.missing += way.below.missing;
        cost.depth = cost.depth.max(way.hops + way.below.depth);
        cost.fetches += way.below.fetches;
        cost.initial_depth = cost.initial_depth.max(way.initial_depth());
        cost.initial_fetches += way.below.initial_fetches;
        cost.initial_missing += way.below.initial_missing;
        cost.lost_types += way.below.lost_types;
        if way.target == Target::Here {
            return;
        }
        cost.fetches += open(&mut self.open, way);
        if !way.deferred {
            cost.initial_fetches += open(&mut self.open_initially, way);
        }
    }

    fn start_again(&mut self) {
        self.cost = Cost::default();
        self.open.clear();
        self.open_initially.clear();
    }
}

/// Opens the way to a target; what it costs more. A longer way has a higher price.
fn open<'w>(open: &mut Vec<&'w Way>, way: &'w Way) -> u32 {
    match open.iter_mut().find(|known| known.target == way.target) {
        Some(known) if known.hops < way.hops => {
            way.price.saturating_sub(std::mem::replace(known, way).price)
        }
        Some(_) => 0,
        None => {
            open.push(way);
            way.price
        }
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

    /// The targets, as bits, one of which has to be open if the initial answer needs one.
    fn needed(&self) -> Option<usize> {
        let is_needed = self.here.is_none() && !self.deferred;
        let bits = self.there.iter().enumerate().filter(|(_, way)| way.is_some());
        is_needed.then(|| bits.fold(0, |all, (index, _)| all | 1 << index))
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

impl<'w> Journey<'w> {
    /// The cost of going a way for each kind of field; one may have none. Nothing if it is greater
    /// than the limit.
    fn cost_of(
        &mut self,
        kinds: &[Kind<'w>],
        ways: impl Iterator<Item = Option<&'w Way>>,
        limit: Option<Cost>,
    ) -> Option<Cost> {
        self.start_again();
        for (way, kind) in ways.zip(kinds) {
            match way {
                Some(way) => self.go(way),
                None if kind.deferred => self.cost.shut_later += 1,
                None => self.cost.shut += 1,
            }
            if limit.is_some_and(|limit| self.cost > limit) {
                return None;
            }
        }
        Some(self.cost)
    }
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
    let ranked: Vec<Ranked<'_>> = kinds.iter().map(Ranked::new).collect();
    let needed: Vec<usize> = kinds.iter().filter_map(Kind::needed).collect();
    let mut journey = Journey::default();
    let mut least: Option<(Cost, usize)> = None;
    // More targets than kinds are not all gone to.
    for bits in (0..=targets.min(kinds.len())).flat_map(|count| Subsets::new(count, targets)) {
        if needed.iter().any(|any_of| bits & any_of == 0) {
            continue;
        }
        let ways = ranked.iter().map(|ranked| ranked.best(bits));
        let limit = least.map(|(cost, _)| cost);
        let cost = journey.cost_of(kinds, ways, limit).filter(|cost| Some(*cost) != limit);
        least = cost.map(|cost| (cost, bits)).or(least);
    }
    let bits = least.map_or(0, |(_, bits)| bits);
    (0..targets).filter(|index| bits >> index & 1 == 1).collect()
}

/// The ways of a kind of field, the best first.
struct Ranked<'w> {
    ways: Vec<&'w Way>,
    /// Which of them is the one here, and which goes to each target; beyond the last, none.
    here: usize,
    there: [usize; EXACT_MAX],
}

impl<'w> Ranked<'w> {
    fn new(kind: &Kind<'w>) -> Self {
        let mut ways: Vec<&Way> = kind.there.iter().copied().chain([kind.here]).flatten().collect();
        ways.sort_by_cached_key(|way| way.rank());
        let number = |way: Option<&Way>| {
            let is_it = |known: &&Way| way.is_some_and(|way| std::ptr::eq(*known, way));
            ways.iter().position(is_it).unwrap_or(usize::MAX)
        };
        let mut there = [usize::MAX; EXACT_MAX];
        there.iter_mut().zip(&kind.there).for_each(|(place, way)| *place = number(*way));
        Self { here: number(kind.here), there, ways }
    }

    /// The best way where those targets are open.
    fn best(&self, mut open: usize) -> Option<&'w Way> {
        let mut best = self.here;
        while open != 0 {
            best = best.min(self.there[open.trailing_zeros() as usize]);
            open &= open - 1;
        }
        self.ways.get(best).copied()
    }
}

/// The subsets of so many things that have so many of them, as bits.
struct Subsets {
    next: Option<usize>,
    end: usize,
}

impl Subsets {
    fn new(count: usize, of: usize) -> Self {
        Self { next: Some((1 << count) - 1), end: 1 << of }
    }
}

impl Iterator for Subsets {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let bits = self.next.filter(|bits| *bits < self.end)?;
        // The next greater number with as many bits: the lowest that can go up does, and those
        // below it go down as far as they can.
        let low = bits & bits.wrapping_neg();
        self.next = (low > 0).then(|| {
            let up = bits + low;
            (((up ^ bits) >> 2) / low) | up
        });
        Some(bits)
    }
}

fn greedy(kinds: &[Kind<'_>], targets: usize) -> Vec<usize> {
    let mut open = Vec::new();
    let mut best: Vec<Option<&Way>> = kinds.iter().map(|kind| kind.here).collect();
    let mut journey = Journey::default();
    let mut cost = journey.cost_of(kinds, best.iter().copied(), None);
    loop {
        let with = |index: usize| {
            let ways = kinds.iter().zip(&best).map(|(kind, way)| better(*way, kind.there[index]));
            (journey.cost_of(kinds, ways, None), index)
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
