//! Where we stand at a place: in which subgraph, on which types, and what it has there at once.

use std::rc::Rc;

use apollo_compiler::executable::{self, SelectionSet};
use supergraph::model::{SubgraphId, TypeId};

use crate::access::{Access, Hops, Offer};
use crate::tree::{Field, Types, union};

/// Where we stand at a place.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'s> {
    pub(crate) subgraph: SubgraphId,
    /// The runtime types that objects can have here, or the interface object we stand on.
    pub(crate) types: Types,
    /// Selections that the subgraph offers here although they are external in it.
    pub(crate) provides: Vec<&'s SelectionSet>,
    /// How many fetches are done before the one we stand in.
    pub(crate) depth: Hops,
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
    let resolved = !join.external && join.requires.is_none();
    let is_provided = || provided(access, &entry.provides, name, ty).next().is_some();
    (join.contexts.is_empty() && (resolved || is_provided())).then_some(offer)
}

/// Whether a selection can be had of all objects where we stand.
pub(crate) fn leads_to<'s>(access: &Access<'s>, entry: &Entry<'s>, wanted: &SelectionSet) -> bool {
    entry.types.iter().all(|ty| {
        let distances = access.distances(*ty, entry.subgraph);
        access.hops_to(wanted, *ty, &distances).is_some()
            || (!entry.provides.is_empty()
                && access.fields(wanted, *ty).into_iter().all(|field| {
                    resolves_at_once(access, entry, *ty, &field.name)
                        .is_some_and(|offer| leads_below(access, entry, (*ty, offer), field))
                }))
    })
}

/// Whether all below a field that is resolved where we stand can be had from there.
pub(crate) fn leads_below<'s>(
    access: &Access<'s>,
    entry: &Entry<'s>,
    (ty, offer): (TypeId, Offer<'s>),
    field: &executable::Field,
) -> bool {
    let base = access.supergraph.type_id(offer.join.ty.inner_named_type());
    let Some(base) = base.filter(|_| !field.selection_set.is_empty()) else { return true };
    let possible = &access.supergraph.ty(base).possible_types;
    let types = access.runtime_types(base, entry.subgraph, &possible[..].into());
    let provided = provided(access, &entry.provides, &field.name, ty);
    let provides = offer.join.provides.iter().chain(provided).collect();
    leads_to(access, &Entry { types, provides, ..*entry }, &field.selection_set)
}

/// Where we stand below a field that a subgraph answers, where objects of the types `possible`
/// can be; `above` is where we stood when it is answered there.
pub(crate) fn child_entry<'s>(
    access: &Access<'s>,
    field: &Field,
    possible: &Types,
    offers: &[Offer<'s>],
    above: Option<&Entry<'s>>,
) -> Entry<'s> {
    let types = offers.iter().filter_map(|offer| {
        let base = access.supergraph.type_id(offer.join.ty.inner_named_type())?;
        Some(access.runtime_types(base, offer.join.subgraph, possible))
    });
    let types = types.reduce(|all, types| if all == types { all } else { union(&all, &types) });
    let types = types.unwrap_or_else(|| Rc::from([]));
    let subgraph = offers.first().map_or(SubgraphId(0), |offer| offer.join.subgraph);
    let above_provides = above.map_or(&[][..], |entry| &entry.provides);
    let provides = provided_below(access, field, subgraph, above_provides);
    Entry { subgraph, types, provides, depth: above.map_or(0, |entry| entry.depth) }
}

/// What is provided below a field of whatever type: one selection serves the objects of all types
/// that have the field.
fn provided_below<'s>(
    access: &Access<'s>,
    field: &Field,
    subgraph: SubgraphId,
    above: &[&'s SelectionSet],
) -> Vec<&'s SelectionSet> {
    let key = (field.name.clone(), Rc::clone(&field.types), subgraph);
    if let Some(known) = access.provides.borrow().get(&key).filter(|_| above.is_empty()) {
        return known.clone();
    }
    let mut common: Option<Vec<&'s SelectionSet>> = None;
    for offer in field.types.iter().filter_map(|ty| access.offer(*ty, &field.name, subgraph)) {
        let from_above: Vec<_> = provided(access, above, &field.name, offer.via).collect();
        if offer.join.external && from_above.is_empty() {
            continue;
        }
        let mut own: Vec<_> = offer.join.provides.iter().chain(from_above).collect();
        own.retain(|selection| !selection.selections.is_empty());
        common = Some(match common {
            None => own,
            Some(known) => known.into_iter().filter(|selection| own.contains(selection)).collect(),
        });
    }
    let common = common.unwrap_or_default();
    if above.is_empty() {
        access.provides.borrow_mut().insert(key, common.clone());
    }
    common
}

/// What is selected below a field in selections that are provided on an object of a type.
fn provided<'a, 's: 'a>(
    access: &'a Access<'s>,
    provides: &'a [&'s SelectionSet],
    name: &'a str,
    ty: TypeId,
) -> impl Iterator<Item = &'s SelectionSet> + 'a {
    let fields = provides.iter().flat_map(move |set| access.fields(set, ty));
    fields.filter(move |field| field.name == name).map(|field| &field.selection_set)
}
