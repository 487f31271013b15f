//! A random world: types, who owns which of their fields, and objects.

use serde_json::{Value, json};

use crate::random::Random;

/// An entity type: `E0`, `E1`, … Its objects have unique ids.
#[derive(Debug)]
pub(crate) struct Entity {
    pub(crate) name: String,
    /// Another key than `id`; then subgraphs know it by one, or by both.
    pub(crate) second_key: Option<&'static str>,
    pub(crate) fields: Vec<Field>,
    pub(crate) ids: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) list: bool,
    /// Whether it is a list of lists.
    pub(crate) nested: bool,
    pub(crate) non_null: bool,
    /// The subgraphs that resolve it.
    pub(crate) owners: Vec<usize>,
    /// A subgraph that has it, too, but wrongly, and is overridden.
    pub(crate) overridden: Option<usize>,
    /// Whether that is only so for a label, which is off.
    pub(crate) labelled: bool,
    /// A field of the entity that it refers to, which is provided here.
    pub(crate) provides: Option<String>,
    /// Whether some other subgraph provides it.
    pub(crate) provided: bool,
    /// Whether another field requires it. It does not fail then, as one request may ask for what
    /// depends on it and for what does not.
    pub(crate) required: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Scalar(&'static str),
    Enum,
    /// A string made of the object's own and of arguments.
    WithArguments,
    /// A string made of another field of the entity, as a field set.
    Requires {
        field: usize,
        set: String,
    },
    Entity(usize),
    Value(usize),
    Interface(usize),
    Union(usize),
}

/// A type without a key: `V0`, … Shared by all who have it.
#[derive(Debug)]
pub(crate) struct ValueType {
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
    /// Whether its fields are owned apart; then one shared field of an entity leads to it.
    pub(crate) split: bool,
}

/// An interface of entities: `I0`, … with `id` and fields that all members have.
#[derive(Debug)]
pub(crate) struct Interface {
    pub(crate) name: String,
    pub(crate) members: Vec<usize>,
    pub(crate) fields: Vec<String>,
    /// The subgraph that has it as an interface object, with fields of its own.
    pub(crate) object_in: Option<usize>,
    /// A subgraph that has the interface, with its first field.
    pub(crate) home: usize,
}

/// A union of entities: `U0`, … with fewer members in some subgraphs.
#[derive(Debug)]
pub(crate) struct Union {
    pub(crate) name: String,
    pub(crate) members: Vec<usize>,
    pub(crate) members_in: Vec<Vec<usize>>,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) subgraph_count: usize,
    pub(crate) entities: Vec<Entity>,
    pub(crate) values: Vec<ValueType>,
    pub(crate) interfaces: Vec<Interface>,
    pub(crate) unions: Vec<Union>,
    /// Whether some nullable fields fail.
    pub(crate) faults: bool,
    /// A subgraph in the language of federation 1.
    pub(crate) fed1: Option<usize>,
    /// Fields of `Query`; those that are no list take an `id`.
    pub(crate) queries: Vec<Field>,
}

const SCALARS: [&str; 5] = ["String", "Int", "Float", "Boolean", "ID"];

impl World {
    pub(crate) fn new(random: &mut Random) -> Self {
        let subgraph_count = random.between(2, 5);
        let entity_count = random.between(2, 4);
        let mut world = Self {
            subgraph_count,
            entities: Vec::new(),
            values: Vec::new(),
            interfaces: Vec::new(),
            unions: Vec::new(),
            faults: random.percent(30),
            fed1: None,
            queries: Vec::new(),
        };
        for index in 0..entity_count {
            let ids = (0..random.between(1, 3)).map(|n| format!("E{index}-{n}")).collect();
            let keys = ["code", "code part { n }", "part { n code }"];
            let second_key = random.percent(30).then(|| *random.pick(&keys));
            let name = format!("E{index}");
            world.entities.push(Entity { name, second_key, fields: Vec::new(), ids });
        }
        for index in 0..random.below(3) {
            world.add_value(index, random);
        }
        world.add_abstract(random);
        if world.interfaces.iter().all(|i| i.object_in.is_none()) && random.percent(25) {
            world.fed1 = Some(random.below(world.subgraph_count));
        }
        for index in 0..entity_count {
            world.add_fields(index, random);
        }
        world.add_provides(random);
        world.add_queries(random);
        world
    }

    fn all_subgraphs(&self) -> Vec<usize> {
        (0..self.subgraph_count).collect()
    }

    fn field(&self, name: String, kind: Kind, random: &mut Random) -> Field {
        let owners = if random.percent(20) { 2 } else { 1 };
        // A union may have no member that all owners know.
        let may_be_null = matches!(kind, Kind::Union(_));
        let is_one = matches!(kind, Kind::WithArguments);
        Field {
            name,
            kind,
            list: random.percent(25) && !is_one,
            nested: random.percent(15),
            non_null: random.percent(40) && !may_be_null,
            owners: random.some(&self.all_subgraphs(), owners),
            overridden: None,
            labelled: false,
            provides: None,
            provided: false,
            required: false,
        }
    }

