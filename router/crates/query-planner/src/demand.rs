//! Which deferred fragments need a fetch: those that want what it selects. What waits for it needs
//! it, too, but that is known only where fetches are joined.

use std::collections::HashMap;

use crate::steps::{SelectionId, Step, Steps};
use crate::tree::{Demand, Field, FieldId, NodeId, Place, Tree, Value};

/// What each fetch is needed for, by its number, apart from those that wait for it; nothing in an
/// operation without `@defer`.
pub(crate) fn of_steps(steps: &Steps<'_>, tree: &Tree) -> Vec<Demand> {
    if tree.defers.is_empty() {
        return vec![Demand::new(); steps.steps.len()];
    }
    let bearers = bearers(steps, tree);
    let demands = Demands { steps, tree, bearers };
    let all = Demands { steps, tree, bearers: HashMap::new() };
    let of_step = |step: &Step| {
        let mut demand = demands.of(step.selection);
        // Who wants no more than an object that others bring, too, still waits for it.
        if demand.is_empty() {
            demand = all.of(step.selection);
        }
        // The runtime type decides which parts an object has, so it comes with the object.
        if step.inputs.is_some() && steps.selection(step.selection).typename {
            let place = tree.node(step.node).parent;
            place.iter().for_each(|field| add(&mut demand, &own(tree.field(*field))));
        }
        demand
    };
    steps.steps.iter().map(of_step).collect()
}

/// Adds what is demanded elsewhere.
pub(crate) fn add(demand: &mut Demand, other: &Demand) {
    for (by, guard) in other {
        let known = demand.entry(*by).and_modify(|known| *known = known.or_wider(guard));
        known.or_insert_with(|| guard.clone());
    }
}

/// Whether who waits for the first does not wait for the second longer than it has to anyway.
pub(crate) fn covers(first: &Demand, second: &Demand) -> bool {
    is_initial(first) || (!is_initial(second) && second.keys().all(|by| first.contains_key(by)))
}

/// Whether the initial answer may need it.
pub(crate) fn is_initial(demand: &Demand) -> bool {
    demand.is_empty() || demand.contains_key(&None)
}

/// A value of which several fetches bring parts is had with one: the first that brings something
/// of it to a fragment that wants the value, or else the first.
fn bearers(steps: &Steps<'_>, tree: &Tree) -> HashMap<FieldId, SelectionId> {
    let demands = Demands { steps, tree, bearers: HashMap::new() };
    let (mut leaves, mut bearers) = (HashMap::new(), HashMap::new());
    for (id, selection) in steps.selection_ids().zip(&steps.selections) {
        for (field, selected) in &selection.fields {
            let Some(below) = selected.below else { continue };
            let below = steps.stand(below).selection;
            demands.add_leaves(below, &mut leaves);
            let brings =
                |by| leaves.get(&below).is_some_and(|below: &Demand| below.contains_key(by));
            let is_shared = own(tree.field(*field)).keys().any(brings);
            let bearer = bearers.entry(*field).or_insert((is_shared, id));
            if is_shared && !bearer.0 {
                *bearer = (true, id);
            }
        }
    }
    bearers.into_iter().map(|(field, (_, id))| (field, id)).collect()
}

struct Demands<'a, 's> {
    steps: &'a Steps<'s>,
    tree: &'a Tree,
    /// Where it is not told, all do.
    bearers: HashMap<FieldId, SelectionId>,
}

impl Demands<'_, '_> {
    fn of(&self, id: SelectionId) -> Demand {
        let mut demand = self.at(id);
        for (field, selected) in &self.steps.selection(id).fields {
            let Some(below) = selected.below else { continue };
            if self.bearers.get(field).is_none_or(|bearer| *bearer == id) {
                add(&mut demand, &own(self.tree.field(*field)));
            }
            add(&mut demand, &self.of(self.steps.stand(below).selection));
        }
        demand
    }

    /// Finds the demand of leaves only, there and below.
    fn add_leaves(&self, id: SelectionId, known: &mut HashMap<SelectionId, Demand>) {
        if known.contains_key(&id) {
            return;
        }
        let mut demand = self.at(id);
        for below in self.steps.selection(id).fields.values().filter_map(|field| field.below) {
            let below = self.steps.stand(below).selection;
            self.add_leaves(below, known);
            known.get(&below).iter().for_each(|below| add(&mut demand, below));
        }
        known.insert(id, demand);
    }

    /// The demand of leaves, and of the runtime type.
    fn at(&self, id: SelectionId) -> Demand {
        let selection = self.steps.selection(id);
        let mut demand = Demand::new();
        if selection.typename {
            typed(self.tree, selection.node).for_each(|field| add(&mut demand, &own(field)));
        }
        for (field, _) in selection.fields.iter().filter(|(_, field)| field.below.is_none()) {
            add(&mut demand, &own(self.tree.field(*field)));
        }
        demand
    }
}

/// The fields of a place that are shown by the runtime types of its objects.
pub(crate) fn typed(tree: &Tree, node: NodeId) -> impl Iterator<Item = &Field> {
    let node = tree.node(node);
    let is_for_some = |place: &Place| place.types.len() < node.types.len() || node.hides_types;
    let fields = node.fields.iter().map(|id| tree.field(*id));
    fields.filter(move |f| f.value == Value::Typename || f.places.iter().any(is_for_some))
}

/// Who wants a field; nobody, if it is internal.
pub(crate) fn own(field: &Field) -> Demand {
    match &field.shown {
        Some(shown) if field.deferred.is_empty() => Demand::from([(None, shown.clone())]),
        Some(_) => field.deferred.clone(),
        None => Demand::new(),
    }
}
