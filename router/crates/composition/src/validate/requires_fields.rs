//! The field sets of `@requires`.

use apollo_compiler::schema::ExtendedType;
use supergraph::spec::federation::FederationDirective;

use super::field_set::{Application, Kind};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;

const KIND: Kind = Kind {
    name: "requires",
    invalid_type: Code::RequiresInvalidFieldsType,
    invalid: Code::RequiresInvalidFields,
    has_directive: Code::RequiresDirectiveInFieldsArg,
    has_arguments: None,
    missing_external: Some(Code::RequiresFieldsMissingExternal),
    selects_abstract: None,
};

/// Checks every `@requires`.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Vec<Diagnostic>) {
    for (name, ty, field) in subgraph.fields() {
        let applications = subgraph.applications(&field.directives, FederationDirective::Requires);
        for directive in applications {
            let on = format!("{name}.{}", field.name);
            if matches!(ty, ExtendedType::Interface(_)) {
                let message =
                    format!("`{on}` is a field of an interface, where `@requires` has no meaning.");
                let code = Code::RequiresUnsupportedOnInterface;
                errors.push(
                    subgraph
                        .diagnostic(code, message, directive.location())
                        .help("put it on the fields of the implementations"),
                );
            }
            let parent = name;
            Application { subgraph, kind: &KIND, directive, on, parent }.check(errors);
        }
    }
}