    fn add_value(&mut self, index: usize, random: &mut Random) {
        let mut fields = Vec::new();
        for n in 0..random.between(1, 3) {
            let kind = if random.percent(25) {
                Kind::Entity(random.below(self.entities.len()))
            } else {
                Kind::Scalar(SCALARS[random.below(SCALARS.len())])
            };
            let mut field = self.field(format!("v{n}"), kind, random);
            field.required = true;
            fields.push(field);
        }
        self.values.push(ValueType { name: format!("V{index}"), fields, split: false });
    }

    fn add_abstract(&mut self, random: &mut Random) {
        let plain: Vec<usize> =
            (0..self.entities.len()).filter(|e| self.entities[*e].second_key.is_none()).collect();
        if !plain.is_empty() && random.percent(70) {
            let members = random.some(&plain, 3);
            let fields = (0..random.between(0, 2)).map(|n| format!("i{n}")).collect();
            // A subgraph of its own, as it must not know the members.
            let object_in = random.percent(50).then(|| {
                self.subgraph_count += 1;
                self.subgraph_count - 1
            });
            let (name, home) = ("I0".to_owned(), random.below(2));
            self.interfaces.push(Interface { name, members, fields, object_in, home });
            if random.percent(40) {
                let count = random.between(1, plain.len());
                let members = random.some(&plain, count);
                let fields = (0..random.between(0, 2)).map(|n| format!("j{n}")).collect();
                let name = "I1".to_owned();
                let (object_in, home) = (None, random.below(2));
                self.interfaces.push(Interface { name, members, fields, object_in, home });
            }
        }
        if random.percent(60) {
            let all: Vec<usize> = (0..self.entities.len()).collect();
            let members = random.some(&all, 3);
            let members_in = self.all_subgraphs().into_iter().map(|_| {
                if random.percent(70) {
                    members.clone()
                } else {
                    let count = random.between(1, members.len());
                    random.some(&members, count)
                }
            });
            let members_in = members_in.collect();
            self.unions.push(Union { name: "U0".to_owned(), members, members_in });
        }
    }

    /// The subgraphs that may have anything: not those that stand for an interface.
    fn ordinary(&self) -> Vec<usize> {
        let special = |s: &usize| self.interfaces.iter().any(|i| i.object_in == Some(*s));
        self.all_subgraphs().into_iter().filter(|s| !special(s)).collect()
    }

    fn add_fields(&mut self, entity: usize, random: &mut Random) {
        let ordinary = self.ordinary();
        let (mut fields, mut homes): (Vec<Field>, Vec<_>) = (Vec::new(), Vec::new());
        for interface in &self.interfaces {
            if interface.members.contains(&entity) {
                for name in &interface.fields {
                    let mut field = self.field(name.clone(), Kind::Scalar("String"), random);
                    (field.list, field.non_null) = (false, false);
                    if Some(name) == interface.fields.first() {
                        field.required = true;
                        homes.push((name.clone(), interface.home));
                    }
                    fields.push(field);
                }
            }
        }
        for n in 0..random.between(2, 6) {
            let kind = self.kind(random);
            fields.push(self.field(format!("f{n}"), kind, random));
        }
        for field in &mut fields {
            let count = field.owners.len();
            field.owners = random.some(&ordinary, count);
            if let Some((_, home)) = homes.iter().find(|(name, _)| *name == field.name) {
                field.owners = vec![*home];
            }
            let others: Vec<usize> =
                ordinary.iter().copied().filter(|s| !field.owners.contains(s)).collect();
            self.with_common_members(field);
            let is_scalar = matches!(field.kind, Kind::Scalar(_));
            let plain = field.name.starts_with('f')
                && is_scalar
                && field.owners.len() == 1
                && self.fed1 != Some(field.owners[0]);
            if plain && !others.is_empty() && random.percent(15) {
                field.overridden = Some(*random.pick(&others));
                field.labelled = random.percent(40);
            }
        }
        fields.extend(self.split_value(entity, random));
        for n in 0..random.below(4) {
            let field = random.below(fields.len());
            if let Some(requiring) = self.requiring(&fields, field, n, random) {
                fields[field].required = true;
                let field = requiring;
                fields.push(field);
            }
        }
        self.entities[entity].fields = fields;
    }

