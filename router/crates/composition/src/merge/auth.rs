//! Access requirements travel between objects and interfaces: an interface requires what all of
//! its implementations require, and a field of an `@interfaceObject` guards the implementations,
//! and with them their other interfaces.
//!
//! <https://www.apollographql.com/docs/graphos/routing/security/authorization>

use std::collections::HashMap;

use apollo_compiler::{Name, Schema};
use supergraph::spec::federation::FederationDirective as D;

use super::setup::Setup;
use super::sources::{Applied, TypeIndex, TypeSource};
use crate::subgraph::field_map::FieldMap;

/// The directives that say who may see an element.
pub(crate) const AUTH: [D; 3] = [D::Authenticated, D::RequiresScopes, D::Policy];

/// The requirements that elements have because of others.
#[derive(Debug, Default)]
pub(crate) struct PropagatedAuth<'a> {
    types: HashMap<Name, Vec<Applied<'a>>>,
    fields: FieldMap<Vec<Applied<'a>>>,
}

impl<'a> PropagatedAuth<'a> {
    /// Collects requirements; the schema knows who implements what.
    pub(crate) fn collect(index: &TypeIndex<'a>, setup: &Setup, schema: &Schema) -> Self {
        let mut auth = Self::default();
        if AUTH.iter().all(|d| setup.directives.by_meaning(*d).is_none()) {
            return auth;
        }
        for object in schema.types.values().filter_map(|ty| ty.as_object()) {
            let interfaces: Vec<&Name> =
                object.implements_interfaces.iter().map(|i| &i.name).collect();
            for source in index.sources(&object.name) {
                let on_type: Vec<Applied<'a>> = source.directives().filter(is_auth).collect();
                for interface in &interfaces {
                    auth.types.entry((*interface).clone()).or_default().extend(&on_type);
                }
                auth.pass_from_fields(*source, &interfaces);
            }
            for interface in &interfaces {
                let others = interfaces.iter().copied().filter(|other| other != interface);
                let others: Vec<&Name> = others.chain([&object.name]).collect();
                for source in index.sources(interface).iter().filter(|s| s.interface_object) {
                    auth.pass_from_fields(*source, &others);
                }
            }
        }
        auth
    }

    /// The requirements a type has because of others.
    pub(crate) fn of_type(&self, ty: &str) -> Vec<Applied<'a>> {
        self.types.get(ty).cloned().unwrap_or_default()
    }

    /// The requirements a field has because of others.
    pub(crate) fn of_field(&self, ty: &str, field: &str) -> Vec<Applied<'a>> {
        self.fields.get(ty, field).cloned().unwrap_or_default()
    }

    /// Passes on what the fields of a type require in one subgraph.
    fn pass_from_fields(&mut self, source: TypeSource<'a>, to: &[&Name]) {
        for field in source.fields().filter(|field| !field.is_external()) {
            let required: Vec<Applied<'a>> = field.directives().filter(is_auth).collect();
            for ty in to.iter().filter(|_| !required.is_empty()) {
                self.fields.entry(ty, field.name()).extend(&required);
            }
        }
    }
}

fn is_auth(applied: &Applied<'_>) -> bool {
    let meaning = applied.at.subgraph.directive(&applied.node.name);
    meaning.is_some_and(|meaning| AUTH.contains(&meaning))
}
