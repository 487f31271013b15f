//! The field sets of `@provides`.

use apollo_compiler::schema::ExtendedType;
use supergraph::spec::federation::FederationDirective;

use super::field_set::{Application, Kind};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;

const KIND: Kind = Kind {
    name: "provides",
    invalid_type: Code::ProvidesInvalidFieldsType,
    invalid: Code::ProvidesInvalidFields,
    has_directive: Code::ProvidesDirectiveInFieldsArg,
    has_arguments: Some(Code::ProvidesFieldsHasArgs),
    missing_external: Some(Code::ProvidesFieldsMissingExternal),
    selects_abstract: None,
};

/// Checks every `@provides`.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Vec<Diagnostic>) {
    for (name, ty, field) in subgraph.fields() {
        let applications = subgraph.applications(&field.directives, FederationDirective::Provides);
        for directive in applications {
            let on = format!("{name}.{}", field.name);
            if matches!(ty, ExtendedType::Interface(_)) {
                let message =
                    format!("`{on}` is a field of an interface, where `@provides` has no meaning.");
                let code = Code::ProvidesUnsupportedOnInterface;
                errors.push(
                    subgraph
                        .diagnostic(code, message, directive.location())
                        .help("put it on the fields of the implementations"),
                );
            }
            let parent = field.ty.inner_named_type();
            Application { subgraph, kind: &KIND, directive, on, parent }.check(errors);
        }
    }
}
