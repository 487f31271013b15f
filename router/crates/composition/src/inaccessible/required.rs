//! What clients must give they must see.

use apollo_compiler::ast::InputValueDefinition;
use apollo_compiler::{Name, Node};
use supergraph::implementer::Implementer;

use super::view::View;
use crate::diagnostic::{Code, Diagnostic, Report};

/// Reports hidden arguments and input fields that are required.
pub(super) fn check(view: &View<'_>, report: &mut Report) {
    let is_wrong =
        |input: &&Node<InputValueDefinition>| input.is_required() && view.hides(&input.directives);
    for (parent, field) in view.visible_fields() {
        for argument in field.arguments.iter().filter(is_wrong) {
            let coordinate = format!("{parent}.{}({}:)", field.name, argument.name);
            let places = view.argument_places(parent, &field.name, &argument.name);
            add(report, "Argument", &coordinate, "required").at(places);
        }
    }
    for (parent, field) in view.visible_fields() {
        let interfaces = view.schema.types.get(parent).and_then(Implementer::of);
        for argument in field.arguments.iter().filter(|a| a.is_required() && !is_wrong(a)) {
            for interface in interfaces.iter().flat_map(|ty| ty.interfaces) {
                check_declared(view, interface, (parent, &field.name, &argument.name), report);
            }
        }
    }
    for directive in view.schema.directive_definitions.values() {
        for argument in directive.arguments.iter().filter(is_wrong) {
            let coordinate = format!("@{}({}:)", directive.name, argument.name);
            add(report, "Argument", &coordinate, "required");
        }
    }
    for (name, ty) in view.visible_types() {
        let fields = ty.as_input_object().into_iter().flat_map(|ty| ty.fields.values());
        for field in fields.map(|field| &field.node).filter(is_wrong) {
            let coordinate = format!("{name}.{}", field.name);
            let places = view.field_places(name, &field.name);
            add(report, "Input field", &coordinate, "required").at(places);
        }
    }
}

/// An implementation may require an argument that is hidden on the interface.
fn check_declared(
    view: &View<'_>,
    interface: &Name,
    (parent, field, argument): (&Name, &Name, &Name),
    report: &mut Report,
) {
    let declared = view.schema.type_field(interface, field).ok();
    let declared = declared.filter(|declared| !view.hides(&declared.directives));
    let declared = declared.and_then(|declared| declared.argument_by_name(argument));
    let is_hidden = declared.is_some_and(|declared| view.hides(&declared.directives));
    if is_hidden && !view.lacks_type(interface) {
        let coordinate = format!("{interface}.{field}({argument}:)");
        let why = format!("required by \"{parent}.{field}\"");
        let places = view.argument_places(interface, field, argument);
        add(report, "Argument", &coordinate, &why).at(places);
    }
}

fn add<'r>(report: &'r mut Report, kind: &str, coordinate: &str, why: &str) -> &'r mut Diagnostic {
    let message = format!(
        "{kind} \"{coordinate}\" is @inaccessible but is {why}, so that clients must give it."
    );
    report
        .add(Code::RequiredInaccessible, message)
        .help("remove @inaccessible, or make it nullable or give it a default value")
}
