//! Which value belongs to which part of an answer that is delivered in parts, and which fetches a
//! part needs: the plan's demands, decided for one request.

use query_plan::{DeferId, FetchId, PathStep, QueryPlan, Wanted};

use crate::compiled::Compiled;
use crate::request::holds;

/// A set of deferred fragments: what all of them want, and nobody else, is written in one go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SetId(u32);

/// What no fragment defers: the initial answer.
pub(crate) const INITIAL: SetId = SetId(0);

/// The parts of one answer.
#[derive(Debug)]
pub(crate) struct Parts {
    /// By [`SetId`]; none is within another of the same set.
    sets: Vec<Vec<DeferId>>,
    /// By demand of the plan's values.
    demands: Vec<SetId>,
    /// By deferred fragment: it, or the nearest around it, that is deferred for this request.
    active: Vec<Option<DeferId>>,
    /// By deferred fragment: that around it.
    parents: Vec<Option<DeferId>>,
    /// By deferred fragment: how many steps the path of an instance has.
    path_lens: Vec<usize>,
    /// By deferred fragment, as a JSON string.
    labels: Vec<Option<String>>,
    initial_fetches: Vec<FetchId>,
    /// By deferred fragment.
    fetches: Vec<Vec<FetchId>>,
}

impl Parts {
    /// Decides what is deferred; `conditions` says of each condition whether it holds.
    pub(crate) fn new(compiled: &Compiled, conditions: &[bool]) -> Self {
        let plan = &*compiled.plan;
        let holds = |id| holds(conditions, id);
        let mut parts = Self {
            sets: vec![Vec::new()],
            demands: Vec::new(),
            active: Vec::new(),
            parents: Vec::new(),
            path_lens: Vec::new(),
            labels: Vec::new(),
            initial_fetches: Vec::new(),
            fetches: vec![Vec::new(); plan.defers.len()],
        };
        for (index, defer) in plan.defers.iter().enumerate() {
            let parent = parts.nearest(defer.parent);
            let is_deferred = holds(defer.condition);
            parts.active.push(if is_deferred { Some(DeferId(index as u16)) } else { parent });
            parts.parents.push(parent);
            parts.path_lens.push(path_len(plan, defer.position.0));
            let label = defer.label.as_deref();
            parts.labels.push(label.map(|label| serde_json::Value::from(label).to_string()));
        }
        for demand in &compiled.outputs.demands {
            let set = parts.resolve(demand.iter().filter(|wanted| holds(wanted.condition)));
            let known = parts.sets.iter().position(|known| *known == set);
            let known = known.unwrap_or_else(|| {
                parts.sets.push(set);
                parts.sets.len() - 1
            });
            parts.demands.push(SetId(known as u32));
        }
        for (index, fetch) in plan.fetches.iter().enumerate() {
            let wanted = fetch.deferred.iter().filter(|wanted| holds(wanted.condition));
            let by: Vec<_> = wanted.map(|wanted| parts.nearest(wanted.by)).collect();
            let id = FetchId(index as u32);
            if by.is_empty() || by.contains(&None) {
                parts.initial_fetches.push(id);
            }
            for defer in by.into_iter().flatten() {
                if let Some(fetches) = parts.fetches.get_mut(usize::from(defer.0)) {
                    fetches.push(id);
                }
            }
        }
        parts
    }

    fn nearest(&self, defer: Option<DeferId>) -> Option<DeferId> {
        self.active.get(usize::from(defer?.0)).copied().flatten()
    }

    /// The fragments that a value waits for; none if it belongs to the initial answer.
    fn resolve<'w>(&self, wanted: impl Iterator<Item = &'w Wanted>) -> Vec<DeferId> {
        let mut set = Vec::new();
        for wanted in wanted {
            match self.nearest(wanted.by) {
                Some(defer) => set.push(defer),
                None => return Vec::new(),
            }
        }
        set.sort_unstable();
        set.dedup();
        let is_within =
            |defer: &DeferId| self.around(*defer).skip(1).any(|id| set.binary_search(&id).is_ok());
        set.iter().filter(|defer| !is_within(defer)).copied().collect()
    }

    /// The deferred fragment around another.
    pub(crate) fn parent(&self, defer: DeferId) -> Option<DeferId> {
        self.parents.get(usize::from(defer.0)).copied().flatten()
    }

    /// A fragment, and those around it from the inside out.
    fn around(&self, defer: DeferId) -> impl Iterator<Item = DeferId> {
        std::iter::successors(Some(defer), |id| self.parent(*id))
    }

    /// How many fragments there are in a set and around it.
    pub(crate) fn weight(&self, id: SetId) -> usize {
        self.set(id).iter().map(|defer| self.around(*defer).count()).sum()
    }

    /// The part that a value with this demand belongs to.
    pub(crate) fn of(&self, demand: u32) -> SetId {
        self.demands.get(demand as usize).copied().unwrap_or(INITIAL)
    }

    pub(crate) fn set(&self, id: SetId) -> &[DeferId] {
        self.sets.get(id.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// How many steps the path of an instance of a fragment has.
    pub(crate) fn path_len(&self, defer: DeferId) -> usize {
        self.path_lens.get(usize::from(defer.0)).copied().unwrap_or(0)
    }

    /// The client's name for a fragment, as JSON.
    pub(crate) fn label(&self, defer: DeferId) -> Option<&str> {
        self.labels.get(usize::from(defer.0)).and_then(Option::as_deref)
    }

    /// The fetches that a fragment needs, or the initial answer.
    pub(crate) fn fetches(&self, defer: Option<DeferId>) -> &[FetchId] {
        match defer {
            None => &self.initial_fetches,
            Some(defer) => self.fetches.get(usize::from(defer.0)).map_or(&[], Vec::as_slice),
        }
    }
}

fn path_len(plan: &QueryPlan, position: u32) -> usize {
    let path = plan.positions.get(position as usize).map_or(&[][..], |p| &p.path);
    path.iter().filter(|step| !matches!(step, PathStep::Types(_))).count()
}
