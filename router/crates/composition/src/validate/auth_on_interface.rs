//! What an interface requires of the caller is what its implementations require: it follows from
//! theirs and cannot be said on the interface.

use apollo_compiler::Node;
use apollo_compiler::ast::Directive;
use supergraph::spec::federation::FederationDirective as D;

use crate::diagnostic::{Code, Errors};
use crate::subgraph::Subgraph;

/// Checks interfaces, their fields, and interface objects.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Errors<'_>) {
    for directive in [D::Authenticated, D::RequiresScopes, D::Policy] {
        for (name, ty, application) in subgraph.on_types(directive) {
            if ty.is_interface() || subgraph.is_interface_object(name) {
                report(errors, name, application);
            }
        }
        for (field, application) in subgraph.on_fields(directive) {
            if field.ty.is_interface() {
                report(errors, &field.to_string(), application);
            }
        }
    }
}

fn report(errors: &mut Errors<'_>, on: &str, application: &Node<Directive>) {
    let message = format!(
        "`@{}` cannot stand on `{on}`: interfaces and interface objects require what their \
         implementations require.",
        application.name
    );
    errors
        .add(Code::AuthRequirementsAppliedOnInterface, message, application.location())
        .help("put it on the implementations or on their fields");
}
