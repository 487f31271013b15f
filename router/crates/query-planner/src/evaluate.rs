//! Which way to take for each field, by what it costs from there on: a dynamic programme over
//! (place, where we stand), each pair of which is evaluated once.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use apollo_compiler::executable::{self, SelectionSet};
use supergraph::model::{SubgraphId, TypeId, TypeKind};

use crate::access::{Access, Hops, Offer};
use crate::cost::{Cost, Target, Way, choose, total};
use crate::tree::{Field, FieldId, NodeId, ROOT, Tree, Types, Value, intersection, union};

/// Where we stand at a place.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'s> {
    pub(crate) subgraph: SubgraphId,
    /// The runtime types that objects can have here, or the interface object we stand on.
    pub(crate) types: Types,
    /// Selections that the subgraph offers here although they are external in it.
    pub(crate) provides: Vec<&'s SelectionSet>,
}

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
    pub(crate) targets: Vec<(Target, Option<Wanted>)>,
}

/// The fields that are still wanted, when not all are.
pub(crate) type Wanted = Rc<HashSet<FieldId>>;

type MemoKey = (NodeId, SubgraphId, Types, Vec<*const SelectionSet>);

#[derive(Default)]
pub(crate) struct Evaluator {
    memo: HashMap<MemoKey, Rc<Evaluation>>,
    root: Option<Rc<Evaluation>>,
}

/// A field for some types, with the ways to have it.
struct Unit {
    field: Option<FieldId>,
    types: Types,
    ways: Vec<Way>,
    /// By way, what is missing below.
    missing: Vec<Vec<FieldId>>,
}

/// What the evaluation of one place looks at.
struct Place<'a, 's> {
    access: &'a Access<'s>,
    tree: &'a Tree,
    node: NodeId,
    /// `None` at the root of the operation, where we stand nowhere yet.
    entry: Option<&'a Entry<'s>>,
}

impl Evaluator {
    /// Evaluates the root of the operation.
    pub(crate) fn evaluate_root(&mut self, access: &Access<'_>, tree: &Tree) -> Rc<Evaluation> {
        if let Some(known) = &self.root {
            return Rc::clone(known);
        }
        let evaluation = Rc::new(self.run(&Place { access, tree, node: ROOT, entry: None }));
        self.root = Some(Rc::clone(&evaluation));
        evaluation
    }

    /// Evaluates a place from where we stand.
    pub(crate) fn evaluate(
        &mut self,
        access: &Access<'_>,
        tree: &Tree,
        node: NodeId,
        entry: &Entry<'_>,
    ) -> Rc<Evaluation> {
        let provides = entry.provides.iter().map(|p| std::ptr::from_ref(*p)).collect();
        let key = (node, entry.subgraph, Rc::clone(&entry.types), provides);
        if let Some(known) = self.memo.get(&key) {
            return Rc::clone(known);
        }
        let place = Place { access, tree, node, entry: Some(entry) };
        let evaluation = Rc::new(self.run(&place));
        self.memo.insert(key, Rc::clone(&evaluation));
        evaluation
    }

    fn run(&mut self, place: &Place<'_, '_>) -> Evaluation {
        let mut result = Evaluation::default();
        let mut units = Vec::new();
        for unit in self.units(place) {
            match unit.field {
                Some(field) if unit.ways.is_empty() => result.missing.push(field),
                _ => units.push(unit),
            }
        }
        units.retain(|unit| !unit.ways.is_empty());
        let ways: Vec<_> = units.iter().map(|unit| unit.ways.clone()).collect();
        let chosen = choose(&ways);
        let mut taken = Vec::new();
        for (unit, first) in units.iter().zip(&chosen) {
            taken.push(unit.ways[*first]);
            let targets = unit.cover(*first, place.tree, &mut taken, &mut result.missing);
            let types = Rc::clone(&unit.types);
            result.choices.push(Choice { field: unit.field, types, targets });
        }
        result.cost = total(taken.iter());
        result.cost.missing = u32::try_from(result.missing.len()).unwrap_or(u32::MAX);
        result.cost.lost_types += place.lost_types();
        result
    }

    fn units(&mut self, place: &Place<'_, '_>) -> Vec<Unit> {
        let mut units = Vec::new();
        let node = place.tree.node(place.node);
        for id in &node.fields {
            let field = place.tree.field(*id);
            if field.shown.is_none() || matches!(field.value, Value::Introspection(_)) {
                continue;
            }
            if place.entry.is_none() && field.value == Value::Typename {
                continue;
            }
            units.extend(self.units_of(place, *id));
        }
        if place.needs_typename() {
            let ways: Vec<_> = place.gateways().collect();
            let missing = vec![Vec::new(); ways.len()];
            units.push(Unit { field: None, types: place.types_here(), ways, missing });
        }
        units
    }

