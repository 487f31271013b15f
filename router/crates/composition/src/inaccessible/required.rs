//! What clients must give they must see.

use apollo_compiler::schema::ExtendedType;

use super::view::View;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::merge::report::Report;

/// Reports hidden arguments and input fields that are required.
pub(super) fn check(view: &View<'_>, report: &mut Report) {
    for (parent, field) in view.visible_fields() {
        for argument in field.arguments.iter().filter(|argument| view.hides_input(argument)) {
            let coordinate = format!("{parent}.{}({}:)", field.name, argument.name);
            let places = || view.argument_places(parent, &field.name, &argument.name);
            if argument.is_required() {
                report.error(required("Argument", &coordinate, "required").at(places()));
            }
        }
    }
    check_implementations(view, report);
    for directive in view.schema.directive_definitions.values() {
        let hidden = directive.arguments.iter().filter(|a| view.hides_input(a));
        for argument in hidden.filter(|a| a.is_required()) {
            let coordinate = format!("@{}({}:)", directive.name, argument.name);
            report.error(required("Argument", &coordinate, "required"));
        }
    }
    for (name, ty) in view.visible_types() {
        let ExtendedType::InputObject(input) = ty else { continue };
        let hidden = input.fields.values().filter(|f| view.hides_input(f));
        for field in hidden.filter(|f| f.is_required()) {
            let coordinate = format!("{name}.{}", field.name);
            let places = view.field_places(name, &field.name);
            report.error(required("Input field", &coordinate, "required").at(places));
        }
    }
}

/// An implementation may require an argument that is hidden on the interface.
fn check_implementations(view: &View<'_>, report: &mut Report) {
    for (parent, field) in view.visible_fields() {
        let interfaces = match view.schema.types.get(parent) {
            Some(ExtendedType::Object(ty)) => &ty.implements_interfaces,
            Some(ExtendedType::Interface(ty)) => &ty.implements_interfaces,
            _ => continue,
        };
        for argument in field.arguments.iter().filter(|a| a.is_required() && !view.hides_input(a)) {
            for interface in interfaces.iter().filter(|i| !view.lacks_type(i)) {
                let declared = view.schema.type_field(interface, &field.name).ok();
                let declared = declared.filter(|declared| !view.hides_field(declared));
                let declared = declared.and_then(|d| d.argument_by_name(&argument.name));
                if declared.is_some_and(|declared| view.hides_input(declared)) {
                    let coordinate = format!("{interface}.{}({}:)", field.name, argument.name);
                    let why = format!("required by \"{parent}.{}\"", field.name);
                    let places = view.argument_places(interface, &field.name, &argument.name);
                    report.error(required("Argument", &coordinate, &why).at(places));
                }
            }
        }
    }
}

fn required(kind: &str, coordinate: &str, why: &str) -> Diagnostic {
    let message = format!(
        "{kind} \"{coordinate}\" is @inaccessible but is {why}, so that clients must give it."
    );
    Diagnostic::new(Code::RequiredInaccessible, message)
        .help("remove @inaccessible, or make it nullable or give it a default value")
}
