//! The API schema: what clients see of a supergraph.
//!
//! <https://specs.apollo.dev/inaccessible/v0.2/>

use apollo_compiler::ast::{
    Definition, Directive, DirectiveList, Document, FieldDefinition, InputValueDefinition,
};
use apollo_compiler::collections::IndexSet;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Node, Schema, name, ty};

use crate::implementer::ImplementerMut;
use crate::link::{ElementKind, Links};
use crate::spec::federation::FederationDirective;

/// Takes from a supergraph schema all that clients do not see: the elements of linked
/// specifications, and everything inaccessible. The result may be invalid; validate it.
#[must_use]
pub fn api_schema(supergraph: &Schema, links: &Links) -> Schema {
    let view = View { links, inaccessible: FederationDirective::Inaccessible.own_name(links) };
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
            view.strip_arguments(&mut definition.make_mut().arguments);
        }
    }
    if let Some(ExtendedType::Object(ty)) = api.types.get_mut("__Type") {
        ty.make_mut().fields.insert(name!("isOneOf"), is_one_of().into());
    }
    let definition = api.schema_definition.make_mut();
    definition.directives.0.clear();
    for root in [&mut definition.query, &mut definition.mutation, &mut definition.subscription] {
        root.take_if(|root| !shown.contains(&root.name));
    }
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
    for defer in document.definitions.iter().filter_map(Definition::as_directive_definition) {
        api.directive_definitions.insert(defer.name.clone(), defer.clone());
    }
}

struct View<'s> {
    links: &'s Links,
    inaccessible: Option<String>,
}

impl View<'_> {
    fn is_of_a_spec(&self, kind: ElementKind, name: &str) -> bool {
        self.links.element(kind, name).is_some()
    }

    fn hides<D: AsRef<Directive>>(&self, directives: &[D]) -> bool {
        let hides = |name: &String| directives.iter().any(|d| d.as_ref().name == name.as_str());
        self.inaccessible.as_ref().is_some_and(hides)
    }

    fn shows_type(&self, name: &Name, ty: &ExtendedType) -> bool {
        ty.is_built_in()
            || (!self.is_of_a_spec(ElementKind::Type, name) && !self.hides(ty.directives()))
    }

    fn strip_type(&self, ty: &mut ExtendedType, shown: &IndexSet<Name>) {
        match ty {
            ExtendedType::Union(union) => {
                let union = union.make_mut();
                strip(&mut union.directives.0);
                union.members.retain(|name| shown.contains(&name.name));
            }
            ExtendedType::Enum(definition) if !definition.name.starts_with("__") => {
                let definition = definition.make_mut();
                strip(&mut definition.directives.0);
                definition.values.retain(|_, value| !self.hides(&value.directives));
                let values = definition.values.values_mut();
                values.for_each(|value| strip(&mut value.make_mut().directives.0));
            }
            ExtendedType::InputObject(input) => {
                let input = input.make_mut();
                strip(&mut input.directives.0);
                input.fields.retain(|_, field| !self.hides(&field.directives));
                let fields = input.fields.values_mut();
                fields.for_each(|field| strip(&mut field.make_mut().directives.0));
            }
            ExtendedType::Scalar(scalar) => strip(&mut scalar.make_mut().directives.0),
            ty => {
                let Some(ty) = ImplementerMut::of(ty) else { return };
                strip(&mut ty.directives.0);
                ty.interfaces.retain(|name| shown.contains(&name.name));
                ty.fields.retain(|_, field| !self.hides(&field.directives));
                for field in ty.fields.values_mut() {
                    let field = field.make_mut();
                    strip(&mut field.directives.0);
                    self.strip_arguments(&mut field.arguments);
                }
            }
        }
    }

    fn strip_arguments(&self, arguments: &mut Vec<Node<InputValueDefinition>>) {
        arguments.retain(|argument| !self.hides(&argument.directives));
        arguments.iter_mut().for_each(|argument| strip(&mut argument.make_mut().directives.0));
    }
}

/// Leaves the directives that GraphQL itself defines.
fn strip<D: AsRef<Directive>>(directives: &mut Vec<D>) {
    let stays = |name: &str| matches!(name, "deprecated" | "specifiedBy" | "oneOf");
    directives.retain(|directive| stays(&directive.as_ref().name));
}
