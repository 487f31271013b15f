//! One subgraph after loading: its completed schema, what its names mean, and the predicates that
//! merging and satisfiability ask about its fields.
//!
//! Everything here is asked by *specification element* ([`FederationDirective`]), never by the
//! local name of a directive: a schema may import `@key` as `@primaryKey`.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use apollo_compiler::ast::{Directive, FieldDefinition};
use apollo_compiler::schema::{Component, ExtendedType, ObjectType};
use apollo_compiler::{Name, Node, Schema};
use supergraph::implementer::{Implementer, fields_of};
use supergraph::link::version::Version;
use supergraph::link::{ElementKind, Link, Links};
use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::{Location, Places};

pub(crate) mod application;
pub(crate) mod context;
pub(crate) mod field_facts;
pub(crate) mod field_map;
pub(crate) mod parts;

use application::{FieldSetApplication, Key};
use field_facts::FieldFacts;
use parts::Parts;

/// A subgraph whose schema is complete: federation's own definitions are in it, fed1 schemas are
/// upgraded, the roots have their default names.
#[derive(Debug, Clone)]
pub(crate) struct Subgraph {
    /// The name of the subgraph.
    pub(crate) name: String,
    /// Where it is served; may be empty.
    pub(crate) url: String,
    /// The schema, with `_Any`, `_Service`, `_Entity` and the two federation fields of `Query`.
    pub(crate) schema: Schema,
    /// What the schema links.
    pub(crate) links: Links,
    /// The federation version it links; v2.4 for an upgraded fed1 schema.
    pub(crate) version: Version,
    /// Whether it was written for federation 1.
    pub(crate) was_fed1: bool,
    /// The name of the subgraph and its source.
    pub(crate) places: Places,
    /// Which types have a definition and which have extensions.
    pub(crate) parts: Parts,
    /// What follows from the schema.
    pub(crate) derived: Derived,
}

/// A field of an object or interface.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FieldOf<'a> {
    /// The name of the type.
    pub(crate) parent: &'a Name,
    /// The type.
    pub(crate) ty: &'a ExtendedType,
    /// The field.
    pub(crate) definition: &'a Component<FieldDefinition>,
}

impl fmt::Display for FieldOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.parent, self.definition.name)
    }
}

/// What is computed of a schema, see [`Subgraph::refresh`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Derived {
    directives: HashMap<Name, FederationDirective>,
    facts: Arc<FieldFacts>,
}

impl Subgraph {
    /// Computes what there is to know about directives and fields; after each change of the schema.
    pub(crate) fn refresh(&mut self) {
        let named = self.schema.directive_definitions.keys().filter_map(|name| {
            let (link, element) = self.directive_element(name)?;
            let directive = FederationDirective::by_element(&link.url.identity, element)?;
            Some((name.clone(), directive))
        });
        self.derived.directives = named.collect();
        self.derived.facts = Arc::new(FieldFacts::collect(self));
    }

    /// The federation directive that a directive name means in this schema.
    pub(crate) fn directive(&self, local: &str) -> Option<FederationDirective> {
        self.derived.directives.get(local).copied()
    }

    /// The names a federation directive has in this schema, in the order of their definitions.
    pub(crate) fn local_names(
        &self,
        directive: FederationDirective,
    ) -> impl Iterator<Item = &Name> {
        let defined = self.schema.directive_definitions.keys();
        defined.filter(move |name| self.directive(name) == Some(directive))
    }

