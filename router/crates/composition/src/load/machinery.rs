//! The fields and types by which a router talks to a subgraph: `_entities`, `_service` and what
//! they are made of. A document's own are replaced, since many libraries print them slightly off.

use std::collections::{BTreeSet, HashSet};

use apollo_compiler::ast::{self, Definition, FieldDefinition, OperationType, Type};
use apollo_compiler::{Name, Node, name};
use supergraph::link::{ElementKind, Links};
use supergraph::spec::federation::FederationDirective;

use super::references;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::diagnostic::places::Places;

/// The fields of the query root by which a router talks to a subgraph.
const FEDERATION_FIELDS: [&str; 2] = ["_entities", "_service"];

/// The types by which a router talks to a subgraph.
const FEDERATION_TYPES: [&str; 3] = ["_Any", "_Service", "_Entity"];

/// Replaces the machinery of a document; reports what else uses it.
pub(super) fn replace(
    document: &mut ast::Document,
    links: &Links,
    places: &Places,
) -> Vec<Diagnostic> {
    remove(document);
    let errors = uses(document, places);
    add(document, links);
    errors
}

/// Removes the document's own `_Any`, `_Service`, `_Entity` and fields of the query root.
fn remove(document: &mut ast::Document) {
    document.definitions.retain(|definition| {
        let name = definition.name().map_or("", |name| name.as_str());
        let is_directive = definition.as_directive_definition().is_some();
        is_directive || !FEDERATION_TYPES.contains(&name)
    });
    let root = query_root(document);
    for definition in &mut document.definitions {
        if let Some(fields) = fields_of(definition, &root) {
            fields.retain(|field| !FEDERATION_FIELDS.contains(&field.name.as_str()));
        }
    }
}

/// Nothing else may use the types by which a router talks to a subgraph, or those of
/// introspection: supergraphs have none of them. Nor may it use a query root that is only there
/// because federation adds it.
fn uses(document: &ast::Document, places: &Places) -> Vec<Diagnostic> {
    let root = query_root(document);
    let has_root = document.definitions.iter().any(|d| d.name() == Some(&root));
    let used = references::used(document, &HashSet::new());
    let used: BTreeSet<&str> = used.types.into_iter().collect();
    let errors = used.into_iter().filter_map(|name| {
        let message = if FEDERATION_TYPES.contains(&name) || name.starts_with("__") {
            format!("`{name}` is not for subgraphs to use: composition and introspection have it.")
        } else if !has_root && root == name {
            format!("There is no type `{name}`.")
        } else {
            return None;
        };
        Some(places.diagnostic(Code::InvalidGraphql, message, None))
    });
    errors.collect()
}

/// The fields of a part of an object type.
fn fields_of<'a>(
    definition: &'a mut Definition,
    name: &Name,
) -> Option<&'a mut Vec<Node<FieldDefinition>>> {
    match definition {
        Definition::ObjectTypeDefinition(d) if d.name == *name => Some(&mut d.make_mut().fields),
        Definition::ObjectTypeExtension(d) if d.name == *name => Some(&mut d.make_mut().fields),
        _ => None,
    }
}

/// Adds `_Any`, `_Service`, `_Entity` and the two fields of the query root.
fn add(document: &mut ast::Document, links: &Links) {
    let entities = entities(document, links);
    let mut sdl = "scalar _Any type _Service { sdl: String }".to_owned();
    if !entities.is_empty() {
        let members: Vec<_> = entities.iter().map(Name::as_str).collect();
        sdl.push_str(&format!(" union _Entity = {}", members.join(" | ")));
    }
    let machinery = ast::Document::parse(sdl, "federation").expect("the text is valid");
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
    let mut definitions = document.definitions.iter_mut();
    match definitions.find_map(|definition| fields_of(definition, &root)) {
        Some(target) => target.extend(fields),
        None => define_query(document, &root, fields),
    }
    add_query_operation(document, root);
}

/// A schema without queries of its own gets a query root, unless it claims to have another one.
fn define_query(document: &mut ast::Document, root: &Name, fields: Vec<Node<FieldDefinition>>) {
    let mut definitions = document.definitions.iter();
    if root == "Query" && !definitions.any(|d| d.name() == Some(root)) {
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
