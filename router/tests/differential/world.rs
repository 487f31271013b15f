//! A random world: types, and who owns which of their fields.

use std::collections::BTreeSet;

use crate::random::Random;
use crate::sets;

/// An entity type: `E0`, `E1`, … Its objects have unique ids.
#[derive(Debug)]
pub(crate) struct Entity {
    pub(crate) name: String,
    /// Its keys as field sets; the first is `id`.
    pub(crate) keys: Vec<&'static str>,
    /// The type of `owner`, if that is part of a key.
    pub(crate) owner: Option<usize>,
    /// By subgraph, by which keys it is known.
    pub(crate) known: Vec<BTreeSet<usize>>,
    /// Subgraph and key, where the entity has the key but cannot be entered by it.
    pub(crate) unresolvable: BTreeSet<(usize, usize)>,
    /// Whether `code` may be null, as part of a key. Nothing is required of such an entity: it
    /// could be missing.
    pub(crate) null_codes: bool,
    /// By subgraph, how its definition is written.
    pub(crate) styles: Vec<Style>,
    pub(crate) fields: Vec<Field>,
    pub(crate) ids: Vec<String>,
}

/// How the definition of an entity is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Style {
    Plain,
    /// `extend type`.
    Extension,
    /// `extend type`, with keys that are said to be external.
    ExternalKeys,
    /// `@extends`, with keys that are said to be external.
    Extends,
    /// Keys that are external: it is only entered.
    Entered,
}