    /// The link and specification element behind a directive name.
    pub(crate) fn directive_element<'a>(&'a self, local: &'a str) -> Option<(&'a Link, &'a str)> {
        self.links.element(ElementKind::Directive, local)
    }

    /// The applications of a federation directive among all of an element.
    pub(crate) fn applications<'a, D: AsRef<Directive>>(
        &'a self,
        directives: &'a [D],
        directive: FederationDirective,
    ) -> impl Iterator<Item = &'a D> {
        directives.iter().filter(move |d| self.directive(&d.as_ref().name) == Some(directive))
    }

    /// Whether a federation directive is among those of an element.
    pub(crate) fn has<D: AsRef<Directive>>(
        &self,
        on: &[D],
        directive: FederationDirective,
    ) -> bool {
        self.applications(on, directive).next().is_some()
    }

    /// Whether a type carries a federation directive.
    pub(crate) fn type_has(&self, ty: &str, directive: FederationDirective) -> bool {
        self.schema.types.get(ty).is_some_and(|ty| self.has(ty.directives(), directive))
    }

    /// Whether a field carries a federation directive itself.
    pub(crate) fn field_has(&self, ty: &str, field: &str, directive: FederationDirective) -> bool {
        self.schema.type_field(ty, field).is_ok_and(|f| self.has(&f.directives, directive))
    }

    /// The applications of a federation directive on types; each knows the definition or extension
    /// it stands on.
    pub(crate) fn on_types(
        &self,
        directive: FederationDirective,
    ) -> impl Iterator<Item = (&Name, &ExtendedType, &Component<Directive>)> {
        self.schema.types.iter().flat_map(move |(name, ty)| {
            let applications = self.applications(ty.directives(), directive);
            applications.map(move |application| (name, ty, application))
        })
    }

    /// The applications of a federation directive on fields.
    pub(crate) fn on_fields(
        &self,
        directive: FederationDirective,
    ) -> impl Iterator<Item = (FieldOf<'_>, &Node<Directive>)> {
        self.fields().flat_map(move |field| {
            let applications = self.applications(&field.definition.directives, directive);
            applications.map(move |application| (field, application))
        })
    }

    /// Whether the type stands in for an interface of the supergraph.
    pub(crate) fn is_interface_object(&self, ty: &str) -> bool {
        let is_object = matches!(self.schema.types.get(ty), Some(ExtendedType::Object(_)));
        is_object && self.type_has(ty, FederationDirective::InterfaceObject)
    }

    /// The fields of all object and interface types but those of introspection.
    pub(crate) fn fields(&self) -> impl Iterator<Item = FieldOf<'_>> {
        let types = self.schema.types.iter().filter(|(name, _)| !name.starts_with("__"));
        types.flat_map(|(parent, ty)| {
            fields_of(ty).map(move |definition| FieldOf { parent, ty, definition })
        })
    }

    /// The object types that implement an interface.
    pub(crate) fn implementations(
        &self,
        interface: &str,
    ) -> impl Iterator<Item = &Node<ObjectType>> {
        let types = |_| self.schema.types.values();
        let objects = self.schema.get_interface(interface).into_iter().flat_map(types);
        objects.filter_map(move |ty| match ty {
            ExtendedType::Object(ty) => ty.implements_interfaces.contains(interface).then_some(ty),
            _ => None,
        })
    }

    /// The `@key`s of a type whose field sets can be parsed, in source order.
    pub(crate) fn keys(&self, ty: &str) -> &[Key] {
        self.derived.facts.keys.get(ty).map_or(&[], Vec::as_slice)
    }

    /// The `@requires` of a field, when its field set can be parsed.
    pub(crate) fn requires(&self, ty: &str, field: &str) -> Option<&FieldSetApplication> {
        self.derived.facts.requires.get(ty, field)
    }

    /// The `@provides` of a field, when its field set can be parsed.
    pub(crate) fn provides(&self, ty: &str, field: &str) -> Option<&FieldSetApplication> {
        self.derived.facts.provides.get(ty, field)
    }

    /// Where a node of the schema was written.
    pub(crate) fn location<T: ?Sized>(&self, node: &Node<T>) -> Option<Location> {
        self.places.at(node.location())
    }

    /// Where a type was first written.
    pub(crate) fn type_location(&self, ty: &str) -> Option<Location> {
        let ty = self.schema.types.get(ty)?;
        // A renamed root has no name in the source.
        self.places.at(ty.name().location().or(ty.location()))
    }

    /// Where a field of an object, interface or input object was written.
    pub(crate) fn field_location(&self, ty: &str, field: &str) -> Option<Location> {
        match self.schema.types.get(ty)? {
            ExtendedType::InputObject(ty) => self.location(ty.fields.get(field)?),
            ty => self.location(Implementer::of(ty)?.fields.get(field)?),
        }
    }
}
