//! When each fetch is sent: when there is anything that it alone brings. An object that several
//! bring comes with one of them; of the others only what they have of it counts.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use crate::demand::own;
use crate::guard::Guard;
use crate::merge::Request;
use crate::steps::{InputValue, SelectionId, StepId, Steps};
use crate::tree::{Demand, FieldId, ROOT, Tree};

/// When each fetch is sent; each field's guard becomes as wide as all that need the field. Later
/// fetches come first: what they need may widen the guards of what earlier ones fetch.
pub(crate) fn widen_guards(
    tree: &mut Tree,
    steps: &Steps<'_>,
    requests: &[Request],
) -> HashMap<StepId, Guard> {
    let bearers = bearers(tree, steps, requests);
    let mut guards = HashMap::new();
    for id in requests.iter().rev().flat_map(|request| &request.steps) {
        let step = steps.step(*id);
        let contents = Contents { tree, steps, bearers: &bearers };
        let of_step = |id: &StepId| (*id, contents.of(steps.step(*id).selection, false));
        guards.extend(step.parts.iter().map(of_step));
        let (_, guard) = of_step(id);
        for input in step.inputs.iter().flatten() {
            widen(tree, &input.fields, &guard);
        }
        for place in step.contexts.iter().flat_map(|context| &context.places) {
            widen(tree, &place.values, &guard);
        }
        guards.insert(*id, guard);
    }
    guards
}

fn widen(tree: &mut Tree, values: &[InputValue], guard: &Guard) {
    for value in values {
        let field = tree.field_mut(value.field);
        field.guard = field.guard.or_wider(guard);
        if let Some((_, below)) = &value.object {
            widen(tree, below, guard);
        }
    }
}

/// By field, what is selected below it by the fetch that brings its objects for all: one from the
/// root, which has them whatever others have, and waits for nothing that who wants them does not.
/// If it can be, it is one that brings something of them whenever they are wanted.
fn bearers(tree: &Tree, steps: &Steps<'_>, requests: &[Request]) -> HashMap<FieldId, SelectionId> {
    let mut all = BTreeMap::new();
    for request in requests {
        let first = steps.step(request.steps[0]);
        if first.inputs.is_none() && first.node == ROOT {
            add_objects((tree, steps), first.selection, &request.demand, &mut all);
        }
    }
    let mut bearers = HashMap::new();
    for (Reverse(id), brought) in all {
        let (field, contents) = (tree.field(id), Contents { tree, steps, bearers: &bearers });
        let wanted = own(field);
        let covers = |demand: &Demand| {
            let mut wanted = wanted.iter();
            demand.is_empty()
                || wanted.all(|(by, own)| demand.get(by).is_some_and(|all| own.implies(all)))
        };
        let able = brought.into_iter().filter(|(_, demand)| covers(demand));
        let best = able.min_by_key(|(below, _)| !field.guard.implies(&contents.of(*below, false)));
        bearers.extend(best.map(|(below, _)| (id, below)));
    }
    bearers
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
        let is_whole =
            tree.field(*field).types.iter().all(|ty| selected.types.binary_search(ty).is_ok());
        if let Some(below) = selected.below.filter(|_| is_whole) {
            let below = steps.stand(below).selection;
            all.entry(Reverse(*field)).or_default().push((below, demand));
            add_objects((tree, steps), below, demand, all);
        }
    }
}

struct Contents<'a, 's> {
    tree: &'a Tree,
    steps: &'a Steps<'s>,
    bearers: &'a HashMap<FieldId, SelectionId>,
}

impl Contents<'_, '_> {
    /// When there is anything in a selection that is not brought elsewhere.
    fn of(&self, id: SelectionId, is_typed: bool) -> Guard {
        let selection = self.steps.selection(id);
        let mut guard = Guard::never();
        if selection.typename && !is_typed {
            let parent = self.tree.node(selection.node).parent;
            guard = parent.map_or_else(Guard::always, |field| self.tree.field(field).guard.clone());
        }
        for (field, selected) in &selection.fields {
            let below = selected.below.map(|below| self.steps.stand(below).selection);
            let own = match (self.bearers.get(field), below) {
                (Some(bearer), Some(below)) if *bearer != below => {
                    self.of(below, self.steps.selection(*bearer).typename)
                }
                _ => self.tree.field(*field).guard.clone(),
            };
            guard = guard.or_wider(&own);
        }
        guard
    }
}
