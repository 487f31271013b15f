//! The field sets of `@requires`.

use supergraph::spec::federation::FederationDirective;

use super::field_set::{Application, Kind};
use crate::diagnostic::{Code, Errors};
use crate::subgraph::Subgraph;

const KIND: Kind = Kind {
    directive: FederationDirective::Requires,
    invalid_type: Code::RequiresInvalidFieldsType,
    invalid: Code::RequiresInvalidFields,
    has_directive: Code::RequiresDirectiveInFieldsArg,
    has_arguments: None,
    missing_external: Some(Code::RequiresFieldsMissingExternal),
    selects_abstract: None,
};

/// Checks every `@requires`.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Errors<'_>) {
    for (field, directive) in subgraph.on_fields(KIND.directive) {
        let (on, parent) = (field.to_string(), field.parent);
        let application = Application { subgraph, kind: &KIND, directive, on, parent };
        if field.ty.is_interface() {
            application.report_on_interface(Code::RequiresUnsupportedOnInterface, errors);
        }
        application.check(errors);
    }
}