    /// The field, split by the types that have the same ways.
    fn units_of(&mut self, place: &Place<'_, '_>, id: FieldId) -> Vec<Unit> {
        let field = place.tree.field(id);
        let mut units: Vec<Unit> = Vec::new();
        for ty in place.types_of(field).iter() {
            let (ways, missing) = self.ways(place, id, *ty).into_iter().unzip();
            match units.iter_mut().find(|unit| unit.ways == ways) {
                Some(unit) => unit.types = union(&unit.types, &[*ty]),
                None => {
                    units.push(Unit { field: Some(id), types: Rc::from([*ty]), ways, missing });
                }
            }
        }
        units
    }

    /// The ways to have a field of objects of a type.
    fn ways(&mut self, place: &Place<'_, '_>, id: FieldId, ty: TypeId) -> Vec<(Way, Vec<FieldId>)> {
        let field = place.tree.field(id);
        if place.is_unknown(ty) && place.here(field, ty).is_none() {
            return self.gateway_ways(place, id, ty);
        }
        let mut ways = Vec::new();
        if let Some(offer) = place.here(field, ty) {
            let way = self.way(place, field, Target::Here, 0, offer);
            if (Cost { lost_types: 0, ..way.0.below }) == Cost::default() {
                return vec![way];
            }
            ways.push(way);
        }
        if field.value == Value::Typename && place.entry.is_some() {
            ways.push((Way { target: Target::Here, hops: 0, below: Cost::default() }, Vec::new()));
            return ways;
        }
        for (target, hops, offer) in place.elsewhere(field, ty) {
            ways.push(self.way(place, field, target, hops, Some(offer)));
        }
        ways
    }

    /// The ways from an interface object to a field that needs the runtime type.
    fn gateway_ways(
        &mut self,
        place: &Place<'_, '_>,
        id: FieldId,
        ty: TypeId,
    ) -> Vec<(Way, Vec<FieldId>)> {
        let field = place.tree.field(id);
        let mut ways = Vec::new();
        for (target, hops, offer) in place.elsewhere(field, ty) {
            if !place.leads_to_runtime_types(ty, target) {
                ways.push(self.way(place, field, target, hops, Some(offer)));
            }
        }
        let gateways: Vec<_> = place.gateways().collect();
        for gateway in gateways {
            let Target::Gateway(subgraph) = gateway.target else { continue };
            let entry = place.gateway_entry(ty, subgraph);
            let beyond = Place { entry: Some(&entry), ..*place };
            let units = self.units_of(&beyond, id);
            if units.is_empty() || units.iter().any(|unit| unit.ways.is_empty()) {
                continue;
            }
            let sets: Vec<_> = units.iter().map(|unit| unit.ways.clone()).collect();
            let chosen = choose(&sets);
            let (mut taken, mut missing) = (Vec::new(), Vec::new());
            for (unit, index) in units.iter().zip(&chosen) {
                taken.push(unit.ways[*index]);
                unit.cover(*index, place.tree, &mut taken, &mut missing);
            }
            let mut below = total(taken.iter());
            below.missing = u32::try_from(missing.len()).unwrap_or(u32::MAX);
            ways.push((Way { below, ..gateway }, missing));
        }
        ways
    }

    fn way(
        &mut self,
        place: &Place<'_, '_>,
        field: &Field,
        target: Target,
        hops: Hops,
        offer: Option<Offer<'_>>,
    ) -> (Way, Vec<FieldId>) {
        let (Value::Object(child), Some(offer)) = (field.value, offer) else {
            return (Way { target, hops, below: Cost::default() }, Vec::new());
        };
        let above = if target == Target::Here { place.entry } else { None };
        let possible = &place.tree.node(child).types;
        let entry = child_entry(place.access, &field.name, possible, &[offer], above);
        let evaluation = self.evaluate(place.access, place.tree, child, &entry);
        (Way { target, hops, below: evaluation.cost }, evaluation.missing.clone())
    }
}

