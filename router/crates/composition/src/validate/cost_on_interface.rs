//! The cost of a field is that of resolving it, and interfaces resolve nothing.

use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::{Code, Errors};
use crate::subgraph::Subgraph;

/// Checks that no field of an interface has a `@cost`.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Errors<'_>) {
    for (field, cost) in subgraph.on_fields(FederationDirective::Cost) {
        if field.ty.is_interface() {
            let message = format!("`{field}` is a field of an interface. It has no cost.");
            errors
                .add(Code::CostAppliedToInterfaceField, message, cost.location())
                .help("put `@cost` on the fields of the implementations");
        }
    }
}
