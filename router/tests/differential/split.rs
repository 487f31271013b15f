//! A world as the schemas and the data of its subgraphs.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::objects::{Objects, by_id};
use crate::part::Part;
use crate::random::Random;
use crate::world::{Entity, Field, Kind, World};

fn arguments(field: &Field) -> &'static str {
    if field.kind == Kind::WithArguments { "(n: Int = 3, s: String)" } else { "" }
}

/// How an entity is known in a subgraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Id,
    Second,
    Both,
}

/// Splits a world.
pub(crate) fn split(world: &World, objects: &Objects, random: &mut Random) -> Vec<Part> {
    let known = known(world, random);
    let indices = 0..world.subgraph_count;
    let parts = indices.map(|index| Splitter::new(world, objects, &known, index).part());
    parts.filter(|part| part.sdl.contains("type ")).collect()
}

/// By entity and subgraph, by which key it is known. Whoever owns the first field knows all keys.
fn known(world: &World, random: &mut Random) -> Vec<Vec<Known>> {
    let of = |entity: &Entity, subgraph: usize, random: &mut Random| {
        if entity.second_key.is_none() {
            return Known::Id;
        }
        if entity.fields[0].owners.contains(&subgraph) {
            return Known::Both;
        }
        *random.pick(&[Known::Id, Known::Second, Known::Both])
    };
    let entities = world.entities.iter();
    entities.map(|e| (0..world.subgraph_count).map(|s| of(e, s, random)).collect()).collect()
}

struct Splitter<'w> {
    world: &'w World,
    objects: &'w Objects,
    known: &'w [Vec<Known>],
    index: usize,
    entities: BTreeSet<usize>,
    values: BTreeSet<usize>,
    interfaces: BTreeSet<usize>,
    unions: BTreeSet<usize>,
}

impl<'w> Splitter<'w> {
    fn new(world: &'w World, objects: &'w Objects, known: &'w [Vec<Known>], index: usize) -> Self {
        let none = BTreeSet::new;
        let (entities, values, interfaces, unions) = (none(), none(), none(), none());
        let mut new = Self { world, objects, known, index, entities, values, interfaces, unions };
        for (entity, definition) in world.entities.iter().enumerate() {
            for field in &definition.fields {
                if new.has(field) {
                    new.entities.insert(entity);
                    new.need(&field.kind);
                }
                if let Kind::Requires { field: required, .. } = &field.kind
                    && new.has(field)
                {
                    new.need(&definition.fields[*required].kind);
                }
            }
        }
        world.queries.iter().filter(|query| query.owners.contains(&index)).for_each(|query| {
            new.need(&query.kind);
        });
        new
    }

    /// Whether the subgraph has the field, rightly or wrongly.
    fn has(&self, field: &Field) -> bool {
        field.owners.contains(&self.index) || field.overridden == Some(self.index)
    }

