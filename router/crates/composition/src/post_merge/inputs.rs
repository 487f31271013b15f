//! Arguments and input fields of the supergraph: merging may have made a default value invalid,
//! because it drops enum values and input fields, or have made mandatory what is deprecated.
//!
//! <https://spec.graphql.org/draft/#sec-Input-Object-Values>

use apollo_compiler::ast::InputValueDefinition;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Node, Schema};

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::merge::places::Places;
use crate::merge::sources::output_fields;
use crate::values::is_default_of;

/// Reports defaults that are no values of their types and deprecated inputs that are required.
pub(super) fn check(schema: &Schema, places: &Places<'_>) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    let mut report = |coordinate: String, input: &Node<InputValueDefinition>, what: String| {
        let message = format!("{coordinate} {what}.");
        let error = Diagnostic::new(Code::InvalidGraphql, message);
        errors.push(error.at(places.at(input.location())));
    };
    for (coordinate, input) in inputs(schema) {
        if let Some(default) = &input.default_value
            && !is_default_of(schema, &input.ty, default)
        {
            let value = default.serialize().no_indent();
            let ty = &input.ty;
            let what = format!(
                "has the default value {value}, which is not one of type \"{ty}\" in the supergraph"
            );
            report(coordinate, input, what);
        } else if input.is_required() && input.directives.has("deprecated") {
            report(coordinate, input, "is deprecated but required in the supergraph".to_owned());
        }
    }
    errors
}

/// All arguments and input fields, with their coordinates.
fn inputs(schema: &Schema) -> Vec<(String, &Node<InputValueDefinition>)> {
    let mut inputs = Vec::new();
    for directive in schema.directive_definitions.values() {
        let arguments = directive.arguments.iter();
        inputs.extend(arguments.map(|a| (format!("@{}({}:)", directive.name, a.name), a)));
    }
    for (name, ty) in &schema.types {
        if let ExtendedType::InputObject(ty) = ty {
            let fields = ty.fields.values();
            inputs.extend(fields.map(|f| (format!("{name}.{}", f.name), &f.node)));
        }
        for field in output_fields(ty).into_iter().flat_map(|fields| fields.values()) {
            let arguments = field.arguments.iter();
            inputs.extend(arguments.map(|a| (format!("{name}.{}({}:)", field.name, a.name), a)));
        }
    }
    inputs
}
