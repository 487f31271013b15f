//! Which types of a document have a definition and which have extensions. The schema alone does
//! not tell: an extension may add nothing, or all there is.

use std::collections::HashSet;

use apollo_compiler::Name;
use apollo_compiler::ast::{self, Definition};

/// The kinds of parts each type is written in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parts {
    defined: HashSet<Name>,
    extended: HashSet<Name>,
}

impl Parts {
    /// Reads the parts from the document.
    pub(crate) fn of(document: &ast::Document) -> Self {
        let types = document.definitions.iter().filter(|d| d.as_directive_definition().is_none());
        let (extended, defined): (Vec<_>, Vec<_>) =
            types.partition(|part| part.is_extension_definition());
        let names =
            |parts: Vec<&Definition>| parts.iter().filter_map(|d| d.name().cloned()).collect();
        Self { defined: names(defined), extended: names(extended) }
    }

    /// Whether some part of the type is a definition.
    pub(crate) fn has_definition(&self, ty: &str) -> bool {
        self.defined.contains(ty)
    }

    /// Whether some part of the type is an extension.
    pub(crate) fn has_extension(&self, ty: &str) -> bool {
        self.extended.contains(ty)
    }

    /// Makes the type one definition without extensions.
    pub(crate) fn define(&mut self, ty: &Name) {
        self.extended.remove(ty);
        self.defined.insert(ty.clone());
    }

    /// Follows a type to its new name.
    pub(crate) fn rename(&mut self, old: &Name, new: &Name) {
        for set in [&mut self.defined, &mut self.extended] {
            if set.remove(old) {
                set.insert(new.clone());
            }
        }
    }
}
