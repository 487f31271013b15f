//! The predicates of fields: external, provided, shareable, used, part of a key.
//!
//! They are computed once for a schema, from its field sets.

use std::collections::HashMap;

use apollo_compiler::Name;
use apollo_compiler::schema::{ComponentOrigin, ExtendedType};
use supergraph::field_set::FieldSet;
use supergraph::implementer::fields_of;
use supergraph::spec::federation::FederationDirective as D;

use super::application::{FieldSetApplication, Key};
use super::field_map::{FieldMap, FieldNames};
use super::{FieldOf, Subgraph};

/// What is known about the fields of one schema.
#[derive(Debug, Clone, Default)]
pub(super) struct FieldFacts {
    pub(super) keys: HashMap<Name, Vec<Key>>,
    pub(super) requires: FieldMap<FieldSetApplication>,
    pub(super) provides: FieldMap<FieldSetApplication>,
    in_key: FieldNames,
    external: FieldNames,
    fake_external: FieldNames,
    provided: FieldNames,
    shareable: FieldNames,
    used: FieldNames,
}

impl Subgraph {
    /// Whether a field is external and not only called so (see [`Self::is_fake_external`]).
    pub(crate) fn is_external(&self, ty: &str, field: &str) -> bool {
        self.derived.facts.external.contains(ty, field) && !self.is_fake_external(ty, field)
    }

    /// Whether a field carries `@external` but is part of a key on an extension, where the
    /// directive means nothing: that is how federation 1 wrote keys.
    pub(crate) fn is_fake_external(&self, ty: &str, field: &str) -> bool {
        self.derived.facts.fake_external.contains(ty, field)
    }

    /// Whether a field is external and never resolved here.
    pub(crate) fn is_fully_external(&self, ty: &str, field: &str) -> bool {
        self.is_external(ty, field) && !self.is_provided(ty, field)
    }

    /// Whether a field is external, or is a field of an interface one of whose implementations has
    /// it external: what is selected below it may then be resolved elsewhere.
    pub(crate) fn may_be_external(&self, ty: &str, field: &str) -> bool {
        let mut implementations = self.implementations(ty);
        self.is_external(ty, field)
            || implementations.any(|object| self.is_external(&object.name, field))
    }

    /// Whether some `@provides` of this subgraph selects the field.
    pub(crate) fn is_provided(&self, ty: &str, field: &str) -> bool {
        self.derived.facts.provided.contains(ty, field)
    }

    /// Whether other subgraphs may resolve the field as well. One that is external, but resolved
    /// here below some `@provides`, has others that do.
    pub(crate) fn is_shareable(&self, ty: &str, field: &str) -> bool {
        self.derived.facts.shareable.contains(ty, field)
            || self.derived.facts.in_key.contains(ty, field)
            || (self.is_external(ty, field) && self.is_provided(ty, field))
    }

    /// Whether some directive or interface of this subgraph needs the field.
    pub(crate) fn is_used(&self, ty: &str, field: &str) -> bool {
        self.derived.facts.used.contains(ty, field)
    }

    /// The external fields that nothing of this subgraph needs.
    pub(crate) fn unused_externals(&self) -> impl Iterator<Item = FieldOf<'_>> {
        self.fields().filter(|FieldOf { parent, definition, .. }| {
            self.is_external(parent, &definition.name) && !self.is_used(parent, &definition.name)
        })
    }

    /// Whether some `@key` of this subgraph selects the field, at any depth.
    pub(crate) fn is_key_field(&self, ty: &str, field: &str) -> bool {
        self.derived.facts.in_key.contains(ty, field)
    }
}

impl FieldFacts {
    /// Computes the facts of a schema.
    pub(super) fn collect(subgraph: &Subgraph) -> Self {
        let mut facts = Self::default();
        for (name, ty) in &subgraph.schema.types {
            facts.collect_keys(subgraph, name, ty);
            facts.collect_fields(subgraph, name, ty);
            facts.collect_implementations(subgraph, name, ty);
        }
        facts.collect_contexts(subgraph);
        facts
    }

