//! What clients see on an interface they must see on its implementations.

use supergraph::implementer::Implementer;

use super::view::View;
use crate::diagnostic::{Code, Diagnostic, Report};

/// Reports hidden fields and arguments of visible interface fields and arguments.
pub(super) fn check(view: &View<'_>, report: &mut Report) {
    for (name, ty) in view.visible_types() {
        let Some(ty) = Implementer::of(ty) else { continue };
        let interfaces = ty.interfaces.iter().filter_map(|i| view.schema.get_interface(i));
        for interface in interfaces.filter(|interface| !view.lacks_type(&interface.name)) {
            let declared = interface.fields.values().filter(|f| !view.hides(&f.directives));
            for declared in declared {
                let Some(own) = ty.fields.get(&declared.name) else { continue };
                let what = format!("{name}.{}", own.name);
                let of = format!("{}.{}", interface.name, declared.name);
                if view.hides(&own.directives) {
                    add(report, "Field", &what, &of).at(view.field_places(name, &own.name));
                    continue;
                }
                for argument in declared.arguments.iter().filter(|a| !view.hides(&a.directives)) {
                    let own_argument = own.argument_by_name(&argument.name);
                    if own_argument.is_some_and(|a| view.hides(&a.directives)) {
                        let what = format!("{what}({}:)", argument.name);
                        let of = format!("{of}({}:)", argument.name);
                        let places = view.argument_places(name, &own.name, &argument.name);
                        add(report, "Argument", &what, &of).at(places);
                    }
                }
            }
        }
    }
}

fn add<'r>(report: &'r mut Report, kind: &str, what: &str, of: &str) -> &'r mut Diagnostic {
    let message = format!(
        "{kind} \"{what}\" is @inaccessible but implements \"{of}\", which is in the API schema."
    );
    report
        .add(Code::ImplementedByInaccessible, message)
        .help(format!("add @inaccessible to \"{of}\", or remove it from \"{what}\""))
}
