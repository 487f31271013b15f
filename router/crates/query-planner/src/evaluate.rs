//! Which way to take for each field, by what it costs from there on: a dynamic programme over
//! (place, where we stand), each pair of which is evaluated once.

use std::rc::Rc;

use apollo_compiler::executable::SelectionSet;
use rustc_hash::{FxHashMap, FxHashSet};
use supergraph::model::{SubgraphId, TypeId, TypeKind};

use crate::access::{Access, Hops, Offer};
use crate::cost::{Cost, Target, Way, choose, total};
use crate::entry::{Entry, child_entry, resolves_at_once};
use crate::prices::{Arrival, Prices};
use crate::tree::{Field, FieldId, NodeId, ROOT, Tree, Types, Value, Wanted, intersection, union};

/// What to do at a place when standing somewhere.
#[derive(Debug, Default)]
pub(crate) struct Evaluation {
    pub(crate) choices: Vec<Choice>,
    /// Fields, or their whole selections, that cannot be had from here, at least of some types.
    pub(crate) missing: Vec<FieldId>,
    cost: Cost,
}

/// Where to go for a field.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// The field; `None` stands for the runtime type of the object.
    pub(crate) field: Option<FieldId>,
    /// For objects of these types.
    pub(crate) types: Types,
    /// The first target has all that can be had there; each further one has what was missing.
    pub(crate) targets: Vec<(Target, Option<Rc<Wanted>>)>,
}

type MemoKey = (NodeId, SubgraphId, Types, Vec<*const SelectionSet>, Hops);

pub(crate) struct Evaluator {
    prices: Prices,
    /// As soon as so many ways were looked for, nothing is found any more.
    ways_max: usize,
    pub(crate) effort: Effort,
    memo: FxHashMap<MemoKey, Rc<Evaluation>>,
    root: Option<Rc<Evaluation>>,
}

/// What it took to evaluate.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Effort {
    /// So often the ways to have a field from a stand were looked for.
    pub(crate) ways: usize,
    /// Whether there was more than one way somewhere.
    pub(crate) has_choice: bool,
}

/// A field for some types, with the ways to have it.
struct Unit<'s> {
    field: Option<FieldId>,
    types: Types,
    ways: Vec<Way>,
    /// By way.
    prospects: Vec<Prospect<'s>>,
}

/// What is known of a way.
#[derive(Debug, Default)]
struct Prospect<'s> {
    /// What is missing below.
    missing: Vec<FieldId>,
    /// The offer below which it is not known yet what is to be done: nothing, it is hoped.
    hope: Option<Offer<'s>>,
}

/// After so many choices on hopes that were too high, there is no hoping.
const DISAPPOINTMENTS_MAX: usize = 1;

/// So many ways to have one field are looked at, hoped for or not.
const WAYS_MAX: usize = 8;

/// What the evaluation of one place looks at.
struct Place<'a, 's> {
    access: &'a Access<'s>,
    tree: &'a Tree,
    node: NodeId,
    /// `None` at the root of the operation, where we stand nowhere yet.
    entry: Option<&'a Entry<'s>>,
}

impl Default for Evaluator {
    fn default() -> Self {
        Self::new(Prices::default(), usize::MAX)
    }
}

impl Evaluator {
    pub(crate) fn new(prices: Prices, ways_max: usize) -> Self {
        let (effort, memo) = (Effort::default(), FxHashMap::default());
        Self { prices, ways_max, effort, memo, root: None }
    }

