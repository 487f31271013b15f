//! Completes a document with what federation adds to every subgraph: the definitions of what it
//! links, and the fields and types by which a router talks to it.
//!
//! A subgraph may hold any of these itself, as most libraries print them. Definitions of what it
//! links must then be compatible; the rest is replaced.

use apollo_compiler::ast::{self, Definition, FieldDefinition, OperationType, Type};
use apollo_compiler::{Name, Node, name};
use supergraph::link::version::Version;
use supergraph::link::{ElementKind, Link, Links, identity};
use supergraph::spec::definitions::{Element, elements};
use supergraph::spec::federation::FederationDirective;

use super::compatibility;
use super::links::DocumentLinks;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::places::Places;

/// The fields of the query root by which a router talks to a subgraph.
const FEDERATION_FIELDS: [&str; 2] = ["_entities", "_service"];

/// The types by which a router talks to a subgraph.
const FEDERATION_TYPES: [&str; 3] = ["_Any", "_Service", "_Entity"];

/// Completes a document; returns what it defines itself in a way that cannot work.
pub(super) fn complete(
    document: &mut ast::Document,
    linked: &DocumentLinks,
    places: &Places,
) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    let own_count = document.definitions.len();
    for element in expected(linked) {
        let own = definition_index(document, &element);
        match own {
            Some(index)
                if linked.is_fed1 && is_fed1_form(&document.definitions[index], &element) =>
            {
                document.definitions[index] = element.definition;
            }
            // Another specification that the document links has it, too.
            Some(index) if index >= own_count => {}
            Some(index) => {
                let found = &document.definitions[index];
                let is_scalar = |name: &str| is_scalar(document, name);
                if let Some(error) = compatibility::check(found, &element, &is_scalar, places) {
                    errors.push(error);
                    // What uses it is held to what the specification says.
                    document.definitions[index] = element.definition;
                }
            }
            None => document.definitions.push(element.definition),
        }
    }
    machinery(document, &linked.links);
    errors
}

fn is_scalar(document: &ast::Document, name: &str) -> bool {
    let mut definitions = document.definitions.iter();
    definitions.any(|d| d.as_scalar_type_definition().is_some_and(|d| d.name == name))
}

/// The elements of everything the document links and composition knows.
fn expected(linked: &DocumentLinks) -> Vec<Element> {
    let mut expected = Vec::new();
    for link in &linked.links.links {
        if link.url.identity == identity::JOIN {
            continue;
        }
        let Some(elements) = elements(link) else { continue };
        let is_fed1 = linked.is_fed1 && link.url.identity == identity::FEDERATION;
        // Federation 1 has only what its synthetic link imports.
        expected.extend(elements.into_iter().filter(|element| {
            let mut imports = link.imports.iter();
            !is_fed1 || imports.any(|i| i.kind == element.kind && i.element == element.name)
        }));
    }
    if linked.links.by_identity(identity::LINK).is_none() {
        // Without a bootstrap `@link` means nothing, but it may stand there.
        let link = Link::bare(identity::LINK, Version::new(1, 0));
        expected.extend(elements(&link).unwrap_or_default());
    }
    expected
}

fn definition_index(document: &ast::Document, element: &Element) -> Option<usize> {
    let wanted = element.definition.name()?;
    document.definitions.iter().position(|definition| {
        let is_directive = definition.as_directive_definition().is_some();
        let same_kind = is_directive == (element.kind == ElementKind::Directive);
        same_kind && !definition.is_extension_definition() && definition.name() == Some(wanted)
    })
}

/// Federation 1 libraries print `@key(fields: String)` and the like; it means the same.
fn is_fed1_form(definition: &Definition, element: &Element) -> bool {
    let Definition::DirectiveDefinition(definition) = definition else { return false };
    if !matches!(element.name.as_str(), "key" | "requires" | "provides") {
        return false;
    }
    match definition.arguments.as_slice() {
        [] => true,
        [argument] => {
            let ty = argument.ty.inner_named_type().as_str();
            argument.name == "fields"
                && !argument.ty.is_list()
                && matches!(ty, "String" | "_FieldSet" | "FieldSet")
        }
        _ => false,
    }
}

/// Adds `_Any`, `_Service`, `_Entity` and the two fields of the query root in place of the
/// document's own.
fn machinery(document: &mut ast::Document, links: &Links) {
    let entities = entities(document, links);
    let mut sdl = "scalar _Any type _Service { sdl: String }".to_owned();
    if !entities.is_empty() {
        let members: Vec<_> = entities.iter().map(Name::as_str).collect();
        sdl.push_str(&format!(" union _Entity = {}", members.join(" | ")));
    }
    let machinery = ast::Document::parse(sdl, "federation").expect("the text is valid");
    document.definitions.retain(|definition| {
        let name = definition.name().map_or("", |name| name.as_str());
        let is_directive = definition.as_directive_definition().is_some();
        is_directive || !FEDERATION_TYPES.contains(&name)
    });
    document.definitions.extend(machinery.definitions);
    add_query_fields(document, !entities.is_empty());
}

