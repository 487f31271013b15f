//! A random world: types, and who owns which of their fields.

use std::collections::BTreeSet;

use crate::contexts::Context;
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
    pub(crate) fn random(random: &mut Random) -> Self {
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
    /// Whether the items of a list are not null, and the lists in it.
    pub(crate) items_non_null: bool,
    /// Its arguments, which do not matter for objects but for `pick`.
    pub(crate) arguments: &'static str,
    /// Its arguments that come from contexts, as they stand in the SDL.
    pub(crate) contextual: String,
    /// The subgraphs that resolve it.
    pub(crate) owners: Vec<usize>,
    /// A subgraph that promises that it is not null, where others do not.
    pub(crate) promised: Option<usize>,
    /// A subgraph that has it as an entity, where others have it as one of several.
    pub(crate) narrowed: Option<(usize, usize)>,
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
    /// Whether it is a root field that finds an object by its id.
    pub(crate) fn takes_id(&self) -> bool {
        !self.list && matches!(self.kind, Kind::Entity(_) | Kind::Interface(_))
    }

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
    /// A string made of arguments from contexts.
    Contextual,
    Entity(usize),
    Value(usize),
    Interface(usize),
    Union(usize),
    /// A union or an interface of values.
    Mixed(usize),
    /// What a mutation gives, with an entity.
    Done,
    /// The root of queries.
    Query,
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
    /// Whether it has a key where all its members are.
    pub(crate) is_keyed: bool,
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
    /// Some labels that may be on together, and others.
    pub(crate) labels: [BTreeSet<String>; 2],
    /// Whether some nullable fields fail.
    pub(crate) faults: bool,
    /// Whether there is null where there may be none. Nothing of objects is required then: what a
    /// client selects of them could make them null.
    pub(crate) wrong_nulls: bool,
    /// A subgraph in the language of federation 1.
    pub(crate) fed1: Option<usize>,
    /// Whether some values of enums, fields of inputs and arguments cannot be seen by clients.
    pub(crate) hides_inputs: bool,
    /// Whether only one subgraph says of what clients cannot see that they cannot.
    pub(crate) hides_once: bool,
    /// Fields of `Query`; those that are no list take an `id`.
    pub(crate) queries: Vec<Field>,
    pub(crate) mutations: Vec<Field>,
    /// An entity, the last, that only fields of other entities lead to.
    pub(crate) inner: Option<usize>,
    pub(crate) contexts: Vec<Context>,
    /// Names of types that clients cannot see.
    pub(crate) hidden: BTreeSet<String>,
}

pub(crate) const SCALARS: [&str; 6] = ["String", "Int", "Float", "Boolean", "ID", "Json"];

/// The values of `Shade`.
pub(crate) const SHADES: [&str; 6] = ["D0", "D1", "D2", "D3", "D4", "D5"];

/// Labels of progressive overrides.
pub(crate) const LABELS: [&str; 3] = ["one", "two", "three"];

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

fn some_labels(random: &mut Random) -> BTreeSet<String> {
    LABELS.into_iter().filter(|_| random.percent(50)).map(str::to_owned).collect()
}

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
            labels: [some_labels(random), some_labels(random)],
            faults: random.percent(30),
            wrong_nulls: random.percent(15),
            fed1: None,
            hides_inputs: random.percent(40),
            hides_once: random.percent(50),
            queries: Vec::new(),
            mutations: Vec::new(),
            inner: random.percent(12).then_some(entity_count - 1),
            contexts: Vec::new(),
            hidden: BTreeSet::new(),
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
        world.add_contexts(random);
        world.hide_types(random);
        world
    }

    pub(crate) fn has_objects(&self) -> bool {
        self.interfaces.iter().any(|interface| interface.object_in.is_some())
    }

    /// Any entity that anything may lead to.
    pub(crate) fn any_entity(&self, random: &mut Random) -> usize {
        random.below(self.entities.len() - usize::from(self.inner.is_some()))
    }

    pub(crate) fn all_subgraphs(&self) -> Vec<usize> {
        (0..self.subgraph_count).collect()
    }

    pub(crate) fn field(&self, name: String, kind: Kind, random: &mut Random) -> Field {
        let owners = if random.percent(20) { 2 } else { 1 };
        // An abstract type may have no member that all owners know.
        let may_be_null = matches!(kind, Kind::Union(_) | Kind::Interface(_) | Kind::Mixed(_));
        let is_one = matches!(kind, Kind::WithArguments);
        let non_null = random.percent(40) && !may_be_null;
        let items = if random.percent(70) { non_null } else { random.percent(50) };
        Field {
            name,
            kind,
            list: random.percent(25) && !is_one,
            nested: random.percent(15),
            non_null,
            items_non_null: items && !may_be_null,
            arguments: "",
            contextual: String::new(),
            owners: random.some(&self.all_subgraphs(), owners),
            promised: None,
            narrowed: None,
            overridden: None,
            label: None,
            provides: None,
            provided: false,
            hidden: false,
            required: false,
        }
    }

    /// The subgraphs that may have anything: not those that stand for an interface.
    pub(crate) fn ordinary(&self) -> Vec<usize> {
        let special = |s: &usize| {
            self.interfaces.iter().any(|i| i.object_in == Some(*s) || i.also_in == Some(*s))
        };
        self.all_subgraphs().into_iter().filter(|s| !special(s)).collect()
    }

    /// A shared abstract type has to have some member that all its owners know.
    pub(crate) fn with_common_members(&self, field: &mut Field) {
        if self.common_members(&field.kind, &field.owners).is_some_and(|all| all.is_empty()) {
            field.owners.truncate(1);
        }
    }
}
