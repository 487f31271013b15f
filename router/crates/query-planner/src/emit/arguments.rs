//! Arguments and directives in the text of an operation, and the variables that they use.

use apollo_compiler::ast::{Argument, Directive, Value as AstValue};
use apollo_compiler::{Name, Node as Shared};
use query_plan::{FetchVariable, VariableSource};
use supergraph::model::TypeId;

use super::operation::{NUMBER, Writer, in_parentheses};
use crate::guard::Guard;
use crate::tree::Field;

impl Writer<'_, '_, '_> {
    /// Writes the arguments of a field.
    pub(super) fn arguments(&mut self, field: &Field, on: TypeId) {
        let offer = self.emitter.access.offer(on, &field.name, self.subgraph);
        let mut all = self.written(&field.arguments);
        for argument in offer.iter().flat_map(|offer| &offer.join.contexts) {
            if let Some(index) = self.contexts.iter().position(|c| c.is_of(argument)) {
                let start = self.unused_start("context");
                all.push(format!("{}:${start}{index}_{NUMBER}", argument.name));
            }
        }
        self.text.push_str(&in_parentheses(&all));
    }

    /// Arguments of the client, as text.
    fn written(&mut self, arguments: &[Shared<Argument>]) -> Vec<String> {
        let written = arguments.iter().map(|argument| {
            self.use_variables(&argument.value);
            format!("{}:{}", argument.name, argument.value.serialize().no_indent())
        });
        written.collect()
    }

    /// Writes directives of the client.
    pub(super) fn directives(&mut self, directives: &[Shared<Directive>]) {
        for directive in directives {
            let arguments = in_parentheses(&self.written(&directive.arguments));
            self.text.push_str(&format!("@{}{arguments}", directive.name));
        }
    }

    /// Writes the directive that leaves a field out where only what is around it is wanted.
    pub(super) fn condition(&mut self, outer: &Guard, guard: &Guard) {
        if outer.implies(guard) {
            return;
        }
        if let Some((variable, value)) = residue(outer, guard) {
            let directive = if value { "include" } else { "skip" };
            self.text.push_str(&format!("@{directive}(if:${variable})"));
            self.use_variable(&variable);
            return;
        }
        if let Some(id) = self.emitter.condition(guard) {
            let name = self.unused(format!("condition{}", id.0));
            self.text.push_str(&format!("@include(if:${name})"));
            let definition = format!("${name}:Boolean!");
            let source = VariableSource::Condition(id);
            self.add_variable(FetchVariable { name, source }, definition);
        }
    }

    fn use_variables(&mut self, value: &AstValue) {
        match value {
            AstValue::Variable(name) => self.use_variable(name),
            AstValue::List(items) => items.iter().for_each(|item| self.use_variables(item)),
            AstValue::Object(fields) => {
                fields.iter().for_each(|(_, value)| self.use_variables(value));
            }
            _ => {}
        }
    }

    fn use_variable(&mut self, name: &Name) {
        let definition = self.emitter.operation.variables.iter().find(|v| v.name == *name);
        let Some(definition) = definition else { return };
        // With a default, a nullable variable may stand where null may not.
        let default = definition.default_value.as_ref();
        let default = default.map(|value| format!("={}", value.serialize().no_indent()));
        let default = default.unwrap_or_default();
        let definition = format!("${name}:{}{default}", definition.ty);
        let source = VariableSource::Client(name.to_string());
        self.add_variable(FetchVariable { name: name.to_string(), source }, definition);
    }

    pub(super) fn add_variable(&mut self, variable: FetchVariable, definition: String) {
        if !self.variables.iter().any(|(known, _)| *known == variable) {
            self.variables.push((variable, definition));
        }
    }
}

/// The one variable that a guard depends on beyond what is around it.
fn residue(outer: &Guard, guard: &Guard) -> Option<(Name, bool)> {
    if let Some((variable, value)) = guard.as_literal() {
        return Some((variable.clone(), value));
    }
    let ([outer], [inner]) = (outer.clauses(), guard.clauses()) else { return None };
    let mut rest = inner.iter().filter(|literal| !outer.contains(literal));
    match (rest.next(), rest.next()) {
        (Some((variable, value)), None) => Some((variable.clone(), *value)),
        _ => None,
    }
}
