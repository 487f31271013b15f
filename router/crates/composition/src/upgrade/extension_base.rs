//! What federation 1 extends must be defined somewhere else.

use super::originals::{About, Upgrade, is_extension};
use crate::diagnostic::Code;

pub(super) fn step(Upgrade { subgraph, originals, errors }: &mut Upgrade<'_>) {
    for (name, ty) in &subgraph.schema.types {
        if is_extension(subgraph, name) && originals.ask(name, About::Definition).is_none() {
            let message =
                format!("`{name}` is extended here, but no other subgraph has a definition of it.");
            errors
                .add(Code::ExtensionWithNoBase, message, ty.name().location())
                .help(format!("write `{name}` without `extend`, or define it in its owner"));
        }
    }
}
