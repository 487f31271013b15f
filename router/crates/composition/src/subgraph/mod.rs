//! One subgraph after loading: its completed schema, what its names mean, and the predicates that
//! merging and satisfiability ask about its fields.
//!
//! Everything here is asked by *specification element* ([`FederationDirective`]), never by the
//! local name of a directive: a schema may import `@key` as `@primaryKey`.

use std::collections::HashMap;
use std::sync::Arc;

use apollo_compiler::ast::{Directive, FieldDefinition};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::schema::{Component, DirectiveList, ExtendedType};
use apollo_compiler::{Name, Node, Schema};
use supergraph::link::version::Version;
use supergraph::link::{ElementKind, Link, Links};
use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::code::Code;
use crate::diagnostic::places::Places;
use crate::diagnostic::{Diagnostic, Location};

pub mod application;
pub mod context;
pub mod field_facts;
pub mod field_map;
pub(crate) mod output_fields;
pub mod parts;

use application::{FieldSetApplication, Key};
use field_facts::FieldFacts;
use output_fields::output_fields;
use parts::Parts;

/// A subgraph whose schema is complete: federation's own definitions are in it, fed1 schemas are
/// upgraded, the roots have their default names.
#[derive(Debug, Clone)]
pub struct Subgraph {
    /// The name of the subgraph.
    pub name: String,
    /// Where it is served; may be empty.
    pub url: String,
    /// The schema, with `_Any`, `_Service`, `_Entity` and the two federation fields of `Query`.
    pub schema: Schema,
    /// What the schema links.
    pub links: Links,
    /// The federation version it links; v2.4 for an upgraded fed1 schema.
    pub version: Version,
    /// Whether it was written for federation 1.
    pub was_fed1: bool,
    places: Places,
    parts: Parts,
    directives: HashMap<Name, FederationDirective>,
    facts: Arc<FieldFacts>,
}

/// What a [`Subgraph`] is made of before its fields are looked at.
pub struct SubgraphParts {
    /// The name of the subgraph and its source.
    pub places: Places,
    /// Where it is served; may be empty.
    pub url: String,
    /// The completed schema.
    pub schema: Schema,
    /// What the schema links.
    pub links: Links,
    /// The federation version it links.
    pub version: Version,
    /// Whether it was written for federation 1.
    pub was_fed1: bool,
    /// Which types have a definition and which have extensions.
    pub parts: Parts,
}

impl Subgraph {
    /// Computes what there is to know about the fields of the schema.
    pub fn new(parts: SubgraphParts) -> Self {
        let directives = directive_meanings(&parts.schema, &parts.links);
        let mut subgraph = Self {
            name: parts.places.subgraph.clone(),
            url: parts.url,
            places: parts.places,
            schema: parts.schema,
            links: parts.links,
            version: parts.version,
            was_fed1: parts.was_fed1,
            parts: parts.parts,
            directives,
            facts: Arc::default(),
        };
        subgraph.facts = Arc::new(FieldFacts::collect(&subgraph));
        subgraph
    }

    /// Computes anew what there is to know about the fields, after a change of the schema.
    pub(crate) fn refresh(&mut self) {
        self.directives = directive_meanings(&self.schema, &self.links);
        self.facts = Arc::new(FieldFacts::collect(self));
    }

    /// Makes a type one definition without extensions.
    pub(crate) fn define(&mut self, ty: &Name) {
        self.parts.define(ty);
    }

    /// The name and source of the subgraph, for messages.
    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    /// The federation directive that a directive name means in this schema.
    pub fn directive(&self, local: &str) -> Option<FederationDirective> {
        self.directives.get(local).copied()
    }

    /// The names a federation directive has in this schema, in the order of their definitions.
    pub fn local_names(&self, directive: FederationDirective) -> impl Iterator<Item = &Name> {
        let defined = self.schema.directive_definitions.keys();
        defined.filter(move |name| self.directive(name) == Some(directive))
    }

