//! What a fetch costs where another plan for the operation is known: the places that a request
//! fills share its price, and a chain is not too long while that plan has one as long.
//!
//! Each place chooses for itself (`cost`). Prices let it know what the others do: a request with
//! many places is cheap, so who need not go elsewhere goes there, too, and the others fall away.

use rustc_hash::FxHashSet;
use supergraph::model::SubgraphId;

use crate::access::Hops;
use crate::cost::{Cost, FETCH};
use crate::tree::NodeId;

/// By default, without a plan, each fetch has its full price.
#[derive(Debug, Default)]
pub(crate) struct Prices {
    /// By subgraph and depth, the places that a request fills; none where there is no request.
    places: Vec<Vec<FxHashSet<NodeId>>>,
    /// The cost of the whole plan.
    whole: Cost,
}

/// Getting to a subgraph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    /// How many fetches are done before.
    pub(crate) depth: Hops,
    /// How many it takes to get there.
    pub(crate) hops: Hops,
    /// Whether nothing comes after, so that it may as well be done later.
    pub(crate) may_wait: bool,
}

impl Prices {
    /// The prices where there is a plan at that cost, before its requests are told.
    pub(crate) fn new(whole: Cost) -> Self {
        Self { places: Vec::new(), whole }
    }

    /// Tells that from that depth on a request fills a place.
    pub(crate) fn share(&mut self, subgraph: SubgraphId, depth: Hops, place: NodeId) {
        let (subgraph, depth) = (usize::from(subgraph.0), usize::from(depth));
        if self.places.len() <= subgraph {
            self.places.resize_with(subgraph + 1, Vec::new);
        }
        let by_depth = &mut self.places[subgraph];
        if by_depth.len() <= depth {
            by_depth.resize_with(depth + 1, FxHashSet::default);
        }
        by_depth[depth].insert(place);
    }

    /// What it costs at a place to get to a subgraph, when all other places stay with what they
    /// have.
    pub(crate) fn of(&self, subgraph: SubgraphId, place: NodeId, arrival: Arrival) -> u32 {
        let others = |all: &FxHashSet<_>| all.len() - usize::from(all.contains(&place));
        let others = self.requests(subgraph, arrival).map(others).max().unwrap_or(0);
        let last = (FETCH / u32::try_from(others + 1).unwrap_or(FETCH)).max(1);
        FETCH * u32::from(arrival.hops.saturating_sub(1)) + last
    }

    /// Whether a subgraph is asked anyway.
    pub(crate) fn is_open(&self, subgraph: SubgraphId, arrival: Arrival) -> bool {
        self.requests(subgraph, arrival).next().is_some()
    }

    fn requests(
        &self,
        subgraph: SubgraphId,
        arrival: Arrival,
    ) -> impl Iterator<Item = &FxHashSet<NodeId>> {
        let first = arrival.depth + arrival.hops;
        let last = if arrival.may_wait { self.whole.depth.max(first) } else { first };
        let by_depth = self.places.get(usize::from(subgraph.0)).map_or(&[][..], Vec::as_slice);
        let known = by_depth.iter().take(usize::from(last) + 1).skip(usize::from(first));
        known.filter(|places| !places.is_empty())
    }

    /// The cost of nothing, from that depth on.
    pub(crate) fn below(&self, depth: Hops) -> Cost {
        Cost {
            depth: self.whole.depth.saturating_sub(depth),
            initial_depth: self.whole.initial_depth.saturating_sub(depth),
            ..Cost::default()
        }
    }

    /// The depth as far as costs depend on it: beyond the whole plan, all is the same.
    pub(crate) fn depth(&self, depth: Hops) -> Hops {
        if self.places.is_empty() { 0 } else { depth.min(self.whole.depth + 1) }
    }
}