impl Unit {
    /// The targets to go to for all of the unit, when the first way is this one.
    fn cover(
        &self,
        first: usize,
        tree: &Tree,
        taken: &mut Vec<Way>,
        missing: &mut Vec<FieldId>,
    ) -> Vec<(Target, Option<Wanted>)> {
        let mut targets = vec![(self.ways[first].target, None)];
        let mut left = self.missing[first].clone();
        let has = |way: &usize, field: &FieldId| {
            !self.missing[*way].iter().any(|missing| tree.is_within(*field, *missing))
        };
        while !left.is_empty() {
            let covered = |way: &usize| left.iter().filter(|field| has(way, field)).count();
            let best = (0..self.ways.len()).filter(|way| covered(way) > 0).max_by_key(|way| {
                (covered(way), std::cmp::Reverse((self.ways[*way].hops, self.ways[*way].target)))
            });
            let Some(best) = best else { break };
            let wanted: HashSet<_> = left.iter().filter(|f| has(&best, f)).copied().collect();
            left.retain(|field| !wanted.contains(field));
            taken.push(self.ways[best]);
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

    /// The types for which a field has to be had.
    fn types_of(&self, field: &Field) -> Types {
        match self.entry {
            Some(entry) if entry.types.iter().any(|ty| self.is_unknown(*ty)) => {
                Rc::clone(&entry.types)
            }
            Some(entry) => intersection(&field.types, &entry.types),
            None => Rc::clone(&field.types),
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
        let offers = access.supergraph.subgraph_ids().filter_map(|subgraph| {
            let offer = access.offer(ty, &field.name, subgraph)?;
            (!offer.join.external && offer.join.contexts.is_empty()).then_some((subgraph, offer))
        });
        let Some(entry) = self.entry else {
            return offers.map(|(subgraph, offer)| (Target::Root(subgraph), 0, offer)).collect();
        };
        if is_root_type(access, ty) {
            let others = offers.filter(|(subgraph, _)| *subgraph != entry.subgraph);
            return others.map(|(subgraph, offer)| (Target::Root(subgraph), 1, offer)).collect();
        }
        let distances = access.distances(ty, entry.subgraph);
        let reached = offers.filter_map(|(subgraph, offer)| {
            let mut hops = distances[usize::from(subgraph.0)]?;
            if offer.join.requires.is_some() {
                hops = hops.max(access.hops_to_required(ty, offer, &distances)? + 1);
            }
            (hops > 0).then_some((Target::Jump(subgraph), hops, offer))
        });
        reached.collect()
    }

    /// The subgraphs that know the runtime type of the interface object we stand on.
    fn gateways(&self) -> impl Iterator<Item = Way> {
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
            Some(Way { target, hops, below: Cost::default() })
        })
    }

    fn leads_to_runtime_types(&self, interface: TypeId, target: Target) -> bool {
        let (Target::Jump(subgraph) | Target::Gateway(subgraph)) = target else { return false };
        let join = self.access.supergraph.ty(interface).join(subgraph);
        join.is_some_and(|join| !join.is_interface_object)
    }

    fn gateway_entry(&self, interface: TypeId, subgraph: SubgraphId) -> Entry<'s> {
        let possible = &self.tree.node(self.node).types;
        let types = self.access.runtime_types(interface, subgraph, possible);
        Entry { subgraph, types, provides: Vec::new() }
    }
}

fn is_root_type(access: &Access<'_>, ty: TypeId) -> bool {
    access.supergraph.root(apollo_compiler::ast::OperationType::Query) == Some(ty)
}

/// The field of a type where we stand, if the subgraph resolves it there without more ado.
pub(crate) fn resolves_at_once<'s>(
    access: &Access<'s>,
    entry: &Entry<'s>,
    ty: TypeId,
    name: &str,
) -> Option<Offer<'s>> {
    let offer = access.offer(ty, name, entry.subgraph)?;
    let join = offer.join;
    let resolved = !join.external && join.requires.is_none() && join.contexts.is_empty();
    let is_provided = || provided(access, &entry.provides, name, ty).next().is_some();
    (resolved || is_provided()).then_some(offer)
}

/// Where we stand below a field that a subgraph answers, where objects of the types `possible`
/// can be; `above` is where we stood when it is answered there.
pub(crate) fn child_entry<'s>(
    access: &Access<'s>,
    name: &str,
    possible: &[TypeId],
    offers: &[Offer<'s>],
    above: Option<&Entry<'s>>,
) -> Entry<'s> {
    let mut types: Types = Rc::from([]);
    let mut provides: Vec<&'s SelectionSet> = Vec::new();
    let mut add = |selection: &'s SelectionSet| {
        if !selection.selections.is_empty() && !provides.iter().any(|p| std::ptr::eq(*p, selection))
        {
            provides.push(selection);
        }
    };
    for offer in offers {
        let base = access.supergraph.type_id(offer.join.ty.inner_named_type());
        if let Some(base) = base {
            types = union(&types, &access.runtime_types(base, offer.join.subgraph, possible));
        }
        offer.join.provides.iter().for_each(&mut add);
        if let Some(above) = above {
            provided(access, &above.provides, name, offer.via).for_each(&mut add);
        }
    }
    let subgraph = offers.first().map_or(SubgraphId(0), |offer| offer.join.subgraph);
    Entry { subgraph, types, provides }
}

/// What is selected below a field in selections that are provided on an object of a type.
fn provided<'a, 's: 'a>(
    access: &'a Access<'s>,
    provides: &'a [&'s SelectionSet],
    name: &'a str,
    ty: TypeId,
) -> impl Iterator<Item = &'s SelectionSet> + 'a {
    let mut open: Vec<&'s SelectionSet> = provides.to_vec();
    let mut found = Vec::new();
    while let Some(set) = open.pop() {
        for selection in &set.selections {
            match selection {
                executable::Selection::Field(field) if field.name == name => {
                    found.push(&field.selection_set);
                }
                executable::Selection::InlineFragment(fragment)
                    if access.applies(&fragment.selection_set.ty, ty) =>
                {
                    open.push(&fragment.selection_set);
                }
                _ => {}
            }
        }
    }
    found.into_iter()
}
