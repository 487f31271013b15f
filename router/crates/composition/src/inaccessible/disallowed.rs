//! `@inaccessible` must not be used on what belongs to a specification, nor on arguments of
//! directives of the type system.

use apollo_compiler::Node;
use apollo_compiler::ast::DirectiveDefinition;
use apollo_compiler::schema::ExtendedType;

use super::view::View;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::merge::report::Report;

/// Reports where it is used all the same.
pub(super) fn check(view: &View<'_>, report: &mut Report) {
    for (name, ty) in &view.schema.types {
        if !ty.is_built_in() && view.is_of_a_spec(name) && hides_something(view, ty) {
            let message = format!(
                "Core feature type \"{name}\" cannot use @inaccessible, nor can anything in it."
            );
            let error = Diagnostic::new(Code::DisallowedInaccessible, message);
            report.error(error.at(view.type_places(name)).help("remove @inaccessible"));
        }
    }
    for directive in view.schema.directive_definitions.values() {
        let hides = directive.arguments.iter().any(|argument| view.hides_input(argument));
        let disallowed = view.is_directive_of_a_spec(&directive.name) || is_type_system(directive);
        if hides && disallowed {
            let message = format!(
                "Directive \"@{}\" cannot use @inaccessible on its arguments, because it may be applied to types and their parts.",
                directive.name
            );
            let error = Diagnostic::new(Code::DisallowedInaccessible, message);
            report.error(error.help("remove @inaccessible"));
        }
    }
}

fn hides_something(view: &View<'_>, ty: &ExtendedType) -> bool {
    let inside = match ty {
        ExtendedType::Enum(ty) => ty.values.values().any(|v| view.hides(&v.directives.0)),
        ExtendedType::InputObject(ty) => ty.fields.values().any(|f| view.hides_input(f)),
        ExtendedType::Object(ty) => ty.fields.values().any(|f| view.hides_field(f)),
        ExtendedType::Interface(ty) => ty.fields.values().any(|f| view.hides_field(f)),
        ExtendedType::Scalar(_) | ExtendedType::Union(_) => false,
    };
    inside || view.hides_type(ty)
}

fn is_type_system(directive: &Node<DirectiveDefinition>) -> bool {
    use apollo_compiler::ast::DirectiveLocation as L;
    directive.locations.iter().any(|location| {
        !matches!(
            location,
            L::Query
                | L::Mutation
                | L::Subscription
                | L::Field
                | L::FragmentDefinition
                | L::FragmentSpread
                | L::InlineFragment
                | L::VariableDefinition
        )
    })
}
