//! What clients cannot see of a world: types, and with them all that leads to them.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::Node;
use apollo_compiler::ast::{
    Definition, DirectiveList, Document, FieldDefinition, InputValueDefinition,
};

use crate::part::Part;
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

/// Leaves it to one subgraph to say of an element that clients cannot see it.
pub(crate) fn hide_once(parts: &mut [Part]) {
    let documents = parts.iter().map(|part| Document::parse(&part.sdl, "part"));
    // One that is no schema will be rejected as it is.
    let Ok(mut documents) = documents.collect::<Result<Vec<Document>, _>>() else { return };
    let mut left: BTreeMap<String, usize> = BTreeMap::new();
    for document in &mut documents {
        visit(document, &mut |element, directives| {
            *left.entry(element).or_default() += usize::from(directives.has("inaccessible"));
        });
    }
    for all in left.iter_mut() {
        let number = all.0.bytes().map(usize::from).sum::<usize>();
        *all.1 = number % (*all.1).max(1) + 1;
    }
    for (document, part) in documents.iter_mut().zip(parts) {
        visit(document, &mut |element, directives| {
            if directives.has("inaccessible") {
                let left = left.entry(element).or_default();
                *left = left.wrapping_sub(1);
                directives.retain(|d| d.name != "inaccessible" || *left == 0);
            }
        });
        part.sdl = document.to_string();
    }
}

type Visitor<'v> = dyn FnMut(String, &mut DirectiveList) + 'v;

/// Visits all elements that clients may not see.
fn visit(document: &mut Document, visitor: &mut Visitor<'_>) {
    for definition in &mut document.definitions {
        let name = definition.name().map(ToString::to_string).unwrap_or_default();
        match definition {
            Definition::ObjectTypeDefinition(object) => {
                let object = object.make_mut();
                visitor(name.clone(), &mut object.directives);
                visit_fields(&name, &mut object.fields, visitor);
            }
            Definition::ObjectTypeExtension(object) => {
                let object = object.make_mut();
                visitor(name.clone(), &mut object.directives);
                visit_fields(&name, &mut object.fields, visitor);
            }
            Definition::InterfaceTypeDefinition(interface) => {
                let interface = interface.make_mut();
                visitor(name.clone(), &mut interface.directives);
                visit_fields(&name, &mut interface.fields, visitor);
            }
            Definition::UnionTypeDefinition(union) => {
                visitor(name, &mut union.make_mut().directives);
            }
            Definition::EnumTypeDefinition(all) => {
                let all = all.make_mut();
                visitor(name.clone(), &mut all.directives);
                for value in &mut all.values {
                    let value = value.make_mut();
                    visitor(format!("{name}.{}", value.value), &mut value.directives);
                }
            }
            Definition::InputObjectTypeDefinition(input) => {
                visit_inputs(&name, &mut input.make_mut().fields, visitor);
            }
            _ => {}
        }
    }
}

fn visit_fields(of: &str, fields: &mut [Node<FieldDefinition>], visitor: &mut Visitor<'_>) {
    for field in fields {
        let field = field.make_mut();
        let name = format!("{of}.{}", field.name);
        visitor(name.clone(), &mut field.directives);
        visit_inputs(&name, &mut field.arguments, visitor);
    }
}

fn visit_inputs(of: &str, inputs: &mut [Node<InputValueDefinition>], visitor: &mut Visitor<'_>) {
    for input in inputs {
        let input = input.make_mut();
        visitor(format!("{of}.{}", input.name), &mut input.directives);
    }
}
