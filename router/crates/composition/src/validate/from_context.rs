//! `@fromContext`: an argument that a router fills from a type further up in the operation.
//!
//! <https://specs.apollo.dev/context/v0.1/>

use std::collections::BTreeMap;

use apollo_compiler::Name;
use apollo_compiler::ast::Directive;
use supergraph::spec::federation::FederationDirective;

use super::context_selection::Selection;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;
use crate::subgraph::context::{ContextSelection, ContextualArgument};

/// Checks every `@fromContext`.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Vec<Diagnostic>) {
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

fn on_directive_definitions(subgraph: &Subgraph, errors: &mut Vec<Diagnostic>) {
    for definition in subgraph.schema.directive_definitions.values() {
        for argument in &definition.arguments {
            let applications =
                subgraph.applications(&argument.directives, FederationDirective::FromContext);
            for directive in applications {
                let message = format!(
                    "`@{}` is a directive: its arguments cannot come from a context.",
                    definition.name
                );
                errors.push(subgraph.diagnostic(
                    Code::ContextNotSet,
                    message,
                    directive.location(),
                ));
            }
        }
    }
}

struct Usage<'a> {
    subgraph: &'a Subgraph,
    argument: ContextualArgument<'a>,
}

impl Usage<'_> {
    fn report(&self, code: Code, message: &str, errors: &mut Vec<Diagnostic>) {
        let ContextualArgument { parent, field, argument, directive } = self.argument;
        let message = format!("On `{parent}.{}({}:)`: {message}", field.name, argument.name);
        errors.push(self.subgraph.diagnostic(code, message, directive.location()));
    }

    /// Whether the field is one of an object; only those are resolved.
    fn on_object(&self, errors: &mut Vec<Diagnostic>) -> bool {
        let parent = self.argument.parent;
        let is_object = self.subgraph.schema.get_object(parent).is_some();
        if !is_object {
            let message = format!("`{parent}` is not an object type.");
            self.report(Code::ContextNotSet, &message, errors);
        }
        is_object
    }

    /// An argument that clients cannot give is not one of an interface, and needs no default.
    fn place(&self, errors: &mut Vec<Diagnostic>) {
        let ContextualArgument { parent, field, argument, .. } = self.argument;
        let schema = &self.subgraph.schema;
        let interfaces = schema.get_object(parent).map(|ty| &ty.implements_interfaces);
        let mut implemented = interfaces.into_iter().flatten().filter(|name| {
            let interface = schema.get_interface(name);
            interface.is_some_and(|i| i.fields.contains_key(&field.name))
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
    fn value(&self, contexts: &BTreeMap<&str, Vec<&Name>>, errors: &mut Vec<Diagnostic>) -> bool {
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

    fn key(&self, errors: &mut Vec<Diagnostic>) {
        let parent = self.argument.parent;
        let Some(ty) = self.subgraph.schema.types.get(parent) else { return };
        // A key with invalid fields is reported by another rule.
        let mut keys = self.subgraph.type_applications(ty.directives(), FederationDirective::Key);
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
