//! Which objects stand where: what is below a field may come from one subgraph for some types and
//! from others for the rest, so that where we stand at a place there need not be all of its objects.

use std::collections::HashMap;

use supergraph::model::TypeId;

use crate::construct::Constructor;
use crate::steps::{StandId, Step};
use crate::tree::{NodeId, Types, intersection};

/// What has been found out, by the stands and the type.
type Known = HashMap<(StandId, StandId, TypeId), bool>;

impl Constructor<'_, '_> {
    /// Whether all objects of a type that stand at `from` stand at `stand`, too.
    pub(crate) fn covers(&self, stand: StandId, from: StandId, ty: TypeId) -> bool {
        // Mostly it was entered from there.
        self.step_begun(stand).is_some_and(|step| step.origins.contains(&(from, ty)))
            || self.has_all(stand, from, ty, &mut Known::new())
    }

    fn has_all(&self, stand: StandId, from: StandId, ty: TypeId, known: &mut Known) -> bool {
        let is_root = self.step_begun(stand).is_some_and(|step| step.inputs.is_none());
        if stand == from || is_root {
            return true;
        }
        if let Some(known) = known.get(&(stand, from, ty)) {
            return *known;
        }
        // What leads back to the question is no answer.
        known.insert((stand, from, ty), false);
        let mut origins = self.origins(from, ty).peekable();
        let is_entered = origins.peek().is_some();
        let has = (is_entered && origins.all(|(from, ty)| self.has_all(stand, from, ty, known)))
            || self.origins(stand, ty).any(|(stand, of)| {
                self.is_of(ty, &[of], self.node(from)) && self.has_all(stand, from, ty, known)
            })
            || self.has_all_below(stand, from, known);
        known.insert((stand, from, ty), has);
        has
    }

    /// Whether that is so because they are below the same field of objects of which that is so.
    fn has_all_below(&self, stand: StandId, from: StandId, known: &mut Known) -> bool {
        let above = |stand: StandId| {
            let (above, field) = self.steps.stand(stand).above?;
            let selection = self.steps.selection(self.steps.stand(above).selection);
            Some((above, field, &selection.fields.get(&field)?.types))
        };
        let (Some((stand, field, types)), Some((from, other, wanted))) =
            (above(stand), above(from))
        else {
            return false;
        };
        let node = self.node(from);
        field == other
            && wanted
                .iter()
                .all(|ty| self.is_of(*ty, types, node) && self.has_all(stand, from, *ty, known))
    }

    fn node(&self, stand: StandId) -> NodeId {
        self.steps.selection(self.steps.stand(stand).selection).node
    }

    /// Where the objects of a type come from that stand where a fetch begins: by the type we know
    /// there or here, where only one of both is a runtime type.
    fn origins(&self, stand: StandId, ty: TypeId) -> impl Iterator<Item = (StandId, TypeId)> {
        let node = self.node(stand);
        let origins = self.step_begun(stand).map_or(&[][..], |step| &step.origins);
        origins.iter().filter_map(move |(origin, of)| {
            let (all, some) = (self.runtime(ty, node), self.runtime(*of, node));
            let both = intersection(&all, &some);
            let narrower = if both == some { *of } else { ty };
            (!both.is_empty()).then_some((*origin, narrower))
        })
    }

    /// The fetch that begins there.
    fn step_begun(&self, stand: StandId) -> Option<&Step> {
        let stand = self.steps.stand(stand);
        stand.above.is_none().then(|| self.steps.step(stand.step))
    }

    /// Whether objects of a type are of one of the types, also where only an interface is known.
    fn is_of(&self, ty: TypeId, types: &[TypeId], node: NodeId) -> bool {
        let is_one =
            |ty: &TypeId| types.iter().any(|known| self.runtime(*known, node).contains(ty));
        types.contains(&ty) || self.runtime(ty, node).iter().all(is_one)
    }

    /// The runtime types that objects at a place can have that are known to be of a type.
    fn runtime(&self, ty: TypeId, node: NodeId) -> Types {
        intersection(&self.tree.node(node).types, &self.access.supergraph.ty(ty).possible_types)
    }
}
