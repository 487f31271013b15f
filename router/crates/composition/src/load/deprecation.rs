//! What must be given cannot be deprecated: nobody could stop giving it.
//!
//! <https://spec.graphql.org/draft/#sec--deprecated>

use apollo_compiler::Schema;
use apollo_compiler::ast::InputValueDefinition;
use apollo_compiler::schema::ExtendedType;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::diagnostic::places::Places;

/// Checks all arguments and input fields.
pub(super) fn check(schema: &Schema, places: &Places) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    let mut check = |value: &InputValueDefinition, coordinate: String| {
        let Some(deprecated) = value.directives.get("deprecated") else { return };
        if value.is_required() {
            let message = format!("`{coordinate}` is required and cannot be deprecated.");
            let span = deprecated.location();
            let help = "make it nullable or give it a default";
            errors.push(places.diagnostic(Code::InvalidGraphql, message, span).help(help));
        }
    };
    for definition in schema.directive_definitions.values() {
        for argument in &definition.arguments {
            check(argument, format!("@{}({}:)", definition.name, argument.name));
        }
    }
    for (name, ty) in &schema.types {
        let fields = match ty {
            ExtendedType::Object(ty) => &ty.fields,
            ExtendedType::Interface(ty) => &ty.fields,
            ExtendedType::InputObject(ty) => {
                ty.fields.values().for_each(|f| check(f, format!("{name}.{}", f.name)));
                continue;
            }
            _ => continue,
        };
        for field in fields.values() {
            for argument in &field.arguments {
                check(argument, format!("{name}.{}({}:)", field.name, argument.name));
            }
        }
    }
    errors
}
