//! `@provides` stands on a field that this subgraph resolves and that has fields to provide.

use supergraph::implementer::is_composite;
use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::{Code, Errors};
use crate::subgraph::Subgraph;

/// Checks the fields that carry a `@provides`.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Errors<'_>) {
    for (field, directive) in subgraph.on_fields(FederationDirective::Provides) {
        let span = directive.location();
        if subgraph.is_external(field.parent, &field.definition.name) {
            let message = format!(
                "`{field}` is `@external`: this subgraph does not resolve it, and so cannot \
                 provide anything there."
            );
            errors.add(Code::ExternalCollisionWithAnotherDirective, message, span);
            return;
        }
        let ty = &field.definition.ty;
        if !is_composite(&subgraph.schema, ty.inner_named_type()) {
            let message = format!("`{field}` is of type `{ty}`, which has no fields to provide.");
            errors
                .add(Code::ProvidesOnNonObjectField, message, span)
                .help("remove the `@provides`");
            return;
        }
    }
}
