//! The search for a plan: one where each place chooses for itself, then others by the prices of the
//! best so far, as long as they are better.

use std::collections::BTreeSet;

use query_plan::OperationKind;

use crate::access::Access;
use crate::construct::Constructor;
use crate::cost::{Cost, FETCH};
use crate::demand;
use crate::error::PlanError;
use crate::evaluate::{Effort, Evaluator};
use crate::merge::{self, Request};
use crate::prices::Prices;
use crate::steps::Steps;
use crate::tree::Tree;

/// So often a better plan is looked for.
const ROUNDS_MAX: usize = 3;

/// So much is done for that: a better plan saves requests, and finding it must not cost more.
const WAYS_MAX: usize = 35_000;

/// The fetches for an operation.
pub(crate) struct Draft<'s> {
    pub(crate) tree: Tree,
    pub(crate) steps: Steps<'s>,
    pub(crate) requests: Vec<Request>,
    effort: Effort,
}

/// Finds the fetches for an operation, of which `tree` makes a tree of data.
pub(crate) fn search<'s>(
    access: &Access<'s>,
    tree: impl Fn() -> Result<Tree, PlanError>,
    kind: OperationKind,
) -> Result<Draft<'s>, PlanError> {
    let mut best = Draft::new(Constructor::new(access, tree()?, Evaluator::default()), kind)?;
    // The fields of a mutation are done one after another: no request is for several of them.
    if kind == OperationKind::Mutation || !best.effort.has_choice {
        return Ok(best);
    }
    // Where prices depend on the depth, there is more to look at, not less.
    let ways_min = best.effort.ways;
    let mut ways_left = WAYS_MAX;
    for _ in 0..ROUNDS_MAX {
        if !best.may_be_less() || ways_left < ways_min {
            break;
        }
        let evaluator = Evaluator::new(best.prices(), ways_left);
        match Draft::new(Constructor::new(access, tree()?, evaluator), kind) {
            Ok(next) if next.cost() < best.cost() => best = next,
            _ => break,
        }
        ways_left = ways_left.saturating_sub(best.effort.ways);
    }
    Ok(best)
}

impl<'s> Draft<'s> {
    fn new(mut constructor: Constructor<'_, 's>, kind: OperationKind) -> Result<Self, PlanError> {
        constructor.run(kind)?;
        let effort = constructor.effort();
        let Constructor { tree, mut steps, .. } = constructor;
        let requests = merge::requests(&mut steps, &tree);
        Ok(Self { tree, steps, requests, effort })
    }

    /// Whether some request is one of several that are sent at the same time.
    fn may_be_less(&self) -> bool {
        self.requests.len() > usize::from(self.cost().depth) + 1
    }

    fn cost(&self) -> Cost {
        let mut cost = Cost::default();
        for request in &self.requests {
            cost.depth = cost.depth.max(request.depth);
            cost.fetches += FETCH;
            if demand::is_initial(&request.demand) {
                cost.initial_depth = cost.initial_depth.max(request.depth);
                cost.initial_fetches += FETCH;
            }
        }
        cost
    }

    /// What fetches cost once there are these.
    fn prices(&self) -> Prices {
        let mut prices = Prices::new(self.cost());
        for request in &self.requests {
            let depths = request.steps.iter().map(|step| self.steps.depth(*step));
            let depths: BTreeSet<_> = depths.chain([request.depth]).collect();
            for step in &request.steps {
                let place = self.steps.step(*step).node;
                depths.iter().for_each(|depth| prices.share(request.subgraph, *depth, place));
            }
        }
        prices
    }
}
