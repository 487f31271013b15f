//! Federation 1 took field sets as lists of strings and as plain names, too.

use apollo_compiler::Node;
use apollo_compiler::ast::{Directive, Value};
use supergraph::implementer::ImplementerMut;
use supergraph::spec::federation::FederationDirective as D;

use super::originals::Upgrade;

pub(super) fn step(Upgrade { subgraph, .. }: &mut Upgrade<'_>) {
    let directives = [D::Key, D::Requires, D::Provides].into_iter();
    let with_fields: Vec<_> = directives.flat_map(|d| subgraph.local_names(d).cloned()).collect();
    let has_fields = |directive: &Directive| with_fields.contains(&directive.name);
    for ty in subgraph.schema.types.values_mut().filter_map(ImplementerMut::of) {
        for directive in ty.directives.0.iter_mut().filter(|d| has_fields(d)) {
            to_string(&mut directive.node);
        }
        for field in ty.fields.values_mut() {
            if field.directives.iter().any(|d| has_fields(d)) {
                let directives = &mut field.make_mut().directives;
                directives.0.iter_mut().filter(|d| has_fields(d)).for_each(to_string);
            }
        }
    }
}

fn to_string(directive: &mut Node<Directive>) {
    let Some(value) = directive.specified_argument_by_name("fields") else { return };
    let Some(text) = joined(value) else { return };
    // Other arguments did not exist when field sets were written like this.
    let arguments = &mut directive.make_mut().arguments;
    arguments.retain(|argument| argument.name == "fields");
    for argument in arguments {
        let value = &mut argument.make_mut().value;
        *value = value.same_location(Value::String(text.clone()));
    }
}

/// The field set that a list of strings or a name stands for; `None` for a string, which needs no
/// change, and for what never was one.
fn joined(value: &Value) -> Option<String> {
    match value {
        Value::Enum(name) => Some(name.to_string()),
        Value::List(values) => {
            let parts = values.iter().map(|value| match &**value {
                Value::String(text) => Some(text.as_str()),
                Value::Enum(name) => Some(name.as_str()),
                _ => None,
            });
            Some(parts.collect::<Option<Vec<_>>>()?.join(" "))
        }
        _ => None,
    }
}
