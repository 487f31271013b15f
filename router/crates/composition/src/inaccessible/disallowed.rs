//! `@inaccessible` must not be used on what belongs to a specification, nor on arguments of
//! directives of the type system.

use apollo_compiler::schema::ExtendedType;
use supergraph::executable::is_executable;
use supergraph::implementer::fields_of;

use super::view::View;
use crate::diagnostic::{Code, Report};

/// Reports where it is used all the same.
pub(super) fn check(view: &View<'_>, report: &mut Report) {
    for (name, ty) in &view.schema.types {
        if !ty.is_built_in() && view.is_of_a_spec(name) && hides_something(view, ty) {
            let message = format!(
                "Core feature type \"{name}\" cannot use @inaccessible, nor can anything in it."
            );
            report
                .add(Code::DisallowedInaccessible, message)
                .at(view.type_places(name))
                .help("remove @inaccessible");
        }
    }
    for directive in view.schema.directive_definitions.values() {
        let hides = directive.arguments.iter().any(|argument| view.hides(&argument.directives));
        let is_type_system = directive.locations.iter().any(|location| !is_executable(*location));
        if hides && (view.is_directive_of_a_spec(&directive.name) || is_type_system) {
            let message = format!(
                "Directive \"@{}\" cannot use @inaccessible on its arguments, because it may be applied to types and their parts.",
                directive.name
            );
            report.add(Code::DisallowedInaccessible, message).help("remove @inaccessible");
        }
    }
}

fn hides_something(view: &View<'_>, ty: &ExtendedType) -> bool {
    let inside = match ty {
        ExtendedType::Enum(ty) => ty.values.values().any(|v| view.hides(&v.directives)),
        ExtendedType::InputObject(ty) => ty.fields.values().any(|f| view.hides(&f.directives)),
        ty => fields_of(ty).any(|f| view.hides(&f.directives)),
    };
    inside || view.hides(ty.directives())
}
