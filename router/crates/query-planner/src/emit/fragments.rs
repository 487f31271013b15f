//! Selections that an operation has in several places: they are written once, as a fragment.
//!
//! A field that a subgraph has on object types but not on their interface has to be asked for by
//! type, with all that is below it; without fragments each level would multiply the text by the
//! number of types.

use std::collections::HashMap;

use query_plan::InputSelection;
use supergraph::model::TypeId;

use crate::steps::SelectionId;

/// What stands in a text around the number of a selection; no GraphQL has it elsewhere.
const MARK: char = '\0';

/// A selection that is not longer than this is repeated.
const REPEATED_MAX: usize = 48;

/// The selections below the fields of an operation.
#[derive(Default)]
pub(super) struct Fragments {
    /// What the names of the fragments begin with, after an f.
    prefix: String,
    known: HashMap<(SelectionId, TypeId), usize>,
    selections: Vec<Written>,
    names: HashMap<String, String>,
    /// The definitions of the fragments, each after those it spreads.
    pub(super) definitions: String,
}

struct Written {
    /// The name of the type that it is on.
    on: String,
    text: String,
    uses: usize,
    input: InputSelection,
    /// What stands in its places.
    resolved: Option<String>,
}

impl Fragments {
    /// Fragments with names of their own.
    pub(super) fn named(prefix: String) -> Self {
        Self { prefix, ..Self::default() }
    }

    /// The number of a selection on a type, if it has been written.
    pub(super) fn number(&self, id: SelectionId, ty: TypeId) -> Option<usize> {
        self.known.get(&(id, ty)).copied()
    }

    /// Adds a selection on a type; its number.
    pub(super) fn add(
        &mut self,
        (id, ty): (SelectionId, TypeId),
        on: String,
        text: String,
        input: InputSelection,
    ) -> usize {
        let number = self.selections.len();
        self.known.insert((id, ty), number);
        self.selections.push(Written { on, text, uses: 0, input, resolved: None });
        number
    }

    /// How the answers to a selection are read.
    pub(super) fn input(&self, number: usize) -> &InputSelection {
        &self.selections[number].input
    }

    /// What to write in a place where a selection is used.
    pub(super) fn place(&mut self, number: usize) -> String {
        self.selections[number].uses += 1;
        format!("{MARK}{number}{MARK}")
    }

    /// A text with its selections in their places.
    pub(super) fn resolve(&mut self, text: &str) -> String {
        let mut resolved = String::new();
        for (index, part) in text.split(MARK).enumerate() {
            match part.parse() {
                Ok(number) if index % 2 == 1 => resolved.push_str(&self.in_place(number)),
                _ => resolved.push_str(part),
            }
        }
        resolved
    }

    /// The depth of the recursion is that of the operation.
    fn in_place(&mut self, number: usize) -> String {
        let written = &mut self.selections[number];
        if let Some(resolved) = &written.resolved {
            return resolved.clone();
        }
        let text = std::mem::take(&mut written.text);
        let text = self.resolve(&text);
        let Written { on, uses, .. } = &self.selections[number];
        let is_inline = *uses == 1 || text.len() <= REPEATED_MAX;
        let resolved = if is_inline { text } else { self.spread(format!(" on {on}{text}")) };
        self.selections[number].resolved = Some(resolved.clone());
        resolved
    }

    /// Spreads a fragment; those that are the same have one name.
    fn spread(&mut self, definition: String) -> String {
        if let Some(name) = self.names.get(&definition) {
            return format!("{{...{name}}}");
        }
        let name = format!("f{}{}", self.prefix, self.names.len());
        self.definitions.push_str(&format!(" fragment {name}{definition}"));
        let spread = format!("{{...{name}}}");
        self.names.insert(definition, name);
        spread
    }
}
