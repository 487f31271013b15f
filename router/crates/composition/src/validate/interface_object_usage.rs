//! An interface object is an entity: only by its key can a router learn what object it is.

use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::{Code, Errors};
use crate::subgraph::Subgraph;

/// Checks that every `@interfaceObject` type has a key.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Errors<'_>) {
    let has_key = |name| subgraph.type_has(name, FederationDirective::Key);
    for (name, ty) in &subgraph.schema.types {
        if subgraph.is_interface_object(name) && !has_key(name) {
            let message = format!("`{name}` is an `@interfaceObject`, but has no `@key`.");
            errors
                .add(Code::InterfaceObjectUsageError, message, ty.name().location())
                .help("give it the key that the interface has in the other subgraphs");
        }
    }
}
