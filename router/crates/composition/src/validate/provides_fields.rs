//! The field sets of `@provides`.

use supergraph::spec::federation::FederationDirective;

use super::field_set::{Application, Kind};
use crate::diagnostic::{Code, Errors};
use crate::subgraph::Subgraph;

const KIND: Kind = Kind {
    directive: FederationDirective::Provides,
    invalid_type: Code::ProvidesInvalidFieldsType,
    invalid: Code::ProvidesInvalidFields,
    has_directive: Code::ProvidesDirectiveInFieldsArg,
    has_arguments: Some(Code::ProvidesFieldsHasArgs),
    missing_external: Some(Code::ProvidesFieldsMissingExternal),
    selects_abstract: None,
};

/// Checks every `@provides`.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Errors<'_>) {
    for (field, directive) in subgraph.on_fields(KIND.directive) {
        let parent = field.definition.ty.inner_named_type();
        let on = field.to_string();
        let application = Application { subgraph, kind: &KIND, directive, on, parent };
        if field.ty.is_interface() {
            application.report_on_interface(Code::ProvidesUnsupportedOnInterface, errors);
        }
        application.check(errors);
    }
}