/// The object types with a `@key`, in source order.
fn entities(document: &ast::Document, links: &Links) -> Vec<Name> {
    let mut entities: Vec<Name> = Vec::new();
    for definition in &document.definitions {
        let (name, directives) = match definition {
            Definition::ObjectTypeDefinition(d) => (&d.name, &d.directives),
            Definition::ObjectTypeExtension(d) => (&d.name, &d.directives),
            _ => continue,
        };
        let is_key = |local: &Name| {
            let element = links.element(ElementKind::Directive, local);
            element.and_then(|(l, e)| FederationDirective::by_element(&l.url.identity, e))
                == Some(FederationDirective::Key)
        };
        if directives.iter().any(|d| is_key(&d.name)) && !entities.contains(name) {
            entities.push(name.clone());
        }
    }
    entities
}

fn add_query_fields(document: &mut ast::Document, has_entities: bool) {
    let root = query_root(document);
    let mut fields = Vec::new();
    if has_entities {
        fields.push(entities_field());
    }
    fields.push(field(name!("_service"), Type::NonNullNamed(name!("_Service"))));
    let mut first = true;
    for definition in &mut document.definitions {
        let target = match definition {
            Definition::ObjectTypeDefinition(d) if d.name == root => &mut d.make_mut().fields,
            Definition::ObjectTypeExtension(d) if d.name == root => &mut d.make_mut().fields,
            _ => continue,
        };
        target.retain(|field| !FEDERATION_FIELDS.contains(&field.name.as_str()));
        if std::mem::take(&mut first) {
            target.extend(fields.iter().cloned());
        }
    }
    let mut definitions = document.definitions.iter();
    if first && root == "Query" && !definitions.any(|d| d.name() == Some(&root)) {
        document.definitions.push(Definition::ObjectTypeDefinition(Node::new(
            ast::ObjectTypeDefinition {
                description: None,
                name: root.clone(),
                implements_interfaces: Vec::new(),
                directives: ast::DirectiveList::default(),
                fields,
            },
        )));
    }
    add_query_operation(document, root);
}

/// A schema that names its roots, but not the query root, gets it: it now exists. One that names
/// some only in an extension has the default names for the others.
fn add_query_operation(document: &mut ast::Document, root: Name) {
    let named: Vec<OperationType> = root_operations(document).map(|o| o.0).collect();
    if named.is_empty() {
        return;
    }
    let mut operations = Vec::new();
    if !named.contains(&OperationType::Query) {
        operations.push(Node::new((OperationType::Query, root)));
    }
    for definition in &mut document.definitions {
        if let Definition::SchemaDefinition(schema) = definition {
            schema.make_mut().root_operations.extend(operations);
            return;
        }
    }
    let defaults = [
        (OperationType::Mutation, name!("Mutation")),
        (OperationType::Subscription, name!("Subscription")),
    ];
    for (operation, name) in defaults {
        let mut definitions = document.definitions.iter();
        let exists = definitions.any(|d| d.name() == Some(&name));
        if exists && !named.contains(&operation) {
            operations.push(Node::new((operation, name)));
        }
    }
    let schema = ast::SchemaDefinition {
        root_operations: operations,
        description: None,
        directives: ast::DirectiveList::default(),
    };
    document.definitions.push(Definition::SchemaDefinition(Node::new(schema)));
}

fn query_root(document: &ast::Document) -> Name {
    let mut operations = root_operations(document);
    operations.find(|o| o.0.is_query()).map_or(name!("Query"), |o| o.1.clone())
}

fn root_operations(document: &ast::Document) -> impl Iterator<Item = &Node<(OperationType, Name)>> {
    document.definitions.iter().flat_map(|definition| match definition {
        Definition::SchemaDefinition(d) => d.root_operations.as_slice(),
        Definition::SchemaExtension(d) => d.root_operations.as_slice(),
        _ => &[],
    })
}

fn entities_field() -> Node<FieldDefinition> {
    let any = Type::NonNullNamed(name!("_Any"));
    let mut entities = field(name!("_entities"), Type::Named(name!("_Entity")).list().non_null());
    entities.make_mut().arguments.push(Node::new(ast::InputValueDefinition {
        description: None,
        name: name!("representations"),
        ty: Node::new(any.list().non_null()),
        default_value: None,
        directives: ast::DirectiveList::default(),
    }));
    entities
}

fn field(name: Name, ty: Type) -> Node<FieldDefinition> {
    Node::new(FieldDefinition {
        description: None,
        name,
        arguments: Vec::new(),
        ty,
        directives: ast::DirectiveList::default(),
    })
}
