//! `@fromContext`: an argument that a router fills from a type further up in the operation.
//!
//! <https://specs.apollo.dev/context/v0.1/>

use std::collections::BTreeMap;

use apollo_compiler::Name;
use apollo_compiler::schema::ExtendedType;
use supergraph::implementer::Implementer;
use supergraph::spec::federation::FederationDirective;

use super::context_selection::Selection;
use crate::diagnostic::{Code, Errors};
use crate::subgraph::context::{ContextSelection, ContextualArgument};
use crate::subgraph::{FieldOf, Subgraph};

/// Checks every `@fromContext`.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Errors<'_>) {
    on_directive_definitions(subgraph, errors);
    let contexts = subgraph.contexts();
    for argument in subgraph.contextual_arguments() {
        check_argument(subgraph, argument, &contexts, errors);
    }
}

fn on_directive_definitions(subgraph: &Subgraph, errors: &mut Errors<'_>) {
    for definition in subgraph.schema.directive_definitions.values() {
        for argument in &definition.arguments {
            let applications =
                subgraph.applications(&argument.directives, FederationDirective::FromContext);
            for directive in applications {
                let name = &definition.name;
                let message =
                    format!("`@{name}` is a directive: its arguments cannot come from a context.");
                errors.add(Code::ContextNotSet, message, directive.location());
            }
        }
    }
}

fn check_argument(
    subgraph: &Subgraph,
    argument: ContextualArgument<'_>,
    contexts: &BTreeMap<&str, Vec<&Name>>,
    errors: &mut Errors<'_>,
) {
    let ContextualArgument { field, argument: definition, directive } = argument;
    let FieldOf { parent, ty, .. } = field;
    let mut report = |code, message: &str| {
        let message = format!("On `{field}({}:)`: {message}", definition.name);
        errors.add(code, message, directive.location());
    };
    // Only fields of objects are resolved.
    if !ty.is_object() {
        return report(Code::ContextNotSet, &format!("`{parent}` is not an object type."));
    }
    // An argument that clients cannot give is not one of an interface, and needs no default.
    if let Some(interface) = interface_of(subgraph, field) {
        let message = format!("the field is one of the interface `{interface}`.");
        report(Code::ContextNotSet, &message);
    }
    if let Some(default) = &definition.default_value {
        let message = format!("an argument that comes from a context has no default `{default}`.");
        report(Code::ContextNotSet, &message);
    }
    let text = argument.text().unwrap_or_default();
    let Some(selection) = ContextSelection::read(text) else {
        let message = format!("`{text}` must be a context and a selection: `$name {{ field }}`.");
        return report(Code::NoContextInSelection, &message);
    };
    let check = Selection { subgraph, expected: &definition.ty };
    match contexts.get(selection.context).map(|types| check.check(&selection, types)) {
        None => {
            let message = format!("no type of this subgraph sets `{}`.", selection.context);
            report(Code::ContextNotSet, &message);
        }
        Some(Err(problem)) => report(Code::ContextInvalidSelection, &problem),
        Some(Ok(())) => {}
    }
    if !has_resolvable_key(subgraph, ty) {
        let message = format!(
            "`{parent}` has no resolvable key, but a router must come back to it with the value."
        );
        report(Code::ContextNoResolvableKey, &message);
    }
}

/// The first interface that a field is one of.
fn interface_of<'a>(subgraph: &Subgraph, field: FieldOf<'a>) -> Option<&'a Name> {
    let mut interfaces = Implementer::of(field.ty)?.interfaces.iter().map(|i| &i.name);
    interfaces.find(|name| {
        let interface = subgraph.schema.get_interface(name);
        interface.is_some_and(|i| i.fields.contains_key(&field.definition.name))
    })
}

/// Whether a type has a resolvable key; one with invalid fields is reported by another rule.
fn has_resolvable_key(subgraph: &Subgraph, ty: &ExtendedType) -> bool {
    let mut keys = subgraph.applications(ty.directives(), FederationDirective::Key);
    keys.any(|key| {
        key.specified_argument_by_name("resolvable").and_then(|v| v.to_bool()) != Some(false)
    })
}
