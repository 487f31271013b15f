//! What clients see must not refer to a type they don't see, and they must see the query root.

use super::view::View;
use crate::diagnostic::{Code, Diagnostic, Report};

/// Reports references to hidden types.
pub(super) fn check(view: &View<'_>, report: &mut Report) {
    if let Some(query) = &view.schema.schema_definition.query
        && view.lacks_type(query)
    {
        let message = format!(
            "Type \"{query}\" is @inaccessible but is the query root type, which must be in the API schema."
        );
        report
            .add(Code::QueryRootTypeInaccessible, message)
            .at(view.type_places(query))
            .help("remove @inaccessible");
    }
    let fields = view.visible_fields().map(|(parent, field)| (parent, &field.name, &field.ty));
    let inputs =
        view.visible_input_fields().map(|(parent, field)| (parent, &field.name, &*field.ty));
    for (parent, field, ty) in fields.chain(inputs) {
        let coordinate = format!("{parent}.{field}");
        if let Some(error) = check_reference(view, ty.inner_named_type(), &coordinate, report) {
            error.at(view.field_places(parent, field));
        }
    }
    for (coordinate, argument) in view.visible_arguments() {
        check_reference(view, argument.ty.inner_named_type(), &coordinate, report);
    }
}

fn check_reference<'r>(
    view: &View<'_>,
    target: &str,
    coordinate: &str,
    report: &'r mut Report,
) -> Option<&'r mut Diagnostic> {
    if !view.lacks_type(target) {
        return None;
    }
    let message = format!(
        "Type \"{target}\" is @inaccessible but is referenced by \"{coordinate}\", which is in the API schema."
    );
    let error = report.add(Code::ReferencedInaccessible, message).at(view.type_places(target));
    let help = format!("add @inaccessible to \"{coordinate}\", or remove it from \"{target}\"");
    Some(error.help(help))
}
