//! What clients cannot see of a world: types, and with them all that leads to them.

use std::collections::BTreeSet;

use crate::random::Random;
use crate::world::{Field, Kind, World};

impl World {
    /// Hides some types. Objects of these types are still where they were: as one of several,
    /// clients have null for them.
    pub(crate) fn hide_types(&mut self, random: &mut Random) {
        // The language of federation 1 has no `@inaccessible`. Runtime types of interface objects
        // are not asked for only to know whether they are hidden.
        if self.fed1.is_some() || !random.percent(35) {
            return;
        }
        let is_inner = |entity: &usize| self.inner == Some(*entity);
        let entities = (1..self.entities.len()).filter(|e| !is_inner(e) && !self.is_in_object(*e));
        let interfaces = 0..self.interfaces.len();
        let all: Vec<Kind> = entities
            .map(Kind::Entity)
            .chain((0..self.values.len()).map(Kind::Value))
            .chain(interfaces.map(Kind::Interface))
            .chain((0..self.unions.len()).map(Kind::Union))
            .chain((0..self.mixed.len()).map(Kind::Mixed))
            .chain([Kind::Shade])
            .collect();
        for _ in 0..random.between(1, 2) {
            if !all.is_empty() {
                self.hidden.insert(self.type_name(random.pick(&all)).to_owned());
            }
        }
        self.widen();
        while self.hide_what_leads_there() {}
    }

    fn is_in_object(&self, entity: usize) -> bool {
        let mut interfaces = self.interfaces.iter().filter(|i| i.object_in.is_some());
        interfaces.any(|interface| interface.members.contains(&entity))
    }

    /// Whether clients cannot see a type.
    pub(crate) fn hides(&self, kind: &Kind) -> bool {
        self.hidden.contains(self.type_name(kind))
    }

    /// What an SDL says of a type that is hidden.
    pub(crate) fn hidden_text(&self, kind: &Kind) -> &'static str {
        if self.hides(kind) { " @inaccessible" } else { "" }
    }

    /// A field that has a hidden type, where its interface has a visible one, has that one.
    fn widen(&mut self) {
        for index in 0..self.interfaces.len() {
            for template in self.interfaces[index].fields.clone() {
                for member in self.interfaces[index].members.clone() {
                    let fields = &self.entities[member].fields;
                    let number = fields.iter().position(|field| field.name == template.name);
                    let Some(number) = number else { continue };
                    if self.hides(&fields[number].kind) {
                        let field = &mut self.entities[member].fields[number];
                        (field.kind, field.provides) = (template.kind.clone(), None);
                    }
                }
            }
        }
    }

    /// Hides fields of hidden types, and types of which clients see nothing; whether there was
    /// anything.
    fn hide_what_leads_there(&mut self) -> bool {
        let before = self.hidden.len();
        let is_hidden = |field: &Field| self.hides(&field.kind);
        let fields: Vec<Vec<bool>> =
            self.field_lists().iter().map(|list| list.iter().map(is_hidden).collect()).collect();
        let lists = self.field_lists_mut();
        for (list, hidden) in lists.into_iter().zip(fields) {
            for (field, is_hidden) in list.iter_mut().zip(hidden) {
                field.hidden |= is_hidden;
            }
        }
        let empty = self.values.iter().filter(|value| value.fields.iter().all(|f| f.hidden));
        let empty: Vec<String> = empty.map(|value| value.name.clone()).collect();
        self.hidden.extend(empty);
        let unseen = |members: &[usize], name: &dyn Fn(usize) -> String| {
            members.iter().all(|member| self.hidden.contains(&name(*member)))
        };
        let entity = |index: usize| self.entities[index].name.clone();
        let value = |index: usize| self.values[index].name.clone();
        let unions = self.unions.iter().filter(|union| unseen(&union.members, &entity));
        let mixed = self.mixed.iter().filter(|mixed| unseen(&mixed.members, &value));
        let unseen: BTreeSet<String> =
            unions.map(|union| union.name.clone()).chain(mixed.map(|m| m.name.clone())).collect();
        self.hidden.extend(unseen);
        self.hidden.len() > before
    }

    fn field_lists(&self) -> Vec<&[Field]> {
        let entities = self.entities.iter().map(|entity| entity.fields.as_slice());
        let values = self.values.iter().map(|value| value.fields.as_slice());
        let interfaces = self.interfaces.iter().map(|interface| interface.fields.as_slice());
        let roots = [self.queries.as_slice(), self.mutations.as_slice()];
        entities.chain(values).chain(interfaces).chain(roots).collect()
    }

    fn field_lists_mut(&mut self) -> Vec<&mut Vec<Field>> {
        let entities = self.entities.iter_mut().map(|entity| &mut entity.fields);
        let values = self.values.iter_mut().map(|value| &mut value.fields);
        let interfaces = self.interfaces.iter_mut().map(|interface| &mut interface.fields);
        let roots = [&mut self.queries, &mut self.mutations];
        entities.chain(values).chain(interfaces).chain(roots).collect()
    }
}
