//! What clients see must not refer to a type they don't see, and they must see the query root.

use super::view::View;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::merge::report::Report;

/// Reports references to hidden types.
pub(super) fn check(view: &View<'_>, report: &mut Report) {
    if let Some(query) = &view.schema.schema_definition.query
        && view.lacks_type(query)
    {
        let message = format!(
            "Type \"{query}\" is @inaccessible but is the query root type, which must be in the API schema."
        );
        let error = Diagnostic::new(Code::QueryRootTypeInaccessible, message);
        report.error(error.at(view.type_places(query)).help("remove @inaccessible"));
    }
    for (parent, field) in view.visible_fields() {
        let target = field.ty.inner_named_type();
        if view.lacks_type(target) {
            let places = view.field_places(parent, &field.name);
            let coordinate = format!("{parent}.{}", field.name);
            report.error(reference(view, target, &coordinate).at(places));
        }
    }
    for (parent, field) in view.visible_input_fields() {
        let target = field.ty.inner_named_type();
        if view.lacks_type(target) {
            let places = view.field_places(parent, &field.name);
            let coordinate = format!("{parent}.{}", field.name);
            report.error(reference(view, target, &coordinate).at(places));
        }
    }
    for (coordinate, argument) in view.visible_arguments() {
        let target = argument.ty.inner_named_type();
        if view.lacks_type(target) {
            report.error(reference(view, target, &coordinate));
        }
    }
}

fn reference(view: &View<'_>, target: &str, coordinate: &str) -> Diagnostic {
    let message = format!(
        "Type \"{target}\" is @inaccessible but is referenced by \"{coordinate}\", which is in the API schema."
    );
    Diagnostic::new(Code::ReferencedInaccessible, message)
        .at(view.type_places(target))
        .help(format!("add @inaccessible to \"{coordinate}\", or remove it from \"{target}\""))
}
