//! Default values are values of their types. The GraphQL library checks given values only.
//!
//! <https://spec.graphql.org/draft/#sec-Input-Object-Values>

use apollo_compiler::Schema;
use apollo_compiler::ast::InputValueDefinition;
use apollo_compiler::schema::ExtendedType;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::diagnostic::places::Places;
use crate::values;

/// Checks the defaults of all arguments and input fields.
pub(super) fn check(schema: &Schema, places: &Places) -> Vec<Diagnostic> {
    let mut check = Check { schema, places, errors: Vec::new() };
    for definition in schema.directive_definitions.values() {
        for argument in &definition.arguments {
            check.value(argument, || format!("@{}({}:)", definition.name, argument.name));
        }
    }
    for (name, ty) in &schema.types {
        let fields = match ty {
            ExtendedType::Object(ty) => &ty.fields,
            ExtendedType::Interface(ty) => &ty.fields,
            ExtendedType::InputObject(ty) => {
                for field in ty.fields.values() {
                    check.value(field, || format!("{name}.{}", field.name));
                }
                continue;
            }
            _ => continue,
        };
        for field in fields.values() {
            for argument in &field.arguments {
                check.value(argument, || format!("{name}.{}({}:)", field.name, argument.name));
            }
        }
    }
    check.errors
}

struct Check<'a> {
    schema: &'a Schema,
    places: &'a Places,
    errors: Vec<Diagnostic>,
}

impl Check<'_> {
    fn value(&mut self, definition: &InputValueDefinition, coordinate: impl Fn() -> String) {
        let Some(default) = &definition.default_value else { return };
        if values::is_default_of(self.schema, &definition.ty, default) {
            return;
        }
        let message = format!(
            "The default of `{}` is `{}`, which is not a value of its type `{}`.",
            coordinate(),
            default.serialize().no_indent(),
            definition.ty
        );
        let code = Code::InvalidGraphql;
        self.errors.push(self.places.diagnostic(code, message, default.location()));
    }
}
