//! The entities of a world: their keys and fields.

use std::collections::BTreeSet;

use crate::random::Random;
use crate::world::{ARGUMENTS, Entity, Field, Kind, LABELS, SCALARS, Style, World};

impl World {
    pub(crate) fn add_entity(&mut self, index: usize, random: &mut Random) {
        let ids = (0..random.between(1, 3)).map(|n| format!("E{index}-{n}")).collect();
        let pool = [
            "code",
            "code part { n }",
            "part { n code }",
            "part { in { m } }",
            "parts { n }",
            "hid",
        ];
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

    pub(crate) fn allow_null_codes(&mut self, random: &mut Random) {
        let has_inner = self.inner.is_some();
        for index in 0..self.entities.len() {
            let mut interfaces = self.interfaces.iter().filter(|i| i.object_in.is_some());
            // The types of interface objects are had from them.
            let has_type = interfaces.any(|interface| interface.members.contains(&index));
            let entity = &mut self.entities[index];
            let has_code = entity.keys.iter().any(|key| key.starts_with("code"));
            entity.null_codes = has_code && !has_type && !has_inner && random.percent(40);
        }
    }

    pub(crate) fn add_fields(&mut self, entity: usize, random: &mut Random) {
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
                && matches!(field.kind, Kind::Interface(_) | Kind::Union(_))
                && random.percent(50)
            {
                let all = self.common_members(&field.kind, &field.owners).unwrap_or_default();
                field.narrowed = Some((*random.pick(&field.owners), *random.pick(&all)));
            }
            let is_one = self.common_members(&field.kind, &[]).is_none();
            if field.owners.len() > 1 && is_one && !field.non_null && random.percent(30) {
                field.promised = Some(*random.pick(&field.owners));
            }
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
            8 if random.percent(25) => Kind::Query,
            8 => Kind::Shade,
            9 if !self.mixed.is_empty() && !self.is_split(0) => Kind::Mixed(0),
            _ => Kind::Scalar(SCALARS[random.below(SCALARS.len())]),
        }
    }

    /// By which keys entities are known. Mostly, whoever owns the first field knows all keys.
    pub(crate) fn add_keys(&mut self, random: &mut Random) {
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
}
