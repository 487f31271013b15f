//! `@requires` and `@provides` of a world.

use apollo_compiler::ast::Selection;

use crate::field_set::parse;
use crate::random::Random;
use crate::world::{ARGUMENTS, Field, Kind, World};

/// Calls `visit` for each field of an entity that a field set names, with the entity.
pub(crate) fn walk(
    world: &World,
    kind: &Kind,
    set: &[Selection],
    visit: &mut impl FnMut(usize, &str),
) {
    for selection in set {
        match selection {
            Selection::Field(field) => {
                let name = field.name.as_str();
                let fields = match kind {
                    Kind::Entity(entity) => {
                        visit(*entity, name);
                        &world.entities[*entity].fields
                    }
                    Kind::Value(value) => &world.values[*value].fields,
                    // An interface's own field is one of all its members.
                    Kind::Interface(interface) if name != "id" => {
                        let interface = &world.interfaces[*interface];
                        interface.members.iter().for_each(|member| visit(*member, name));
                        &interface.fields
                    }
                    _ => continue,
                };
                if let Some(found) = fields.iter().find(|f| f.name == name) {
                    walk(world, &found.kind, &field.selection_set, visit);
                }
            }
            Selection::InlineFragment(fragment) => {
                let name = fragment.type_condition.as_ref().map(|name| name.as_str());
                let entity = world.entities.iter().position(|e| Some(e.name.as_str()) == name);
                let value = world.values.iter().position(|v| Some(v.name.as_str()) == name);
                let interface = world.interfaces.iter().position(|i| Some(i.name.as_str()) == name);
                let kind = entity.map(Kind::Entity).or(value.map(Kind::Value));
                if let Some(kind) = kind.or(interface.map(Kind::Interface)) {
                    walk(world, &kind, &fragment.selection_set, visit);
                }
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// Lets fields require others, which their owners have not.
pub(crate) fn add_requires(world: &mut World, random: &mut Random) {
    for number in 0..world.entities.len() * 2 {
        let entity = random.below(world.entities.len());
        if world.entities[entity].null_codes {
            continue;
        }
        let ordinary = world.ordinary();
        let owner = *random.pick(&ordinary);
        let mut sets: Vec<String> = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for _ in 0..random.between(1, 2) {
            let fields = &world.entities[entity].fields;
            let field = &fields[random.below(fields.len())];
            let is_there = field.owners.contains(&owner) || field.overridden == Some(owner);
            // No composer can tell that one of both subgraphs always has it.
            if is_there || field.label.is_some() || names.contains(&field.name) {
                continue;
            }
            let Some(set) = set_of(world, field, owner, random) else { continue };
            names.push(field.name.clone());
            sets.push(set);
        }
        if sets.is_empty() {
            continue;
        }
        let set = sets.join(" ");
        let mut required = Vec::new();
        walk(world, &Kind::Entity(entity), &parse(&set), &mut |entity, name| {
            required.push((entity, name.to_owned()));
        });
        for (entity, name) in required {
            let fields = &mut world.entities[entity].fields;
            fields.iter_mut().filter(|f| f.name == name).for_each(|f| f.required = true);
        }
        let mut field = world.field(format!("r{number}"), Kind::Requires(set), random);
        field.owners = vec![owner];
        (field.list, field.non_null) = (false, false);
        if random.percent(20) {
            field.arguments = ARGUMENTS[0];
        }
        if world.fed1 != Some(owner) && random.percent(20) {
            world.override_field(&mut field, random);
        }
        world.entities[entity].fields.push(field);
    }
}

/// A field set of a field; `None` where there is none.
fn set_of(world: &World, field: &Field, owner: usize, random: &mut Random) -> Option<String> {
    let name = &field.name;
    // What depends on arguments is required with such arguments as the world can tell.
    let arguments = match field.arguments {
        "" => String::new(),
        known if known == ARGUMENTS[0] => {
            (*random.pick(&["", "(n: 7)", "(n: 8)", "(s: \"x\")"])).to_owned()
        }
        _ => return None,
    };
    let is_leaf = !matches!(
        field.kind,
        Kind::Value(_) | Kind::Entity(_) | Kind::Interface(_) | Kind::Union(_) | Kind::Mixed(_)
    );
    if world.wrong_nulls && !is_leaf {
        return None;
    }
    let inner = match &field.kind {
        Kind::Scalar(_) | Kind::Enum | Kind::Requires(_) | Kind::WithArguments => {
            return Some(format!("{name}{arguments}"));
        }
        Kind::Shade | Kind::Done | Kind::Query | Kind::Contextual => return None,
        Kind::Value(value) => value_set(world, *value)?,
        Kind::Entity(target) => entity_set(world, *target, owner, random)?,
        Kind::Mixed(mixed) => mixed_set(world, *mixed, owner, field)?,
        Kind::Interface(_) | Kind::Union(_) => {
            let members = world.common_members(&field.kind, &[owner])?;
            let all = world.common_members(&field.kind, &field.owners)?;
            if all.iter().any(|member| world.entities[*member].null_codes) {
                return None;
            }
            // Of other members the subgraph could not be told.
            if members.is_empty() || all.iter().any(|member| !members.contains(member)) {
                return None;
            }
            let mut inner: Vec<String> = Vec::new();
            if let Kind::Interface(_) = field.kind {
                inner.push("id".to_owned());
            }
            for member in members.iter().take(2) {
                if let Some(set) = entity_set(world, *member, owner, random) {
                    inner.push(format!("... on {} {{ {set} }}", world.entities[*member].name));
                }
            }
            if inner.is_empty() {
                return None;
            }
            inner.join(" ")
        }
    };
    Some(format!("{name}{arguments} {{ {inner} }}"))
}

fn value_set(world: &World, value: usize) -> Option<String> {
    let value = &world.values[value];
    let inner: Vec<String> = value
        .fields
        .iter()
        .filter(|field| field.required)
        .filter_map(|field| match field.kind {
            Kind::Scalar(_) => Some(field.name.clone()),
            Kind::Value(below) => {
                Some(format!("{} {{ {} }}", field.name, value_set(world, below)?))
            }
            _ => None,
        })
        .collect();
    (!inner.is_empty()).then(|| inner.join(" "))
}

/// What may be required of one of several values: of other members the subgraph could not be told.
fn mixed_set(world: &World, mixed: usize, owner: usize, field: &Field) -> Option<String> {
    let known = world.common_members(&field.kind, &[owner])?;
    let all = world.common_members(&field.kind, &field.owners)?;
    if all.iter().any(|member| !known.contains(member)) {
        return None;
    }
    let mut inner: Vec<String> = Vec::new();
    inner.extend(world.mixed[mixed].field.as_ref().map(|field| field.name.clone()));
    for member in all {
        if let Some(set) = value_set(world, member) {
            inner.push(format!("... on {} {{ {set} }}", world.values[member].name));
        }
    }
    (!inner.is_empty()).then(|| inner.join(" "))
}

/// Something that may be required of an entity that another field leads to.
fn entity_set(world: &World, entity: usize, owner: usize, random: &mut Random) -> Option<String> {
    let entity = &world.entities[entity];
    if entity.null_codes {
        return None;
    }
    let id = (entity.keys.len() == 1).then(|| "id".to_owned());
    let fine = |f: &&Field| {
        let is_simple = matches!(f.kind, Kind::Scalar(_) | Kind::Enum | Kind::Requires(_));
        let is_here = f.owners.contains(&owner);
        is_simple && f.arguments.is_empty() && f.overridden.is_none() && !is_here
    };
    let fields: Vec<&Field> = entity.fields.iter().filter(fine).collect();
    let field =
        (!fields.is_empty() && random.percent(60)).then(|| random.pick(&fields).name.clone());
    let all: Vec<String> = id.into_iter().chain(field).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// Lets fields provide something of what they refer to.
pub(crate) fn add_provides(world: &mut World, random: &mut Random) {
    for entity in 0..world.entities.len() {
        for field in 0..world.entities[entity].fields.len() {
            let from = &world.entities[entity].fields[field];
            let [owner] = from.owners.as_slice() else { continue };
            let owner = *owner;
            if !random.percent(35) || !from.arguments.is_empty() || from.overridden.is_some() {
                continue;
            }
            let kind = from.kind.clone();
            let Some(set) = provided_set(world, &kind, owner, random) else { continue };
            let mut provided = Vec::new();
            walk(world, &kind, &parse(&set), &mut |entity, name| {
                provided.push((entity, name.to_owned()));
            });
            for (entity, name) in provided {
                let fields = &mut world.entities[entity].fields;
                fields.iter_mut().filter(|f| f.name == name).for_each(|f| f.provided = true);
            }
            world.entities[entity].fields[field].provides = Some(set);
        }
    }
}

fn provided_set(world: &World, kind: &Kind, owner: usize, random: &mut Random) -> Option<String> {
    match kind {
        Kind::Entity(target) => provided_of(world, *target, owner, random),
        Kind::Interface(_) | Kind::Union(_) => {
            if random.percent(60)
                && let Some(set) = provided_of_interface(world, (kind, false), owner, random)
            {
                return Some(set);
            }
            let members = world.common_members(kind, &[owner])?;
            let member = *members.first()?;
            let set = provided_of(world, member, owner, random)?;
            Some(format!("... on {} {{ {set} }}", world.entities[member].name))
        }
        _ => None,
    }
}

/// What may be provided of all objects of an interface by its own field, with a condition on the
/// interface or without. `is_below`: what leads there is provided, too, so that it may be a leaf.
fn provided_of_interface(
    world: &World,
    (kind, is_below): (&Kind, bool),
    owner: usize,
    random: &mut Random,
) -> Option<String> {
    let Kind::Interface(index) = kind else { return None };
    let interface = &world.interfaces[*index];
    if interface.members_in[owner].len() < interface.members.len() {
        return None;
    }
    let may = |field: &Field| field.overridden.is_none() && field.arguments.is_empty();
    let on = |member: &usize, template: &Field| {
        let mut fields = world.entities[*member].fields.iter();
        let field = fields.find(|field| field.name == template.name);
        field.is_some_and(|f| may(f) && f.kind == template.kind && !f.owners.contains(&owner))
    };
    let fine = |template: &&Field| interface.members.iter().all(|member| on(member, template));
    let fields: Vec<&Field> = interface.fields.iter().filter(fine).collect();
    if fields.is_empty() {
        return None;
    }
    let field = *random.pick(&fields);
    let set = match field.kind {
        Kind::Scalar(_) if is_below => field.name.clone(),
        Kind::Entity(below) => {
            let scalar = |f: &&Field| may(f) && matches!(f.kind, Kind::Scalar(_));
            let inner = world.entities[below].fields.iter().find(scalar)?;
            format!("{} {{ {} }}", field.name, inner.name)
        }
        _ => return None,
    };
    Some(match random.percent(40) {
        true => format!("... on {} {{ {set} }}", interface.name),
        false => set,
    })
}

fn provided_of(world: &World, target: usize, owner: usize, random: &mut Random) -> Option<String> {
    let may = |f: &&Field| {
        matches!(f.kind, Kind::Scalar(_) | Kind::Entity(_) | Kind::Interface(_))
            && !f.owners.contains(&owner)
            && f.overridden.is_none()
            && f.arguments.is_empty()
    };
    let fields: Vec<&Field> = world.entities[target].fields.iter().filter(may).collect();
    if fields.is_empty() {
        return None;
    }
    let field = *random.pick(&fields);
    let scalar = |f: &&Field| may(f) && matches!(f.kind, Kind::Scalar(_));
    let inner = match field.kind {
        Kind::Entity(below) => {
            world.entities[below].fields.iter().find(scalar).map(|inner| inner.name.clone())
        }
        Kind::Interface(_) => {
            // What another subgraph says of it, it may say of objects that this one does not know.
            let known = world.common_members(&field.kind, &[owner])?;
            let all = world.common_members(&field.kind, &field.owners)?;
            let is_whole = all.iter().all(|member| known.contains(member));
            let set = || provided_of_interface(world, (&field.kind, true), owner, random);
            is_whole.then(set).flatten()
        }
        _ => return Some(field.name.clone()),
    };
    Some(format!("{} {{ {} }}", field.name, inner?))
}
