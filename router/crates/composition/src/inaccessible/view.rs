//! What is hidden in a supergraph, and where the subgraphs said so.

use apollo_compiler::ast::{Directive, FieldDefinition, InputValueDefinition};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Node, Schema};
use supergraph::link::{ElementKind, Links, identity};
use supergraph::spec::federation::FederationDirective as D;

use crate::diagnostic::Location;
use crate::merge::places::Places;
use crate::subgraph::Subgraph;
use crate::subgraph::output_fields::output_fields;

/// A supergraph and what it hides.
pub(super) struct View<'a> {
    pub(super) schema: &'a Schema,
    links: &'a Links,
    subgraphs: &'a [Subgraph],
    places: Places<'a>,
    inaccessible: String,
}

impl<'a> View<'a> {
    /// The view of a supergraph; `None` when it hides nothing.
    pub(super) fn new(
        schema: &'a Schema,
        links: &'a Links,
        subgraphs: &'a [Subgraph],
    ) -> Option<Self> {
        let link = links.by_identity(identity::INACCESSIBLE)?;
        let inaccessible = link.local_name(ElementKind::Directive, "inaccessible");
        let places = Places::new(subgraphs);
        Some(Self { schema, links, subgraphs, places, inaccessible })
    }

    /// Whether directives hide their element.
    pub(super) fn hides<T: AsRef<Directive>>(&self, directives: &[T]) -> bool {
        directives.iter().any(|directive| directive.as_ref().name == self.inaccessible.as_str())
    }

    /// Whether a type is hidden by itself.
    pub(super) fn hides_type(&self, ty: &ExtendedType) -> bool {
        self.hides(&ty.directives().0)
    }

    /// Whether clients do not see a type: it is hidden, or part of a specification.
    pub(super) fn lacks_type(&self, name: &str) -> bool {
        let ty = self.schema.types.get(name);
        ty.is_some_and(|ty| !ty.is_built_in() && (self.hides_type(ty) || self.is_of_a_spec(name)))
    }

    /// Whether a field or value is hidden by itself.
    pub(super) fn hides_field(&self, field: &FieldDefinition) -> bool {
        self.hides(&field.directives.0)
    }

    /// Whether an argument or input field is hidden by itself.
    pub(super) fn hides_input(&self, input: &InputValueDefinition) -> bool {
        self.hides(&input.directives.0)
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
        types.filter(|(name, ty)| {
            !ty.is_built_in() && !self.is_of_a_spec(name) && !self.hides_type(ty)
        })
    }

    /// The fields of objects and interfaces that clients see.
    pub(super) fn visible_fields(
        &self,
    ) -> impl Iterator<Item = (&'a Name, &'a Node<FieldDefinition>)> {
        self.visible_types().flat_map(|(name, ty)| {
            let fields = output_fields(ty).into_iter().flat_map(|fields| fields.values());
            let visible = fields.filter(|field| !self.hides_field(field));
            visible.map(move |field| (name, &field.node))
        })
    }

    /// The input fields that clients see.
    pub(super) fn visible_input_fields(
        &self,
    ) -> impl Iterator<Item = (&'a Name, &'a Node<InputValueDefinition>)> {
        self.visible_types().flat_map(|(name, ty)| {
            let fields = match ty {
                ExtendedType::InputObject(ty) => Some(ty.fields.values()),
                _ => None,
            };
            let visible = fields.into_iter().flatten().filter(|field| !self.hides_input(field));
            visible.map(move |field| (name, &field.node))
        })
    }

    /// The arguments that clients see, with their coordinates.
    pub(super) fn visible_arguments(
        &self,
    ) -> impl Iterator<Item = (String, &'a Node<InputValueDefinition>)> {
        let of_fields = self.visible_fields().flat_map(|(parent, field)| {
            let coordinate = move |argument: &Node<InputValueDefinition>| {
                format!("{parent}.{}({}:)", field.name, argument.name)
            };
            field.arguments.iter().map(move |argument| (coordinate(argument), argument))
        });
        let directives = self.schema.directive_definitions.values();
        let directives =
            directives.filter(|d| !d.is_built_in() && !self.is_directive_of_a_spec(&d.name));
        let of_directives = directives.flat_map(|directive| {
            let coordinate = move |argument: &Node<InputValueDefinition>| {
                format!("@{}({}:)", directive.name, argument.name)
            };
            directive.arguments.iter().map(move |argument| (coordinate(argument), argument))
        });
        of_fields.chain(of_directives).filter(|(_, argument)| !self.hides_input(argument))
    }

    /// The place of a span in the subgraph it came from.
    pub(super) fn place(&self, span: SourceSpan) -> Option<Location> {
        self.places.at(Some(span))
    }

    /// Where subgraphs hide a type.
    pub(super) fn type_places(&self, name: &str) -> Vec<Location> {
        let hiding = self.subgraphs.iter().filter(|s| s.type_has(name, D::Inaccessible));
        hiding.filter_map(|s| s.type_location(name)).collect()
    }

    /// Where subgraphs have a field or input field; those that hide it, if any do.
    pub(super) fn field_places(&self, ty: &str, field: &str) -> Vec<Location> {
        let hides = |s: &&Subgraph| {
            s.field_has(ty, field, D::Inaccessible)
                || matches!(s.schema.types.get(ty), Some(ExtendedType::InputObject(input))
                if input.fields.get(field).is_some_and(|f| {
                    s.applications(&f.directives, D::Inaccessible).next().is_some()
                }))
        };
        let hiding: Vec<&Subgraph> = self.subgraphs.iter().filter(hides).collect();
        let all: Vec<&Subgraph> =
            if hiding.is_empty() { self.subgraphs.iter().collect() } else { hiding };
        all.iter().filter_map(|s| s.field_location(ty, field)).collect()
    }

    /// Where subgraphs hide an argument of a field.
    pub(super) fn argument_places(&self, ty: &str, field: &str, argument: &str) -> Vec<Location> {
        let place = |s: &Subgraph| {
            let field = s.schema.type_field(ty, field).ok()?;
            let argument = field.argument_by_name(argument)?;
            let hidden = s.applications(&argument.directives, D::Inaccessible).next().is_some();
            if hidden { s.location(argument) } else { None }
        };
        self.subgraphs.iter().filter_map(place).collect()
    }
}