    /// Evaluates the root of the operation.
    pub(crate) fn evaluate_root<'s>(&mut self, access: &Access<'s>, tree: &Tree) -> Rc<Evaluation> {
        if let Some(known) = &self.root {
            return Rc::clone(known);
        }
        let evaluation = Rc::new(self.run(&Place { access, tree, node: ROOT, entry: None }));
        self.root = Some(Rc::clone(&evaluation));
        evaluation
    }

    /// Evaluates a place from where we stand.
    pub(crate) fn evaluate<'s>(
        &mut self,
        access: &Access<'s>,
        tree: &Tree,
        node: NodeId,
        entry: &Entry<'s>,
    ) -> Rc<Evaluation> {
        let provides = entry.provides.iter().map(|p| std::ptr::from_ref(*p)).collect();
        let depth = self.prices.depth(entry.depth);
        let key = (node, entry.subgraph, Rc::clone(&entry.types), provides, depth);
        if let Some(known) = self.memo.get(&key) {
            return Rc::clone(known);
        }
        let place = Place { access, tree, node, entry: Some(entry) };
        let evaluation = Rc::new(self.run(&place));
        self.memo.insert(key, Rc::clone(&evaluation));
        evaluation
    }

    fn run<'s>(&mut self, place: &Place<'_, 's>) -> Evaluation {
        let mut result = Evaluation::default();
        let mut units = Vec::new();
        for unit in self.units(place) {
            match unit.field {
                Some(field) if unit.ways.is_empty() => result.missing.push(field),
                _ => units.push(unit),
            }
        }
        units.retain(|unit| !unit.ways.is_empty());
        self.effort.has_choice |= units.iter().any(|unit| unit.ways.len() > 1);
        let chosen = self.choose(place, &mut units);
        let mut taken = Vec::new();
        for (unit, first) in units.iter().zip(&chosen) {
            taken.push(unit.ways[*first]);
            let targets = unit.cover(*first, place.tree, &mut taken, &mut result.missing);
            let types = Rc::clone(&unit.types);
            result.choices.push(Choice { field: unit.field, types, targets });
        }
        // What the initial answer needs is not found at the fetches of what it does not need.
        result.choices.sort_by_key(|choice| {
            choice.field.is_some_and(|field| place.tree.field(field).is_deferred())
        });
        result.cost = total(taken.iter()).at_least(self.prices.below(place.depth()));
        result.cost.miss(place.tree, &result.missing);
        result.cost.lost_types += place.lost_types();
        result
    }

    /// Chooses a way for each unit. A way is looked at only when it would be chosen if nothing had
    /// to be done below: where many subgraphs have the same, most need not be.
    fn choose<'s>(&mut self, place: &Place<'_, 's>, units: &mut [Unit<'s>]) -> Vec<usize> {
        let mut disappointments = 0;
        loop {
            let ways: Vec<&[Way]> = units.iter().map(|unit| &*unit.ways).collect();
            let chosen = choose(&ways);
            let mut is_final = true;
            for (unit, way) in units.iter_mut().zip(&chosen) {
                is_final &= self.look(place, unit, *way);
                // What one way lacks another may have.
                let lacks = !unit.prospects[*way].missing.is_empty();
                if lacks || disappointments >= DISAPPOINTMENTS_MAX {
                    is_final &= self.settle(place, unit, lacks);
                }
            }
            if is_final {
                return chosen;
            }
            disappointments += 1;
        }
    }

    /// Finds out what has to be done below a way; whether that is what was known or hoped for.
    fn look<'s>(&mut self, place: &Place<'_, 's>, unit: &mut Unit<'s>, way: usize) -> bool {
        let prospect = &mut unit.prospects[way];
        let (Some(offer), Some(field)) = (prospect.hope.take(), unit.field) else { return true };
        let Way { target, hops, .. } = unit.ways[way];
        let field = place.tree.field(field);
        let (found, missing) = self.way(place, field, target, hops, Some(offer));
        let is_as_hoped = found == unit.ways[way] && missing.is_empty();
        (unit.ways[way], prospect.missing) = (found, missing);
        is_as_hoped
    }

    /// Leaves no hope: looks at all ways, or where they are many forgets those not looked at.
    /// Whether nothing has changed.
    fn settle<'s>(&mut self, place: &Place<'_, 's>, unit: &mut Unit<'s>, lacks: bool) -> bool {
        if lacks || unit.ways.len() <= WAYS_MAX {
            return (0..unit.ways.len()).fold(true, |same, way| self.look(place, unit, way) & same);
        }
        let count = unit.ways.len();
        let mut is_known = unit.prospects.iter().map(|prospect| prospect.hope.is_none());
        unit.ways.retain(|_| is_known.next().unwrap_or(true));
        unit.prospects.retain(|prospect| prospect.hope.is_none());
        unit.ways.len() == count
    }

    fn units<'s>(&mut self, place: &Place<'_, 's>) -> Vec<Unit<'s>> {
        let mut units = Vec::new();
        let node = place.tree.node(place.node);
        for id in &node.fields {
            let field = place.tree.field(*id);
            let is_other = matches!(field.value, Value::Introspection(_)) || field.shown.is_none();
            if !is_other && (place.entry.is_some() || field.value != Value::Typename) {
                units.extend(self.units_of(place, *id));
            }
        }
        if place.needs_typename() {
            let mut unit = Unit::new(None, place.types_here());
            place.gateways(&self.prices).for_each(|way| unit.add(way, Vec::new(), None));
            units.push(unit);
        }
        units
    }

    /// The field, split by the types that have the same ways.
    fn units_of<'s>(&mut self, place: &Place<'_, 's>, id: FieldId) -> Vec<Unit<'s>> {
        let mut units: Vec<Unit<'s>> = Vec::new();
        let all = place.types_of(place.tree.field(id));
        for ty in all.iter() {
            let types = if all.len() == 1 { Rc::clone(&all) } else { Rc::from([*ty]) };
            let mut unit = Unit::new(Some(id), types);
            self.add_ways(place, (id, *ty), &mut unit);
            if all.len() > 1 {
                // To tell which types have the same ways all has to be known.
                (0..unit.ways.len()).for_each(|way| {
                    self.look(place, &mut unit, way);
                });
            }
            match units.iter_mut().find(|known| known.ways == unit.ways) {
                Some(known) => known.types = union(&known.types, &[*ty]),
                None => units.push(unit),
            }
        }
        units
    }

    /// Adds the ways to have a field of objects of a type.
    fn add_ways<'s>(
        &mut self,
        place: &Place<'_, 's>,
        (id, ty): (FieldId, TypeId),
        unit: &mut Unit<'s>,
    ) {
        if self.effort.ways >= self.ways_max {
            return;
        }
        self.effort.ways += 1;
        let field = place.tree.field(id);
        if place.is_unknown(ty) && place.here(field, ty).is_none() {
            return self.add_gateway_ways(place, (id, ty), unit);
        }
        if let Some(offer) = place.here(field, ty) {
            let (way, missing) = self.way(place, field, Target::Here, 0, offer);
            unit.add(way, missing, None);
            if way.below.is_nothing() {
                return;
            }
        }
        if field.value == Value::Typename && place.entry.is_some() {
            let way = self.last_way(place, field, Target::Here, 0);
            return unit.add(way, Vec::new(), None);
        }
        let mut elsewhere = place.elsewhere(field, ty);
        let is_open = |(_, hops, offer): &(Target, Hops, Offer<'s>)| {
            self.prices.is_open(offer.join.subgraph, place.arrival(field, *hops))
        };
        if place.entry.is_some() && elsewhere.iter().any(is_open) {
            elsewhere.retain(is_open);
        }
        for (target, hops, offer) in elsewhere {
            let hope = matches!(field.value, Value::Object(_)).then_some(offer);
            unit.add(self.last_way(place, field, target, hops), Vec::new(), hope);
        }
    }

    /// Adds the ways from an interface object to a field that needs the runtime type.
    fn add_gateway_ways<'s>(
        &mut self,
        place: &Place<'_, 's>,
        (id, ty): (FieldId, TypeId),
        unit: &mut Unit<'s>,
    ) {
        let field = place.tree.field(id);
        for (target, hops, offer) in place.elsewhere(field, ty) {
            if !place.leads_to_runtime_types(ty, target) {
                let (way, missing) = self.way(place, field, target, hops, Some(offer));
                unit.add(way, missing, None);
            }
        }
        let gateways: Vec<_> = place.gateways(&self.prices).collect();
        for gateway in gateways {
            let Target::Gateway(subgraph) = gateway.target else { continue };
            let entry = place.gateway_entry(ty, subgraph, gateway.hops);
            let beyond = Place { entry: Some(&entry), ..*place };
            let mut units = self.units_of(&beyond, id);
            if units.is_empty() || units.iter().any(|unit| unit.ways.is_empty()) {
                continue;
            }
            let chosen = self.choose(&beyond, &mut units);
            let (mut taken, mut missing) = (Vec::new(), Vec::new());
            for (unit, index) in units.iter().zip(&chosen) {
                taken.push(unit.ways[*index]);
                unit.cover(*index, place.tree, &mut taken, &mut missing);
            }
            let mut below = total(taken.iter()).at_least(self.prices.below(entry.depth));
            below.miss(place.tree, &missing);
            let way = Way { below, deferred: field.is_deferred(), ..gateway };
            unit.add(way, missing, None);
        }
    }

    fn way<'s>(
        &mut self,
        place: &Place<'_, 's>,
        field: &Field,
        target: Target,
        hops: Hops,
        offer: Option<Offer<'s>>,
    ) -> (Way, Vec<FieldId>) {
        let way = self.last_way(place, field, target, hops);
        let (Value::Object(child), Some(offer)) = (field.value, offer) else {
            return (way, Vec::new());
        };
        let above = if target == Target::Here { place.entry } else { None };
        let possible = &place.tree.node(child).types;
        let entry = child_entry(place.access, field, possible, &[offer], above);
        let entry = Entry { depth: place.depth() + hops, ..entry };
        let evaluation = self.evaluate(place.access, place.tree, child, &entry);
        (Way { below: evaluation.cost, ..way }, evaluation.missing.clone())
    }

    /// A way to a field below which there is nothing to do.
    fn last_way(&self, place: &Place<'_, '_>, field: &Field, target: Target, hops: Hops) -> Way {
        let price = match target {
            Target::Here => 0,
            Target::Jump(subgraph) | Target::Gateway(subgraph) | Target::Root(subgraph) => {
                self.prices.of(subgraph, place.node, place.arrival(field, hops))
            }
        };
        let below = self.prices.below(place.depth() + hops);
        Way { target, hops, price, deferred: field.is_deferred(), below }
    }
}

