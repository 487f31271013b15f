//! The schema of a subgraph: its SDL completed with what federation adds to every subgraph.
//!
//! The SDL is not validated, composition does that; directives may therefore be undefined here.

use std::collections::HashSet;

use apollo_compiler::ast::Value;
use apollo_compiler::schema::{Component, Directive, ExtendedType};
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Schema};

/// One `@key` of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyDirective {
    pub(crate) type_name: Name,
    pub(crate) fields: String,
}

/// A subgraph's schema and what federation reads from its directives.
#[derive(Debug)]
pub(crate) struct SubgraphSchema {
    pub(crate) schema: Valid<Schema>,
    /// The keys by which entities can be asked for.
    pub(crate) keys: Vec<KeyDirective>,
    /// The `@external` fields.
    pub(crate) external: HashSet<(Name, Name)>,
    /// The arguments with `@fromContext`: type, field, argument. Whoever asks has to give them.
    pub(crate) contextual: Vec<(Name, Name, Name)>,
}

/// Builds the schema.
pub(crate) fn complete(name: &str, sdl: &str) -> Result<SubgraphSchema, String> {
    let path = format!("{name}.graphql");
    let builder = || Schema::builder().adopt_orphan_extensions().parse(sdl, &path);
    let schema = builder().build().map_err(|invalid| invalid.to_string())?;
    let keys = key_directives(&schema);
    let added = machinery(&schema, &keys);
    let completed = builder().parse(added, "federation.graphql").build();
    let schema = completed.map_err(|invalid| invalid.to_string())?;
    let external = external_fields(&schema);
    let contextual = contextual_arguments(&schema);
    Ok(SubgraphSchema { schema: Valid::assume_valid(schema), keys, external, contextual })
}

/// Under which names a federation directive may be used: by itself, with the prefix, or imported
/// under another name.
fn local_names(schema: &Schema, element: &str) -> Vec<String> {
    let mut names = vec![element.to_owned(), format!("federation__{element}")];
    let links = schema.schema_definition.directives.iter().filter(|d| d.name == "link");
    for import in links.filter_map(|link| link.specified_argument_by_name("import")) {
        for import in import.as_list().into_iter().flatten() {
            names.extend(renamed(import, element));
        }
    }
    names
}

fn renamed(import: &Value, element: &str) -> Option<String> {
    let Value::Object(fields) = import else { return None };
    let text = |wanted: &str| fields.iter().find(|(n, _)| n == wanted)?.1.as_str();
    (text("name")?.strip_prefix('@') == Some(element))
        .then(|| text("as").unwrap_or_default().trim_start_matches('@').to_owned())
}

fn key_directives(schema: &Schema) -> Vec<KeyDirective> {
    let names = local_names(schema, "key");
    let mut keys = Vec::new();
    for (type_name, definition) in &schema.types {
        let directives: &[Component<Directive>] = definition.directives();
        for key in directives.iter().filter(|d| names.iter().any(|n| d.name == n.as_str())) {
            let resolvable = key.specified_argument_by_name("resolvable");
            let fields = key.specified_argument_by_name("fields").and_then(|f| f.as_str());
            if let Some(fields) = fields
                && resolvable.and_then(|r| r.to_bool()) != Some(false)
            {
                keys.push(KeyDirective { type_name: type_name.clone(), fields: fields.to_owned() });
            }
        }
    }
    keys
}

fn external_fields(schema: &Schema) -> HashSet<(Name, Name)> {
    let names = local_names(schema, "external");
    let is_external = |name: &Name| names.iter().any(|n| name == n.as_str());
    let mut external = HashSet::new();
    for (type_name, definition) in &schema.types {
        let fields = match definition {
            ExtendedType::Object(object) => &object.fields,
            ExtendedType::Interface(interface) => &interface.fields,
            _ => continue,
        };
        let all = definition.directives().iter().any(|d| is_external(&d.name));
        for (field_name, field) in fields {
            if all || field.directives.iter().any(|d| is_external(&d.name)) {
                external.insert((type_name.clone(), field_name.clone()));
            }
        }
    }
    external
}

fn contextual_arguments(schema: &Schema) -> Vec<(Name, Name, Name)> {
    let names = local_names(schema, "fromContext");
    let mut all = Vec::new();
    for (type_name, definition) in &schema.types {
        let ExtendedType::Object(object) = definition else { continue };
        for (field_name, field) in &object.fields {
            let arguments = field.arguments.iter();
            let contextual = arguments.filter(|argument| {
                argument.directives.iter().any(|d| names.iter().any(|n| d.name == n.as_str()))
            });
            all.extend(contextual.map(|a| (type_name.clone(), field_name.clone(), a.name.clone())));
        }
    }
    all
}

/// What federation adds, as far as the SDL does not have it.
fn machinery(schema: &Schema, keys: &[KeyDirective]) -> String {
    let query = schema.schema_definition.query.as_ref().map_or("Query", |name| name.as_str());
    let has = |field: &str| schema.type_field(query, field).is_ok();
    let mut entities: Vec<&str> = Vec::new();
    for key in keys {
        let is_object = schema.types[&key.type_name].is_object();
        if is_object && !entities.contains(&key.type_name.as_str()) {
            entities.push(&key.type_name);
        }
    }
    let mut sdl = String::new();
    if !schema.types.contains_key("_Any") {
        sdl.push_str("scalar _Any\n");
    }
    if !schema.types.contains_key("_Service") {
        sdl.push_str("type _Service { sdl: String }\n");
    }
    if !entities.is_empty() && !schema.types.contains_key("_Entity") {
        sdl.push_str(&format!("union _Entity = {}\n", entities.join(" | ")));
    }
    if !has("_service") {
        sdl.push_str(&format!("extend type {query} {{ _service: _Service! }}\n"));
    }
    if !entities.is_empty() && !has("_entities") {
        let field = "_entities(representations: [_Any!]!): [_Entity]!";
        sdl.push_str(&format!("extend type {query} {{ {field} }}\n"));
    }
    sdl
}
