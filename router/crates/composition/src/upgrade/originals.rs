//! How the subgraphs were before the upgrade, and what a step may ask about them.
//!
//! Steps see nothing of the other subgraphs but the answers, and these are kept: as long as they
//! stay the same, so does the upgraded schema.

use std::cell::RefCell;
use std::collections::HashMap;

use apollo_compiler::{Name, Node, ast};
use supergraph::field_set::FieldSet;
use supergraph::implementer::{Implementer, ImplementerMut};
use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::Errors;
use crate::subgraph::Subgraph;
use crate::subgraph::application::string_argument;

/// What there is to know about a type of another subgraph.
#[derive(Debug)]
pub(super) enum About {
    /// Whether there is such a type.
    Presence,
    /// Whether it is defined by more than extensions; `@extends` does not make one of it.
    Definition,
    /// The fields of its first key.
    KeyFields,
    /// Whether this field is resolved, if only on some paths.
    Resolves(Name),
    /// Whether this field is tagged so, where it is not external.
    Tag(Name, String),
}

/// What was asked about which type, and the answer.
pub(super) type Asked = (Name, About, Answer);

/// Names are those that were asked for; otherwise there are none.
pub(super) type Answer = Option<Vec<Name>>;

/// Who has a type, by its name: only they have something to say about it.
pub(super) type Owners<'a> = HashMap<&'a Name, Vec<usize>>;

/// Finds out who has which type.
pub(super) fn owners(all: &[Subgraph]) -> Owners<'_> {
    let mut owners = Owners::new();
    for (index, subgraph) in all.iter().enumerate() {
        for ty in subgraph.schema.types.keys() {
            owners.entry(ty).or_default().push(index);
        }
    }
    owners
}

/// The subgraphs before the upgrade, as one of them sees them that is being upgraded.
pub(super) struct Originals<'a> {
    all: &'a [Subgraph],
    owners: &'a Owners<'a>,
    own: usize,
    asked: RefCell<Vec<Asked>>,
}

/// An upgrade under way.
pub(super) struct Upgrade<'a> {
    /// The schema, as far as it is upgraded.
    pub(super) subgraph: Subgraph,
    /// How it was, and the others.
    pub(super) originals: Originals<'a>,
    /// What is wrong with it.
    pub(super) errors: Errors<'a>,
}

impl<'a> Originals<'a> {
    pub(super) fn new(all: &'a [Subgraph], owners: &'a Owners<'a>, own: usize) -> Self {
        Self { all, owners, own, asked: RefCell::default() }
    }

    /// The subgraph being upgraded, as it was.
    pub(super) fn own(&self) -> &'a Subgraph {
        &self.all[self.own]
    }

    /// What the first of the other subgraphs has to say that has something to say.
    pub(super) fn ask(&self, ty: &Name, about: About) -> Answer {
        let answer = self.answer(ty, &about);
        self.asked.borrow_mut().push((ty.clone(), about, answer.clone()));
        answer
    }

    /// Whether everything would be answered as it was.
    pub(super) fn still_answer(&self, asked: &[Asked]) -> bool {
        asked.iter().all(|(ty, about, answer)| self.answer(ty, about) == *answer)
    }

    /// All that was asked.
    pub(super) fn into_asked(self) -> Vec<Asked> {
        self.asked.into_inner()
    }

    fn answer(&self, ty: &Name, about: &About) -> Answer {
        let owners = self.owners.get(ty).into_iter().flatten();
        let mut others = owners.filter(|owner| **owner != self.own).map(|other| &self.all[*other]);
        others.find_map(|other| answer(other, ty, about))
    }
}

/// What a subgraph says that has the type.
fn answer(subgraph: &Subgraph, ty: &Name, about: &About) -> Answer {
    let is_so = match about {
        About::Presence => true,
        About::Definition => subgraph.parts.has_definition(ty),
        About::KeyFields => {
            return subgraph.keys(ty).first().map(|key| top_level(&key.fields).collect());
        }
        About::Resolves(field) => {
            let object = subgraph.schema.get_object(ty);
            object.is_some_and(|object| object.fields.contains_key(field))
                && !subgraph.is_fully_external(ty, field)
        }
        About::Tag(field, tag) => has_tag(subgraph, ty, field, tag),
    };
    is_so.then(Vec::new)
}

/// Whether a type is an extension as federation 1 means it: an object or interface with
/// `@extends`, or with nothing but extensions. The roots belong to no subgraph and are none.
pub(super) fn is_extension(subgraph: &Subgraph, name: &Name) -> bool {
    let ty = subgraph.schema.types.get(name).and_then(Implementer::of);
    let mut roots = subgraph.schema.schema_definition.iter_root_operations();
    if ty.is_none() || roots.any(|(_, root)| root.name == *name) {
        return false;
    }
    subgraph.type_has(name, FederationDirective::Extends)
        || (subgraph.parts.has_extension(name) && !subgraph.parts.has_definition(name))
}

fn has_tag(subgraph: &Subgraph, ty: &str, field: &str, text: &str) -> bool {
    let Ok(definition) = subgraph.schema.type_field(ty, field) else { return false };
    if subgraph.is_external(ty, field) {
        return false;
    }
    let mut tags = subgraph.applications(&definition.directives, FederationDirective::Tag);
    tags.any(|tag| string_argument(tag, "name") == Some(text))
}

/// The directives of a field, to be changed.
pub(super) fn field_directives<'a>(
    subgraph: &'a mut Subgraph,
    ty: &str,
    field: &str,
) -> Option<&'a mut Vec<Node<ast::Directive>>> {
    let ty = ImplementerMut::of(subgraph.schema.types.get_mut(ty)?)?;
    Some(&mut ty.fields.get_mut(field)?.make_mut().directives.0)
}

/// The fields that a field set selects on the type itself.
pub(super) fn top_level(fields: &FieldSet) -> impl Iterator<Item = Name> + '_ {
    fields.selections.iter().filter_map(|selection| match selection {
        ast::Selection::Field(field) => Some(field.name.clone()),
        _ => None,
    })
}