impl Cost {
    fn miss(&mut self, tree: &Tree, fields: &[FieldId]) {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        self.missing = count(fields.len());
        let initial = fields.iter().filter(|field| !tree.field(**field).is_deferred());
        self.initial_missing = count(initial.count());
    }
}

impl<'s> Unit<'s> {
    fn new(field: Option<FieldId>, types: Types) -> Self {
        Self { field, types, ways: Vec::new(), prospects: Vec::new() }
    }

    fn add(&mut self, way: Way, missing: Vec<FieldId>, hope: Option<Offer<'s>>) {
        self.ways.push(way);
        self.prospects.push(Prospect { missing, hope });
    }

    /// The targets to go to for all of the unit, when the first way is this one.
    fn cover(
        &self,
        first: usize,
        tree: &Tree,
        taken: &mut Vec<Way>,
        missing: &mut Vec<FieldId>,
    ) -> Vec<(Target, Option<Rc<Wanted>>)> {
        let mut targets = vec![(self.ways[first].target, None)];
        let mut left = self.prospects[first].missing.clone();
        if left.is_empty() {
            return targets;
        }
        let lacking = self.prospects.iter().map(|way| way.missing.iter().copied().collect());
        let lacking: Vec<FxHashSet<FieldId>> = lacking.collect();
        let has = |way: &usize, field: &FieldId| !tree.is_within(*field, &lacking[*way]);
        while !left.is_empty() {
            let covered = |way: &usize| left.iter().filter(|field| has(way, field)).count();
            let best = (0..self.ways.len()).filter(|way| covered(way) > 0).max_by_key(|way| {
                (covered(way), std::cmp::Reverse((self.ways[*way].hops, self.ways[*way].target)))
            });
            let Some(best) = best else { break };
            let (wanted, others) = left.into_iter().partition::<Vec<_>, _>(|f| has(&best, f));
            let wanted = Wanted::new(tree, wanted.into_iter());
            left = others;
            // It may have one of them without all that is below.
            let lacks = |lack: &&FieldId| wanted.has(tree, **lack);
            left.extend(self.prospects[best].missing.iter().filter(lacks));
            let deferred = wanted.iter().all(|field| tree.field(field).is_deferred());
            taken.push(Way { deferred, ..self.ways[best] });
            targets.push((self.ways[best].target, Some(Rc::new(wanted))));
        }
        missing.extend(left);
        targets
    }
}