    /// A shared field with a value of which each owner knows a part.
    fn split_value(&mut self, entity: usize, random: &mut Random) -> Option<Field> {
        let owners = random.some(&self.ordinary(), 3);
        if owners.len() < 2 || !random.percent(35) {
            return None;
        }
        let kind = Kind::Value(self.values.len());
        let mut field = self.field("split".to_owned(), kind, random);
        field.owners = owners;
        let mut fields = Vec::new();
        for (n, owner) in field.owners.iter().enumerate() {
            let kind = match random.below(4) {
                0 => Kind::Entity(random.below(self.entities.len())),
                _ => Kind::Scalar(SCALARS[random.below(SCALARS.len())]),
            };
            let mut part = self.field(format!("v{n}"), kind, random);
            part.owners = vec![*owner];
            fields.push(part);
        }
        self.values.push(ValueType { name: format!("P{entity}"), fields, split: true });
        Some(field)
    }

    /// A shared union has to have some member that all its owners know.
    fn with_common_members(&self, field: &mut Field) {
        if let Kind::Union(union) = field.kind
            && self.union_members(&self.unions[union], &field.owners).is_empty()
        {
            field.owners.truncate(1);
        }
    }

    fn kind(&self, random: &mut Random) -> Kind {
        match random.below(12) {
            0 => Kind::Enum,
            1 => Kind::WithArguments,
            2..=4 => Kind::Entity(random.below(self.entities.len())),
            5 if self.values.iter().any(|value| !value.split) => {
                let whole = |v: &usize| !self.values[*v].split;
                let whole: Vec<usize> = (0..self.values.len()).filter(whole).collect();
                Kind::Value(*random.pick(&whole))
            }
            6 if !self.interfaces.is_empty() => {
                Kind::Interface(random.below(self.interfaces.len()))
            }
            7 if !self.unions.is_empty() => Kind::Union(0),
            _ => Kind::Scalar(SCALARS[random.below(SCALARS.len())]),
        }
    }

    /// A field that requires another one of the entity, and is owned by somebody who has not that.
    fn requiring(
        &self,
        fields: &[Field],
        field: usize,
        number: usize,
        random: &mut Random,
    ) -> Option<Field> {
        let required = &fields[field];
        // No composer can tell that one of both subgraphs always has it.
        if required.labelled {
            return None;
        }
        let set = match &required.kind {
            Kind::Scalar(_) | Kind::Enum | Kind::Requires { .. } => required.name.clone(),
            Kind::Value(value) => {
                let fields = &self.values[*value].fields;
                let leaf = fields.iter().find(|f| matches!(f.kind, Kind::Scalar(_)))?;
                if self.values[*value].split {
                    return None;
                }
                format!("{} {{ {} }}", required.name, leaf.name)
            }
            Kind::Entity(target) if self.entities[*target].second_key.is_none() => {
                format!("{} {{ id }}", required.name)
            }
            Kind::Interface(_) => format!("{} {{ id }}", required.name),
            Kind::WithArguments => format!("{}(n: 7)", required.name),
            _ => return None,
        };
        let others: Vec<usize> = self
            .ordinary()
            .into_iter()
            .filter(|s| !required.owners.contains(s) && required.overridden != Some(*s))
            .collect();
        if others.is_empty() {
            return None;
        }
        let kind = Kind::Requires { field, set };
        let mut requiring = self.field(format!("r{number}"), kind, random);
        requiring.owners = vec![*random.pick(&others)];
        (requiring.list, requiring.non_null) = (false, false);
        Some(requiring)
    }

    fn add_provides(&mut self, random: &mut Random) {
        for entity in 0..self.entities.len() {
            for field in 0..self.entities[entity].fields.len() {
                let from = &self.entities[entity].fields[field];
                let (Kind::Entity(target), [owner]) = (&from.kind, from.owners.as_slice()) else {
                    continue;
                };
                let (target, owner) = (*target, *owner);
                let may = |f: &&Field| {
                    matches!(f.kind, Kind::Scalar(_))
                        && !f.owners.contains(&owner)
                        && f.overridden.is_none()
                };
                let can = self.entities[target].fields.iter().find(may).map(|f| f.name.clone());
                let Some(name) = can.filter(|_| random.percent(30)) else { continue };
                let target = &mut self.entities[target].fields;
                target.iter_mut().filter(|f| f.name == name).for_each(|f| f.provided = true);
                self.entities[entity].fields[field].provides = Some(name);
            }
        }
    }

