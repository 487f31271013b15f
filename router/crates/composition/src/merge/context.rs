//! What every part of merging works on: the subgraphs, what was set up, and the supergraph so far.

use std::collections::HashMap;

use apollo_compiler::ast::{Directive, Type};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Node, Schema};
use supergraph::implementer::Implementer;
use supergraph::spec::federation::FederationDirective as D;

use super::auth::PropagatedAuth;
use super::setup::Setup;
use super::sources::TypeIndex;
use crate::diagnostic::Report;
use crate::subgraph::Subgraph;

/// Where an enum is used in the supergraph.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct EnumUsage {
    pub(crate) input: bool,
    pub(crate) output: bool,
}

/// The state of merging.
pub(crate) struct Context<'a> {
    /// The subgraphs, by name.
    pub(crate) subgraphs: &'a [Subgraph],
    /// Their types.
    pub(crate) index: &'a TypeIndex<'a>,
    /// Specifications, directives and names of the supergraph.
    pub(crate) setup: &'a Setup,
    /// The supergraph so far.
    pub(crate) schema: Schema,
    /// Errors and hints so far.
    pub(crate) report: Report,
    /// The object types that implement an interface in the supergraph.
    pub(crate) implementations: HashMap<Name, Vec<Name>>,
    /// Access requirements that elements have because of others.
    pub(crate) auth: PropagatedAuth<'a>,
    /// The enums that fields and arguments of the supergraph have.
    pub(crate) enum_usage: HashMap<Name, EnumUsage>,
}

impl Context<'_> {
    /// Adds a type to the supergraph, in place of its declaration if it has one.
    pub(crate) fn add_type(&mut self, ty: impl Into<ExtendedType>) {
        let ty = ty.into();
        self.schema.types.insert(ty.name().clone(), ty);
    }

    /// Remembers that something of the supergraph takes a type, or returns it.
    pub(crate) fn use_type(&mut self, ty: &Type, is_input: bool) {
        let usage = self.enum_usage.entry(ty.inner_named_type().clone()).or_default();
        *(if is_input { &mut usage.input } else { &mut usage.output }) = true;
    }

    /// The interfaces a type implements in the supergraph.
    pub(crate) fn interfaces(&self, ty: &str) -> Vec<Name> {
        let ty = self.schema.types.get(ty).and_then(Implementer::of);
        let interfaces = ty.into_iter().flat_map(|ty| ty.interfaces);
        interfaces.map(|interface| interface.name.clone()).collect()
    }

    /// Whether merged directives hide their element.
    pub(crate) fn is_inaccessible(&self, directives: &[Node<Directive>]) -> bool {
        let inaccessible = self.setup.directives.by_meaning(D::Inaccessible);
        inaccessible.is_some_and(|id| {
            let name = &self.setup.directives.get(id).name;
            directives.iter().any(|directive| directive.name == *name)
        })
    }
}
