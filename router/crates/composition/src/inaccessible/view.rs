//! What is hidden in a supergraph, and where the subgraphs said so.

use apollo_compiler::ast::{Directive, FieldDefinition, InputValueDefinition};
use apollo_compiler::schema::{Component, ExtendedType};
use apollo_compiler::{Name, Node, Schema};
use supergraph::implementer::fields_of;
use supergraph::link::{ElementKind, Links};
use supergraph::spec::federation::FederationDirective as D;

use crate::diagnostic::Location;
use crate::merge::places::Places;
use crate::subgraph::Subgraph;

/// A supergraph and what it hides.
pub(super) struct View<'a> {
    pub(super) schema: &'a Schema,
    links: &'a Links,
    subgraphs: &'a [Subgraph],
    pub(super) places: Places<'a>,
    inaccessible: String,
}

impl<'a> View<'a> {
    /// The view of a supergraph; `None` when it hides nothing.
    pub(super) fn new(
        schema: &'a Schema,
        links: &'a Links,
        subgraphs: &'a [Subgraph],
    ) -> Option<Self> {
        let inaccessible = D::Inaccessible.own_name(links)?;
        let places = Places::new(subgraphs);
        Some(Self { schema, links, subgraphs, places, inaccessible })
    }

    /// Whether directives hide their element.
    pub(super) fn hides<T: AsRef<Directive>>(&self, directives: &[T]) -> bool {
        directives.iter().any(|directive| directive.as_ref().name == self.inaccessible.as_str())
    }

    /// Whether clients do not see a type: it is hidden, or part of a specification.
    pub(super) fn lacks_type(&self, name: &str) -> bool {
        let ty = self.schema.types.get(name);
        ty.is_some_and(|ty| {
            !ty.is_built_in() && (self.hides(ty.directives()) || self.is_of_a_spec(name))
        })
    }

    /// Whether a type belongs to a specification that the supergraph links.
    pub(super) fn is_of_a_spec(&self, ty: &str) -> bool {
        self.links.element(ElementKind::Type, ty).is_some()
    }

    /// Whether a directive belongs to a specification that the supergraph links.
    pub(super) fn is_directive_of_a_spec(&self, directive: &str) -> bool {
        self.links.element(ElementKind::Directive, directive).is_some()
    }

    /// The types that clients see.
    pub(super) fn visible_types(&self) -> impl Iterator<Item = (&'a Name, &'a ExtendedType)> {
        let types = self.schema.types.iter();
        types.filter(|(name, ty)| !ty.is_built_in() && !self.lacks_type(name))
    }

    /// The fields of objects and interfaces that clients see.
    pub(super) fn visible_fields(
        &self,
    ) -> impl Iterator<Item = (&'a Name, &'a Component<FieldDefinition>)> {
        let fields = |(name, ty)| fields_of(ty).map(move |field| (name, field));
        let fields = self.visible_types().flat_map(fields);
        fields.filter(|(_, field)| !self.hides(&field.directives))
    }

    /// The input fields that clients see.
    pub(super) fn visible_input_fields(
        &self,
    ) -> impl Iterator<Item = (&'a Name, &'a Node<InputValueDefinition>)> {
        let fields = self.visible_types().flat_map(|(name, ty)| {
            let fields = ty.as_input_object().into_iter().flat_map(|ty| ty.fields.values());
            fields.map(move |field| (name, &field.node))
        });
        fields.filter(|(_, field)| !self.hides(&field.directives))
    }

    /// The arguments that clients see, with their coordinates.
    pub(super) fn visible_arguments(
        &self,
    ) -> impl Iterator<Item = (String, &'a Node<InputValueDefinition>)> {
        let fields = self.visible_fields();
        let fields = fields.map(|(parent, f)| (format!("{parent}.{}", f.name), &f.arguments));
        let directives = self.schema.directive_definitions.values();
        let directives =
            directives.filter(|d| !d.is_built_in() && !self.is_directive_of_a_spec(&d.name));
        let directives = directives.map(|d| (format!("@{}", d.name), &d.arguments));
        let arguments = fields.chain(directives).flat_map(|(owner, arguments)| {
            arguments.iter().map(move |a| (format!("{owner}({}:)", a.name), a))
        });
        arguments.filter(|(_, argument)| !self.hides(&argument.directives))
    }

    /// Where subgraphs hide a type.
    pub(super) fn type_places(&self, name: &str) -> Vec<Location> {
        let hiding = self.subgraphs.iter().filter(|s| s.type_has(name, D::Inaccessible));
        hiding.filter_map(|s| s.type_location(name)).collect()
    }

    /// Where subgraphs have a field or input field; those that hide it, if any do.
    pub(super) fn field_places(&self, ty: &str, field: &str) -> Vec<Location> {
        let hides = |s: &&Subgraph| {
            let input = s.schema.get_input_object(ty).and_then(|input| input.fields.get(field));
            s.field_has(ty, field, D::Inaccessible)
                || input.is_some_and(|field| s.has(&field.directives, D::Inaccessible))
        };
        let mut concerned: Vec<&Subgraph> = self.subgraphs.iter().filter(hides).collect();
        if concerned.is_empty() {
            concerned = self.subgraphs.iter().collect();
        }
        concerned.iter().filter_map(|s| s.field_location(ty, field)).collect()
    }

    /// Where subgraphs hide an argument of a field.
    pub(super) fn argument_places(&self, ty: &str, field: &str, argument: &str) -> Vec<Location> {
        let place = |s: &Subgraph| {
            let argument = s.schema.type_field(ty, field).ok()?.argument_by_name(argument)?;
            let is_hidden = s.has(&argument.directives, D::Inaccessible);
            s.location(argument).filter(|_| is_hidden)
        };
        self.subgraphs.iter().filter_map(place).collect()
    }
}
