//! `@listSize` says how long a list is, by a number or by an argument: both must be what they
//! are taken for.

use apollo_compiler::ast::{Directive, Type, Value};
use supergraph::implementer::Implementer;
use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::{Code, Errors};
use crate::subgraph::{FieldOf, Subgraph};

/// Checks every `@listSize`.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Errors<'_>) {
    for (field, directive) in subgraph.on_fields(FederationDirective::ListSize) {
        let mut report = |code, message| {
            errors.add(code, message, directive.location());
        };
        let sized_fields = strings(directive, "sizedFields");
        let ty = &field.definition.ty;
        if sized_fields.is_none() && !ty.is_list() {
            let message = format!("`{field}` is of type `{ty}`, not a list.");
            report(Code::ListSizeAppliedToNonList, message);
        }
        let assumed = directive.specified_argument_by_name("assumedSize");
        if let Some(size) = assumed.and_then(|size| size.to_i32()).filter(|size| *size < 0) {
            let message = format!("The assumed size of `{field}` is negative: {size}.");
            report(Code::ListSizeInvalidAssumedSize, message);
        }
        for name in strings(directive, "slicingArguments").into_iter().flatten() {
            let message = match field.definition.argument_by_name(name).map(|a| &*a.ty) {
                None => format!("`{field}` has no argument `{name}`."),
                Some(Type::Named(ty) | Type::NonNullNamed(ty)) if ty == "Int" => continue,
                Some(ty) => {
                    format!("The argument `{name}` of `{field}` is of type `{ty}`, not `Int`.")
                }
            };
            report(Code::ListSizeInvalidSlicingArgument, message);
        }
        if let Some(names) = sized_fields {
            check_sized_fields(subgraph, field, &names, report);
        }
    }
}

fn check_sized_fields(
    subgraph: &Subgraph,
    field: FieldOf<'_>,
    names: &[&str],
    mut report: impl FnMut(Code, String),
) {
    let ty = &field.definition.ty;
    let target = ty.inner_named_type();
    if subgraph.schema.types.get(target).and_then(Implementer::of).is_none() {
        let message =
            format!("`{field}` is of type `{ty}`, which has no fields that could be sized.");
        return report(Code::ListSizeInvalidSizedField, message);
    }
    for name in names {
        match subgraph.schema.type_field(target, name).map(|sized| &sized.ty) {
            Err(_) => {
                let message = format!("`{target}` has no field `{name}`.");
                report(Code::ListSizeInvalidSizedField, message);
            }
            Ok(ty) if !ty.is_list() => {
                let message = format!("`{target}.{name}` is of type `{ty}`, not a list.");
                report(Code::ListSizeAppliedToNonList, message);
            }
            Ok(_) => {}
        }
    }
}

/// A list of strings given as an argument; an empty one counts as none.
fn strings<'a>(directive: &'a Directive, argument: &str) -> Option<Vec<&'a str>> {
    let strings: Vec<&str> = match &**directive.specified_argument_by_name(argument)? {
        Value::List(values) => values.iter().filter_map(|v| v.as_str()).collect(),
        Value::String(text) => vec![text],
        _ => return None,
    };
    (!strings.is_empty()).then_some(strings)
}