    fn collect_keys(&mut self, subgraph: &Subgraph, name: &Name, ty: &ExtendedType) {
        if !ty.is_object() && !ty.is_interface() {
            return;
        }
        let extends = subgraph.type_has(name, D::Extends);
        for application in subgraph.applications(ty.directives(), D::Key) {
            let Some(key) = Key::read(application, &application.origin) else { continue };
            let on_extension = extends || matches!(key.origin, ComponentOrigin::Extension(_));
            select(subgraph, name, &key.fields, |ty, field, implementations| {
                self.used.insert(ty, field, ());
                self.in_key.insert(ty, field, ());
                if on_extension && !implementations && subgraph.field_has(ty, field, D::External) {
                    self.fake_external.insert(ty, field, ());
                }
            });
            self.keys.entry(name.clone()).or_default().push(key);
        }
    }

    fn collect_fields(&mut self, subgraph: &Subgraph, name: &Name, ty: &ExtendedType) {
        let is_object = ty.is_object();
        // Federation 1 ignored `@external` on types; the upgrade removes it.
        let type_external = is_object && !subgraph.was_fed1 && subgraph.type_has(name, D::External);
        for field in fields_of(ty) {
            let field_name = &field.name;
            let has = |d| subgraph.applications(&field.directives, d).next();
            if type_external || has(D::External).is_some() {
                self.external.insert(name, field_name, ());
            }
            let mut on_type = subgraph.applications(ty.directives(), D::Shareable);
            if has(D::Shareable).is_some()
                || (is_object && on_type.any(|d| d.origin == field.origin))
            {
                self.shareable.insert(name, field_name, ());
            }
            if let Some(requires) = has(D::Requires).and_then(FieldSetApplication::read) {
                select(subgraph, name, &requires.fields, |ty, field, _| {
                    self.used.insert(ty, field, ());
                });
                self.requires.insert(name, field_name, requires);
            }
            if let Some(provides) = has(D::Provides).and_then(FieldSetApplication::read) {
                let target = field.ty.inner_named_type();
                select(subgraph, target, &provides.fields, |ty, field, _| {
                    self.used.insert(ty, field, ());
                    self.provided.insert(ty, field, ());
                });
                self.provides.insert(name, field_name, provides);
            }
        }
    }

    fn collect_implementations(&mut self, subgraph: &Subgraph, name: &Name, ty: &ExtendedType) {
        let ExtendedType::Object(object) = ty else { return };
        for interface in &object.implements_interfaces {
            let Some(interface) = subgraph.schema.get_interface(interface) else { continue };
            for field in interface.fields.keys() {
                self.used.insert(name, field, ());
            }
        }
    }

    fn collect_contexts(&mut self, subgraph: &Subgraph) {
        let contexts = subgraph.contexts();
        if contexts.is_empty() {
            return;
        }
        for argument in subgraph.contextual_arguments() {
            let Some(selection) = argument.selection() else { continue };
            let Some(fields) = selection.fields() else { continue };
            for ty in contexts.get(selection.context).into_iter().flatten() {
                select(subgraph, ty, &fields, |ty, field, _| {
                    self.used.insert(ty, field, ());
                });
            }
        }
    }
}

/// Calls `found` for each field that a field set selects on a type, at any depth, and for the
/// fields that implement a selected interface field (told apart by the last argument).
fn select(
    subgraph: &Subgraph,
    parent: &Name,
    fields: &FieldSet,
    mut found: impl FnMut(&Name, &Name, bool),
) {
    fields.walk(&subgraph.schema, parent, &mut |selected| {
        let field = &selected.field.name;
        found(selected.parent, field, false);
        for object in subgraph.implementations(selected.parent) {
            if object.fields.contains_key(field) {
                found(&object.name, field, true);
            }
        }
    });
}
