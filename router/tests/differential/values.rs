//! Random values for the fields of a world.

use serde_json::{Map, Value, json};

use crate::random::Random;
use crate::world::{Field, Kind, SHADES, World, knows_shade};

/// What strings end with.
const SPECIAL: [&str; 8] = [
    "\"é\"",
    "",
    "\\ \n\t\u{7}",
    "\u{1f468}\u{200d}\u{1f469}",
    "{\"__typename\":\"E0\"}",
    "\u{2028}</script>",
    "$x @y #z",
    "\u{feff}\u{fffd}",
];

/// Values of a scalar that may be anything.
fn jsons() -> Vec<Value> {
    vec![
        json!({ "any": [1, null, "x", { "deep": true, "": [] }] }),
        json!([[1.5, "é"], {}, []]),
        json!(12_345_678_901_234_567_890_u64),
        json!(-9.765625e-4),
        json!({ "__typename": "E0", "id": 1, "errors": null }),
        json!("text \u{0}"),
        json!(false),
    ]
}

impl World {
    /// The name of a type.
    pub(crate) fn type_name<'a>(&'a self, kind: &'a Kind) -> &'a str {
        match kind {
            Kind::Scalar(name) => name,
            Kind::Enum => "Color",
            Kind::Shade => "Shade",
            Kind::WithArguments | Kind::Requires(_) | Kind::Contextual => "String",
            Kind::Entity(index) => &self.entities[*index].name,
            Kind::Value(index) => &self.values[*index].name,
            Kind::Interface(index) => &self.interfaces[*index].name,
            Kind::Union(index) => &self.unions[*index].name,
            Kind::Mixed(index) => &self.mixed[*index].name,
            Kind::Done => "Done",
            Kind::Query => "Query",
        }
    }

    /// The type of a field in SDL.
    pub(crate) fn type_text(&self, field: &Field) -> String {
        let named = self.type_name(&field.kind);
        let bang = |is_there: bool| if is_there { "!" } else { "" };
        let (outer, inner) = (bang(field.non_null), bang(field.items_non_null));
        match field.list {
            false => format!("{named}{outer}"),
            true if field.nested => format!("[[{named}{inner}]{inner}]{outer}"),
            true => format!("[{named}{inner}]{outer}"),
        }
    }

    /// A value for a field.
    pub(crate) fn value(&self, field: &Field, random: &mut Random) -> Value {
        // Of contexts, too, it is made whether they are null or not.
        if matches!(field.kind, Kind::Contextual) {
            return self.item(field, random);
        }
        let may_be_null = !field.non_null && field.promised.is_none();
        if may_be_null && random.percent(12) {
            return Value::Null;
        }
        if self.faults && may_be_null && random.percent(5) {
            return json!({ "$error": "it fails" });
        }
        if self.has_wrong_null(field, field.non_null, random) {
            return Value::Null;
        }
        if field.arguments.contains("pick") {
            return (0..random.between(1, 3)).map(|_| self.item(field, random)).collect();
        }
        if !field.list {
            return self.item(field, random);
        }
        if field.nested {
            let lists = (0..random.between(0, 2)).map(|_| match self.is_null_item(field, random) {
                true => Value::Null,
                false => self.items(field, random),
            });
            return lists.collect();
        }
        self.items(field, random)
    }

    fn items(&self, field: &Field, random: &mut Random) -> Value {
        let items = (0..random.between(0, 3)).map(|_| {
            if self.is_null_item(field, random) { Value::Null } else { self.item(field, random) }
        });
        items.collect()
    }

    fn is_null_item(&self, field: &Field, random: &mut Random) -> bool {
        let null = !field.items_non_null && random.percent(10);
        null || self.has_wrong_null(field, field.items_non_null, random)
    }

    /// Whether there is null where there may be none.
    fn has_wrong_null(&self, field: &Field, non_null: bool, random: &mut Random) -> bool {
        self.wrong_nulls && non_null && !field.required && random.percent(5)
    }

    fn item(&self, field: &Field, random: &mut Random) -> Value {
        match &field.kind {
            Kind::Scalar("Int") => json!(random.below(1000)),
            Kind::Scalar("Float") => json!(random.below(100) as f64 + 0.5),
            Kind::Scalar("Boolean") => json!(random.percent(50)),
            Kind::Enum => json!(*random.pick(&["RED", "GREEN", "BLUE"])),
            Kind::Shade => {
                let holders = field.holders();
                let known = |shade: &usize| holders.iter().all(|s| knows_shade(*s, *shade));
                let all: Vec<usize> = (0..SHADES.len()).filter(known).collect();
                json!(SHADES[*random.pick(&all)])
            }
            // Whoever sees one knows that it is one.
            Kind::Scalar("Json") => json!({ "json": random.pick(&jsons()) }),
            Kind::Query => json!({}),
            // Few different ones, so that different objects have the same text.
            Kind::Scalar(_) | Kind::WithArguments | Kind::Requires(_) | Kind::Contextual => {
                let end = if random.percent(30) { 2 } else { 1000 };
                let special = *random.pick(&SPECIAL);
                json!(format!("s{} {special}", random.below(end)))
            }
            Kind::Entity(entity) => self.reference(*entity, random),
            Kind::Done => {
                let entity = self.reference(0, random);
                json!({ "__typename": "Done", "e": entity, "query": {} })
            }
            Kind::Interface(_) | Kind::Union(_) | Kind::Mixed(_) => {
                if let Some((_, entity)) = field.narrowed {
                    return self.reference(entity, random);
                }
                match self.common_members(&field.kind, &field.holders()).unwrap().as_slice() {
                    [] => Value::Null,
                    members => {
                        let member = *random.pick(members);
                        match field.kind {
                            Kind::Mixed(_) => self.value_object(member, random),
                            _ => self.reference(member, random),
                        }
                    }
                }
            }
            Kind::Value(value) => self.value_object(*value, random),
        }
    }

    fn value_object(&self, value: usize, random: &mut Random) -> Value {
        let value = &self.values[value];
        let mut object = Map::new();
        object.insert("__typename".to_owned(), json!(value.name));
        for field in &value.fields {
            object.insert(field.name.clone(), self.value(field, random));
        }
        Value::Object(object)
    }

    pub(crate) fn reference(&self, entity: usize, random: &mut Random) -> Value {
        let entity = &self.entities[entity];
        json!({ "$ref": format!("{}/{}", entity.name, random.pick(&entity.ids)) })
    }

    /// The entity that a reference leads to, with its number.
    pub(crate) fn referred(&self, reference: &Value) -> Option<(usize, usize)> {
        let (name, id) = reference.get("$ref")?.as_str()?.split_once('/')?;
        let entity = self.entities.iter().position(|entity| entity.name == name)?;
        let number = self.entities[entity].ids.iter().position(|known| known == id)?;
        Some((entity, number))
    }
}
