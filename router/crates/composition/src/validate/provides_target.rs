//! `@provides` stands on a field that this subgraph resolves and that has fields to provide.

use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;

/// Checks the fields that carry a `@provides`.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Vec<Diagnostic>) {
    for (name, _, field) in subgraph.fields() {
        let applications = subgraph.applications(&field.directives, FederationDirective::Provides);
        for directive in applications {
            let on = format!("{name}.{}", field.name);
            let span = directive.location();
            if subgraph.is_external(name, &field.name) {
                let message = format!(
                    "`{on}` is `@external`: this subgraph does not resolve it, and so cannot \
                     provide anything there."
                );
                let code = Code::ExternalCollisionWithAnotherDirective;
                errors.push(subgraph.diagnostic(code, message, span));
                return;
            }
            let target = subgraph.schema.types.get(field.ty.inner_named_type());
            if !target.is_some_and(|ty| ty.is_object() || ty.is_interface() || ty.is_union()) {
                let message =
                    format!("`{on}` is of type `{}`, which has no fields to provide.", field.ty);
                let code = Code::ProvidesOnNonObjectField;
                errors
                    .push(subgraph.diagnostic(code, message, span).help("remove the `@provides`"));
                return;
            }
        }
    }
}
