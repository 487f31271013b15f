//! What can be had from where: which subgraph offers a field of a type, and how many fetches away
//! a subgraph is for an entity that stands in another.
//!
//! A type here is a runtime type or, where a subgraph has an interface as one object type
//! (`@interfaceObject`), that interface: an object of unknown runtime type.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use apollo_compiler::Name;
use apollo_compiler::ast::OperationType;
use apollo_compiler::executable::{self, SelectionSet};
use rustc_hash::FxHashMap;
use supergraph::Supergraph;
use supergraph::model::{FieldJoin, Key, OverrideLabel, SubgraphId, TypeId, TypeKind};

use crate::tree::{Types, intersection};

/// A field of a type in a subgraph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Offer<'s> {
    pub(crate) join: &'s FieldJoin,
    /// The type that has the field there: the type itself, or an interface object that stands for
    /// it.
    pub(crate) via: TypeId,
}

/// A key of a type in a subgraph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entrance<'s> {
    pub(crate) key: &'s Key,
    /// The `__typename` to enter by: the type itself, or an interface object.
    pub(crate) via: TypeId,
}

/// Number of fetches one after another.
pub(crate) type Hops = u16;

/// The offers of one field.
type Offers<'s> = Rc<[Offer<'s>]>;

/// By subgraph, how far it is; `None` where it cannot be reached.
type Distances = Rc<[Option<Hops>]>;

/// A field by its name, the object types it is of, and where.
type OfTypes = (Name, Types, SubgraphId);

/// Beyond so many keys and requirements that need one another, there is no way.
const NESTING_MAX: usize = 256;

pub(crate) struct Access<'s> {
    pub(crate) supergraph: &'s Supergraph,
    /// The labels of progressive overrides that are on.
    labels: &'s BTreeSet<String>,
    /// The labels that were looked at, on or off.
    labels_read: RefCell<BTreeSet<String>>,
    distances: RefCell<FxHashMap<(TypeId, SubgraphId), Distances>>,
    offers: RefCell<FxHashMap<(TypeId, Name), Offers<'s>>>,
    /// By field, its types and subgraph, what is provided below it wherever it stands.
    pub(crate) provides: RefCell<FxHashMap<OfTypes, Vec<&'s SelectionSet>>>,
    in_progress: RefCell<HashSet<(TypeId, SubgraphId)>>,
    /// Fields whose requirements are being looked for.
    requiring: RefCell<HashSet<*const FieldJoin>>,
}

impl<'s> Access<'s> {
    pub(crate) fn new(supergraph: &'s Supergraph, labels: &'s BTreeSet<String>) -> Self {
        Self {
            supergraph,
            labels,
            labels_read: RefCell::default(),
            distances: RefCell::default(),
            offers: RefCell::default(),
            provides: RefCell::default(),
            in_progress: RefCell::default(),
            requiring: RefCell::default(),
        }
    }

    /// Whether the subgraph has the type as an interface object.
    pub(crate) fn is_interface_object(&self, ty: TypeId, subgraph: SubgraphId) -> bool {
        self.supergraph.ty(ty).join(subgraph).is_some_and(|join| join.is_interface_object)
    }

    /// The types that an object can have where a subgraph says it is of type `ty`, among those
    /// possible at the place.
    pub(crate) fn runtime_types(
        &self,
        ty: TypeId,
        subgraph: SubgraphId,
        possible: &Types,
    ) -> Types {
        if self.is_interface_object(ty, subgraph) {
            return Rc::from([ty]);
        }
        let Some(join) = self.supergraph.ty(ty).join(subgraph) else { return Rc::from([]) };
        let has = |ty: &TypeId| join.possible_types.binary_search(ty).is_ok();
        if possible.iter().all(has) {
            return Rc::clone(possible);
        }
        intersection(possible, &join.possible_types)
    }

