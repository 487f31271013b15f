//! The scalars of GraphQL itself may be defined again, as some libraries print them, but not
//! extended.

use apollo_compiler::ast::{self, Definition};

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::diagnostic::places::Places;

/// Checks the extensions of a document.
pub(super) fn check(document: &ast::Document, places: &Places) -> Vec<Diagnostic> {
    let extensions = document.definitions.iter().filter_map(|definition| match definition {
        Definition::ScalarTypeExtension(extension) => Some(extension),
        _ => None,
    });
    let of_built_in = extensions
        .filter(|e| matches!(e.name.as_str(), "Int" | "Float" | "String" | "Boolean" | "ID"));
    of_built_in
        .map(|extension| {
            let message = format!("`{}` is built in and cannot be extended.", extension.name);
            places.diagnostic(Code::InvalidGraphql, message, extension.location())
        })
        .collect()
}
