//! `@listSize` says how long a list is, by a number or by an argument: both must be what they
//! are taken for.

use apollo_compiler::Node;
use apollo_compiler::ast::{Directive, Type, Value};
use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::{Code, Errors};
use crate::subgraph::{FieldOf, Subgraph};

/// Checks every `@listSize`.
pub(super) fn check(subgraph: &Subgraph, errors: &mut Errors<'_>) {
    for (field, directive) in subgraph.on_fields(FederationDirective::ListSize) {
        let usage = Usage { subgraph, directive, field };
        usage.target(errors);
        usage.assumed_size(errors);
        usage.slicing_arguments(errors);
        usage.sized_fields(errors);
    }
}

struct Usage<'a> {
    subgraph: &'a Subgraph,
    directive: &'a Node<Directive>,
    field: FieldOf<'a>,
}

impl Usage<'_> {
    fn report(&self, code: Code, message: String, errors: &mut Errors<'_>) {
        errors.add(code, message, self.directive.location());
    }

    fn target(&self, errors: &mut Errors<'_>) {
        if self.strings("sizedFields").is_none() && !self.field.definition.ty.is_list() {
            let message =
                format!("`{}` is of type `{}`, not a list.", self.field, self.field.definition.ty);
            self.report(Code::ListSizeAppliedToNonList, message, errors);
        }
    }

    fn assumed_size(&self, errors: &mut Errors<'_>) {
        let value = self.directive.specified_argument_by_name("assumedSize");
        let Some(size) = value.and_then(|v| v.to_i32()) else { return };
        if size < 0 {
            let message = format!("The assumed size of `{}` is negative: {size}.", self.field);
            self.report(Code::ListSizeInvalidAssumedSize, message, errors);
        }
    }

    fn slicing_arguments(&self, errors: &mut Errors<'_>) {
        for name in self.strings("slicingArguments").into_iter().flatten() {
            let problem = match self.field.definition.argument_by_name(name).map(|a| &*a.ty) {
                None => format!("`{}` has no argument `{name}`.", self.field),
                Some(Type::Named(ty) | Type::NonNullNamed(ty)) if ty == "Int" => continue,
                Some(ty) => {
                    format!(
                        "The argument `{name}` of `{}` is of type `{ty}`, not `Int`.",
                        self.field
                    )
                }
            };
            self.report(Code::ListSizeInvalidSlicingArgument, problem, errors);
        }
    }

    fn sized_fields(&self, errors: &mut Errors<'_>) {
        let Some(fields) = self.strings("sizedFields") else { return };
        let schema = &self.subgraph.schema;
        let target = self.field.definition.ty.inner_named_type();
        if schema.get_object(target).is_none() && schema.get_interface(target).is_none() {
            let message = format!(
                "`{}` is of type `{}`, which has no fields that could be sized.",
                self.field, self.field.definition.ty
            );
            self.report(Code::ListSizeInvalidSizedField, message, errors);
            return;
        }
        for name in fields {
            match schema.type_field(target, name) {
                Err(_) => {
                    let message = format!("`{target}` has no field `{name}`.");
                    self.report(Code::ListSizeInvalidSizedField, message, errors);
                }
                Ok(field) if !field.ty.is_list() => {
                    let message =
                        format!("`{target}.{name}` is of type `{}`, not a list.", field.ty);
                    self.report(Code::ListSizeAppliedToNonList, message, errors);
                }
                Ok(_) => {}
            }
        }
    }

    /// A list of strings given as an argument; an empty one counts as none.
    fn strings(&self, argument: &str) -> Option<Vec<&str>> {
        let value = self.directive.specified_argument_by_name(argument)?;
        let strings: Vec<&str> = match &**value {
            Value::List(values) => values.iter().filter_map(|v| v.as_str()).collect(),
            Value::String(text) => vec![text],
            _ => return None,
        };
        (!strings.is_empty()).then_some(strings)
    }
}
