//! What the arguments of a field take from contexts: which records further up set them, and the
//! values there, which have to be fetched before.
//!
//! A record sets a context for what is below its fields, until another one sets it anew. Which one
//! is the nearest depends on the runtime types on the way, so all that can be are places.
//!
//! <https://specs.apollo.dev/context/v0.1/>

use apollo_compiler::executable::FieldSet;
use supergraph::model::{ContextArgument, SubgraphId, TypeId, TypeKind};

use crate::construct::Constructor;
use crate::error::PlanError;
use crate::inputs::{Need, add_values};
use crate::steps::{Context, ContextPlace, InputValue, StandId, StepId};
use crate::tree::{NodeId, Types};

impl Constructor<'_, '_> {
    /// Makes the values of arguments available to an entity fetch.
    pub(crate) fn need_contexts(
        &mut self,
        step: StepId,
        arguments: &[ContextArgument],
    ) -> Result<(), PlanError> {
        for argument in arguments {
            if self.steps.step(step).contexts.iter().any(|known| known.is_of(argument)) {
                continue;
            }
            let (places, argument) = (self.context_places(step, argument)?, argument.clone());
            self.steps.step_mut(step).contexts.push(Context { argument, places });
        }
        Ok(())
    }

    /// The places that set a context for the entities of a fetch, nearest first.
    fn context_places(
        &mut self,
        step: StepId,
        argument: &ContextArgument,
    ) -> Result<Vec<ContextPlace>, PlanError> {
        let (mut node, mut path, mut places) = (self.steps.step(step).node, Vec::new(), Vec::new());
        while let Some(field) = self.tree.node(node).parent {
            path.insert(0, field);
            node = self.tree.field(field).node;
            let here = Types::clone(&self.tree.field(field).types);
            let sets =
                |ty: &TypeId| self.access.supergraph.ty(*ty).contexts.contains(&argument.context);
            let types: Types = here.iter().copied().filter(sets).collect();
            if !types.is_empty() {
                if types != here || argument.selection.contains("...") {
                    self.tell_types(step, node)?;
                }
                let values = self.context_values(step, (node, &types), argument)?;
                let (types, path) = (Types::clone(&types), path.clone());
                places.push(ContextPlace { node, types, path, values });
            }
            if types == here {
                return Ok(places);
            }
        }
        if places.is_empty() { Err(self.unsatisfiable(None)) } else { Ok(places) }
    }

    /// Has the runtime types of the interface objects at a place told before a fetch: they decide
    /// whether a context is set there, and what it has.
    fn tell_types(&mut self, step: StepId, node: NodeId) -> Result<(), PlanError> {
        for stand in self.steps.stands_at(node) {
            let entry = self.steps.stand(stand).entry.clone();
            let [interface] = entry.types[..] else { continue };
            let is_known = self.access.supergraph.ty(interface).kind != TypeKind::Interface;
            if is_known || self.steps.depends_on(self.steps.stand(stand).step, step) {
                continue;
            }
            let distances = self.access.distances(interface, entry.subgraph);
            let knows = |s: &SubgraphId| self.access.is_real_interface(interface, *s);
            let others = self.access.supergraph.subgraph_ids().filter(knows);
            let nearest = others.filter_map(|s| Some((distances[usize::from(s.0)]?, s))).min();
            let (_, nearest) = nearest.ok_or_else(|| self.unsatisfiable(None))?;
            let there = self.gateway(node, stand, nearest, &entry.types)?;
            let there = self.steps.stand(there).step;
            self.steps.step_mut(step).after.insert(there);
        }
        Ok(())
    }

    /// The fields that hold the value of an argument in the records of a place.
    fn context_values(
        &mut self,
        step: StepId,
        (node, types): (NodeId, &Types),
        argument: &ContextArgument,
    ) -> Result<Vec<InputValue>, PlanError> {
        let supergraph = self.access.supergraph;
        let mut values = Vec::new();
        for ty in types.iter() {
            for (from, stood_on) in self.context_stands(step, node, *ty) {
                let name = supergraph.ty(stood_on).name.clone();
                let selection =
                    FieldSet::parse(&supergraph.schema, name, &argument.selection, "context")
                        .map_err(|_| self.unsatisfiable(None))?;
                let need = Need { node, ty: stood_on, from, step };
                add_values(&mut values, self.need(need, &selection.selection_set, false)?);
            }
        }
        Ok(values)
    }

    /// Where objects of a type stand without the fetch in need, and the type we know there: an
    /// interface object's, if only such a one has them.
    fn context_stands(&self, step: StepId, node: NodeId, ty: TypeId) -> Vec<(StandId, TypeId)> {
        let interfaces = &self.access.supergraph.ty(ty).interfaces;
        let stands = self.steps.stands_at(node).into_iter().filter_map(|stand| {
            let earlier = self.steps.stand(stand).step;
            if self.steps.depends_on(earlier, step) {
                return None;
            }
            let known = &self.steps.stand(stand).entry.types;
            let has = |ty: &&TypeId| known.binary_search(ty).is_ok();
            let stood_on = [ty].iter().chain(interfaces).copied().find(|ty| has(&ty))?;
            Some((stood_on != ty, self.steps.depth(earlier), stand, stood_on))
        });
        let mut stands: Vec<_> = stands.collect();
        stands.sort_unstable();
        stands.into_iter().map(|(.., stand, stood_on)| (stand, stood_on)).collect()
    }
}