    /// The field of a type in a subgraph, external or not.
    pub(crate) fn offer(&self, ty: TypeId, name: &str, subgraph: SubgraphId) -> Option<Offer<'s>> {
        let own = self.own_offer(ty, name, subgraph);
        own.or_else(|| {
            let interfaces = self.supergraph.ty(ty).interfaces.iter();
            let stands_for = |i: &&TypeId| self.is_interface_object(**i, subgraph);
            interfaces.filter(stands_for).find_map(|i| self.own_offer(*i, name, subgraph))
        })
    }

    /// The offers of a field of a type that are not external.
    pub(crate) fn offers(&self, ty: TypeId, name: &Name) -> Offers<'s> {
        let key = (ty, name.clone());
        if let Some(known) = self.offers.borrow().get(&key) {
            return Rc::clone(known);
        }
        let all = self.supergraph.subgraph_ids().filter_map(|s| self.offer(ty, name, s));
        let offers: Offers<'s> = all.filter(|offer| !offer.join.external).collect();
        self.offers.borrow_mut().insert(key, Rc::clone(&offers));
        offers
    }

    fn own_offer(&self, ty: TypeId, name: &str, subgraph: SubgraphId) -> Option<Offer<'s>> {
        let join = self.supergraph.ty(ty).fields.get(name)?.join(subgraph)?;
        if join.label.as_ref().is_some_and(|label| !self.is_active(label)) {
            return None;
        }
        if self.is_real_interface(ty, subgraph) && !self.all_resolve(ty, name, subgraph) {
            return None;
        }
        Some(Offer { join, via: ty })
    }

    /// Whether the label is as the field needs it. Nothing else may look at which labels are on.
    fn is_active(&self, label: &OverrideLabel) -> bool {
        let mut read = self.labels_read.borrow_mut();
        if !read.contains(&label.label) {
            read.insert(label.label.clone());
        }
        self.labels.contains(&label.label) == label.on
    }

    /// The labels that planning has looked at.
    pub(crate) fn into_labels_read(self) -> BTreeSet<String> {
        self.labels_read.into_inner()
    }

    /// Whether the type is the root of queries, at which one can stand in any subgraph.
    pub(crate) fn is_query_root(&self, ty: TypeId) -> bool {
        self.supergraph.root(OperationType::Query) == Some(ty)
    }

    pub(crate) fn is_real_interface(&self, ty: TypeId, subgraph: SubgraphId) -> bool {
        self.supergraph.ty(ty).kind == TypeKind::Interface
            && !self.is_interface_object(ty, subgraph)
    }

    /// Whether every object type that an abstract type can have in a subgraph resolves the field
    /// there, without more ado.
    pub(crate) fn all_resolve(&self, ty: TypeId, name: &str, subgraph: SubgraphId) -> bool {
        let Some(join) = self.supergraph.ty(ty).join(subgraph) else { return false };
        join.possible_types.iter().all(|object| {
            self.own_offer(*object, name, subgraph)
                .is_some_and(|offer| !offer.join.external && offer.join.requires.is_none())
        })
    }

    /// Whether every object type that an abstract type can have in a subgraph has the field there:
    /// then it can be asked for on the abstract type.
    pub(crate) fn all_have(&self, ty: TypeId, name: &str, subgraph: SubgraphId) -> bool {
        let Some(join) = self.supergraph.ty(ty).join(subgraph) else { return false };
        join.possible_types.iter().all(|object| self.own_offer(*object, name, subgraph).is_some())
    }

    /// The keys by which an object of the type can be entered in a subgraph.
    pub(crate) fn entrances(&self, ty: TypeId, subgraph: SubgraphId) -> Vec<Entrance<'s>> {
        let interfaces = self.supergraph.ty(ty).interfaces.iter().copied();
        let stand_for_it = interfaces.filter(|i| self.is_interface_object(*i, subgraph));
        let entrances = std::iter::once(ty).chain(stand_for_it).flat_map(|via| {
            let keys = self.supergraph.ty(via).join(subgraph).map_or(&[][..], |join| &join.keys);
            keys.iter().filter(|key| key.resolvable).map(move |key| Entrance { key, via })
        });
        entrances.collect()
    }

    /// How many fetches away each subgraph is for an object of the type that stands in `from`.
    pub(crate) fn distances(&self, ty: TypeId, from: SubgraphId) -> Distances {
        if let Some(known) = self.distances.borrow().get(&(ty, from)) {
            return Rc::clone(known);
        }
        let mut distances =
            vec![self.is_query_root(ty).then_some(1); self.supergraph.subgraphs.len()];
        distances[usize::from(from.0)] = Some(0);
        if self.is_too_deep() {
            return distances.into();
        }
        if !self.in_progress.borrow_mut().insert((ty, from)) {
            return distances.into();
        }
        while self.relax(ty, &mut distances) {}
        self.in_progress.borrow_mut().remove(&(ty, from));
        let distances: Distances = distances.into();
        self.distances.borrow_mut().insert((ty, from), Rc::clone(&distances));
        distances
    }

    /// Whether too many distances are being looked for, one for the sake of another.
    fn is_too_deep(&self) -> bool {
        self.in_progress.borrow().len() + self.requiring.borrow().len() >= NESTING_MAX
    }

    /// One round over all subgraphs; whether a distance became shorter.
    fn relax(&self, ty: TypeId, distances: &mut [Option<Hops>]) -> bool {
        let mut changed = false;
        for subgraph in self.supergraph.subgraph_ids() {
            let here = usize::from(subgraph.0);
            let far = |d: &[Option<Hops>]| d[here].is_none_or(|hops| hops > 1);
            for entrance in self.entrances(ty, subgraph) {
                if !far(distances) {
                    break;
                }
                let Some(hops) = self.hops_to(&entrance.key.fields, ty, distances) else {
                    continue;
                };
                if distances[here].is_none_or(|known| hops + 1 < known) {
                    distances[here] = Some(hops + 1);
                    changed = true;
                }
            }
        }
        changed
    }

    /// How many fetches it takes to have a selection of an object, when it stands where the
    /// distance is 0; `None` when it cannot be had.
    pub(crate) fn hops_to(
        &self,
        selections: &SelectionSet,
        ty: TypeId,
        distances: &[Option<Hops>],
    ) -> Option<Hops> {
        self.fields(selections, ty)
            .into_iter()
            .try_fold(0, |all, field| Some(all.max(self.hops_to_field(field, ty, distances)?)))
    }

    /// The fields of a field set that are selected on an object of the type.
    pub(crate) fn fields<'f>(
        &self,
        set: &'f SelectionSet,
        ty: TypeId,
    ) -> Vec<&'f executable::Field> {
        let mut all = Vec::new();
        for selection in &set.selections {
            match selection {
                executable::Selection::Field(field) => all.push(&**field),
                executable::Selection::InlineFragment(fragment)
                    if self.applies(&fragment.selection_set.ty, ty) =>
                {
                    all.extend(self.fields(&fragment.selection_set, ty));
                }
                _ => {}
            }
        }
        all
    }

    /// Whether a type condition holds for an object of the type. Of an object of unknown type it
    /// is said to hold only where it always does.
    fn applies(&self, condition: &str, ty: TypeId) -> bool {
        let Some(condition) = self.supergraph.type_id(condition) else { return false };
        condition == ty || self.supergraph.is_possible(condition, ty)
    }

    fn hops_to_field(
        &self,
        field: &executable::Field,
        ty: TypeId,
        distances: &[Option<Hops>],
    ) -> Option<Hops> {
        if field.name == "__typename" {
            let reachable = self.supergraph.subgraph_ids();
            return reachable
                .filter_map(|s| Some((s, distances[usize::from(s.0)]?)))
                .filter(|(s, _)| !self.is_unknown_in(ty, *s))
                .map(|(_, hops)| hops)
                .min();
        }
        let offers = self.offers(ty, &field.name);
        let whole = offers.iter().filter_map(|&offer| {
            let hops = distances[usize::from(offer.join.subgraph.0)]?;
            let hops = hops.max(self.hops_to_inputs(ty, offer, distances)?);
            Some(hops + self.hops_below(field, offer, offer.join.subgraph)?)
        });
        whole.min().or_else(|| {
            // What no single subgraph has whole is asked of several.
            let parts = parts(field).into_iter();
            let hops = parts.map(|part| self.hops_to_field(&part, ty, distances));
            hops.max_by_key(|hops| hops.unwrap_or(Hops::MAX)).flatten()
        })
    }

    /// How many fetches it takes to ask for a field as one of an entity, when it has to be: because
    /// of what it requires, or takes from a context.
    pub(crate) fn hops_to_inputs(
        &self,
        ty: TypeId,
        offer: Offer<'s>,
        distances: &[Option<Hops>],
    ) -> Option<Hops> {
        if offer.join.requires.is_some() {
            return Some(self.hops_to_required(ty, offer, distances)? + 1);
        }
        if offer.join.contexts.is_empty() {
            return Some(0);
        }
        let entrances = self.entrances(ty, offer.join.subgraph).into_iter();
        let hops = entrances.filter_map(|e| self.hops_to(&e.key.fields, ty, distances));
        hops.min().map(|hops| hops + 1)
    }

    /// How many fetches it takes to have what a field requires. `None` also when that leads back
    /// to the field itself.
    fn hops_to_required(
        &self,
        ty: TypeId,
        offer: Offer<'s>,
        distances: &[Option<Hops>],
    ) -> Option<Hops> {
        let requires = offer.join.requires.as_ref()?;
        let enterable = !self.entrances(ty, offer.join.subgraph).is_empty();
        let field = std::ptr::from_ref(offer.join);
        if !enterable || self.is_too_deep() || !self.requiring.borrow_mut().insert(field) {
            return None;
        }
        let hops = self.hops_to(requires, ty, distances);
        self.requiring.borrow_mut().remove(&field);
        hops
    }

    /// Whether the runtime type of an object of the type is not known from the subgraph.
    fn is_unknown_in(&self, ty: TypeId, subgraph: SubgraphId) -> bool {
        let own = self.supergraph.ty(ty);
        match own.join(subgraph) {
            Some(join) => join.is_interface_object,
            None => true,
        }
    }

    /// Further fetches for what is selected below a field that a subgraph answers.
    pub(crate) fn hops_below(
        &self,
        field: &executable::Field,
        offer: Offer<'s>,
        subgraph: SubgraphId,
    ) -> Option<Hops> {
        if field.selection_set.selections.is_empty() {
            return Some(0);
        }
        let base = self.supergraph.type_id(offer.join.ty.inner_named_type())?;
        let possible = &self.supergraph.ty(base).possible_types;
        let mut all = 0;
        for ty in self.runtime_types(base, subgraph, &possible[..].into()).iter() {
            let distances = self.distances(*ty, subgraph);
            all = all.max(self.hops_to(&field.selection_set, *ty, &distances)?);
        }
        Some(all)
    }
}

/// A field with each of several selections below it alone; none if there is one at most.
pub(crate) fn parts(field: &executable::Field) -> Vec<executable::Field> {
    let alone = |selection_set| executable::Field { selection_set, ..field.clone() };
    parts_of_set(&field.selection_set).into_iter().map(alone).collect()
}

fn parts_of_set(set: &SelectionSet) -> Vec<SelectionSet> {
    let alone = |selection| SelectionSet { ty: set.ty.clone(), selections: vec![selection] };
    match &set.selections[..] {
        [executable::Selection::Field(field)] => {
            parts(field).into_iter().map(|part| alone(part.into())).collect()
        }
        [executable::Selection::InlineFragment(whole)] => {
            let fragment = |selection_set| {
                let fragment = executable::InlineFragment { selection_set, ..(**whole).clone() };
                alone(fragment.into())
            };
            parts_of_set(&whole.selection_set).into_iter().map(fragment).collect()
        }
        [_] => Vec::new(),
        several => several.iter().map(|selection| alone(selection.clone())).collect(),
    }
}
