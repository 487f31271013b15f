//! A type that clients see must have something in it that they see.

use apollo_compiler::schema::ExtendedType;
use supergraph::implementer::directives_of_parts;

use super::view::View;
use crate::diagnostic::{Code, Report};

/// Reports types with everything inside hidden.
pub(super) fn check(view: &View<'_>, report: &mut Report) {
    for (name, ty) in view.visible_types() {
        let (children, all_hidden) = match ty {
            ExtendedType::Scalar(_) => continue,
            ExtendedType::Union(ty) => ("members", ty.members.iter().all(|m| view.lacks_type(m))),
            ty => {
                let children = if ty.is_enum() { "values" } else { "fields" };
                (children, directives_of_parts(ty).all(|part| view.hides(part)))
            }
        };
        if all_hidden {
            let message = format!(
                "Type \"{name}\" is in the API schema but all of its {children} are @inaccessible."
            );
            report
                .add(Code::OnlyInaccessibleChildren, message)
                .at(view.places.at(ty.name().location()))
                .help(format!("add @inaccessible to \"{name}\" itself"));
        }
    }
}
