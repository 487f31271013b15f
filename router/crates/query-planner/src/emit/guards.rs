//! When each fetch is sent: when there is anything that it alone brings. An object that several
//! bring comes with one of them; of the others only what they have of it counts.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use crate::demand::{own, typed};
use crate::guard::Guard;
use crate::merge::{Request, requirements};
use crate::steps::{InputValue, SelectionId, StandId, StepId, Steps};
use crate::tree::{Demand, FieldId, ROOT, Tree};

/// How many clauses may tell when there is anything in an object that others bring; with more it
/// counts as if they did not.
const CLAUSES_MAX: usize = 8;

/// When each fetch is sent and, of one that was joined of several, each value that it requires.
#[derive(Default)]
pub(crate) struct Guards(HashMap<(StepId, Option<FieldId>), Guard>);

impl Guards {
    pub(crate) fn of_step(&self, step: StepId) -> &Guard {
        &self.0[&(step, None)]
    }

    /// When a fetch is sent with a value: with what its key has always, with what only some of its
    /// parts require when there is anything in these.
    pub(crate) fn of_value(&self, step: StepId, value: &InputValue) -> &Guard {
        let own = self.0.get(&(step, Some(value.field))).filter(|_| !value.is_key);
        own.unwrap_or_else(|| self.of_step(step))
    }
}

/// When each fetch is sent; each field's guard becomes as wide as all that need the field. Later
/// fetches come first: what they need may widen the guards of what earlier ones fetch.
pub(crate) fn widen_guards(tree: &mut Tree, steps: &Steps<'_>, requests: &[Request]) -> Guards {
    let mut contents = Contents::new(tree, steps, requests);
    let mut guards = Guards::default();
    let mut later = vec![Guard::never(); requests.len()];
    for (number, request) in requests.iter().enumerate().rev() {
        contents.later.clone_from(&later[number]);
        for id in &request.steps {
            let step = steps.step(*id);
            contents.known.clear();
            for part in &step.parts {
                let guard = contents.of_step(tree, *part);
                for field in requirements(steps.step(*part)) {
                    let known = guards.0.entry((*id, Some(field))).or_default();
                    *known = known.or_wider(&guard);
                }
                guards.0.insert((*part, None), guard);
            }
            guards.0.insert((*id, None), contents.of_step(tree, *id));
            let places = step.contexts.iter().flat_map(|context| &context.places);
            let inputs = step.inputs.iter().flatten().map(|input| &input.fields);
            for values in inputs.chain(places.map(|place| &place.values)) {
                widen(tree, values, &|value| guards.of_value(*id, value));
            }
        }
        let steps = request.steps.iter().map(|id| guards.of_step(*id));
        let own = steps.fold(contents.later.clone(), |all, guard| all.or_wider(guard));
        for earlier in &request.after {
            later[*earlier] = later[*earlier].or_wider(&own);
        }
    }
    guards
}

fn widen<'g>(tree: &mut Tree, values: &[InputValue], guard: &impl Fn(&InputValue) -> &'g Guard) {
    for value in values {
        let field = tree.field_mut(value.field);
        field.guard = field.guard.or_wider(guard(value));
        if let Some((_, below)) = &value.object {
            widen(tree, below, guard);
        }
    }
}

struct Contents<'a, 's> {
    steps: &'a Steps<'s>,
    /// By field, what is selected below it by the fetch that brings its objects.
    bearers: HashMap<FieldId, SelectionId>,
    /// When there is anything in a selection that is not brought elsewhere.
    known: HashMap<SelectionId, Guard>,
    /// When anything is fetched that waits for the request in question.
    later: Guard,
}

