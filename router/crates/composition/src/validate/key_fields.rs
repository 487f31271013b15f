//! The field sets of `@key`.

use apollo_compiler::schema::Directive;
use apollo_compiler::{Name, Node};
use supergraph::link::version::Version;
use supergraph::spec::federation::FederationDirective;

use super::field_set::{Application, Kind};
use crate::diagnostic::{Code, Errors};
use crate::subgraph::Subgraph;

/// The first version with keys on interfaces.
const ENTITY_INTERFACES: Version = Version::new(2, 3);

const KEY: Kind = Kind {
    directive: FederationDirective::Key,
    invalid_type: Code::KeyInvalidFieldsType,
    invalid: Code::KeyInvalidFields,
    has_directive: Code::KeyDirectiveInFieldsArg,
    has_arguments: Some(Code::KeyFieldsHasArgs),
    missing_external: None,
    selects_abstract: Some(Code::KeyFieldsSelectInvalidType),
};

/// Checks every `@key`.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Errors<'_>) {
    let mut last = None;
    for (name, ty, application) in subgraph.on_types(FederationDirective::Key) {
        let is_first = last.replace(name) != Some(name);
        if ty.is_interface() && subgraph.version < ENTITY_INTERFACES && is_first {
            let message = format!(
                "`{name}` is an interface, and federation {} has no keys on interfaces.",
                subgraph.version
            );
            errors
                .add(Code::KeyUnsupportedOnInterface, message, application.location())
                .help(format!("link federation {ENTITY_INTERFACES} or newer"));
        }
        key(subgraph, name, application).check(errors);
    }
}

/// A `@key` as the common rules see it.
pub(super) fn key<'a>(
    subgraph: &'a Subgraph,
    ty: &'a Name,
    directive: &'a Node<Directive>,
) -> Application<'a> {
    Application { subgraph, kind: &KEY, directive, on: ty.to_string(), parent: ty }
}
