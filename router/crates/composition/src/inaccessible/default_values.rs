//! Default values that clients see must not use what they don't see.

use apollo_compiler::ast::{Type, Value};
use apollo_compiler::schema::ExtendedType;

use super::view::View;
use crate::diagnostic::{Code, Report};

/// Reports default values with hidden enum values or input fields.
pub(super) fn check(view: &View<'_>, report: &mut Report) {
    let fields = view.visible_input_fields();
    let fields = fields.map(|(parent, field)| (format!("{parent}.{}", field.name), field));
    for (coordinate, input) in fields.chain(view.visible_arguments()) {
        let Some(default) = &input.default_value else { continue };
        let mut used = Vec::new();
        hidden_in(view, &input.ty, default, &mut used);
        for hidden in used {
            let message = format!(
                "\"{hidden}\" is @inaccessible but is used in the default value of \"{coordinate}\", which is in the API schema."
            );
            let (ty, element) = hidden.split_once('.').unwrap_or((&hidden, ""));
            report
                .add(Code::DefaultValueUsesInaccessible, message)
                .at(view.field_places(ty, element))
                .at(view.places.at(input.location()))
                .help("change the default value, or remove @inaccessible");
        }
    }
}

/// Collects the hidden elements that a value uses. The depth of the recursion is that of the
/// document, which parsing limits.
fn hidden_in(view: &View<'_>, ty: &Type, value: &Value, used: &mut Vec<String>) {
    if let Value::List(items) = value {
        items.iter().for_each(|item| hidden_in(view, ty.item_type(), item, used));
        return;
    }
    match (view.schema.types.get(ty.inner_named_type()), value) {
        (Some(ExtendedType::Enum(ty)), Value::Enum(name))
            if ty.values.get(name).is_some_and(|v| view.hides(&v.directives)) =>
        {
            used.push(format!("{}.{name}", ty.name));
        }
        (Some(ExtendedType::InputObject(ty)), Value::Object(given)) => {
            for (name, value) in given {
                let Some(field) = ty.fields.get(name) else { continue };
                if view.hides(&field.directives) {
                    used.push(format!("{}.{name}", ty.name));
                }
                hidden_in(view, &field.ty, value, used);
            }
        }
        _ => {}
    }
}
