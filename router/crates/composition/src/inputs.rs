//! Arguments and input fields of a schema: defaults are values of their types, and what must be
//! given is not deprecated, since nobody could stop giving it. The GraphQL library checks neither.
//!
//! <https://spec.graphql.org/draft/#sec-Input-Object-Values>

use apollo_compiler::ast::InputValueDefinition;
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Node, Schema};
use supergraph::implementer::fields_of;

use crate::values::is_default_of;

/// What is wrong with an input, and where.
pub(crate) type Problem = (String, Option<SourceSpan>);

/// Everything that is wrong with the inputs of a schema.
pub(crate) fn problems(schema: &Schema) -> impl Iterator<Item = Problem> {
    inputs(schema).into_iter().filter_map(|(coordinate, input)| {
        if let Some(default) = &input.default_value
            && !is_default_of(schema, &input.ty, default)
        {
            let message = format!(
                "The default of `{coordinate}` is `{}`, which is not a value of its type `{}`.",
                default.serialize().no_indent(),
                input.ty
            );
            return Some((message, default.location()));
        }
        let deprecated = input.directives.get("deprecated").filter(|_| input.is_required())?;
        let message = format!("`{coordinate}` is required and cannot be deprecated: make it nullable or give it a default.");
        Some((message, deprecated.location()))
    })
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
        for field in fields_of(ty) {
            let arguments = field.arguments.iter();
            inputs.extend(arguments.map(|a| (format!("{name}.{}({}:)", field.name, a.name), a)));
        }
    }
    inputs
}
