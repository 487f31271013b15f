//! The API schema: what clients see of a supergraph.
//!
//! <https://specs.apollo.dev/inaccessible/v0.2/>

use apollo_compiler::ast::{
    Definition, DirectiveList, Document, FieldDefinition, InputValueDefinition,
};
use apollo_compiler::collections::IndexSet;
use apollo_compiler::schema::{Component, ExtendedType};
use apollo_compiler::{Name, Node, Schema, name, ty};

use crate::link::{ElementKind, Links, identity};

/// Takes from a supergraph schema all that clients do not see: the elements of linked
/// specifications, and everything inaccessible. The result may be invalid; validate it.
#[must_use]
pub fn api_schema(supergraph: &Schema, links: &Links) -> Schema {
    let view = View { links, inaccessible: inaccessible_name(links) };
    let mut api = supergraph.clone();
    api.types.retain(|name, ty| view.shows_type(name, ty));
    let shown: IndexSet<Name> = api.types.keys().cloned().collect();
    for ty in api.types.values_mut() {
        view.strip_type(ty, &shown);
    }
    api.directive_definitions.retain(|name, definition| {
        definition.is_built_in() || !view.is_of_a_spec(ElementKind::Directive, name)
    });
    for definition in api.directive_definitions.values_mut() {
        if !definition.is_built_in() {
            let arguments = &mut definition.make_mut().arguments;
            arguments.retain(|argument| !view.hides(&argument.directives.0));
            arguments.iter_mut().for_each(|argument| view.strip_argument(argument));
        }
    }
    if let Some(ExtendedType::Object(ty)) = api.types.get_mut("__Type") {
        ty.make_mut().fields.insert(name!("isOneOf"), is_one_of().into());
    }
    let definition = api.schema_definition.make_mut();
    definition.directives.0.clear();
    definition.query.take_if(|root| !shown.contains(&root.name));
    definition.mutation.take_if(|root| !shown.contains(&root.name));
    definition.subscription.take_if(|root| !shown.contains(&root.name));
    api
}

/// `__Type.isOneOf`, which the compiler's built-in types do not have yet.
fn is_one_of() -> FieldDefinition {
    FieldDefinition {
        description: None,
        name: name!("isOneOf"),
        arguments: Vec::new(),
        ty: ty!(Boolean),
        directives: DirectiveList::new(),
    }
}

/// What clients may use besides.
const DEFER: &str = r#"
"The fragment may come later than the rest of the answer."
directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
"#;

/// Adds `@defer`, in whose stead no other directive of that name is.
pub(super) fn add_incremental_delivery(api: &mut Schema) {
    let document = Document::parse(DEFER, "defer.graphql").expect("the text is GraphQL");
    for definition in document.definitions {
        if let Definition::DirectiveDefinition(defer) = definition {
            api.directive_definitions.insert(defer.name.clone(), defer);
        }
    }
}

/// The name of `@inaccessible` in a schema with these links.
pub(super) fn inaccessible_name(links: &Links) -> Option<String> {
    let link = links.by_identity(identity::INACCESSIBLE)?;
    Some(link.local_name(ElementKind::Directive, "inaccessible"))
}

struct View<'s> {
    links: &'s Links,
    inaccessible: Option<String>,
}

impl View<'_> {
    fn is_of_a_spec(&self, kind: ElementKind, name: &str) -> bool {
        self.links.element(kind, name).is_some()
    }

    fn hides<D: AsRef<apollo_compiler::ast::Directive>>(&self, directives: &[D]) -> bool {
        self.inaccessible
            .as_ref()
            .is_some_and(|name| directives.iter().any(|d| d.as_ref().name == name.as_str()))
    }

    fn shows_type(&self, name: &Name, ty: &ExtendedType) -> bool {
        ty.is_built_in()
            || (!self.is_of_a_spec(ElementKind::Type, name) && !self.hides(&ty.directives().0))
    }

    fn strip_type(&self, ty: &mut ExtendedType, shown: &IndexSet<Name>) {
        match ty {
            ExtendedType::Object(object) if !object.name.starts_with("__") => {
                let object = object.make_mut();
                self.strip_directives(&mut object.directives.0);
                object.implements_interfaces.retain(|name| shown.contains(&name.name));
                self.strip_fields(&mut object.fields);
            }
            ExtendedType::Interface(interface) => {
                let interface = interface.make_mut();
                self.strip_directives(&mut interface.directives.0);
                interface.implements_interfaces.retain(|name| shown.contains(&name.name));
                self.strip_fields(&mut interface.fields);
            }
            ExtendedType::Union(union) => {
                let union = union.make_mut();
                self.strip_directives(&mut union.directives.0);
                union.members.retain(|name| shown.contains(&name.name));
            }
            ExtendedType::Enum(definition) if !definition.name.starts_with("__") => {
                let definition = definition.make_mut();
                self.strip_directives(&mut definition.directives.0);
                definition.values.retain(|_, value| !self.hides(&value.directives.0));
                for value in definition.values.values_mut() {
                    self.strip_nodes(&mut value.make_mut().directives.0);
                }
            }
            ExtendedType::InputObject(input) => {
                let input = input.make_mut();
                self.strip_directives(&mut input.directives.0);
                input.fields.retain(|_, field| !self.hides(&field.directives.0));
                for field in input.fields.values_mut() {
                    self.strip_nodes(&mut field.make_mut().directives.0);
                }
            }
            ExtendedType::Scalar(scalar) => {
                self.strip_directives(&mut scalar.make_mut().directives.0);
            }
            _ => {}
        }
    }

    fn strip_fields(
        &self,
        fields: &mut apollo_compiler::collections::IndexMap<Name, Component<FieldDefinition>>,
    ) {
        fields.retain(|_, field| !self.hides(&field.directives.0));
        for field in fields.values_mut() {
            let field = field.make_mut();
            self.strip_nodes(&mut field.directives.0);
            field.arguments.retain(|argument| !self.hides(&argument.directives.0));
            for argument in &mut field.arguments {
                self.strip_argument(argument);
            }
        }
    }

    fn strip_argument(&self, argument: &mut Node<InputValueDefinition>) {
        self.strip_nodes(&mut argument.make_mut().directives.0);
    }

    fn keeps(&self, name: &Name) -> bool {
        ["deprecated", "specifiedBy", "oneOf"].contains(&name.as_str())
    }

    fn strip_directives(&self, directives: &mut Vec<Component<apollo_compiler::ast::Directive>>) {
        directives.retain(|directive| self.keeps(&directive.name));
    }

    fn strip_nodes(&self, directives: &mut Vec<Node<apollo_compiler::ast::Directive>>) {
        directives.retain(|directive| self.keeps(&directive.name));
    }
}
