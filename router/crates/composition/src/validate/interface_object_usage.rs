//! An interface object is an entity: only by its key can a router learn what object it is.

use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;

/// Checks that every `@interfaceObject` type has a key.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Vec<Diagnostic>) {
    for (name, ty) in &subgraph.schema.types {
        if !subgraph.is_interface_object(name) || subgraph.type_has(name, FederationDirective::Key)
        {
            continue;
        }
        let message = format!("`{name}` is an `@interfaceObject`, but has no `@key`.");
        let code = Code::InterfaceObjectUsageError;
        errors.push(
            subgraph
                .diagnostic(code, message, ty.name().location())
                .help("give it the key that the interface has in the other subgraphs"),
        );
    }
}
