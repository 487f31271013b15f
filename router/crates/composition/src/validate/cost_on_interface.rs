//! The cost of a field is that of resolving it, and interfaces resolve nothing.

use apollo_compiler::schema::ExtendedType;
use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;

/// Checks that no field of an interface has a `@cost`.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Vec<Diagnostic>) {
    for (name, ty, field) in subgraph.fields() {
        if !matches!(ty, ExtendedType::Interface(_)) {
            continue;
        }
        for cost in subgraph.applications(&field.directives, FederationDirective::Cost) {
            let message = format!("`{name}.{}` is a field of an interface.", field.name);
            let code = Code::CostAppliedToInterfaceField;
            errors.push(
                subgraph
                    .diagnostic(code, format!("{message} It has no cost."), cost.location())
                    .help("put `@cost` on the fields of the implementations"),
            );
        }
    }
}
