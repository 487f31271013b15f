//! Which directives and types a document uses, by name.

use std::collections::HashSet;

use apollo_compiler::ast::{
    self, Definition as D, DirectiveList, EnumValueDefinition, FieldDefinition,
    InputValueDefinition, OperationType,
};
use apollo_compiler::{Name, Node};

/// The names in use.
#[derive(Debug, Default)]
pub(super) struct Used<'a> {
    pub(super) directives: HashSet<&'a str>,
    pub(super) types: HashSet<&'a str>,
}

/// The names a document uses outside of the definitions of `without`.
pub(super) fn used<'a>(document: &'a ast::Document, without: &HashSet<&str>) -> Used<'a> {
    let mut used = Used::default();
    for definition in &document.definitions {
        if definition.name().is_none_or(|name| !without.contains(name.as_str())) {
            used.definition(definition);
        }
    }
    used
}

impl<'a> Used<'a> {
    fn definition(&mut self, definition: &'a D) {
        self.directives(definition.directives());
        match definition {
            D::DirectiveDefinition(d) => self.values(&d.arguments),
            D::SchemaDefinition(d) => self.roots(&d.root_operations),
            D::SchemaExtension(d) => self.roots(&d.root_operations),
            D::ObjectTypeDefinition(d) => self.composite(&d.implements_interfaces, &d.fields),
            D::ObjectTypeExtension(d) => self.composite(&d.implements_interfaces, &d.fields),
            D::InterfaceTypeDefinition(d) => self.composite(&d.implements_interfaces, &d.fields),
            D::InterfaceTypeExtension(d) => self.composite(&d.implements_interfaces, &d.fields),
            D::UnionTypeDefinition(d) => self.names(&d.members),
            D::UnionTypeExtension(d) => self.names(&d.members),
            D::EnumTypeDefinition(d) => self.enum_values(&d.values),
            D::EnumTypeExtension(d) => self.enum_values(&d.values),
            D::InputObjectTypeDefinition(d) => self.values(&d.fields),
            D::InputObjectTypeExtension(d) => self.values(&d.fields),
            D::ScalarTypeDefinition(_) | D::ScalarTypeExtension(_) => {}
            D::OperationDefinition(_) | D::FragmentDefinition(_) => {}
        }
    }

    fn roots(&mut self, roots: &'a [Node<(OperationType, Name)>]) {
        self.types.extend(roots.iter().map(|root| root.1.as_str()));
    }

    fn directives(&mut self, directives: &'a DirectiveList) {
        self.directives.extend(directives.iter().map(|d| d.name.as_str()));
    }

    fn names(&mut self, names: &'a [Name]) {
        self.types.extend(names.iter().map(Name::as_str));
    }

    fn composite(&mut self, interfaces: &'a [Name], fields: &'a [Node<FieldDefinition>]) {
        self.names(interfaces);
        for field in fields {
            self.directives(&field.directives);
            self.types.insert(field.ty.inner_named_type());
            self.values(&field.arguments);
        }
    }

    fn values(&mut self, values: &'a [Node<InputValueDefinition>]) {
        for value in values {
            self.directives(&value.directives);
            self.types.insert(value.ty.inner_named_type());
        }
    }

    fn enum_values(&mut self, values: &'a [Node<EnumValueDefinition>]) {
        values.iter().for_each(|value| self.directives(&value.directives));
    }
}
