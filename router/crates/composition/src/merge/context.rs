//! What every part of merging works on: the subgraphs, what was set up, and the supergraph so far.

use std::collections::HashMap;

use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Schema};

use super::auth::PropagatedAuth;
use super::report::Report;
use super::setup::Setup;
use super::sources::TypeIndex;
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
    /// Remembers that a field of the supergraph returns a type.
    pub(crate) fn use_in_output(&mut self, ty: &apollo_compiler::ast::Type) {
        self.usage(ty.inner_named_type()).output = true;
    }

    /// Remembers that an argument or input field of the supergraph takes a type.
    pub(crate) fn use_in_input(&mut self, ty: &apollo_compiler::ast::Type) {
        self.usage(ty.inner_named_type()).input = true;
    }

    fn usage(&mut self, name: &Name) -> &mut EnumUsage {
        self.enum_usage.entry(name.clone()).or_default()
    }

    /// The interfaces a type implements in the supergraph.
    pub(crate) fn interfaces(&self, ty: &str) -> Vec<Name> {
        let names = match self.schema.types.get(ty) {
            Some(ExtendedType::Object(ty)) => &ty.implements_interfaces,
            Some(ExtendedType::Interface(ty)) => &ty.implements_interfaces,
            _ => return Vec::new(),
        };
        names.iter().map(|interface| interface.name.clone()).collect()
    }

    /// Whether `sub` is a possible type of, or implements, `sup` in the supergraph.
    pub(crate) fn is_subtype(&self, sub: &str, sup: &str) -> bool {
        match self.schema.types.get(sup) {
            Some(ExtendedType::Union(union)) => union.members.contains(sub),
            Some(ExtendedType::Interface(_)) => match self.schema.types.get(sub) {
                Some(ExtendedType::Object(ty)) => ty.implements_interfaces.contains(sup),
                Some(ExtendedType::Interface(ty)) => ty.implements_interfaces.contains(sup),
                _ => false,
            },
            _ => false,
        }
    }
}
