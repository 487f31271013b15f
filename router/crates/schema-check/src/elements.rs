//! A schema as one flat list: all that can be there or not, or be another.

use apollo_compiler::ast::{Directive, InputValueDefinition, OperationType, Type};
use apollo_compiler::collections::IndexMap;
use apollo_compiler::schema::{DirectiveDefinition, ExtendedType};
use apollo_compiler::{Name, Node, Schema};
use supergraph::executable::is_executable;
use supergraph::implementer::Implementer;
use supergraph::model::TypeKind;

use crate::key::{location_key, root_key};

/// The value of a directive that may stand in operations.
pub(crate) const USABLE: &str = "usable in operations";

/// What an element is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Root,
    #[default]
    Type,
    Interface,
    Member,
    Value,
    Field,
    Argument,
    InputField,
    OneOf,
    SpecifiedBy,
    Directive,
    Location,
    Repeatable,
}

/// Something of a schema.
#[derive(Debug, Default)]
pub(crate) struct Element<'a> {
    pub(crate) what: What,
    /// What is called changed when this is.
    pub(crate) coordinate: String,
    /// The key of what it is a part of.
    pub(crate) parent: String,
    /// What makes it another when it is another. Parts of another are not compared.
    pub(crate) value: String,
    pub(crate) ty: Option<&'a Type>,
    pub(crate) input: Option<&'a InputValueDefinition>,
    /// Where it has its name.
    pub(crate) name: Option<&'a Name>,
    pub(crate) description: Option<&'a Node<str>>,
    pub(crate) deprecated: Option<&'a Node<Directive>>,
}

/// The elements of a schema, by keys that operations use as well.
pub(crate) type Elements<'a> = IndexMap<String, Element<'a>>;

/// The elements of a schema, in its order.
pub(crate) fn elements(schema: &Schema) -> Elements<'_> {
    let mut list = List(Elements::default());
    for kind in [OperationType::Query, OperationType::Mutation, OperationType::Subscription] {
        if let Some(root) = schema.root_operation(kind) {
            list.add(What::Root, root_key(kind), "", root).coordinate = root.to_string();
        }
    }
    for (name, ty) in schema.types.iter().filter(|(_, ty)| !ty.is_built_in()) {
        list.ty(name, ty);
    }
    for directive in schema.directive_definitions.values().filter(|d| !d.is_built_in()) {
        list.directive(directive);
    }
    list.0
}

struct List<'a>(Elements<'a>);

impl<'a> List<'a> {
    fn add(&mut self, what: What, key: String, parent: &str, value: &str) -> &mut Element<'a> {
        let (parent, value) = (parent.to_owned(), value.to_owned());
        // What has no coordinate is a part of what has one.
        let coordinate = if key.contains(' ') { parent.clone() } else { key.clone() };
        let element = Element { what, coordinate, parent, value, ..Element::default() };
        self.0.entry(key).insert_entry(element).into_mut()
    }

    fn ty(&mut self, name: &str, ty: &'a ExtendedType) {
        let element = self.add(What::Type, name.to_owned(), "", TypeKind::of(ty).name());
        (element.name, element.description) = (Some(ty.name()), ty.description());
        match ty {
            ExtendedType::Object(_) | ExtendedType::Interface(_) => {
                Implementer::of(ty).into_iter().for_each(|ty| self.fields(name, ty));
            }
            ExtendedType::Union(ty) => {
                for member in &ty.members {
                    self.add(What::Member, format!("{name} = {member}"), name, member);
                }
            }
            ExtendedType::Enum(ty) => {
                for value in ty.values.values() {
                    let key = format!("{name}.{}", value.value);
                    let element = self.add(What::Value, key, name, "");
                    element.name = Some(&value.value);
                    element.description = value.description.as_ref();
                    element.deprecated = value.directives.get("deprecated");
                }
            }
            ExtendedType::InputObject(ty) => {
                for field in ty.fields.values() {
                    let key = format!("{name}.{}", field.name);
                    self.input(What::InputField, key, name, field);
                }
                if ty.directives.has("oneOf") {
                    self.add(What::OneOf, format!("{name} @oneOf"), name, "");
                }
            }
            ExtendedType::Scalar(ty) => {
                let value = ty.directives.get("specifiedBy").map(|url| url.to_string());
                let value = value.unwrap_or_default();
                self.add(What::SpecifiedBy, format!("{name} @specifiedBy"), name, &value);
            }
        }
    }

    fn fields(&mut self, name: &str, ty: Implementer<'a>) {
        for interface in ty.interfaces {
            self.add(What::Interface, format!("{name} implements {interface}"), name, interface);
        }
        for field in ty.fields.values() {
            let key = format!("{name}.{}", field.name);
            let element = self.add(What::Field, key.clone(), name, "");
            (element.name, element.ty) = (Some(&field.name), Some(&field.ty));
            element.description = field.description.as_ref();
            element.deprecated = field.directives.get("deprecated");
            for argument in &field.arguments {
                self.input(What::Argument, format!("{key}({}:)", argument.name), &key, argument);
            }
        }
    }

    fn input(
        &mut self,
        what: What,
        key: String,
        parent: &str,
        definition: &'a InputValueDefinition,
    ) {
        let element = self.add(what, key, parent, "");
        (element.name, element.ty) = (Some(&definition.name), Some(&*definition.ty));
        element.input = Some(definition);
        element.description = definition.description.as_ref();
        element.deprecated = definition.directives.get("deprecated");
    }

    fn directive(&mut self, directive: &'a DirectiveDefinition) {
        let key = format!("@{}", directive.name);
        let locations = directive.locations.iter().filter(|l| is_executable(**l));
        // What no operation can use is compared as a whole.
        let is_usable = locations.clone().next().is_some();
        let value = if is_usable { USABLE.to_owned() } else { directive.to_string() };
        let element = self.add(What::Directive, key.clone(), "", value.trim());
        element.name = Some(&directive.name);
        element.description = directive.description.as_ref();
        for argument in &directive.arguments {
            self.input(What::Argument, format!("{key}({}:)", argument.name), &key, argument);
        }
        for location in locations {
            let place = location_key(&directive.name, *location);
            self.add(What::Location, place, &key, location.name());
        }
        if directive.repeatable {
            self.add(What::Repeatable, format!("{key} repeatable"), &key, "");
        }
    }
}
