//! Fields of interfaces are resolved by the objects that implement them, and cannot be external.

use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::{Code, Errors};
use crate::subgraph::Subgraph;

/// Checks the fields of interfaces.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Errors<'_>) {
    let fields = subgraph.fields().filter(|field| field.ty.is_interface());
    for field in fields.filter(|f| subgraph.is_external(f.parent, &f.definition.name)) {
        let directives = &field.definition.directives;
        let external = subgraph.applications(directives, FederationDirective::External).next();
        let message = format!("`{field}` is a field of an interface and cannot be external.");
        errors
            .add(Code::ExternalOnInterface, message, external.and_then(|d| d.location()))
            .help("remove `@external` here; put it on the fields of the implementations");
    }
}
