//! Which directive applications of subgraphs reach the supergraph, and as what.

use std::collections::HashMap;

use apollo_compiler::{Name, Schema};
use supergraph::implementer::fields_of;
use supergraph::spec::federation::FederationDirective as D;

use super::sources::SubgraphIndex;

/// A directive of the supergraph that subgraphs apply.
#[derive(Debug, Clone)]
pub(crate) struct MergedDirective {
    /// Its name in the supergraph.
    pub(crate) name: Name,
    /// What it means to federation, if anything.
    pub(crate) meaning: Option<D>,
    /// Whether an element may carry it several times.
    pub(crate) repeatable: bool,
}

/// Which of the merged directives a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct MergedId(usize);

/// The merged directives and what each subgraph calls them.
#[derive(Debug, Default)]
pub(crate) struct MergedDirectives {
    directives: Vec<MergedDirective>,
    by_subgraph: Vec<HashMap<Name, MergedId>>,
    everywhere: HashMap<Name, MergedId>,
    /// Directives that become `@join__directive`, by subgraph: the name written there.
    as_join_directive: Vec<HashMap<Name, String>>,
}

impl MergedDirectives {
    /// Directives for a number of subgraphs; those of GraphQL itself are merged everywhere.
    pub(crate) fn new(subgraphs: usize) -> Self {
        let mut merged = Self {
            by_subgraph: vec![HashMap::new(); subgraphs],
            as_join_directive: vec![HashMap::new(); subgraphs],
            ..Self::default()
        };
        for name in ["deprecated", "specifiedBy"] {
            let name = Name::new_unchecked(name);
            let id = merged.add(MergedDirective {
                name: name.clone(),
                meaning: None,
                repeatable: false,
            });
            merged.everywhere.insert(name, id);
        }
        merged
    }

    /// Adds a directive.
    pub(crate) fn add(&mut self, directive: MergedDirective) -> MergedId {
        self.directives.push(directive);
        MergedId(self.directives.len() - 1)
    }

    /// Says what a subgraph calls a directive.
    pub(crate) fn name_in(&mut self, subgraph: SubgraphIndex, local: &Name, id: MergedId) {
        self.by_subgraph[subgraph.0].insert(local.clone(), id);
    }

    /// Says that applications of a directive become `@join__directive`.
    pub(crate) fn as_join_directive(
        &mut self,
        subgraph: SubgraphIndex,
        local: &Name,
        written: String,
    ) {
        self.as_join_directive[subgraph.0].insert(local.clone(), written);
    }

    /// The merged directive that a name means in a subgraph.
    pub(crate) fn id(&self, subgraph: SubgraphIndex, local: &str) -> Option<MergedId> {
        let own = self.by_subgraph[subgraph.0].get(local);
        own.or_else(|| self.everywhere.get(local)).copied()
    }

    /// The name to write in `@join__directive` for a directive of a subgraph.
    pub(crate) fn join_directive(&self, subgraph: SubgraphIndex, local: &str) -> Option<&str> {
        self.as_join_directive[subgraph.0].get(local).map(String::as_str)
    }

    /// A merged directive.
    pub(crate) fn get(&self, id: MergedId) -> &MergedDirective {
        &self.directives[id.0]
    }

    /// The merged directive with a federation meaning, if any subgraph applies it.
    pub(crate) fn by_meaning(&self, meaning: D) -> Option<MergedId> {
        self.directives.iter().position(|d| d.meaning == Some(meaning)).map(MergedId)
    }
}

/// Calls `visit` with the name of each directive application in a schema.
pub(crate) fn visit_applications<'s>(schema: &'s Schema, visit: &mut impl FnMut(&'s Name)) {
    use apollo_compiler::schema::ExtendedType as T;
    let mut all = |directives: &'s [apollo_compiler::Node<apollo_compiler::ast::Directive>]| {
        for directive in directives {
            visit(&directive.name);
        }
    };
    for definition in schema.directive_definitions.values() {
        for argument in &definition.arguments {
            all(&argument.directives);
        }
    }
    for ty in schema.types.values() {
        match ty {
            T::Enum(ty) => ty.values.values().for_each(|v| all(&v.directives)),
            T::InputObject(ty) => ty.fields.values().for_each(|f| all(&f.directives)),
            _ => {}
        }
        for field in fields_of(ty) {
            all(&field.directives);
            for argument in &field.arguments {
                all(&argument.directives);
            }
        }
    }
    let on_types = schema.types.values().flat_map(|ty| ty.directives().iter());
    for directive in on_types.chain(schema.schema_definition.directives.iter()) {
        visit(&directive.name);
    }
}