    fn add_queries(&mut self, random: &mut Random) {
        let mut kinds: Vec<(String, Kind)> = Vec::new();
        for (index, entity) in self.entities.iter().enumerate() {
            kinds.push((entity.name.clone(), Kind::Entity(index)));
        }
        for (index, value) in self.values.iter().enumerate().filter(|(_, value)| !value.split) {
            kinds.push((value.name.clone(), Kind::Value(index)));
        }
        for (index, interface) in self.interfaces.iter().enumerate() {
            kinds.push((interface.name.clone(), Kind::Interface(index)));
        }
        for (index, union) in self.unions.iter().enumerate() {
            kinds.push((union.name.clone(), Kind::Union(index)));
        }
        let ordinary = self.ordinary();
        for (name, kind) in kinds {
            let mut all = self.field(format!("all{name}"), kind.clone(), random);
            (all.list, all.owners) = (true, random.some(&ordinary, all.owners.len()));
            self.with_common_members(&mut all);
            if let Kind::Interface(interface) = all.kind {
                all.owners = vec![self.interfaces[interface].home];
            }
            self.queries.push(all);
            if matches!(kind, Kind::Entity(_)) && random.percent(60) {
                let mut one = self.field(format!("one{name}"), kind, random);
                (one.list, one.non_null) = (false, false);
                one.owners = random.some(&ordinary, one.owners.len());
                self.queries.push(one);
            }
        }
        for (index, interface) in self.interfaces.iter().enumerate() {
            if let Some(subgraph) = interface.object_in {
                let mut all = self.field("objects".to_owned(), Kind::Interface(index), random);
                (all.list, all.owners) = (true, vec![subgraph]);
                self.queries.push(all);
            }
        }
    }

    /// The type of a field in SDL.
    pub(crate) fn type_text(&self, field: &Field) -> String {
        let named = match &field.kind {
            Kind::Scalar(name) => name,
            Kind::Enum => "Color",
            Kind::WithArguments | Kind::Requires { .. } => "String",
            Kind::Entity(index) => &self.entities[*index].name,
            Kind::Value(index) => &self.values[*index].name,
            Kind::Interface(index) => &self.interfaces[*index].name,
            Kind::Union(index) => &self.unions[*index].name,
        };
        match (field.list, field.non_null) {
            (false, false) => named.to_owned(),
            (false, true) => format!("{named}!"),
            (true, false) if field.nested => format!("[[{named}]]"),
            (true, true) if field.nested => format!("[[{named}!]!]!"),
            (true, false) => format!("[{named}]"),
            (true, true) => format!("[{named}!]!"),
        }
    }

    /// A value for a field.
    pub(crate) fn value(&self, field: &Field, random: &mut Random) -> Value {
        if !field.non_null && random.percent(12) {
            return Value::Null;
        }
        if self.faults && !field.non_null && !field.required && random.percent(5) {
            return json!({ "$error": "it fails" });
        }
        if !field.list {
            return self.item(field, random);
        }
        if field.nested {
            return (0..random.between(0, 2)).map(|_| self.items(field, random)).collect();
        }
        self.items(field, random)
    }

    fn items(&self, field: &Field, random: &mut Random) -> Value {
        let items = (0..random.between(0, 3)).map(|_| {
            let null = !field.non_null && random.percent(10);
            if null { Value::Null } else { self.item(field, random) }
        });
        items.collect()
    }

    fn item(&self, field: &Field, random: &mut Random) -> Value {
        match &field.kind {
            Kind::Scalar("Int") => json!(random.below(1000)),
            Kind::Scalar("Float") => json!(random.below(100) as f64 + 0.5),
            Kind::Scalar("Boolean") => json!(random.percent(50)),
            Kind::Enum => json!(*random.pick(&["RED", "GREEN", "BLUE"])),
            Kind::Scalar(_) | Kind::WithArguments | Kind::Requires { .. } => {
                json!(format!("s{} \"é\"", random.below(1000)))
            }
            Kind::Entity(entity) => self.reference(*entity, random),
            Kind::Interface(interface) => {
                let entity = *random.pick(&self.interfaces[*interface].members);
                self.reference(entity, random)
            }
            Kind::Union(union) => {
                let members = self.union_members(&self.unions[*union], &field.owners);
                match members.as_slice() {
                    [] => Value::Null,
                    members => {
                        let entity = *random.pick(members);
                        self.reference(entity, random)
                    }
                }
            }
            Kind::Value(value) => {
                let value = &self.values[*value];
                let mut object = serde_json::Map::new();
                object.insert("__typename".to_owned(), json!(value.name));
                for field in &value.fields {
                    object.insert(field.name.clone(), self.value(field, random));
                }
                Value::Object(object)
            }
        }
    }

    fn reference(&self, entity: usize, random: &mut Random) -> Value {
        let entity = &self.entities[entity];
        json!({ "$ref": format!("{}/{}", entity.name, random.pick(&entity.ids)) })
    }

    /// The members of a union that all of these subgraphs know.
    pub(crate) fn union_members(&self, union: &Union, subgraphs: &[usize]) -> Vec<usize> {
        let known =
            |member: &usize| subgraphs.iter().all(|s| union.members_in[*s].contains(member));
        union.members.iter().copied().filter(known).collect()
    }
}