impl<'s> Place<'_, 's> {
    fn types_here(&self) -> Types {
        match self.entry {
            Some(entry) => Rc::clone(&entry.types),
            None => Rc::clone(&self.tree.node(self.node).types),
        }
    }

    /// Whether `ty` is an interface object we stand on, whose runtime type is not known.
    fn is_unknown(&self, ty: TypeId) -> bool {
        self.entry.is_some() && self.access.supergraph.ty(ty).kind == TypeKind::Interface
    }

    fn depth(&self) -> Hops {
        self.entry.map_or(0, |entry| entry.depth)
    }

    fn arrival(&self, field: &Field, hops: Hops) -> Arrival {
        let may_wait = !matches!(field.value, Value::Object(_));
        Arrival { depth: self.depth(), hops, may_wait }
    }

    /// The types for which a field has to be had.
    fn types_of(&self, field: &Field) -> Types {
        match self.entry {
            Some(entry) if entry.types.iter().any(|ty| self.is_unknown(*ty)) => {
                Rc::clone(&entry.types)
            }
            Some(entry) if field.types != entry.types => intersection(&field.types, &entry.types),
            _ => Rc::clone(&field.types),
        }
    }

    /// How many of the possible runtime types cannot come from where we stand.
    fn lost_types(&self) -> u32 {
        let Some(entry) = self.entry else { return 0 };
        let all = self.tree.node(self.node).types.len();
        let is_unknown = entry.types.iter().any(|ty| self.is_unknown(*ty));
        let known = if is_unknown { all } else { entry.types.len() };
        u32::try_from(all.saturating_sub(known)).unwrap_or(u32::MAX)
    }

    /// Whether we stand on an interface object, and something depends on the runtime type.
    fn needs_typename(&self) -> bool {
        let unknown = self.entry.is_some_and(|e| e.types.iter().any(|ty| self.is_unknown(*ty)));
        let node = self.tree.node(self.node);
        unknown
            && node.types.len() > 1
            && node.fields.iter().map(|id| self.tree.field(*id)).any(|field| {
                field.shown.is_some()
                    && (field.value == Value::Typename || field.types.len() < node.types.len())
            })
    }

    /// The field where we stand: `None` when it is not to be had there at once. Inside, `None` is
    /// the type's name.
    fn here(&self, field: &Field, ty: TypeId) -> Option<Option<Offer<'s>>> {
        let entry = self.entry?;
        if field.value == Value::Typename {
            let known = !self.is_unknown(ty) || self.tree.node(self.node).types.len() == 1;
            return known.then_some(None);
        }
        resolves_at_once(self.access, entry, ty, &field.name).map(Some)
    }

    /// Where else the field can be had, and how far that is.
    fn elsewhere(&self, field: &Field, ty: TypeId) -> Vec<(Target, Hops, Offer<'s>)> {
        let access = self.access;
        let offers = access.offers(ty, &field.name);
        let offers = offers.iter().map(|&offer| (offer.join.subgraph, offer));
        let Some(entry) = self.entry else {
            return offers.map(|(subgraph, offer)| (Target::Root(subgraph), 0, offer)).collect();
        };
        let distances = access.distances(ty, entry.subgraph);
        let reached = offers.filter_map(|(subgraph, offer)| {
            let hops = distances[usize::from(subgraph.0)]?;
            let hops = hops.max(access.hops_to_inputs(ty, offer, &distances)?);
            (hops > 0).then_some((Target::Jump(subgraph), hops, offer))
        });
        reached.collect()
    }

    /// The subgraphs that know the runtime type of the interface object we stand on.
    fn gateways(&self, prices: &Prices) -> impl Iterator<Item = Way> {
        let interface = self.entry.and_then(|entry| Some((entry, *entry.types.first()?)));
        let ids = self.access.supergraph.subgraph_ids();
        ids.filter_map(move |subgraph| {
            let (entry, interface) = interface?;
            let target = Target::Gateway(subgraph);
            if !self.leads_to_runtime_types(interface, target) {
                return None;
            }
            let distances = self.access.distances(interface, entry.subgraph);
            let hops = distances[usize::from(subgraph.0)]?;
            let deferred = self.is_deferred();
            let arrival = Arrival { depth: self.depth(), hops, may_wait: false };
            let price = prices.of(subgraph, self.node, arrival);
            let below = prices.below(self.depth() + hops);
            Some(Way { target, hops, price, deferred, below })
        })
    }

    /// Whether the initial answer does not show the place.
    fn is_deferred(&self) -> bool {
        let above = self.tree.node(self.node).parent;
        above.is_some_and(|field| self.tree.field(field).is_deferred())
    }

    fn leads_to_runtime_types(&self, interface: TypeId, target: Target) -> bool {
        let (Target::Jump(subgraph) | Target::Gateway(subgraph)) = target else { return false };
        let join = self.access.supergraph.ty(interface).join(subgraph);
        join.is_some_and(|join| !join.is_interface_object)
    }

    fn gateway_entry(&self, interface: TypeId, subgraph: SubgraphId, hops: Hops) -> Entry<'s> {
        let possible = &self.tree.node(self.node).types;
        let types = self.access.runtime_types(interface, subgraph, possible);
        Entry { subgraph, types, provides: Vec::new(), depth: self.depth() + hops }
    }
}
