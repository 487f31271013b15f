//! Whether a definition that a subgraph holds itself can stand for the one of a specification.

use apollo_compiler::Node;
use apollo_compiler::ast::{self, Definition, DirectiveDefinition, InputValueDefinition, Type};
use supergraph::spec::definitions::Element;

use crate::diagnostic::{Code, Errors};
use crate::values::is_built_in_scalar;

/// Whether a subgraph's own definition is compatible with that of a specification.
pub(crate) fn check(
    own: &Definition,
    element: &Element,
    is_scalar: &dyn Fn(&str) -> bool,
    errors: &mut Errors<'_>,
) -> bool {
    let (code, at, problem) = match (own, &element.definition) {
        (Definition::DirectiveDefinition(own), Definition::DirectiveDefinition(expected)) => {
            let problem = directive_problem(own, expected, is_scalar);
            (Code::DirectiveDefinitionInvalid, "@", problem)
        }
        _ => (Code::TypeDefinitionInvalid, "", type_problem(own, &element.definition)),
    };
    let Some(problem) = problem else { return true };
    let name = own.name().map_or("", |name| name.as_str());
    let message = format!("The definition of `{at}{name}` is not compatible: {problem}.");
    errors.add(code, message, own.location()).help("remove the definition: composition has it");
    false
}

fn directive_problem(
    own: &DirectiveDefinition,
    expected: &DirectiveDefinition,
    is_scalar: &dyn Fn(&str) -> bool,
) -> Option<String> {
    for argument in &expected.arguments {
        let problem = match own.argument_by_name(&argument.name) {
            Some(own) => argument_problem(own, argument, is_scalar),
            None if argument.is_required() => {
                Some(format!("it lacks the argument `{}`", argument.name))
            }
            None => None,
        };
        if problem.is_some() {
            return problem;
        }
    }
    let is_unknown = |argument: &&Node<InputValueDefinition>| {
        expected.argument_by_name(&argument.name).is_none()
    };
    if let Some(argument) = own.arguments.iter().find(is_unknown) {
        return Some(format!("it has no argument `{}`", argument.name));
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
    if own.ty.is_non_null() || default(own) == default(expected) {
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
            own_name == name || (!is_built_in_scalar(name) && !is_scalar(own_name))
        }
        (_, Type::Named(name)) => !is_built_in_scalar(name),
        (_, Type::NonNullNamed(name)) => !is_built_in_scalar(name) && own.is_non_null(),
        (Type::List(own), Type::List(expected))
        | (Type::NonNullList(own), Type::NonNullList(expected)) => {
            is_valid_input_type(own, expected, is_scalar)
        }
        _ => false,
    }
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
