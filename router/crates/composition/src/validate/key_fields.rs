//! The field sets of `@key`.

use apollo_compiler::Name;
use apollo_compiler::schema::{Component, Directive, ExtendedType};
use supergraph::link::version::Version;
use supergraph::spec::federation::FederationDirective;

use super::field_set::{Application, Kind};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;

/// The first version with keys on interfaces.
const ENTITY_INTERFACES: Version = Version::new(2, 3);

const KEY: Kind = Kind {
    name: "key",
    invalid_type: Code::KeyInvalidFieldsType,
    invalid: Code::KeyInvalidFields,
    has_directive: Code::KeyDirectiveInFieldsArg,
    has_arguments: Some(Code::KeyFieldsHasArgs),
    missing_external: None,
    selects_abstract: Some(Code::KeyFieldsSelectInvalidType),
};

/// Checks every `@key`.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Vec<Diagnostic>) {
    for (name, ty) in &subgraph.schema.types {
        let mut is_first = true;
        for application in subgraph.type_applications(ty.directives(), FederationDirective::Key) {
            let is_interface = matches!(ty, ExtendedType::Interface(_));
            if is_interface && subgraph.version < ENTITY_INTERFACES && is_first {
                errors.push(unsupported(subgraph, name, application));
            }
            is_first = false;
            key(subgraph, name, application).check(errors);
        }
    }
}

/// A `@key` as the common rules see it.
pub(super) fn key<'a>(
    subgraph: &'a Subgraph,
    ty: &'a Name,
    directive: &'a Component<Directive>,
) -> Application<'a> {
    Application { subgraph, kind: &KEY, directive, on: ty.to_string(), parent: ty }
}

fn unsupported(subgraph: &Subgraph, ty: &Name, key: &Component<Directive>) -> Diagnostic {
    let message = format!(
        "`{ty}` is an interface, and federation {} has no keys on interfaces.",
        subgraph.version
    );
    subgraph
        .diagnostic(Code::KeyUnsupportedOnInterface, message, key.location())
        .help(format!("link federation {ENTITY_INTERFACES} or newer"))
}
