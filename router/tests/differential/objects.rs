//! The objects of a world, and the monolith that has all of them.

use std::collections::BTreeSet;

use apollo_compiler::ast::{self, Value as AstValue};
use serde_json::{Map, Value, json};

use crate::field_set::{Object, View, parse, projected, required_text};
use crate::part::{Part, with_arguments};
use crate::random::Random;
use crate::world::{Entity, Field, Kind, World};

/// The world's objects: by type and number, all fields of each.
#[derive(Debug)]
pub(crate) struct Objects {
    pub(crate) entities: Vec<Vec<Object>>,
    /// The values of `Query`'s fields that are lists.
    pub(crate) queries: Vec<Value>,
    pub(crate) mutations: Vec<Value>,
    /// References to objects with a key that is null. What another key leads to is there; the rest
    /// of them, or all of them, may be null.
    pub(crate) holes: BTreeSet<String>,
    /// Subgraph, entity and id of what a subgraph refers to but does not know.
    pub(crate) absent: Vec<(usize, usize, String)>,
}

impl Objects {
    pub(crate) fn new(world: &World, random: &mut Random) -> Self {
        let mut entities = Vec::new();
        for entity in &world.entities {
            let objects = (0..entity.ids.len()).map(|number| object(world, entity, number, random));
            entities.push(objects.collect());
        }
        let queries = world.queries.iter().map(|query| match query.takes_id() {
            false => world.value(query, random),
            true => Value::Null,
        });
        let queries = queries.collect();
        let mutations = world.mutations.iter().map(|m| world.value(m, random)).collect();
        let (absent, holes) = (Vec::new(), BTreeSet::new());
        let mut objects = Self { queries, mutations, entities, holes, absent };
        objects.compute(world);
        objects.make_null_keys(world, random);
        if world.faults {
            objects.make_absent(world, random);
        }
        objects
    }

    /// Computes what requires other fields. These were there before the fields that require them.
    fn compute(&mut self, world: &World) {
        let mut all: Vec<(usize, &Field, &String)> = Vec::new();
        for (index, entity) in world.entities.iter().enumerate() {
            all.extend(entity.fields.iter().filter_map(|field| match &field.kind {
                Kind::Requires(set) => Some((index, field, set)),
                _ => None,
            }));
        }
        all.sort_by_key(|(_, field, _)| field.name[1..].parse::<usize>().unwrap());
        for (index, field, set) in all {
            let set = parse(set);
            for number in 0..self.entities[index].len() {
                let view = Whole { world, objects: self };
                let value = projected(&view, &set, &self.entities[index][number]).unwrap();
                self.entities[index][number].insert(field.name.clone(), required_text(&value));
            }
        }
        for interface in world.interfaces.iter().filter(|i| i.object_in.is_some()) {
            let Some(required) = interface.fields.first() else { continue };
            for member in &interface.members {
                for object in &mut self.entities[*member] {
                    let value = json!({ &required.name: object[&required.name] });
                    object.insert(format!("{}zr", interface.name), required_text(&value));
                }
            }
        }
    }

