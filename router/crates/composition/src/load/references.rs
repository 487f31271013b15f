//! Which directives and types a document uses, by name.

use std::collections::HashSet;

use apollo_compiler::ast::{
    self, Definition, DirectiveList, EnumValueDefinition, FieldDefinition, InputValueDefinition,
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
    fn definition(&mut self, definition: &'a Definition) {
        self.directives(definition.directives());
        match definition {
            Definition::DirectiveDefinition(d) => self.values(&d.arguments),
            Definition::SchemaDefinition(d) => {
                self.types.extend(d.root_operations.iter().map(|o| o.1.as_str()));
            }
            Definition::SchemaExtension(d) => {
                self.types.extend(d.root_operations.iter().map(|o| o.1.as_str()));
            }
            Definition::ObjectTypeDefinition(d) => {
                self.composite(&d.implements_interfaces, &d.fields);
            }
            Definition::ObjectTypeExtension(d) => {
                self.composite(&d.implements_interfaces, &d.fields);
            }
            Definition::InterfaceTypeDefinition(d) => {
                self.composite(&d.implements_interfaces, &d.fields);
            }
            Definition::InterfaceTypeExtension(d) => {
                self.composite(&d.implements_interfaces, &d.fields);
            }
            Definition::UnionTypeDefinition(d) => self.names(&d.members),
            Definition::UnionTypeExtension(d) => self.names(&d.members),
            Definition::EnumTypeDefinition(d) => self.enum_values(&d.values),
            Definition::EnumTypeExtension(d) => self.enum_values(&d.values),
            Definition::InputObjectTypeDefinition(d) => self.values(&d.fields),
            Definition::InputObjectTypeExtension(d) => self.values(&d.fields),
            Definition::OperationDefinition(_)
            | Definition::FragmentDefinition(_)
            | Definition::ScalarTypeDefinition(_)
            | Definition::ScalarTypeExtension(_) => {}
        }
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
        for value in values {
            self.directives(&value.directives);
        }
    }
}
