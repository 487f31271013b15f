//! The objects of a world, and the monolith that has all of them.

use serde_json::{Map, Value, json};

use crate::part::{Part, required_text};
use crate::random::Random;
use crate::world::{Entity, Field, Kind, World};

/// The world's objects: by type and id, all fields of each.
#[derive(Debug)]
pub(crate) struct Objects {
    pub(crate) entities: Vec<Vec<Map<String, Value>>>,
    /// The values of `Query`'s fields that are lists.
    pub(crate) queries: Vec<Value>,
    /// Subgraph, entity and id of what a subgraph refers to but does not know.
    pub(crate) absent: Vec<(usize, usize, String)>,
}

impl Objects {
    pub(crate) fn new(world: &World, random: &mut Random) -> Self {
        let mut entities = Vec::new();
        for entity in &world.entities {
            entities.push(entity.ids.iter().map(|id| object(world, entity, id, random)).collect());
        }
        let queries = world.queries.iter().map(|query| match query.list {
            true => world.value(query, random),
            false => Value::Null,
        });
        let queries = queries.collect();
        let mut objects = Self { queries, entities, absent: Vec::new() };
        if world.faults {
            objects.make_absent(world, random);
        }
        objects
    }

    /// Lets subgraphs not know some objects, where that makes nothing but nullable fields null.
    fn make_absent(&mut self, world: &World, random: &mut Random) {
        for (index, entity) in world.entities.iter().enumerate() {
            // The types of interface objects are had from them.
            let mut interfaces = world.interfaces.iter().filter(|i| i.object_in.is_some());
            if interfaces.any(|i| i.members.contains(&index)) {
                continue;
            }
            for subgraph in 0..world.subgraph_count {
                let mut known = entity
                    .fields
                    .iter()
                    .filter(|f| f.owners.contains(&subgraph) || f.overridden == Some(subgraph));
                let may_be_null = known.all(|f| {
                    f.owners.len() == 1
                        && f.overridden.is_none()
                        && !f.non_null
                        && !f.required
                        && !f.provided
                });
                for (number, id) in entity.ids.iter().enumerate() {
                    if entity.second_key.is_some() || !may_be_null || !random.percent(30) {
                        continue;
                    }
                    for field in entity.fields.iter().filter(|f| f.owners == [subgraph]) {
                        self.entities[index][number].insert(field.name.clone(), Value::Null);
                    }
                    self.absent.push((subgraph, index, id.clone()));
                }
            }
        }
    }

    /// The world as one subgraph, for the schema that clients see.
    pub(crate) fn monolith(&self, world: &World, api_schema: &str) -> Part {
        let mut objects = Map::new();
        for (index, entity) in world.entities.iter().enumerate() {
            let all = self.entities[index].iter().zip(&entity.ids);
            let all: Map<_, _> =
                all.map(|(object, id)| (id.clone(), Value::Object(object.clone()))).collect();
            objects.insert(entity.name.clone(), Value::Object(all));
        }
        let (mut with_arguments, mut roots) = (Vec::new(), Map::new());
        for entity in &world.entities {
            let computed = entity.fields.iter().filter(|f| f.kind == Kind::WithArguments);
            with_arguments.extend(computed.map(|f| format!("{}.{}", entity.name, f.name)));
        }
        let mut rules = Map::new();
        for (query, value) in world.queries.iter().zip(&self.queries) {
            if query.list {
                roots.insert(query.name.clone(), value.clone());
            } else {
                rules.insert(format!("Query.{}", query.name), by_id(world, query));
            }
        }
        Part {
            name: "monolith".to_owned(),
            sdl: api_schema.to_owned(),
            data: json!({ "roots": { "Query": roots }, "objects": objects, "rules": rules }),
            with_arguments,
            requiring: Vec::new(),
        }
    }
}

fn object(world: &World, entity: &Entity, id: &str, random: &mut Random) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("id".to_owned(), json!(id));
    let code = format!("code {id}");
    let number = id.split_once('-').and_then(|(_, number)| number.parse::<u32>().ok());
    match entity.second_key {
        None => {}
        Some("code") => drop(object.insert("code".to_owned(), json!(code))),
        Some(key) => {
            if key.starts_with("code") {
                object.insert("code".to_owned(), json!(code));
            }
            object.insert("part".to_owned(), json!({ "n": number, "code": code }));
        }
    }
    for field in &entity.fields {
        let value = match &field.kind {
            Kind::Requires { set, .. } => {
                let value = projected(set, &object);
                match value.to_string().contains("$error") {
                    true => json!({ "$error": "what it requires fails" }),
                    false => json!(required_text(&value)),
                }
            }
            _ => world.value(field, random),
        };
        object.insert(field.name.clone(), value);
    }
    for interface in &world.interfaces {
        let member = interface.members.iter().any(|m| world.entities[*m].name == entity.name);
        if member && interface.object_in.is_some() {
            object.insert("z".to_owned(), json!(format!("z of {id}")));
            let target = &world.entities[*random.pick(&interface.members)];
            let target = format!("{}/{}", target.name, random.pick(&target.ids));
            object.insert("zo".to_owned(), json!({ "$ref": target }));
            if let Some(required) = interface.fields.first() {
                let value = object.get(required).cloned().unwrap_or_default();
                let text = match value.get("$error") {
                    Some(_) => json!({ "$error": "what it requires fails" }),
                    None => json!(required_text(&value)),
                };
                object.insert("zr".to_owned(), text);
            }
        }
    }
    object
}

/// The cases of a query for one entity by its id.
pub(crate) fn by_id(world: &World, query: &Field) -> Value {
    let Kind::Entity(entity) = query.kind else { return json!([]) };
    let entity = &world.entities[entity];
    let mut cases: Vec<Value> = Vec::new();
    for id in &entity.ids {
        let value = json!({ "$ref": format!("{}/{id}", entity.name) });
        cases.push(json!({ "arguments": { "id": id }, "value": value }));
    }
    cases.push(json!({ "value": null }));
    Value::Array(cases)
}

/// What a field set says of an object's field: `f`, `f(n: 7)` or `f { g }`.
fn projected(set: &str, object: &Map<String, Value>) -> Value {
    let mut words = set.split(['(', ' ']);
    let value = words.next().and_then(|name| object.get(name)).cloned().unwrap_or_default();
    if set.contains('(') {
        return match &value {
            Value::String(own) => json!(format!("{:?} {{\"n\":7}}", own)),
            other => other.clone(),
        };
    }
    match words.nth(1) {
        Some(inner) => narrowed(inner, &value),
        None => value,
    }
}

fn narrowed(inner: &str, value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| narrowed(inner, item)).collect(),
        Value::Object(object) if object.contains_key("$error") => value.clone(),
        Value::Object(object) => match object.get("$ref").and_then(Value::as_str) {
            Some(reference) => json!({ inner: reference.split_once('/').unwrap().1 }),
            None => json!({ inner: object.get(inner) }),
        },
        other => other.clone(),
    }
}
