//! A type that clients see must have something in it that they see.

use apollo_compiler::schema::ExtendedType;

use super::view::View;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::merge::report::Report;

/// Reports types with everything inside hidden.
pub(super) fn check(view: &View<'_>, report: &mut Report) {
    for (name, ty) in view.visible_types() {
        let (children, all_hidden) = match ty {
            ExtendedType::Object(ty) => ("fields", ty.fields.values().all(|f| view.hides_field(f))),
            ExtendedType::Interface(ty) => {
                ("fields", ty.fields.values().all(|f| view.hides_field(f)))
            }
            ExtendedType::InputObject(ty) => {
                ("fields", ty.fields.values().all(|f| view.hides_input(f)))
            }
            ExtendedType::Enum(ty) => {
                ("values", ty.values.values().all(|v| view.hides(&v.directives.0)))
            }
            ExtendedType::Union(ty) => {
                ("members", ty.members.iter().all(|member| view.lacks_type(member)))
            }
            ExtendedType::Scalar(_) => continue,
        };
        if all_hidden {
            let message = format!(
                "Type \"{name}\" is in the API schema but all of its {children} are @inaccessible."
            );
            let error = Diagnostic::new(Code::OnlyInaccessibleChildren, message);
            report.error(
                error
                    .at(ty.name().location().and_then(|span| view.place(span)))
                    .help(format!("add @inaccessible to \"{name}\" itself")),
            );
        }
    }
}
