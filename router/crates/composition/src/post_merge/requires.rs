//! What a `@requires` selects must be possible in the supergraph, too: merging may have dropped
//! arguments that it gives, or made arguments mandatory that it does not give.

use apollo_compiler::ast::{Field, FieldDefinition};
use apollo_compiler::{Name, Node};
use supergraph::field_set::FieldSet;

use crate::diagnostic::{Code, Report};
use crate::merge::Merged;
use crate::subgraph::Subgraph;
use crate::values::is_value_of;

/// Reports requirements that the supergraph cannot be asked for.
pub(super) fn check(merged: &Merged, subgraphs: &[Subgraph], report: &mut Report) {
    for subgraph in subgraphs {
        for field in subgraph.fields() {
            let (parent, name) = (field.parent, &field.definition.name);
            let Some(requires) = subgraph.requires(parent, name) else { continue };
            if let Some(problem) = problem(merged, parent, &requires.fields) {
                let message = format!(
                    "[{}] On field \"{field}\", for @requires(fields: \"{}\"): {problem}",
                    subgraph.name, requires.fields.text
                );
                let error = report.add(Code::RequiresInvalidFields, message);
                error.at(subgraph.location(&requires.directive));
            }
        }
    }
}

fn problem(merged: &Merged, parent: &Name, fields: &FieldSet) -> Option<String> {
    let mut found = None;
    fields.walk(&merged.schema, parent, &mut |selected| {
        if found.is_none() {
            found = argument_problem(merged, selected.parent, selected.definition, selected.field);
        }
    });
    found
}

fn argument_problem(
    merged: &Merged,
    parent: &Name,
    definition: &FieldDefinition,
    field: &Node<Field>,
) -> Option<String> {
    let coordinate = format!("{parent}.{}", field.name);
    for given in &field.arguments {
        let Some(argument) = definition.argument_by_name(&given.name) else {
            return Some(format!(
                "argument \"{}\" of \"{coordinate}\" is not in the supergraph, because not all subgraphs define it",
                given.name
            ));
        };
        if !is_value_of(&merged.schema, &argument.ty, &given.value) {
            return Some(format!(
                "the value of argument \"{}\" of \"{coordinate}\" is not one of type \"{}\" in the supergraph",
                given.name, argument.ty
            ));
        }
    }
    let missing = definition.arguments.iter().find(|argument| {
        argument.is_required() && !field.arguments.iter().any(|given| given.name == argument.name)
    })?;
    Some(format!(
        "argument \"{}\" of \"{coordinate}\" is mandatory in the supergraph",
        missing.name
    ))
}
