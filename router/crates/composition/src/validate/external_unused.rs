//! An external field is there because something of this subgraph needs it.

use crate::diagnostic::{Code, Errors};
use crate::subgraph::Subgraph;

/// Checks every external field.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Errors<'_>) {
    for field in subgraph.unused_externals() {
        let message = format!(
            "`{field}` is `@external`, but no `@key`, `@requires`, `@provides` or interface of \
             this subgraph needs it."
        );
        errors
            .add(Code::ExternalUnused, message, field.definition.location())
            .help("remove the field, or `@external` if this subgraph resolves it");
    }
}
