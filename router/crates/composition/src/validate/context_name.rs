//! The names of contexts.

use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;
use crate::subgraph::application::string_argument;

/// Checks the name of every `@context`.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Vec<Diagnostic>) {
    for ty in subgraph.schema.types.values() {
        let applications =
            subgraph.type_applications(ty.directives(), FederationDirective::Context);
        for context in applications {
            let name = string_argument(context, "name").unwrap_or_default();
            if is_valid(name) {
                continue;
            }
            let message = format!(
                "`{name}` is not a name for a context: it starts with a letter, followed by \
                 letters and digits."
            );
            let code = Code::ContextNameInvalid;
            errors.push(subgraph.diagnostic(code, message, context.location()));
        }
    }
}

fn is_valid(name: &str) -> bool {
    let starts_well = name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    starts_well && name.bytes().all(|b| b.is_ascii_alphanumeric())
}
