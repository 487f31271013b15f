//! The names of contexts.

use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::{Code, Errors};
use crate::subgraph::Subgraph;
use crate::subgraph::application::string_argument;

/// Checks the name of every `@context`.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Errors<'_>) {
    for (_, _, context) in subgraph.on_types(FederationDirective::Context) {
        let name = string_argument(context, "name").unwrap_or_default();
        let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if !starts_well || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
            let message = format!(
                "`{name}` is not a name for a context: it starts with a letter, followed by \
                 letters and digits."
            );
            errors.add(Code::ContextNameInvalid, message, context.location());
        }
    }
}