    fn need(&mut self, kind: &Kind) {
        match kind {
            Kind::Entity(entity) => {
                self.entities.insert(*entity);
            }
            Kind::Interface(interface) => {
                self.interfaces.insert(*interface);
                if !self.is_object(*interface) {
                    self.entities.extend(&self.world.interfaces[*interface].members);
                }
            }
            Kind::Union(union) => {
                self.unions.insert(*union);
                self.entities.extend(&self.world.unions[*union].members_in[self.index]);
            }
            Kind::Value(value) => {
                let value_type = &self.world.values[*value];
                if self.values.insert(*value) {
                    for field in &value_type.fields {
                        if !value_type.split || field.owners.contains(&self.index) {
                            self.need(&field.kind);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether the interface is an interface object here.
    fn is_object(&self, interface: usize) -> bool {
        self.world.interfaces[interface].object_in == Some(self.index)
    }

    fn part(mut self) -> Part {
        let special: Vec<usize> =
            (0..self.world.interfaces.len()).filter(|i| self.is_object(*i)).collect();
        self.interfaces.extend(special);
        let mut sdl = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.7\", \
             import: [\"@key\", \"@shareable\", \"@external\", \"@requires\", \"@provides\", \
             \"@override\", \"@interfaceObject\"])\n"
            .to_owned();
        for entity in &self.entities {
            self.write_entity(*entity, &mut sdl);
        }
        for value in &self.values {
            let value = &self.world.values[*value];
            let shareable = if value.split { "" } else { " @shareable" };
            writeln!(sdl, "type {}{shareable} {{", value.name).unwrap();
            let here = |field: &&Field| !value.split || field.owners.contains(&self.index);
            for field in value.fields.iter().filter(here) {
                writeln!(sdl, "  {}: {}", field.name, self.world.type_text(field)).unwrap();
            }
            sdl.push_str("}\n");
        }
        self.write_abstract(&mut sdl);
        self.write_query(&mut sdl);
        if sdl.contains("part: Part!") {
            sdl.push_str("type Part @shareable {\n  n: Int!\n  code: String!\n}\n");
        }
        if sdl.contains("Color") {
            sdl.push_str("enum Color { RED GREEN BLUE }\n");
        }
        if self.world.fed1 == Some(self.index) {
            sdl = sdl.replace(" @shareable", "").split_once('\n').unwrap().1.to_owned();
        }
        let name = format!("s{}", self.index);
        let data = self.data();
        let (mut with_arguments, mut requiring) = (Vec::new(), Vec::new());
        for entity in &self.world.entities {
            for field in entity.fields.iter().filter(|field| self.has(field)) {
                let path = format!("{}.{}", entity.name, field.name);
                match &field.kind {
                    Kind::WithArguments => with_arguments.push(path),
                    Kind::Requires { field: required, .. } => {
                        requiring.push((path, entity.fields[*required].name.clone()));
                    }
                    _ => {}
                }
            }
        }
        for interface in self.interfaces.iter().filter(|i| self.is_object(**i)) {
            let interface = &self.world.interfaces[*interface];
            if let Some(required) = interface.fields.first() {
                requiring.push((format!("{}.zr", interface.name), required.clone()));
            }
        }
        Part { name, sdl, data, with_arguments, requiring }
    }

    fn write_entity(&self, index: usize, sdl: &mut String) {
        let entity = &self.world.entities[index];
        let name = &entity.name;
        let member = |i: &&usize| self.world.interfaces[**i].members.contains(&index);
        let interfaces: Vec<&str> = self
            .interfaces
            .iter()
            .filter(member)
            .map(|i| self.world.interfaces[*i].name.as_str())
            .collect();
        write!(sdl, "type {name}").unwrap();
        if !interfaces.is_empty() {
            write!(sdl, " implements {}", interfaces.join(" & ")).unwrap();
        }
        let known = self.known[index][self.index];
        if known != Known::Second {
            let resolvable = if self.is_stub(index) { ", resolvable: false" } else { "" };
            write!(sdl, " @key(fields: \"id\"{resolvable})").unwrap();
        }
        if known != Known::Id {
            write!(sdl, " @key(fields: \"{}\")", entity.second_key.unwrap()).unwrap();
        }
        sdl.push_str(" {\n");
        if known != Known::Second {
            sdl.push_str("  id: ID!\n");
        }
        if known != Known::Id {
            let key = entity.second_key.unwrap();
            if key.starts_with("code") {
                sdl.push_str("  code: String!\n");
            }
            if key.contains("part") {
                sdl.push_str("  part: Part!\n");
            }
        }
        for field in &entity.fields {
            if self.has(field) {
                writeln!(sdl, "  {}", self.field_text(field)).unwrap();
            } else if self.is_external(index, field) {
                let ty = self.world.type_text(field);
                let arguments = arguments(field);
                writeln!(sdl, "  {}{arguments}: {ty} @external", field.name).unwrap();
            }
        }
        sdl.push_str("}\n");
    }

    /// Whether nothing of an entity can be had here but its id, by which it is told only.
    fn is_stub(&self, index: usize) -> bool {
        let entity = &self.world.entities[index];
        let in_interface = self.world.interfaces.iter().any(|i| i.members.contains(&index));
        let here = |field: &Field| self.has(field) || self.is_external(index, field);
        let is_fed1 = self.world.fed1 == Some(self.index);
        let is_plain = entity.second_key.is_none() && !in_interface && !is_fed1;
        is_plain && entity.name.ends_with(['0', '2']) && !entity.fields.iter().any(here)
    }

    /// Whether a field of an entity is here for the sake of `@requires` or `@provides`.
    fn is_external(&self, entity: usize, field: &Field) -> bool {
        let fields = &self.world.entities[entity].fields;
        let required = fields.iter().filter(|f| self.has(f)).any(|f| match &f.kind {
            Kind::Requires { field: required, .. } => fields[*required].name == field.name,
            _ => false,
        });
        required || self.provides(entity).any(|provided| *provided == field.name)
    }

    /// The fields of an entity that are provided somewhere in this subgraph.
    fn provides(&self, target: usize) -> impl Iterator<Item = &'w String> {
        let all = self.world.entities.iter().flat_map(|entity| &entity.fields);
        let index = self.index;
        all.filter(move |f| f.kind == Kind::Entity(target) && f.owners.contains(&index))
            .filter_map(|f| f.provides.as_ref())
    }

    fn field_text(&self, field: &Field) -> String {
        let ty = self.world.type_text(field);
        let mut text = format!("{}{}: {ty}", field.name, arguments(field));
        if field.owners.len() > 1 || field.provided {
            text.push_str(" @shareable");
        }
        if let (Some(from), true) = (field.overridden, field.owners.contains(&self.index)) {
            let label = if field.labelled { ", label: \"later\"" } else { "" };
            write!(text, " @override(from: \"s{from}\"{label})").unwrap();
        }
        if let Kind::Requires { set, .. } = &field.kind {
            write!(text, " @requires(fields: \"{set}\")").unwrap();
        }
        if let Some(provides) = &field.provides {
            write!(text, " @provides(fields: \"{provides}\")").unwrap();
        }
        text
    }

    fn write_abstract(&self, sdl: &mut String) {
        for index in &self.interfaces {
            let interface = &self.world.interfaces[*index];
            let name = &interface.name;
            if self.is_object(*index) {
                writeln!(sdl, "type {name} @interfaceObject @key(fields: \"id\") {{").unwrap();
                writeln!(sdl, "  id: ID!\n  z: String\n  zo: {name}").unwrap();
                if let Some(required) = interface.fields.first() {
                    writeln!(sdl, "  {required}: String @external").unwrap();
                    writeln!(sdl, "  zr: String @requires(fields: \"{required}\")").unwrap();
                }
                sdl.push_str("}\n");
                continue;
            }
            let key = if interface.object_in.is_some() { " @key(fields: \"id\")" } else { "" };
            writeln!(sdl, "interface {name}{key} {{\n  id: ID!").unwrap();
            for field in &interface.fields {
                let owned = |member: &usize| {
                    let mut fields = self.world.entities[*member].fields.iter();
                    fields.any(|f| f.name == *field && f.owners.contains(&self.index))
                };
                if interface.members.iter().all(owned) {
                    writeln!(sdl, "  {field}: String").unwrap();
                }
            }
            sdl.push_str("}\n");
        }
        for index in &self.unions {
            let union = &self.world.unions[*index];
            let members = union.members_in[self.index].iter();
            let members: Vec<&str> =
                members.map(|m| self.world.entities[*m].name.as_str()).collect();
            writeln!(sdl, "union {} = {}", union.name, members.join(" | ")).unwrap();
        }
    }

    fn write_query(&self, sdl: &mut String) {
        let here = |query: &&Field| query.owners.contains(&self.index);
        let queries: Vec<&Field> = self.world.queries.iter().filter(here).collect();
        if queries.is_empty() {
            return;
        }
        sdl.push_str("type Query {\n");
        for query in queries {
            let arguments = if query.list { "" } else { "(id: ID!)" };
            let shared = if query.owners.len() > 1 { " @shareable" } else { "" };
            let ty = self.world.type_text(query);
            writeln!(sdl, "  {}{arguments}: {ty}{shared}", query.name).unwrap();
        }
        sdl.push_str("}\n");
    }

    fn data(&self) -> Value {
        let mut objects = Map::new();
        for index in &self.entities {
            let entity = &self.world.entities[*index];
            let all = self.objects.entities[*index].iter().zip(&entity.ids);
            let all = all.map(|(object, id)| {
                let mut here = self.object(entity, object);
                if self.objects.absent.contains(&(self.index, *index, id.clone())) {
                    here["$absent"] = json!(true);
                }
                (id.clone(), here)
            });
            objects.insert(entity.name.clone(), Value::Object(all.collect()));
        }
        for interface in self.interfaces.iter().filter(|i| self.is_object(**i)) {
            let interface = &self.world.interfaces[*interface];
            let members = interface.members.iter().flat_map(|m| &self.objects.entities[*m]);
            let all: Map<_, _> = members
                .map(|object| {
                    let (id, z) = (&object["id"], &object["z"]);
                    let here = json!({ "id": id, "z": z, "zo": self.here(&object["zo"]) });
                    (id.as_str().unwrap().to_owned(), here)
                })
                .collect();
            objects.insert(interface.name.clone(), Value::Object(all));
        }
        let (mut roots, mut rules) = (Map::new(), Map::new());
        for (query, value) in self.world.queries.iter().zip(&self.objects.queries) {
            if !query.owners.contains(&self.index) {
                continue;
            }
            if query.list {
                roots.insert(query.name.clone(), self.here(value));
            } else {
                rules.insert(format!("Query.{}", query.name), by_id(self.world, query));
            }
        }
        json!({ "roots": { "Query": roots }, "objects": objects, "rules": rules })
    }

    /// What the subgraph knows of an object.
    fn object(&self, entity: &Entity, object: &Map<String, Value>) -> Value {
        let mut here = Map::new();
        for key in ["id", "code", "part"] {
            if let Some(value) = object.get(key) {
                here.insert(key.to_owned(), value.clone());
            }
        }
        for field in entity.fields.iter().filter(|field| self.has(field)) {
            let mut value = self.here(&object[&field.name]);
            let is_overridden = field.overridden == Some(self.index);
            // A label that is off leaves the field to whom it was overridden from.
            if field.overridden.is_some() && is_overridden != field.labelled {
                value = json!({ "$error": "asked for what is overridden" });
            } else if let (Some(provided), Kind::Entity(target)) = (&field.provides, &field.kind) {
                value = self.with_provided(*target, provided, &value);
            }
            if !matches!(field.kind, Kind::Requires { .. }) {
                here.insert(field.name.clone(), value);
            }
        }
        Value::Object(here)
    }

    fn with_provided(&self, target: usize, provided: &str, value: &Value) -> Value {
        match value {
            Value::Array(items) => {
                items.iter().map(|item| self.with_provided(target, provided, item)).collect()
            }
            Value::Object(reference) if reference.contains_key("$ref") => {
                let handle = reference["$ref"].as_str().and_then(|text| text.split_once('/'));
                let id = handle.map(|(_, id)| id);
                let entity = &self.world.entities[target];
                let position = entity.ids.iter().position(|known| Some(known.as_str()) == id);
                let object = &self.objects.entities[target][position.unwrap()];
                json!({ "$ref": reference["$ref"], provided: object[provided] })
            }
            other => other.clone(),
        }
    }

    /// A value as the subgraph has it: of interface objects it does not know the type.
    fn here(&self, value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.here(item)).collect(),
            Value::Object(object) => {
                let reference = object.get("$ref").and_then(Value::as_str);
                if let Some((name, id)) = reference.and_then(|text| text.split_once('/')) {
                    let entity = self.world.entities.iter().position(|e| e.name == name);
                    if entity.is_some_and(|entity| !self.entities.contains(&entity)) {
                        // Either it stands for the interface, or it is not its to know.
                        let object = self.interfaces.iter().find(|i| self.is_object(**i));
                        let name = object.map(|i| &self.world.interfaces[*i].name);
                        return name
                            .map_or(Value::Null, |n| json!({ "$ref": format!("{n}/{id}") }));
                    }
                }
                let fields = object.iter().map(|(k, v)| (k.clone(), self.here(v)));
                Value::Object(fields.collect())
            }
            other => other.clone(),
        }
    }
}