    /// The link and specification element behind a directive name.
    pub fn directive_element<'a>(&'a self, local: &'a str) -> Option<(&'a Link, &'a str)> {
        self.links.element(ElementKind::Directive, local)
    }

    /// The link and specification element behind a type name.
    pub fn type_element<'a>(&'a self, local: &'a str) -> Option<(&'a Link, &'a str)> {
        self.links.element(ElementKind::Type, local)
    }

    /// The applications of a federation directive among those of a field, argument or enum value.
    pub fn applications<'a>(
        &'a self,
        directives: &'a [Node<Directive>],
        directive: FederationDirective,
    ) -> impl Iterator<Item = &'a Node<Directive>> {
        directives.iter().filter(move |d| self.directive(&d.name) == Some(directive))
    }

    /// The applications of a federation directive on a type or on the schema; each knows the
    /// definition or extension it stands on.
    pub fn type_applications<'a>(
        &'a self,
        directives: &'a DirectiveList,
        directive: FederationDirective,
    ) -> impl Iterator<Item = &'a Component<Directive>> {
        directives.iter().filter(move |d| self.directive(&d.name) == Some(directive))
    }

    /// Whether a type carries a federation directive.
    pub fn type_has(&self, ty: &str, directive: FederationDirective) -> bool {
        let ty = self.schema.types.get(ty);
        ty.is_some_and(|ty| self.type_applications(ty.directives(), directive).next().is_some())
    }

    /// Whether a field carries a federation directive itself.
    pub fn field_has(&self, ty: &str, field: &str, directive: FederationDirective) -> bool {
        let definition = self.schema.type_field(ty, field).ok();
        definition.is_some_and(|f| self.applications(&f.directives, directive).next().is_some())
    }

    /// Whether the type stands in for an interface of the supergraph.
    pub fn is_interface_object(&self, ty: &str) -> bool {
        let is_object = matches!(self.schema.types.get(ty), Some(ExtendedType::Object(_)));
        is_object && self.type_has(ty, FederationDirective::InterfaceObject)
    }

    /// The fields of all object and interface types but those of introspection, with their types.
    pub fn fields(
        &self,
    ) -> impl Iterator<Item = (&Name, &ExtendedType, &Component<FieldDefinition>)> {
        let types = self.schema.types.iter().filter(|(name, _)| !name.starts_with("__"));
        types.flat_map(|(name, ty)| {
            let fields = output_fields(ty).into_iter().flat_map(|fields| fields.values());
            fields.map(move |field| (name, ty, field))
        })
    }

    /// The `@key`s of a type whose field sets can be parsed, in source order.
    pub fn keys(&self, ty: &str) -> &[Key] {
        self.facts.keys.get(ty).map_or(&[], Vec::as_slice)
    }

    /// The `@requires` of a field, when its field set can be parsed.
    pub fn requires(&self, ty: &str, field: &str) -> Option<&FieldSetApplication> {
        self.facts.requires.get(ty, field)
    }

    /// The `@provides` of a field, when its field set can be parsed.
    pub fn provides(&self, ty: &str, field: &str) -> Option<&FieldSetApplication> {
        self.facts.provides.get(ty, field)
    }

    /// Whether some part of the type is a definition, not an extension.
    pub fn has_definition(&self, ty: &str) -> bool {
        self.parts.has_definition(ty)
    }

    /// Whether some part of the type is an extension.
    pub fn has_extension(&self, ty: &str) -> bool {
        self.parts.has_extension(ty)
    }

    /// Where a node of the schema was written.
    pub fn location<T: ?Sized>(&self, node: &Node<T>) -> Option<Location> {
        self.span_location(node.location())
    }

    /// Where a name of the schema was written.
    pub fn name_location(&self, name: &Name) -> Option<Location> {
        self.span_location(name.location())
    }

    /// Where a type was first written.
    pub fn type_location(&self, ty: &str) -> Option<Location> {
        let ty = self.schema.types.get(ty)?;
        // A renamed root has no name in the source.
        self.span_location(ty.name().location().or(ty.location()))
    }

    /// Where a field of an object, interface or input object was written.
    pub fn field_location(&self, ty: &str, field: &str) -> Option<Location> {
        match self.schema.types.get(ty)? {
            ExtendedType::InputObject(ty) => self.location(ty.fields.get(field)?),
            ty => self.location(output_fields(ty)?.get(field)?),
        }
    }

    /// A diagnostic about this subgraph alone: its message starts with the name.
    pub fn diagnostic(
        &self,
        code: Code,
        message: impl std::fmt::Display,
        span: Option<SourceSpan>,
    ) -> Diagnostic {
        self.places.diagnostic(code, message, span)
    }

    /// The place of a span in this subgraph's source.
    pub fn span_location(&self, span: Option<SourceSpan>) -> Option<Location> {
        self.places.at(span)
    }
}

/// What the directives defined in a schema mean to federation.
pub(crate) fn directive_meanings(
    schema: &Schema,
    links: &Links,
) -> HashMap<Name, FederationDirective> {
    let named = schema.directive_definitions.keys().filter_map(|name| {
        let (link, element) = links.element(ElementKind::Directive, name)?;
        let directive = FederationDirective::by_element(&link.url.identity, element)?;
        Some((name.clone(), directive))
    });
    named.collect()
}
