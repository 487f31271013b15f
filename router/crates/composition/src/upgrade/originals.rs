//! How the subgraphs were before the upgrade, and what a step may ask about them.
//!
//! Steps see nothing of the other subgraphs but the answers, and these are kept: as long as they
//! stay the same, so does the upgraded schema.

use std::cell::RefCell;
use std::collections::HashMap;

use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, ast};
use supergraph::field_set::FieldSet;
use supergraph::spec::federation::FederationDirective;

use crate::subgraph::Subgraph;
use crate::subgraph::application::string_argument;

/// Something to know about the other subgraphs. Names are of a type and of its field.
#[derive(Debug)]
pub(super) enum Question {
    /// Whether one has a definition of the type that is not an extension.
    Defines(Name),
    /// The fields of the first key that one has for the type.
    KeyFields(Name),
    /// Whether one has the type.
    HasType(Name),
    /// Whether one resolves the field, if only on some paths.
    Resolves(Name, Name),
    /// Whether one tags the field so, where it is not external.
    Tags(Name, Name, String),
}

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
    answers: RefCell<Vec<(Question, Answer)>>,
}

impl<'a> Originals<'a> {
    pub(super) fn new(all: &'a [Subgraph], owners: &'a Owners<'a>, own: usize) -> Self {
        Self { all, owners, own, answers: RefCell::default() }
    }

    /// The subgraph being upgraded, as it was.
    pub(super) fn own(&self) -> &'a Subgraph {
        &self.all[self.own]
    }

    /// What the first of the other subgraphs has to say that has something to say.
    pub(super) fn ask(&self, question: Question) -> Answer {
        let answer = self.answer(&question);
        self.answers.borrow_mut().push((question, answer.clone()));
        answer
    }

    /// Whether the questions would be answered as they were.
    pub(super) fn still_answer(&self, answers: &[(Question, Answer)]) -> bool {
        answers.iter().all(|(question, answer)| self.answer(question) == *answer)
    }

    /// All that was asked.
    pub(super) fn into_answers(self) -> Vec<(Question, Answer)> {
        self.answers.into_inner()
    }

    fn answer(&self, question: &Question) -> Answer {
        let owners = self.owners.get(question.ty()).into_iter().flatten();
        let others = owners.filter(|owner| **owner != self.own);
        others.map(|other| &self.all[*other]).find_map(|other| question.answer(other))
    }
}

impl Question {
    fn ty(&self) -> &Name {
        match self {
            Self::Defines(ty) | Self::KeyFields(ty) | Self::HasType(ty) => ty,
            Self::Resolves(ty, _) | Self::Tags(ty, _, _) => ty,
        }
    }

    fn answer(&self, other: &Subgraph) -> Answer {
        let is_so = match self {
            Self::Defines(ty) => {
                other.has_definition(ty) && !(other.was_fed1 && is_extension(other, ty))
            }
            Self::KeyFields(ty) => {
                return other.keys(ty).first().map(|key| top_level(&key.fields).collect());
            }
            // It is only asked who has it.
            Self::HasType(_) => true,
            Self::Resolves(ty, field) => {
                let ty_here = other.schema.types.get(ty).and_then(ExtendedType::as_object);
                ty_here.is_some_and(|ty| ty.fields.contains_key(field))
                    && !other.is_fully_external(ty, field)
            }
            Self::Tags(ty, field, tag) => has_tag(other, ty, field, tag),
        };
        is_so.then(Vec::new)
    }
}

/// Whether a type is an extension as federation 1 means it: an object or interface with
/// `@extends`, or with nothing but extensions. The roots belong to no subgraph and are none.
pub(super) fn is_extension(subgraph: &Subgraph, name: &Name) -> bool {
    let is_composite = match subgraph.schema.types.get(name) {
        Some(ty) => ty.is_object() || ty.is_interface(),
        None => false,
    };
    let mut roots = subgraph.schema.schema_definition.iter_root_operations();
    if !is_composite || roots.any(|(_, root)| root.name == *name) {
        return false;
    }
    subgraph.type_has(name, FederationDirective::Extends)
        || (subgraph.has_extension(name) && !subgraph.has_definition(name))
}

fn has_tag(subgraph: &Subgraph, ty: &str, field: &str, text: &str) -> bool {
    let Ok(definition) = subgraph.schema.type_field(ty, field) else { return false };
    if subgraph.is_external(ty, field) {
        return false;
    }
    let mut tags = subgraph.applications(&definition.directives, FederationDirective::Tag);
    tags.any(|tag| string_argument(tag, "name") == Some(text))
}

/// The fields that a field set selects on the type itself.
pub(super) fn top_level(fields: &FieldSet) -> impl Iterator<Item = Name> + '_ {
    fields.selections.iter().filter_map(|selection| match selection {
        ast::Selection::Field(field) => Some(field.name.clone()),
        _ => None,
    })
}