impl Style {
    fn random(random: &mut Random) -> Self {
        match random.below(60) {
            0..6 => Self::Extension,
            6..12 => Self::ExternalKeys,
            12..18 => Self::Extends,
            18 if random.percent(50) => Self::Entered,
            _ => Self::Plain,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) list: bool,
    /// Whether it is a list of lists.
    pub(crate) nested: bool,
    pub(crate) non_null: bool,
    /// Its arguments, which do not matter for objects but for `pick`.
    pub(crate) arguments: &'static str,
    /// The subgraphs that resolve it.
    pub(crate) owners: Vec<usize>,
    /// A subgraph that has it, too, but wrongly, and is overridden.
    pub(crate) overridden: Option<usize>,
    /// The label that has to be on for that.
    pub(crate) label: Option<&'static str>,
    /// What is provided here of what it refers to.
    pub(crate) provides: Option<String>,
    /// Whether some other subgraph provides it.
    pub(crate) provided: bool,
    /// Whether clients cannot see it.
    pub(crate) hidden: bool,
    /// Whether another field requires it. If it may not be null it is not null then, as with it
    /// would go what else is asked for in one request.
    pub(crate) required: bool,
}

impl Field {
    /// The subgraphs that have it, rightly or wrongly.
    pub(crate) fn holders(&self) -> Vec<usize> {
        self.owners.iter().copied().chain(self.overridden).collect()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Scalar(&'static str),
    Enum,
    /// An enum that is only answered with; each subgraph has some of its values.
    Shade,
    /// A string made of the object's own and of arguments.
    WithArguments,
    /// A string made of other fields, which a field set names.
    Requires(String),
    Entity(usize),
    Value(usize),
    Interface(usize),
    Union(usize),
    /// A union or an interface of values.
    Mixed(usize),
    /// What a mutation gives, with an entity.
    Done,
}

/// A type without a key: `V0`, … Shared by all who have it.
#[derive(Debug)]
pub(crate) struct ValueType {
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
    /// Whether its fields are owned apart; then one shared field of an entity leads to it.
    pub(crate) split: bool,
}

/// A union or an interface of types without a key: `M0`, …
#[derive(Debug)]
pub(crate) struct Mixed {
    pub(crate) name: String,
    /// A field that all members have, if it is an interface.
    pub(crate) field: Option<Field>,
    pub(crate) members: Vec<usize>,
    /// By subgraph, the members that it has there.
    pub(crate) members_in: Vec<Vec<usize>>,
}

/// An interface of entities: `I0`, … with `id` and fields that all members have.
#[derive(Debug)]
pub(crate) struct Interface {
    pub(crate) name: String,
    pub(crate) members: Vec<usize>,
    /// By subgraph, the members that implement it there.
    pub(crate) members_in: Vec<Vec<usize>>,
    /// The first is a `String`.
    pub(crate) fields: Vec<Field>,
    /// An interface that it implements itself.
    pub(crate) implements: Option<usize>,
    /// The subgraph that has it as an interface object, with fields of its own.
    pub(crate) object_in: Option<usize>,
    /// Another one, which requires something of the first.
    pub(crate) also_in: Option<usize>,
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
    pub(crate) mixed: Vec<Mixed>,
    /// By subgraph, the name of its query type.
    pub(crate) query_names: Vec<&'static str>,
    /// The labels that are on.
    pub(crate) labels: BTreeSet<String>,
    /// Whether some nullable fields fail.
    pub(crate) faults: bool,
    /// Whether there is null where there may be none. Nothing of objects is required then: what a
    /// client selects of them could make them null.
    pub(crate) wrong_nulls: bool,
    /// A subgraph in the language of federation 1.
    pub(crate) fed1: Option<usize>,
    /// Whether some values of enums, fields of inputs and arguments cannot be seen by clients.
    pub(crate) hides_inputs: bool,
    /// Fields of `Query`; those that are no list take an `id`.
    pub(crate) queries: Vec<Field>,
    pub(crate) mutations: Vec<Field>,
}

pub(crate) const SCALARS: [&str; 5] = ["String", "Int", "Float", "Boolean", "ID"];

/// The values of `Shade`.
pub(crate) const SHADES: [&str; 6] = ["D0", "D1", "D2", "D3", "D4", "D5"];

/// Labels of progressive overrides.
const LABELS: [&str; 3] = ["one", "two", "three"];

/// Values of `Mode`, which is only an input: clients may use those that all subgraphs know.
pub(crate) const MODES: [&str; 5] = ["M0", "M1", "M2", "M3", "M4"];

/// Whether a subgraph knows a value of `Mode`.
pub(crate) fn knows_mode(subgraph: usize, mode: usize) -> bool {
    mode == 0 || !(subgraph + mode).is_multiple_of(4)
}

/// Whether a subgraph knows a value of `Shade`.
pub(crate) fn knows_shade(subgraph: usize, shade: usize) -> bool {
    !(subgraph + shade).is_multiple_of(3)
}

/// The arguments of fields that are made of arguments.
pub(crate) const ARGUMENTS: [&str; 5] = [
    "(n: Int = 3, s: String)",
    "(in: In)",
    "(l: [Int!], c: Color = RED, o: Boolean!)",
    "(any: Json, id: ID, f: Float = 1.5, deep: [[In!]])",
    "(mode: Mode = M0, modes: [Mode!])",
];

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
            mixed: Vec::new(),
            query_names: Vec::new(),
            labels: LABELS.into_iter().filter(|_| random.percent(50)).map(str::to_owned).collect(),
            faults: random.percent(30),
            wrong_nulls: random.percent(15),
            fed1: None,
            hides_inputs: random.percent(40),
            queries: Vec::new(),
            mutations: Vec::new(),
        };
        for index in 0..entity_count {
            world.add_entity(index, random);
        }
        for index in 0..random.below(3) {
            world.add_value(index, random);
        }
        world.add_abstract(random);
        if world.values.len() > 1 && random.percent(60) {
            let all: Vec<usize> = (0..world.values.len()).collect();
            world.add_mixed(&all, random);
        }
        let has_objects = world.has_objects();
        if !has_objects && random.percent(25) {
            world.fed1 = Some(random.below(world.subgraph_count));
            // Its language has no `@inaccessible`.
            world.entities.iter_mut().for_each(|entity| entity.keys.retain(|key| *key != "hid"));
        }
        // Ids of different types are the same, unless they are those of one interface object.
        if !has_objects && random.percent(40) {
            for entity in &mut world.entities {
                entity.ids = (0..entity.ids.len()).map(|number| number.to_string()).collect();
            }
        }
        world.allow_null_codes(random);
        for index in 0..entity_count {
            world.add_fields(index, random);
        }
        sets::add_requires(&mut world, random);
        sets::add_provides(&mut world, random);
        world.add_keys(random);
        world.add_roots(random);
        world
    }

