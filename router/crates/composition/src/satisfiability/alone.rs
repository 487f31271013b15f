//! Places from which everything can be answered without any other place.
//!
//! How many sets of places the walk can meet has no polynomial bound: with types that have no key,
//! a set shrinks differently on each path. But a set with a place that suffices alone cannot fail,
//! and which places suffice alone is a greatest fixed point over pairs of type and place: a pair
//! falls when for some step every pair it leads to has fallen. A step that is known to fail somewhere
//! does not count: it has been reported.

use std::collections::HashSet;

use apollo_compiler::collections::IndexMap;
use supergraph::graph::NodeId;
use supergraph::model::TypeId;

use super::state::{State, Step};
use super::step::{Outcome, Stepper};

/// What is known about places alone.
#[derive(Debug, Default)]
pub(super) struct Alone {
    known: HashSet<(TypeId, Step)>,
    /// How many steps were known to fail when the pairs were last computed.
    known_then: usize,
    pairs: IndexMap<(TypeId, NodeId), Pair>,
}

/// A type of the API schema, at a place.
#[derive(Debug, Default)]
struct Pair {
    has_fallen: bool,
    /// For each step, to how many pairs it leads that have not fallen.
    standing: Vec<usize>,
    /// The steps that lead here: the pair they start from, and which one it is there.
    users: Vec<(usize, usize)>,
}

impl Alone {
    /// Notes that a step fails somewhere. What is known about pairs stays true, but may be too
    /// little; it is computed anew each time twice as much is known to fail.
    pub(super) fn ignore(&mut self, ty: TypeId, step: &Step) {
        self.known.insert((ty, step.clone()));
        if self.known.len() >= 2 * self.known_then {
            self.known_then = self.known.len();
            self.pairs.clear();
        }
    }

    /// Whether everything below a type can be answered from a place alone.
    pub(super) fn suffices(
        &mut self,
        ty: TypeId,
        node: NodeId,
        stepper: &mut Stepper<'_, '_>,
    ) -> bool {
        if let Some(pair) = self.pairs.get(&(ty, node)) {
            return !pair.has_fallen;
        }
        let mut next = self.pairs.len();
        let mut falling = Vec::new();
        self.pairs.insert((ty, node), Pair::default());
        while let Some((&(ty, node), _)) = self.pairs.get_index(next) {
            match steps(stepper, ty, node, &self.known) {
                None => falling.push(next),
                Some(steps) => {
                    for (step, targets) in steps.into_iter().enumerate() {
                        let standing = self.use_all((next, step), &targets);
                        self.pairs[next].standing.push(standing);
                        if standing == 0 {
                            falling.push(next);
                        }
                    }
                }
            }
            next += 1;
        }
        self.fall(falling);
        !self.pairs[&(ty, node)].has_fallen
    }

    /// Notes what a step leads to; says to how many pairs that have not fallen before.
    fn use_all(&mut self, user: (usize, usize), targets: &[(TypeId, NodeId)]) -> usize {
        let mut standing = 0;
        for target in targets {
            let pair = self.pairs.entry(*target).or_default();
            if !pair.has_fallen {
                pair.users.push(user);
                standing += 1;
            }
        }
        standing
    }

    fn fall(&mut self, mut falling: Vec<usize>) {
        while let Some(index) = falling.pop() {
            let pair = &mut self.pairs[index];
            if std::mem::replace(&mut pair.has_fallen, true) {
                continue;
            }
            for (user, step) in std::mem::take(&mut pair.users) {
                let standing = &mut self.pairs[user].standing[step];
                *standing -= 1;
                if *standing == 0 {
                    falling.push(user);
                }
            }
        }
    }
}

/// Where each step leads from a place alone; none when one leads nowhere.
fn steps(
    stepper: &mut Stepper<'_, '_>,
    ty: TypeId,
    node: NodeId,
    known: &HashSet<(TypeId, Step)>,
) -> Option<Vec<Vec<(TypeId, NodeId)>>> {
    let state = State::root(ty, vec![node]);
    let open = stepper.open(&state.at);
    let mut leads = Vec::new();
    for step in stepper.steps(&open, &state) {
        match step.outcome {
            Outcome::Nowhere if known.contains(&(ty, step.step)) => {}
            Outcome::Nowhere => return None,
            Outcome::To(at) => leads.push(at.into_iter().map(|node| (step.ty, node)).collect()),
            Outcome::Leaf | Outcome::NoValue => {}
        }
    }
    Some(leads)
}
