//! What clients see on an interface they must see on its implementations.

use apollo_compiler::schema::ExtendedType;

use super::view::View;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::merge::report::Report;
use crate::subgraph::output_fields::output_fields;

/// Reports hidden fields and arguments of visible interface fields and arguments.
pub(super) fn check(view: &View<'_>, report: &mut Report) {
    for (name, ty) in view.visible_types() {
        let interfaces = match ty {
            ExtendedType::Object(ty) => &ty.implements_interfaces,
            ExtendedType::Interface(ty) => &ty.implements_interfaces,
            _ => continue,
        };
        let visible = interfaces.iter().filter_map(|interface| {
            let interface = view.schema.get_interface(interface)?;
            (!view.lacks_type(&interface.name)).then_some(interface)
        });
        for interface in visible {
            let declared = interface.fields.values().filter(|f| !view.hides_field(f));
            for declared in declared {
                let own = output_fields(ty).and_then(|fields| fields.get(&declared.name));
                let Some(own) = own else { continue };
                let of = format!("{}.{}", interface.name, declared.name);
                if view.hides_field(own) {
                    let what = format!("{name}.{}", own.name);
                    let places = view.field_places(name, &own.name);
                    report.error(implemented("Field", &what, &of).at(places));
                    continue;
                }
                for argument in declared.arguments.iter().filter(|a| !view.hides_input(a)) {
                    let own_argument = own.argument_by_name(&argument.name);
                    if own_argument.is_some_and(|a| view.hides_input(a)) {
                        let what = format!("{name}.{}({}:)", own.name, argument.name);
                        let of = format!("{of}({}:)", argument.name);
                        let places = view.argument_places(name, &own.name, &argument.name);
                        report.error(implemented("Argument", &what, &of).at(places));
                    }
                }
            }
        }
    }
}

fn implemented(kind: &str, what: &str, of: &str) -> Diagnostic {
    let message = format!(
        "{kind} \"{what}\" is @inaccessible but implements \"{of}\", which is in the API schema."
    );
    Diagnostic::new(Code::ImplementedByInaccessible, message)
        .help(format!("add @inaccessible to \"{of}\", or remove it from \"{what}\""))
}
