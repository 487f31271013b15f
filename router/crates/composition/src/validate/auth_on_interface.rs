//! What an interface requires of the caller is what its implementations require: it follows from
//! theirs and cannot be said on the interface.

use apollo_compiler::Node;
use apollo_compiler::ast::Directive;
use apollo_compiler::schema::ExtendedType;
use supergraph::spec::federation::FederationDirective as D;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;

/// Checks interfaces, their fields, and interface objects.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Vec<Diagnostic>) {
    for directive in [D::Authenticated, D::RequiresScopes, D::Policy] {
        for (name, ty) in &subgraph.schema.types {
            let is_interface = matches!(ty, ExtendedType::Interface(_));
            if !is_interface && !subgraph.is_interface_object(name) {
                continue;
            }
            for application in subgraph.type_applications(ty.directives(), directive) {
                errors.push(error(subgraph, name, application));
            }
        }
        for (name, ty, field) in subgraph.fields() {
            if !matches!(ty, ExtendedType::Interface(_)) {
                continue;
            }
            for application in subgraph.applications(&field.directives, directive) {
                let on = format!("{name}.{}", field.name);
                errors.push(error(subgraph, &on, application));
            }
        }
    }
}

fn error(subgraph: &Subgraph, on: &str, application: &Node<Directive>) -> Diagnostic {
    let message = format!(
        "`@{}` cannot stand on `{on}`: interfaces and interface objects require what their \
         implementations require.",
        application.name
    );
    subgraph
        .diagnostic(Code::AuthRequirementsAppliedOnInterface, message, application.location())
        .help("put it on the implementations or on their fields")
}
