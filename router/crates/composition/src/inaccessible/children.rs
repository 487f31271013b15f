//! A type that clients see must have something in it that they see.

use apollo_compiler::schema::ExtendedType;
use supergraph::implementer::fields_of;

use super::view::View;
use crate::diagnostic::{Code, Report};

/// Reports types with everything inside hidden.
pub(super) fn check(view: &View<'_>, report: &mut Report) {
    for (name, ty) in view.visible_types() {
        let (children, all_hidden) = match ty {
            ExtendedType::InputObject(ty) => {
                ("fields", ty.fields.values().all(|f| view.hides(&f.directives)))
            }
            ExtendedType::Enum(ty) => {
                ("values", ty.values.values().all(|v| view.hides(&v.directives)))
            }
            ExtendedType::Union(ty) => ("members", ty.members.iter().all(|m| view.lacks_type(m))),
            ExtendedType::Scalar(_) => continue,
            ty => ("fields", fields_of(ty).all(|f| view.hides(&f.directives))),
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
