//! The fields and types by which a router talks to a subgraph: `_entities`, `_service` and what
//! they are made of. A document's own are replaced, since many libraries print them slightly off.

use std::collections::{BTreeSet, HashSet};

use apollo_compiler::ast::{self, Definition, FieldDefinition, OperationType};
use apollo_compiler::{Name, Node, name};
use supergraph::link::{ElementKind, Links};
use supergraph::spec::federation::FederationDirective;

use super::references;
use crate::diagnostic::{Code, Errors};

/// The fields of the query root by which a router talks to a subgraph.
const FEDERATION_FIELDS: [&str; 2] = ["_entities", "_service"];

/// The types by which a router talks to a subgraph.
const FEDERATION_TYPES: [&str; 3] = ["_Any", "_Service", "_Entity"];

/// Replaces the machinery of a document; reports what else uses it.
pub(super) fn replace(document: &mut ast::Document, links: &Links, errors: &mut Errors<'_>) {
    remove(document);
    report_uses(document, errors);
    add(document, links);
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
fn report_uses(document: &ast::Document, errors: &mut Errors<'_>) {
    let root = query_root(document);
    let has_root = is_defined(document, &root);
    let used = references::used(document, &HashSet::new());
    for name in used.types.into_iter().collect::<BTreeSet<&str>>() {
        let message = if FEDERATION_TYPES.contains(&name) || name.starts_with("__") {
            format!("`{name}` is not for subgraphs to use: composition and introspection have it.")
        } else if !has_root && root == name {
            format!("There is no type `{name}`.")
        } else {
            continue;
        };
        errors.add(Code::InvalidGraphql, message, None);
    }
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
    let root = query_root(document);
    let entities = entities(document, links);
    let mut sdl = "scalar _Any type _Service { sdl: String }".to_owned();
    if entities.is_empty() {
        sdl += &format!(" type {root} {{ _service: _Service! }}");
    } else {
        let members: Vec<_> = entities.iter().map(Name::as_str).collect();
        sdl += &format!(
            " union _Entity = {} type {root} {{
                _entities(representations: [_Any!]!): [_Entity]! _service: _Service!
            }}",
            members.join(" | ")
        );
    }
    let machinery = ast::Document::parse(sdl, "federation").expect("the text is valid");
    document.definitions.extend(machinery.definitions);
    if let Some(Definition::ObjectTypeDefinition(mut query)) = document.definitions.pop() {
        query.make_mut().name = root.clone();
        add_query(document, query);
    }
    add_query_operation(document, root);
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

/// Adds the fields of a query root. A schema without queries of its own gets the whole root, unless
/// it claims to have another one.
fn add_query(document: &mut ast::Document, query: Node<ast::ObjectTypeDefinition>) {
    let mut own = document.definitions.iter_mut();
    if let Some(fields) = own.find_map(|definition| fields_of(definition, &query.name)) {
        fields.extend(query.fields.iter().cloned());
    } else if query.name == "Query" && !is_defined(document, &query.name) {
        document.definitions.push(Definition::ObjectTypeDefinition(query));
    }
}

fn is_defined(document: &ast::Document, name: &Name) -> bool {
    document.definitions.iter().any(|definition| definition.name() == Some(name))
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
        if is_defined(document, &name) && !named.contains(&operation) {
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
