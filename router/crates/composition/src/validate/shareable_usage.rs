//! `@shareable` is about the fields of objects, and says it once.

use apollo_compiler::schema::{ComponentOrigin, ExtendedType};
use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::{Code, Errors};
use crate::subgraph::Subgraph;

const SHAREABLE: FederationDirective = FederationDirective::Shareable;

/// Checks the applications of `@shareable` on types and on fields.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Errors<'_>) {
    let code = Code::InvalidShareableUsage;
    for (name, ty) in &subgraph.schema.types {
        let ExtendedType::Object(object) = ty else { continue };
        let mut seen: Vec<&ComponentOrigin> = Vec::new();
        for application in subgraph.applications(&object.directives, SHAREABLE) {
            // The second is told; a third is no news.
            if seen.iter().filter(|origin| **origin == &application.origin).count() == 1 {
                let message = format!("`{name}` has `@shareable` twice on one declaration.");
                errors.add(code, message, application.location());
            }
            seen.push(&application.origin);
        }
    }
    for field in subgraph.fields() {
        let mut applications = subgraph.applications(&field.definition.directives, SHAREABLE);
        let Some(first) = applications.next() else { continue };
        if !field.ty.is_object() {
            let message = format!(
                "`{field}` is not a field of an object type, and nothing resolves it that could \
                 be shared."
            );
            errors
                .add(code, message, first.location())
                .help("put `@shareable` on the fields of the implementations");
        } else if let Some(second) = applications.next() {
            errors.add(code, format!("`{field}` has `@shareable` twice."), second.location());
        }
    }
}
