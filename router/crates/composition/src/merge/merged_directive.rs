//! Which directive applications of subgraphs reach the supergraph, and as what.

use std::collections::{HashMap, HashSet};

use apollo_compiler::{Name, Schema};
use supergraph::implementer::{directives_of_parts, fields_of};
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
            for names in &mut merged.by_subgraph {
                names.insert(name.clone(), id);
            }
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
        self.by_subgraph[subgraph.0].get(local).copied()
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

/// The names of all directives that are applied in a schema.
pub(crate) fn applied(schema: &Schema) -> HashSet<&Name> {
    let on_types = schema.types.values().flat_map(|ty| ty.directives().iter());
    let on_components = on_types.chain(schema.schema_definition.directives.iter());
    let mut names: HashSet<&Name> = on_components.map(|directive| &directive.name).collect();
    let definitions = schema.directive_definitions.values();
    let mut lists: Vec<_> = definitions.flat_map(|d| &d.arguments).map(|a| &a.directives).collect();
    for ty in schema.types.values() {
        lists.extend(directives_of_parts(ty));
        let arguments = fields_of(ty).flat_map(|field| &field.arguments);
        lists.extend(arguments.map(|argument| &argument.directives));
    }
    names.extend(lists.into_iter().flat_map(|list| list.iter()).map(|directive| &directive.name));
    names
}
