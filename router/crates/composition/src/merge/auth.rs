//! Access requirements travel between objects and interfaces: an interface requires what all of
//! its implementations require, and a field of an `@interfaceObject` guards the implementations.
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
            auth.pass_from_object(index, &object.name, &interfaces);
            for interface in &interfaces {
                auth.pass_from_interface_object(index, &object.name, interface, &interfaces);
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

    /// An object passes on to its interfaces what it and its fields require.
    fn pass_from_object(&mut self, index: &TypeIndex<'a>, object: &Name, interfaces: &[&Name]) {
        let Some(entry) = index.get(object) else { return };
        for source in &entry.sources {
            let on_type: Vec<Applied<'a>> = source.directives().filter(is_auth).collect();
            for interface in interfaces {
                self.types.entry((*interface).clone()).or_default().extend(&on_type);
            }
            for (field, applications) in field_requirements(*source) {
                for interface in interfaces {
                    self.add(interface, field, &applications);
                }
            }
        }
    }

    /// An interface object passes what its fields require to an implementation and to the other
    /// interfaces of that.
    fn pass_from_interface_object(
        &mut self,
        index: &TypeIndex<'a>,
        object: &Name,
        interface: &Name,
        interfaces: &[&Name],
    ) {
        let Some(entry) = index.get(interface) else { return };
        for source in entry.sources.iter().filter(|s| s.interface_object) {
            for (field, applications) in field_requirements(*source) {
                self.add(object, field, &applications);
                for other in interfaces.iter().filter(|other| **other != interface) {
                    self.add(other, field, &applications);
                }
            }
        }
    }

    fn add(&mut self, ty: &Name, field: &Name, applications: &[Applied<'a>]) {
        let mut all = self.fields.get(ty, field).cloned().unwrap_or_default();
        all.extend(applications);
        self.fields.insert(ty, field, all);
    }
}

fn field_requirements<'a>(
    source: TypeSource<'a>,
) -> impl Iterator<Item = (&'a Name, Vec<Applied<'a>>)> {
    source.fields().filter_map(move |field| {
        let found: Vec<Applied<'a>> = field.directives().filter(is_auth).collect();
        (!found.is_empty() && !field.is_external()).then_some((field.name(), found))
    })
}

fn is_auth(applied: &Applied<'_>) -> bool {
    let meaning = applied.at.subgraph.directive(&applied.node.name);
    meaning.is_some_and(|meaning| AUTH.contains(&meaning))
}
