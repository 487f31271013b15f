//! Fields of interfaces are resolved by the objects that implement them, and cannot be external.

use apollo_compiler::schema::ExtendedType;
use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;

/// Checks the fields of interfaces.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Vec<Diagnostic>) {
    for (name, ty, field) in subgraph.fields() {
        let is_interface = matches!(ty, ExtendedType::Interface(_));
        if !is_interface || !subgraph.is_external(name, &field.name) {
            continue;
        }
        let mut applications =
            subgraph.applications(&field.directives, FederationDirective::External);
        let span = applications.next().and_then(|d| d.location());
        let message =
            format!("`{name}.{}` is a field of an interface and cannot be external.", field.name);
        errors.push(
            subgraph
                .diagnostic(Code::ExternalOnInterface, message, span)
                .help("remove `@external` here; put it on the fields of the implementations"),
        );
    }
}
