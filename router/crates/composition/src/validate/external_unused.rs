//! An external field is there because something of this subgraph needs it.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;

/// Checks every external field.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Vec<Diagnostic>) {
    for (name, _, field) in subgraph.fields() {
        if !subgraph.is_external(name, &field.name) || subgraph.is_used(name, &field.name) {
            continue;
        }
        let message = format!(
            "`{name}.{}` is `@external`, but no `@key`, `@requires`, `@provides` or interface of \
             this subgraph needs it.",
            field.name
        );
        errors.push(
            subgraph
                .diagnostic(Code::ExternalUnused, message, field.location())
                .help("remove the field, or `@external` if this subgraph resolves it"),
        );
    }
}
