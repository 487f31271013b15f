//! Variables that a request leaves out.
//!
//! An argument whose variable has no value counts as not given
//! (<https://spec.graphql.org/October2021/#sec-Coercing-Field-Arguments>). async-graphql knows that
//! when it executes, but not when it computes complexity, so such arguments are taken out before.

use std::collections::HashSet;

use async_graphql::{
    Name, Positioned,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, OperationDefinition, Selection,
        SelectionSet,
    },
};
use async_graphql_value::Value;

/// An argument of a field or directive.
type Argument = (Positioned<Name>, Positioned<Value>);

/// Takes out the arguments whose variables have no value, and the variables nothing uses then.
///
/// `has_value` tells of a name whether the request gives it a value.
pub fn take_out_omitted(document: &mut ExecutableDocument, has_value: impl Fn(&str) -> bool) {
    let omitted: HashSet<Name> = operations(document)
        .into_iter()
        .flat_map(|operation| &operation.variable_definitions)
        .filter(|variable| {
            variable.node.default_value.is_none() && variable.node.var_type.node.nullable
        })
        .map(|variable| variable.node.name.node.clone())
        .filter(|name| !has_value(name))
        .collect();
    if omitted.is_empty() {
        return;
    }
    let mut taken = Taken { omitted, removed: HashSet::new(), used: HashSet::new() };
    for fragment in document.fragments.values_mut() {
        taken.directives(&mut fragment.node.directives);
        taken.selections(&mut fragment.node.selection_set.node);
    }
    for operation in operations(document) {
        taken.directives(&mut operation.directives);
        taken.selections(&mut operation.selection_set.node);
    }
    for operation in operations(document) {
        operation.variable_definitions.retain(|variable| {
            let name = &variable.node.name.node;
            taken.used.contains(name) || !taken.removed.contains(name)
        });
    }
}

fn operations(document: &mut ExecutableDocument) -> Vec<&mut OperationDefinition> {
    match &mut document.operations {
        DocumentOperations::Single(operation) => vec![&mut operation.node],
        DocumentOperations::Multiple(operations) => {
            operations.values_mut().map(|operation| &mut operation.node).collect()
        }
    }
}

struct Taken {
    omitted: HashSet<Name>,
    /// Those that were an argument of their own somewhere.
    removed: HashSet<Name>,
    /// Those that are still part of a list or an input object somewhere.
    used: HashSet<Name>,
}

impl Taken {
    /// The recursion ends: the document's nesting was checked.
    fn selections(&mut self, selections: &mut SelectionSet) {
        for selection in &mut selections.items {
            self.directives(selection.node.directives_mut());
            match &mut selection.node {
                Selection::Field(field) => {
                    self.arguments(&mut field.node.arguments);
                    self.selections(&mut field.node.selection_set.node);
                }
                Selection::InlineFragment(inline) => {
                    self.selections(&mut inline.node.selection_set.node);
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn directives(&mut self, directives: &mut [Positioned<Directive>]) {
        for directive in directives {
            // `@skip` and `@include` need their argument; the validation reports what is missing.
            for (_, value) in &directive.node.arguments {
                self.note_use(&value.node);
            }
        }
    }

    fn arguments(&mut self, arguments: &mut Vec<Argument>) {
        arguments.retain(|(_, value)| match &value.node {
            Value::Variable(name) if self.omitted.contains(name) => {
                self.removed.insert(name.clone());
                false
            }
            other => {
                self.note_use(other);
                true
            }
        });
    }

    /// The recursion ends: the document's nesting was checked.
    fn note_use(&mut self, value: &Value) {
        match value {
            Value::Variable(name) => {
                self.used.insert(name.clone());
            }
            Value::List(items) => items.iter().for_each(|item| self.note_use(item)),
            Value::Object(fields) => fields.values().for_each(|field| self.note_use(field)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn take_out(query: &str, given: &str) -> (Vec<String>, Vec<String>) {
        let mut document = parse_query(query).unwrap();
        take_out_omitted(&mut document, |name| name == given);
        let operation = operations(&mut document).remove(0);
        let variables = operation.variable_definitions.iter();
        let variables = variables.map(|variable| variable.node.name.node.to_string()).collect();
        let Selection::Field(field) = &operation.selection_set.node.items[0].node else { panic!() };
        let arguments = field.node.arguments.iter();
        (variables, arguments.map(|(name, _)| name.node.to_string()).collect())
    }

    #[test]
    fn only_what_has_no_value_is_taken_out() {
        let query =
            "query($a: Int, $b: Int, $c: Int = 1, $d: Int!) { f(a: $a, b: $b, c: $c, d: $d) }";
        let (variables, arguments) = take_out(query, "b");
        assert_eq!(variables, ["b", "c", "d"]);
        assert_eq!(arguments, ["b", "c", "d"]);
    }

    #[test]
    fn what_is_used_elsewhere_stays_defined() {
        let query = "query($a: Int) { f(a: $a, b: { c: [$a] }) }";
        assert_eq!(take_out(query, ""), (vec!["a".to_owned()], vec!["b".to_owned()]));
        let query = "query($a: Boolean) { f(a: $a) @skip(if: $a) }";
        assert_eq!(take_out(query, ""), (vec!["a".to_owned()], vec![]));
        let query = "query($a: Int) { f(b: $b) }";
        assert_eq!(
            take_out(query, "").0,
            ["a"],
            "an unused variable is the validation's to report"
        );
    }
}
