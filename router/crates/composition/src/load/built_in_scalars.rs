//! The scalars of GraphQL itself may be defined again, as some libraries print them, but neither
//! extended nor made something else.

use apollo_compiler::ast::{self, Definition};

use crate::diagnostic::{Code, Errors};
use crate::values::is_built_in_scalar;

/// Checks what a document does to the built-in scalars.
pub(super) fn check(document: &ast::Document, errors: &mut Errors<'_>) {
    for definition in &document.definitions {
        let Some(name) = definition.name().filter(|name| is_built_in_scalar(name)) else {
            continue;
        };
        let problem = match definition {
            Definition::DirectiveDefinition(_) | Definition::ScalarTypeDefinition(_) => continue,
            _ if definition.is_extension_definition() => "cannot be extended",
            _ => "cannot be another kind of type",
        };
        let message = format!("`{name}` is a built-in scalar and {problem}.");
        errors.add(Code::InvalidGraphql, message, definition.location());
    }
}
