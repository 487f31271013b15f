//! `@fromContext`: an argument that a router fills from a type further up in the operation.
//!
//! <https://specs.apollo.dev/context/v0.1/>

use std::collections::BTreeMap;

use apollo_compiler::Name;
use apollo_compiler::schema::ExtendedType;
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
        if !usage.place(errors) {
            continue;
        }
        usage.value(&contexts, errors);
        usage.key(errors);
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

    /// Whether an argument that comes from a context may stand here.
    fn place(&self, errors: &mut Vec<Diagnostic>) -> bool {
        let ContextualArgument { parent, field, argument, .. } = self.argument;
        let schema = &self.subgraph.schema;
        let problem = match schema.types.get(parent) {
            Some(ExtendedType::Object(object)) => {
                let implemented = object.implements_interfaces.iter().find(|name| {
                    let interface = schema.get_interface(name);
                    interface.is_some_and(|i| i.fields.contains_key(&field.name))
                });
                implemented.map(|interface| {
                    format!("the field is one of the interface `{interface}`, which has no context")
                })
            }
            _ => Some(format!("`{parent}` is not an object type")),
        };
        let problem = problem.or_else(|| {
            let default = argument.default_value.as_ref()?;
            Some(format!("an argument that comes from a context has no default, but `{default}`"))
        });
        match problem {
            None => true,
            Some(problem) => {
                self.report(Code::ContextNotSet, &format!("{problem}."), errors);
                false
            }
        }
    }

    fn value(&self, contexts: &BTreeMap<&str, Vec<&Name>>, errors: &mut Vec<Diagnostic>) {
        let text = self.argument.text().unwrap_or_default();
        let Some(selection) = ContextSelection::read(text) else {
            let message =
                format!("`{text}` must be a context and a selection: `$name {{ field }}`.");
            self.report(Code::NoContextInSelection, &message, errors);
            return;
        };
        let Some(types) = contexts.get(selection.context) else {
            let message = format!("no type of this subgraph sets `{}`.", selection.context);
            self.report(Code::ContextNotSet, &message, errors);
            return;
        };
        let expected = &self.argument.argument.ty;
        let check = Selection { subgraph: self.subgraph, expected };
        if let Err(problem) = check.check(&selection, types) {
            self.report(Code::ContextInvalidSelection, &problem, errors);
        }
    }

    fn key(&self, errors: &mut Vec<Diagnostic>) {
        let parent = self.argument.parent;
        if !self.subgraph.keys(parent).iter().any(|key| key.resolvable) {
            let message = format!(
                "`{parent}` has no resolvable key, but a router must come back to it with the \
                 value."
            );
            self.report(Code::ContextNoResolvableKey, &message, errors);
        }
    }
}
