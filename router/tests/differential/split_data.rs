//! A world as the data of its subgraphs.

use std::collections::BTreeSet;

use apollo_compiler::ast::Selection;
use serde_json::{Map, Value, json};

use crate::field_set::{Object, parse};
use crate::objects::by_id;
use crate::split::Splitter;
use crate::world::{Entity, Field, Kind};

/// What a subgraph says when it is asked for a field that another one has instead.
pub(crate) const OVERRIDDEN: &str = "asked for what is overridden";

impl Splitter<'_> {
    pub(crate) fn data(&self, labels: &BTreeSet<String>) -> Value {
        let mut objects = Map::new();
        for index in &self.entities {
            let entity = &self.world.entities[*index];
            let all = self.objects.entities[*index].iter().zip(&entity.ids);
            let all = all.map(|(object, id)| {
                let mut here = self.object(entity, object, labels);
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
            let name = &interface.name;
            let is_first = interface.object_in == Some(self.index);
            let all: Map<_, _> = members
                .map(|object| {
                    let id = &object["id"];
                    let to = |field: &str| as_objects(name, &object[&format!("{name}{field}")]);
                    let z = format!("{name}z");
                    let here = match is_first {
                        true => json!({ "id": id, &z: object[&z], format!("{name}zo"): to("zo"),
                            format!("{name}za"): to("za"), format!("{name}zs"): to("zs") }),
                        false => json!({ "id": id, format!("{name}yo"): to("yo"),
                            format!("{name}zs"): to("zs") }),
                    };
                    (id.as_str().unwrap().to_owned(), here)
                })
                .collect();
            objects.insert(interface.name.clone(), Value::Object(all));
        }
        let (mut queries, mut rules) = (Map::new(), Map::new());
        for (query, value) in self.world.queries.iter().zip(&self.objects.queries) {
            if !query.owners.contains(&self.index) {
                continue;
            }
            if !query.takes_id() {
                queries.insert(query.name.clone(), self.here(query, value));
            } else {
                let root = self.world.query_names[self.index];
                let mut cases = by_id(self.world, query);
                for case in cases.as_array_mut().into_iter().flatten() {
                    case["value"] = self.here(query, &case["value"]);
                }
                rules.insert(format!("{root}.{}", query.name), cases);
            }
        }
        let mut mutations = Map::new();
        for (mutation, value) in self.world.mutations.iter().zip(&self.objects.mutations) {
            if mutation.owners.contains(&self.index) {
                mutations.insert(mutation.name.clone(), value.clone());
            }
        }
        let query = self.world.query_names[self.index];
        let roots = json!({ query: queries, "Mutation": mutations });
        json!({ "roots": roots, "objects": objects, "rules": rules })
    }

    /// What the subgraph knows of an object.
    fn object(&self, entity: &Entity, object: &Object, labels: &BTreeSet<String>) -> Value {
        let mut here = Map::new();
        for key in ["id", "code", "part", "parts", "hid", "owner"] {
            let is_there =
                key != "owner" || entity.owner.is_some_and(|o| self.entities.contains(&o));
            if let Some(value) = object.get(key).filter(|_| is_there) {
                here.insert(key.to_owned(), value.clone());
            }
        }
        for field in entity.fields.iter().filter(|field| self.has(field)) {
            let is_overridden = field.overridden == Some(self.index);
            // A label that is off leaves the field to whom it was overridden from.
            let is_off = field.label.is_some_and(|label| !labels.contains(label));
            let value = if field.overridden.is_some() && is_overridden != is_off {
                json!({ "$error": OVERRIDDEN })
            } else {
                self.here(field, &object[&field.name])
            };
            if is_overridden || !matches!(field.kind, Kind::Requires(_)) {
                here.insert(field.name.clone(), value);
            }
        }
        Value::Object(here)
    }

    /// A field's value as the subgraph has it.
    fn here(&self, field: &Field, value: &Value) -> Value {
        if let Kind::Interface(interface) = field.kind
            && self.is_object(interface)
        {
            return as_objects(&self.world.interfaces[interface].name, value);
        }
        let value = self.known(value);
        match &field.provides {
            Some(set) if field.owners.contains(&self.index) => {
                self.with_provided(&parse(set), &value)
            }
            _ => value,
        }
    }

    fn with_provided(&self, set: &[Selection], value: &Value) -> Value {
        if let Value::Array(items) = value {
            return items.iter().map(|item| self.with_provided(set, item)).collect();
        }
        let Some((entity, number)) = self.world.referred(value) else { return value.clone() };
        let mut with = value.clone();
        let object = &self.objects.entities[entity][number];
        for selection in set {
            match selection {
                Selection::Field(field) => {
                    let name = field.name.as_str();
                    let own = self.known(&object[name]);
                    with[name] = self.with_provided(&field.selection_set, &own);
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.type_condition.as_ref().map(|name| name.as_str());
                    let mut interfaces = self.world.interfaces.iter();
                    let is_of = interfaces.any(|interface| {
                        condition == Some(&*interface.name) && interface.members.contains(&entity)
                    });
                    if is_of || condition == Some(&*self.world.entities[entity].name) {
                        with = self.with_provided(&fragment.selection_set, &with);
                    }
                }
                Selection::FragmentSpread(_) => {}
            }
        }
        with
    }

    /// A value as far as the subgraph knows its types.
    fn known(&self, value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.known(item)).collect(),
            Value::Object(object) => {
                let reference = object.get("$ref").and_then(Value::as_str);
                if let Some((name, _)) = reference.and_then(|text| text.split_once('/')) {
                    let entity = self.world.entities.iter().position(|e| e.name == name);
                    if entity.is_some_and(|entity| !self.entities.contains(&entity)) {
                        return Value::Null;
                    }
                }
                let fields = object.iter().map(|(k, v)| (k.clone(), self.known(v)));
                Value::Object(fields.collect())
            }
            other => other.clone(),
        }
    }
}

/// References as those to an interface object.
fn as_objects(name: &str, value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| as_objects(name, item)).collect(),
        Value::Object(object) if object.contains_key("$ref") => {
            let id = object["$ref"].as_str().unwrap().split_once('/').unwrap().1;
            json!({ "$ref": format!("{name}/{id}") })
        }
        other => other.clone(),
    }
}
