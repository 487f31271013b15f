//! Whether a definition that a subgraph holds itself can stand for the one of a specification.

use apollo_compiler::Node;
use apollo_compiler::ast::{self, Definition, DirectiveDefinition, InputValueDefinition, Type};
use supergraph::spec::definitions::Element;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::diagnostic::places::Places;

/// Checks a subgraph's own definition against that of a specification.
pub(crate) fn check(
    own: &Definition,
    element: &Element,
    is_scalar: &dyn Fn(&str) -> bool,
    places: &Places,
) -> Option<Diagnostic> {
    match (own, &element.definition) {
        (Definition::DirectiveDefinition(own), Definition::DirectiveDefinition(expected)) => {
            let problem = directive_problem(own, expected, is_scalar)?;
            let message =
                format!("The definition of `@{}` is not compatible: {problem}.", own.name);
            let code = Code::DirectiveDefinitionInvalid;
            Some(
                places
                    .diagnostic(code, message, own.location())
                    .help("remove the definition: composition has it"),
            )
        }
        _ => check_type(own, &element.definition, places),
    }
}

/// Checks a subgraph's own type against that of a specification.
fn check_type(own: &Definition, expected: &Definition, places: &Places) -> Option<Diagnostic> {
    let problem = type_problem(own, expected)?;
    let name = own.name().map_or("", |name| name.as_str());
    let message = format!("The definition of `{name}` is not compatible: {problem}.");
    Some(
        places
            .diagnostic(Code::TypeDefinitionInvalid, message, own.location())
            .help("remove the definition: composition has it"),
    )
}

fn directive_problem(
    own: &DirectiveDefinition,
    expected: &DirectiveDefinition,
    is_scalar: &dyn Fn(&str) -> bool,
) -> Option<String> {
    for argument in &expected.arguments {
        match own.argument_by_name(&argument.name) {
            Some(own) => {
                if let Some(problem) = argument_problem(own, argument, is_scalar) {
                    return Some(problem);
                }
            }
            None if argument.is_required() => {
                return Some(format!("it lacks the argument `{}`", argument.name));
            }
            None => {}
        }
    }
    for argument in &own.arguments {
        if expected.argument_by_name(&argument.name).is_none() {
            return Some(format!("it has no argument `{}`", argument.name));
        }
    }
    if own.repeatable && !expected.repeatable {
        return Some("it is not repeatable".to_owned());
    }
    let extra = own.locations.iter().find(|l| !expected.locations.contains(l))?;
    Some(format!("it cannot stand on {extra}"))
}

fn argument_problem(
    own: &InputValueDefinition,
    expected: &InputValueDefinition,
    is_scalar: &dyn Fn(&str) -> bool,
) -> Option<String> {
    if !is_valid_input_type(&own.ty, &expected.ty, is_scalar) {
        return Some(format!(
            "its argument `{}` has the type `{}`, not `{}`",
            own.name, own.ty, expected.ty
        ));
    }
    let default = |v: &InputValueDefinition| v.default_value.as_ref().map(Node::to_string);
    if own.ty.is_non_null() {
        return None;
    }
    if default(own) == default(expected) {
        return None;
    }
    Some(match default(expected) {
        Some(value) => format!("the default of its argument `{}` is `{value}`", own.name),
        None => format!("its argument `{}` has no default", own.name),
    })
}

/// A nullable type may have become non-null, and a custom scalar any other scalar: such
/// definitions are common, since the scalars of a specification are hard to print.
fn is_valid_input_type(own: &Type, expected: &Type, is_scalar: &dyn Fn(&str) -> bool) -> bool {
    if own.is_non_null() && !expected.is_non_null() {
        return is_valid_input_type(&own.clone().nullable(), expected, is_scalar);
    }
    match (own, expected) {
        (Type::Named(own_name), Type::Named(name))
        | (Type::NonNullNamed(own_name), Type::NonNullNamed(name)) => {
            own_name == name || (is_custom_scalar(name) && !is_scalar(own_name))
        }
        (_, Type::Named(name)) => is_custom_scalar(name),
        (_, Type::NonNullNamed(name)) => is_custom_scalar(name) && own.is_non_null(),
        (Type::List(own), Type::List(expected))
        | (Type::NonNullList(own), Type::NonNullList(expected)) => {
            is_valid_input_type(own, expected, is_scalar)
        }
        _ => false,
    }
}

fn is_custom_scalar(name: &str) -> bool {
    !matches!(name, "String" | "Int" | "Float" | "Boolean" | "ID")
}

fn type_problem(own: &Definition, expected: &Definition) -> Option<String> {
    match (own, expected) {
        (Definition::ScalarTypeDefinition(_), Definition::ScalarTypeDefinition(_))
        | (Definition::InputObjectTypeDefinition(_), Definition::InputObjectTypeDefinition(_)) => {
            None
        }
        (Definition::EnumTypeDefinition(own), Definition::EnumTypeDefinition(expected)) => {
            let values = |ty: &ast::EnumTypeDefinition| {
                let mut values: Vec<_> = ty.values.iter().map(|v| v.value.clone()).collect();
                values.sort();
                values
            };
            (values(own) != values(expected)).then(|| {
                let values: Vec<_> = expected.values.iter().map(|v| v.value.as_str()).collect();
                format!("its values are {}", values.join(", "))
            })
        }
        _ => Some("it is another kind of type".to_owned()),
    }
}