    /// Lets keys be null.
    fn make_null_keys(&mut self, world: &World, random: &mut Random) {
        for (index, entity) in world.entities.iter().enumerate() {
            if !entity.null_codes {
                continue;
            }
            for (number, id) in entity.ids.iter().enumerate() {
                if random.percent(40) {
                    self.entities[index][number].insert("code".to_owned(), Value::Null);
                    self.holes.insert(format!("{}/{id}", entity.name));
                }
            }
        }
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
                    if entity.keys.len() > 1 || !may_be_null || !random.percent(30) {
                        continue;
                    }
                    let object = &mut self.entities[index][number];
                    let fields = entity.fields.iter().filter(|f| f.owners == [subgraph]);
                    // The subgraph is not asked for what requires something that fails.
                    let fails = |f: &Field| {
                        matches!(f.kind, Kind::Requires(_)) && object[&f.name].is_object()
                    };
                    if fields.clone().any(fails) {
                        continue;
                    }
                    for field in fields {
                        object.insert(field.name.clone(), Value::Null);
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
        let (mut queries, mut rules) = (Map::new(), Map::new());
        for (query, value) in world.queries.iter().zip(&self.queries) {
            if !query.takes_id() {
                queries.insert(query.name.clone(), value.clone());
            } else {
                rules.insert(format!("Query.{}", query.name), by_id(world, query));
            }
        }
        let mutations = world.mutations.iter().map(|m| m.name.clone());
        let mutations: Map<_, _> = mutations.zip(self.mutations.iter().cloned()).collect();
        let roots = json!({ "Query": queries, "Mutation": mutations });
        Part {
            name: "monolith".to_owned(),
            sdl: api_schema.to_owned(),
            data: json!({ "roots": roots, "objects": objects, "rules": rules }),
        }
    }
}

fn object(world: &World, entity: &Entity, number: usize, random: &mut Random) -> Object {
    let mut object = Map::new();
    let id = &entity.ids[number];
    object.insert("__typename".to_owned(), json!(entity.name));
    object.insert("id".to_owned(), json!(id));
    let code = format!("code {id}");
    object.insert("code".to_owned(), json!(code));
    object.insert("hid".to_owned(), json!(format!("hid {number}")));
    let part = json!({ "__typename": "Part", "n": number, "code": code,
        "in": { "__typename": "Inner", "m": number } });
    let other = json!({ "__typename": "Part", "n": 7, "code": "other",
        "in": { "__typename": "Inner", "m": 7 } });
    object.insert("parts".to_owned(), json!([&other, &part]));
    object.insert("part".to_owned(), part);
    if let Some(owner) = entity.owner.map(|owner| &world.entities[owner]) {
        let reference = format!("{}/{}", owner.name, owner.ids[number]);
        object.insert("owner".to_owned(), json!({ "$ref": reference }));
    }
    for field in entity.fields.iter().filter(|f| !matches!(f.kind, Kind::Requires(_))) {
        object.insert(field.name.clone(), world.value(field, random));
    }
    for interface in world.interfaces.iter().filter(|i| i.object_in.is_some()) {
        if interface.members.iter().any(|m| world.entities[*m].name == entity.name) {
            let name = &interface.name;
            object.insert(format!("{name}z"), json!(format!("{name} z of {id}")));
            object.insert(format!("{name}za"), json!(format!("{name} za of {id}")));
            object.insert(format!("{name}zs"), json!([number, null]));
            let target = *random.pick(&interface.members);
            object.insert(format!("{name}zo"), world.reference(target, random));
            let z = json!({ format!("{name}z"): object[&format!("{name}z")] });
            object.insert(format!("{name}y"), required_text(&z));
            let all = interface.members.iter().map(|member| world.reference(*member, random));
            let all = all.collect();
            object.insert(format!("{name}yo"), all);
        }
    }
    object
}

/// All objects, whole.
struct Whole<'a> {
    world: &'a World,
    objects: &'a Objects,
}

impl View for Whole<'_> {
    fn object(&self, value: &Object) -> Object {
        match self.world.referred(&Value::Object(value.clone())) {
            Some((entity, number)) => self.objects.entities[entity][number].clone(),
            None => value.clone(),
        }
    }

    fn field(&self, object: &Object, field: &ast::Field) -> Option<Value> {
        let own = object.get(field.name.as_str())?;
        let type_name = object.get("__typename").and_then(Value::as_str);
        let mut entities = self.world.entities.iter();
        let entity = entities.find(|entity| Some(entity.name.as_str()) == type_name);
        let mut fields = entity.into_iter().flat_map(|entity| &entity.fields);
        let is_computed = fields.any(|f| f.name == field.name.as_str() && !f.arguments.is_empty());
        match own {
            Value::String(_) if is_computed => {
                let mut arguments = json!({ "n": 3 });
                for argument in &field.arguments {
                    arguments[argument.name.as_str()] = match &*argument.value {
                        AstValue::Int(n) => json!(n.as_str().parse::<i64>().unwrap()),
                        AstValue::String(text) => json!(text),
                        other => panic!("{other} is no argument of a field set"),
                    };
                }
                Some(json!(with_arguments(own, &arguments)))
            }
            other => Some(other.clone()),
        }
    }
}

/// The cases of a query for one entity by its id.
pub(crate) fn by_id(world: &World, query: &Field) -> Value {
    let entities = match query.kind {
        Kind::Entity(entity) => vec![entity],
        _ => world.common_members(&query.kind, &[]).unwrap_or_default(),
    };
    let mut cases: Vec<Value> = Vec::new();
    for entity in entities.into_iter().map(|entity| &world.entities[entity]) {
        for id in &entity.ids {
            let value = json!({ "$ref": format!("{}/{id}", entity.name) });
            cases.push(json!({ "arguments": { "id": id }, "value": value }));
        }
    }
    cases.push(json!({ "value": null }));
    Value::Array(cases)
}
