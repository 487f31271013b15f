//! `@fromContext`: an argument that a router fills from a type further up in the operation.
//!
//! <https://specs.apollo.dev/context/v0.1/>

use std::collections::BTreeMap;

use apollo_compiler::Name;
use apollo_compiler::ast::Directive;
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
        let usage = Usage { subgraph, argument };
        if usage.on_object(errors) {
            usage.place(errors);
            if usage.value(&contexts, errors) {
                usage.key(errors);
            }
        }
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

struct Usage<'a> {
    subgraph: &'a Subgraph,
    argument: ContextualArgument<'a>,
}

impl Usage<'_> {
    fn report(&self, code: Code, message: &str, errors: &mut Errors<'_>) {
        let ContextualArgument { field, argument, directive } = self.argument;
        let message = format!("On `{field}({}:)`: {message}", argument.name);
        errors.add(code, message, directive.location());
    }

    /// Whether the field is one of an object; only those are resolved.
    fn on_object(&self, errors: &mut Errors<'_>) -> bool {
        let FieldOf { parent, ty, .. } = self.argument.field;
        if !ty.is_object() {
            let message = format!("`{parent}` is not an object type.");
            self.report(Code::ContextNotSet, &message, errors);
        }
        ty.is_object()
    }

    /// An argument that clients cannot give is not one of an interface, and needs no default.
    fn place(&self, errors: &mut Errors<'_>) {
        let ContextualArgument { field, argument, .. } = self.argument;
        let schema = &self.subgraph.schema;
        let interfaces = Implementer::of(field.ty).into_iter().flat_map(|ty| ty.interfaces);
        let mut implemented = interfaces.filter(|name| {
            let interface = schema.get_interface(name);
            interface.is_some_and(|i| i.fields.contains_key(&field.definition.name))
        });
        if let Some(interface) = implemented.next() {
            let message = format!("the field is one of the interface `{interface}`.");
            self.report(Code::ContextNotSet, &message, errors);
        }
        if let Some(default) = &argument.default_value {
            let message =
                format!("an argument that comes from a context has no default `{default}`.");
            self.report(Code::ContextNotSet, &message, errors);
        }
    }

    /// Whether the value names a context and a selection; both are checked.
    fn value(&self, contexts: &BTreeMap<&str, Vec<&Name>>, errors: &mut Errors<'_>) -> bool {
        let text = self.argument.text().unwrap_or_default();
        let Some(selection) = ContextSelection::read(text) else {
            let message =
                format!("`{text}` must be a context and a selection: `$name {{ field }}`.");
            self.report(Code::NoContextInSelection, &message, errors);
            return false;
        };
        let Some(types) = contexts.get(selection.context) else {
            let message = format!("no type of this subgraph sets `{}`.", selection.context);
            self.report(Code::ContextNotSet, &message, errors);
            return true;
        };
        let expected = &self.argument.argument.ty;
        let check = Selection { subgraph: self.subgraph, expected };
        if let Err(problem) = check.check(&selection, types) {
            self.report(Code::ContextInvalidSelection, &problem, errors);
        }
        true
    }

    fn key(&self, errors: &mut Errors<'_>) {
        let FieldOf { parent, ty, .. } = self.argument.field;
        // A key with invalid fields is reported by another rule.
        let mut keys = self.subgraph.applications(ty.directives(), FederationDirective::Key);
        let is_resolvable = |key: &Directive| {
            key.specified_argument_by_name("resolvable").and_then(|v| v.to_bool()) != Some(false)
        };
        if !keys.any(|key| is_resolvable(key)) {
            let message = format!(
                "`{parent}` has no resolvable key, but a router must come back to it with the \
                 value."
            );
            self.report(Code::ContextNoResolvableKey, &message, errors);
        }
    }
}
