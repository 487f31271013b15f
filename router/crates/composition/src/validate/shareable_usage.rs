//! `@shareable` is about the fields of objects, and says it once.

use apollo_compiler::schema::{ComponentOrigin, ExtendedType};
use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;

const SHAREABLE: FederationDirective = FederationDirective::Shareable;

/// Checks the applications of `@shareable` on types and on fields.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Vec<Diagnostic>) {
    for (name, ty) in &subgraph.schema.types {
        let ExtendedType::Object(object) = ty else { continue };
        let mut reported: Vec<&ComponentOrigin> = Vec::new();
        let mut seen: Vec<&ComponentOrigin> = Vec::new();
        for application in subgraph.type_applications(&object.directives, SHAREABLE) {
            let origin = &application.origin;
            if seen.contains(&origin) && !reported.contains(&origin) {
                reported.push(origin);
                let message = format!("`{name}` has `@shareable` twice on one declaration.");
                errors.push(subgraph.diagnostic(CODE, message, application.location()));
            }
            seen.push(origin);
        }
    }
    for (name, ty, field) in subgraph.fields() {
        let mut applications = subgraph.applications(&field.directives, SHAREABLE);
        let Some(first) = applications.next() else { continue };
        if !matches!(ty, ExtendedType::Object(_)) {
            let message = format!(
                "`{name}.{}` is not a field of an object type, and nothing resolves it that could \
                 be shared.",
                field.name
            );
            let help = "put `@shareable` on the fields of the implementations";
            errors.push(subgraph.diagnostic(CODE, message, first.location()).help(help));
        } else if let Some(second) = applications.next() {
            let message = format!("`{name}.{}` has `@shareable` twice.", field.name);
            errors.push(subgraph.diagnostic(CODE, message, second.location()));
        }
    }
}

const CODE: Code = Code::InvalidShareableUsage;