    fn allow_null_codes(&mut self, random: &mut Random) {
        for index in 0..self.entities.len() {
            let mut interfaces = self.interfaces.iter().filter(|i| i.object_in.is_some());
            // The types of interface objects are had from them.
            let has_type = interfaces.any(|interface| interface.members.contains(&index));
            let entity = &mut self.entities[index];
            let has_code = entity.keys.iter().any(|key| key.starts_with("code"));
            entity.null_codes = has_code && !has_type && random.percent(40);
        }
    }

    fn has_objects(&self) -> bool {
        self.interfaces.iter().any(|interface| interface.object_in.is_some())
    }

    fn add_entity(&mut self, index: usize, random: &mut Random) {
        let ids = (0..random.between(1, 3)).map(|n| format!("E{index}-{n}")).collect();
        let pool = ["code", "code part { n }", "part { n code }", "part { in { m } }", "hid"];
        let mut keys = vec!["id"];
        while random.percent(30) && keys.len() < 4 {
            let key = *random.pick(&pool);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        self.entities.push(Entity {
            name: format!("E{index}"),
            keys,
            owner: None,
            known: Vec::new(),
            unresolvable: BTreeSet::new(),
            null_codes: false,
            styles: Vec::new(),
            fields: Vec::new(),
            ids,
        });
        // An earlier one with at least as many objects and one key may be part of a key.
        let entities = &self.entities;
        let may_own = |e: &Entity| e.keys.len() == 1 && e.ids.len() >= entities[index].ids.len();
        let owner = entities[..index].iter().position(may_own);
        if owner.is_some() && random.percent(12) {
            self.entities[index].keys.push("owner { id }");
            self.entities[index].owner = owner;
        }
    }

    pub(crate) fn all_subgraphs(&self) -> Vec<usize> {
        (0..self.subgraph_count).collect()
    }

    pub(crate) fn field(&self, name: String, kind: Kind, random: &mut Random) -> Field {
        let owners = if random.percent(20) { 2 } else { 1 };
        // An abstract type may have no member that all owners know.
        let may_be_null = matches!(kind, Kind::Union(_) | Kind::Interface(_) | Kind::Mixed(_));
        let is_one = matches!(kind, Kind::WithArguments);
        Field {
            name,
            kind,
            list: random.percent(25) && !is_one,
            nested: random.percent(15),
            non_null: random.percent(40) && !may_be_null,
            arguments: "",
            owners: random.some(&self.all_subgraphs(), owners),
            overridden: None,
            label: None,
            provides: None,
            provided: false,
            hidden: false,
            required: false,
        }
    }

    fn add_value(&mut self, index: usize, random: &mut Random) {
        let mut fields = Vec::new();
        for n in 0..random.between(1, 3) {
            let kind = match random.below(8) {
                0 | 1 => Kind::Entity(random.below(self.entities.len())),
                2 if index > 0 => Kind::Value(random.below(index)),
                _ => Kind::Scalar(SCALARS[random.below(SCALARS.len())]),
            };
            let mut field = self.field(format!("v{n}"), kind, random);
            field.required = random.percent(70);
            fields.push(field);
        }
        self.values.push(ValueType { name: format!("V{index}"), fields, split: false });
    }

    /// The subgraphs that may have anything: not those that stand for an interface.
    pub(crate) fn ordinary(&self) -> Vec<usize> {
        let special = |s: &usize| {
            self.interfaces.iter().any(|i| i.object_in == Some(*s) || i.also_in == Some(*s))
        };
        self.all_subgraphs().into_iter().filter(|s| !special(s)).collect()
    }

    fn add_fields(&mut self, entity: usize, random: &mut Random) {
        let (mut fields, homes) = self.interface_fields(entity, random);
        for n in 0..random.between(2, 6) {
            let kind = self.kind(random);
            let mut field = self.field(format!("f{n}"), kind, random);
            self.give_arguments(&mut field, random);
            fields.push(field);
        }
        let ordinary = self.ordinary();
        for field in &mut fields {
            let count = field.owners.len();
            field.owners = random.some(&ordinary, count);
            if let Some((_, home)) = homes.iter().find(|(name, _)| *name == field.name) {
                field.owners = vec![*home];
            }
            self.with_common_members(field);
            if field.owners.len() > 1
                || self.fed1 == Some(field.owners[0])
                || homes.iter().any(|(name, _)| *name == field.name)
            {
                continue;
            }
            if random.percent(15) {
                self.override_field(field, random);
            } else if field.name.starts_with('f') && random.percent(5) {
                field.hidden = true;
            }
        }
        fields.extend(self.split_value(entity, random));
        self.entities[entity].fields = fields;
    }

    /// Lets another subgraph have the field, too, and be overridden.
    pub(crate) fn override_field(&self, field: &mut Field, random: &mut Random) {
        let mut others = self.ordinary();
        others.retain(|subgraph| !field.owners.contains(subgraph));
        if !others.is_empty() {
            field.overridden = Some(*random.pick(&others));
            let common = self.common_members(&field.kind, &field.holders());
            if common.is_some_and(|all| all.is_empty()) {
                field.overridden = None;
                return;
            }
            field.label = random.percent(50).then(|| *random.pick(&LABELS));
        }
    }

    fn give_arguments(&self, field: &mut Field, random: &mut Random) {
        match field.kind {
            Kind::WithArguments => {
                let any = random.below(ARGUMENTS.len());
                field.arguments = ARGUMENTS[if random.percent(50) { 0 } else { any }];
            }
            Kind::Entity(_) | Kind::Value(_) | Kind::Interface(_) if random.percent(15) => {
                field.arguments = "(pick: Int = 0)";
                (field.list, field.nested, field.non_null) = (false, false, false);
            }
            _ => {}
        }
    }

    /// A shared field with a value of which each owner knows a part.
    fn split_value(&mut self, entity: usize, random: &mut Random) -> Option<Field> {
        let owners = random.some(&self.ordinary(), 3);
        if owners.len() < 2 || !random.percent(35) {
            return None;
        }
        let inner =
            random.percent(35).then(|| self.split_type(format!("Q{entity}"), &owners, random));
        let outer = self.split_type(format!("P{entity}"), &owners, random);
        if let Some(inner) = inner {
            let mut shared = self.field("in".to_owned(), Kind::Value(inner), random);
            shared.owners.clone_from(&owners);
            shared.required = true;
            self.values[outer].fields.push(shared);
        }
        let mut kind = Kind::Value(outer);
        if random.percent(40) {
            let other = self.split_type(format!("O{entity}"), &owners, random);
            kind = Kind::Mixed(self.add_mixed(&[outer, other], random));
        }
        let mut field = self.field("split".to_owned(), kind, random);
        field.owners = owners;
        Some(field)
    }

    fn split_type(&mut self, name: String, owners: &[usize], random: &mut Random) -> usize {
        let mut fields = Vec::new();
        for (n, owner) in owners.iter().enumerate() {
            let kind = match random.below(4) {
                0 => Kind::Entity(random.below(self.entities.len())),
                _ => Kind::Scalar(SCALARS[random.below(SCALARS.len())]),
            };
            let mut part = self.field(format!("v{n}"), kind, random);
            part.owners = vec![*owner];
            // Without it one of the subgraphs would have no such value at all.
            part.required = true;
            fields.push(part);
        }
        self.values.push(ValueType { name, fields, split: true });
        self.values.len() - 1
    }

    /// A shared abstract type has to have some member that all its owners know.
    fn with_common_members(&self, field: &mut Field) {
        if self.common_members(&field.kind, &field.owners).is_some_and(|all| all.is_empty()) {
            field.owners.truncate(1);
        }
    }

    fn kind(&self, random: &mut Random) -> Kind {
        match random.below(14) {
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
            8 => Kind::Shade,
            9 if !self.mixed.is_empty() && !self.is_split(0) => Kind::Mixed(0),
            _ => Kind::Scalar(SCALARS[random.below(SCALARS.len())]),
        }
    }

    /// By which keys entities are known. Mostly, whoever owns the first field knows all keys.
    fn add_keys(&mut self, random: &mut Random) {
        let count = self.subgraph_count;
        for index in 0..self.entities.len() {
            let is_member = self.interfaces.iter().any(|i| i.members.contains(&index));
            let with_objects = is_member && self.has_objects();
            let has_hub = random.percent(75);
            for subgraph in 0..count {
                let entity = &self.entities[index];
                let keys: Vec<usize> = (0..entity.keys.len()).collect();
                let is_hub = has_hub && entity.fields[0].owners.contains(&subgraph);
                let some = if is_hub { keys.len() } else { random.between(1, keys.len()) };
                let mut known: BTreeSet<usize> = random.some(&keys, some).into_iter().collect();
                if is_member {
                    known.insert(0);
                }
                let is_fed1 = self.fed1 == Some(subgraph);
                let owns =
                    |f: &Field| f.owners.contains(&subgraph) || f.overridden == Some(subgraph);
                let is_stub = !entity.fields.iter().any(owns);
                let mut unresolvable = BTreeSet::new();
                if !is_fed1 && !with_objects && is_stub && random.percent(50) {
                    unresolvable.extend(known.iter().map(|key| (subgraph, *key)));
                } else if !is_fed1 && !with_objects && known.len() > 1 && random.percent(20) {
                    let key = known.iter().nth(random.below(known.len()));
                    unresolvable.extend(key.map(|key| (subgraph, *key)));
                }
                self.entities[index].unresolvable.extend(unresolvable);
                self.entities[index].known.push(known);
                // Some definition has to be none of an extension.
                let is_base = self.entities[index].fields[0].owners.contains(&subgraph);
                let style = match is_fed1 || is_base {
                    true => Style::Plain,
                    false => Style::random(random),
                };
                self.entities[index].styles.push(style);
            }
        }
    }

    fn add_roots(&mut self, random: &mut Random) {
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
        for index in (0..self.mixed.len()).filter(|index| !self.is_split(*index)) {
            kinds.push((self.mixed[index].name.clone(), Kind::Mixed(index)));
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
                let name = format!("objects{}", if index == 0 { "" } else { "1" });
                let mut all = self.field(name, Kind::Interface(index), random);
                (all.list, all.owners) = (true, vec![subgraph]);
                self.queries.push(all);
            }
        }
        for n in 0..random.below(3) {
            let owners = random.some(&ordinary, 3);
            if owners.len() > 1 {
                let value = self.split_type(format!("R{n}"), &owners, random);
                let mut root = self.field(format!("root{n}"), Kind::Value(value), random);
                (root.list, root.owners) = (true, owners);
                self.queries.push(root);
            }
        }
        self.query_names = vec!["Query"; self.subgraph_count];
        if random.percent(20) {
            self.query_names[random.below(2)] = "Root";
        }
        if random.percent(40) {
            for n in 0..random.between(1, 4) {
                let mut mutation = self.field(format!("m{n}"), Kind::Done, random);
                (mutation.list, mutation.non_null) = (false, false);
                mutation.owners = random.some(&ordinary, mutation.owners.len());
                self.mutations.push(mutation);
            }
        }
    }
}
