//! What federation 1 extends must be defined somewhere else.

use super::originals::{About, Originals, is_extension};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;

pub(super) fn step(
    subgraph: &mut Subgraph,
    originals: &Originals<'_>,
    errors: &mut Vec<Diagnostic>,
) {
    for (name, ty) in &subgraph.schema.types {
        if !is_extension(subgraph, name) {
            continue;
        }
        if originals.ask(name, About::Definition).is_some() {
            continue;
        }
        let message =
            format!("`{name}` is extended here, but no other subgraph has a definition of it.");
        errors.push(
            subgraph
                .diagnostic(Code::ExtensionWithNoBase, message, ty.name().location())
                .help(format!("write `{name}` without `extend`, or define it in its owner")),
        );
    }
}
