//! `@context` and `@fromContext`: which selections from contexts can be resolved where.
//!
//! A type that has a context sets it for what is below its fields, until another one sets it anew.

use std::collections::HashMap;

use apollo_compiler::ast::OperationType;
use apollo_compiler::executable::{FieldSet, SelectionSet};
use supergraph::Supergraph;
use supergraph::model::{ContextArgument, TypeId};

use super::reach::Reach;
use super::state::State;

/// The selections that some field takes from a context.
#[derive(Debug, Default)]
pub(super) struct Contexts {
    /// Context and selection, in the order of the schema.
    selections: Vec<(String, String)>,
    /// What each type sets: the selection, and how it reads on the type, if it can be read there.
    set_by: HashMap<TypeId, Vec<(usize, Option<SelectionSet>)>>,
}

impl Contexts {
    /// Reads the contexts of a supergraph.
    pub(super) fn new(supergraph: &Supergraph) -> Self {
        let mut contexts = Self::default();
        let fields = supergraph.types().flat_map(|(_, ty)| ty.fields.values());
        for argument in fields.flat_map(|field| &field.joins).flat_map(|join| &join.contexts) {
            if contexts.index(argument).is_none() {
                let selection = (argument.context.clone(), argument.selection.clone());
                contexts.selections.push(selection);
            }
        }
        if contexts.selections.is_empty() {
            return contexts;
        }
        // No value is had by a mutation that is not asked for.
        let mutation = supergraph.root(OperationType::Mutation);
        for (id, ty) in supergraph.types().filter(|(id, _)| Some(*id) != mutation) {
            for context in &ty.contexts {
                contexts.add_setter(supergraph, id, context);
            }
        }
        contexts
    }

    fn add_setter(&mut self, supergraph: &Supergraph, ty: TypeId, context: &str) {
        let set = self.set_by.entry(ty).or_default();
        for (index, (name, selection)) in self.selections.iter().enumerate() {
            if name == context && !set.iter().any(|(other, _)| *other == index) {
                let name = supergraph.ty(ty).name.clone();
                let read = FieldSet::parse(&supergraph.schema, name, selection, "context");
                set.push((index, read.ok().map(|read| read.selection_set.clone())));
            }
        }
    }

    fn index(&self, argument: &ContextArgument) -> Option<usize> {
        let is_same =
            |(c, s): &(String, String)| *c == argument.context && *s == argument.selection;
        self.selections.iter().position(is_same)
    }

    /// Whether a value can be had for an argument among the selections that are `resolvable`.
    pub(super) fn is_set(&self, argument: &ContextArgument, resolvable: &[usize]) -> bool {
        self.index(argument).is_some_and(|index| resolvable.contains(&index))
    }

    /// Updates what can be used below a state that is entered.
    pub(super) fn enter(&self, state: &mut State, reach: &mut Reach<'_, '_>) {
        for (index, selection) in self.set_by.get(&state.ty).into_iter().flatten() {
            state.contexts_below.retain(|other| other != index);
            let holds = selection.as_ref().is_some_and(|set| reach.selectable(set, &state.at));
            if holds {
                state.contexts_below.push(*index);
                state.contexts_below.sort_unstable();
            }
        }
    }
}