impl<'a, 's> Contents<'a, 's> {
    /// What brings the objects is a fetch from the root, which has them whatever others have, and
    /// waits for nothing that who wants them does not: one that brings something of them whenever
    /// they are wanted, or else the first.
    fn new(tree: &Tree, steps: &'a Steps<'s>, requests: &[Request]) -> Self {
        let mut all = BTreeMap::new();
        for request in requests {
            let first = steps.step(request.steps[0]);
            if first.inputs.is_none() && first.node == ROOT {
                add_objects((tree, steps), first.selection, &request.demand, &mut all);
            }
        }
        let (bearers, known, later) = (HashMap::new(), HashMap::new(), Guard::never());
        let mut contents = Self { steps, bearers, known, later };
        for (Reverse(id), brought) in all {
            let (field, wanted) = (tree.field(id), own(tree.field(id)));
            let covers = |demand: &Demand| {
                let mut wanted = wanted.iter();
                demand.is_empty()
                    || wanted.all(|(by, own)| demand.get(by).is_some_and(|all| own.implies(all)))
            };
            let able = brought.into_iter().filter(|(_, demand)| covers(demand));
            let best = able.map(|(below, _)| below).min_by_key(|below| {
                let guard = contents.of(tree, *below);
                guard.clauses().len() <= CLAUSES_MAX && !field.guard.implies(&guard)
            });
            contents.bearers.extend(best.map(|below| (id, below)));
        }
        contents
    }

    fn of_step(&mut self, tree: &Tree, id: StepId) -> Guard {
        let step = self.steps.step(id);
        let mut guard = self.up_to(usize::MAX, tree, step.selection);
        if self.is_typed(step.selection) {
            let shown = typed(tree, step.node).filter_map(|field| field.shown.as_ref());
            guard = shown.chain([&self.later]).fold(guard, |all, shown| all.or_wider(shown));
        }
        if guard.is_never() {
            // All that it has others bring, too. Who waits for it waits for one of them.
            let fields = self.steps.selection(step.selection).fields.keys();
            guard = fields.fold(guard, |all, field| all.or_wider(&tree.field(*field).guard));
        }
        guard
    }

    fn of(&mut self, tree: &Tree, id: SelectionId) -> Guard {
        if !self.known.contains_key(&id) {
            let guard = self.up_to(CLAUSES_MAX, tree, id);
            self.known.insert(id, guard);
        }
        self.known[&id].clone()
    }

    /// When there is anything in a selection; not all of that where it has more clauses.
    fn up_to(&mut self, clauses_max: usize, tree: &Tree, id: SelectionId) -> Guard {
        let mut guard = Guard::never();
        for (field, selected) in &self.steps.selection(id).fields {
            let own = self.of_others(tree, (*field, selected.below));
            guard = guard.or_wider(own.as_ref().unwrap_or(&tree.field(*field).guard));
            if guard.clauses().len() > clauses_max {
                break;
            }
        }
        guard
    }

    /// When there is anything in a field whose objects come from elsewhere; `None` of any other.
    fn of_others(
        &mut self,
        tree: &Tree,
        (field, below): (FieldId, Option<StandId>),
    ) -> Option<Guard> {
        let below = self.steps.stand(below?).selection;
        let bearer = *self.bearers.get(&field)?;
        if bearer == below || (self.is_typed(below) && !self.is_typed(bearer)) {
            return None;
        }
        let guard = self.of(tree, below);
        (guard.clauses().len() <= CLAUSES_MAX).then_some(guard)
    }

    fn is_typed(&self, id: SelectionId) -> bool {
        self.steps.selection(id).typename
    }
}

/// By field, those below others first: what is selected below it, wherever a fetch has its objects
/// for all types.
type Objects<'d> = BTreeMap<Reverse<FieldId>, Vec<(SelectionId, &'d Demand)>>;

fn add_objects<'d>(
    (tree, steps): (&Tree, &Steps<'_>),
    selection: SelectionId,
    demand: &'d Demand,
    all: &mut Objects<'d>,
) {
    for (field, selected) in &steps.selection(selection).fields {
        let mut types = tree.field(*field).types.iter();
        let is_whole = types.all(|ty| selected.types.binary_search(ty).is_ok());
        if let Some(below) = selected.below.filter(|_| is_whole) {
            let below = steps.stand(below).selection;
            all.entry(Reverse(*field)).or_default().push((below, demand));
            add_objects((tree, steps), below, demand, all);
        }
    }
}
