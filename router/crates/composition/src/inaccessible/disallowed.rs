//! `@inaccessible` must not be used on what belongs to a specification, nor on arguments of
//! directives of the type system.

use supergraph::executable::is_executable;
use supergraph::implementer::directives_of_parts;

use super::view::View;
use crate::diagnostic::{Code, Report};

/// Reports where it is used all the same.
pub(super) fn check(view: &View<'_>, report: &mut Report) {
    for (name, ty) in &view.schema.types {
        let hides = view.hides(ty.directives()) || directives_of_parts(ty).any(|d| view.hides(d));
        if hides && !ty.is_built_in() && view.is_of_a_spec(name) {
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
