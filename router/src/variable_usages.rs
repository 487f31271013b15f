//! A rule that the compiler checks for arguments alone: which variables may stand inside of lists
//! and input objects.
//!
//! <https://spec.graphql.org/October2021/#sec-All-Variable-Usages-are-Allowed>

use apollo_compiler::ast::{Argument, InputValueDefinition, Type, Value};
use apollo_compiler::executable::Operation;
use apollo_compiler::{ExecutableDocument, Node, Schema};

use crate::error_code::ErrorCode;
use crate::rejection::Rejection;

/// Where variables may be used in an operation of a document that is valid but for this rule.
pub(crate) struct Usages<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) document: &'a ExecutableDocument,
    pub(crate) operation: &'a Operation,
}

impl Usages<'_> {
    /// Checks the arguments of a field.
    ///
    /// # Errors
    /// A variable is used where a value of its type is not allowed.
    pub(crate) fn check(
        &self,
        given: &[Node<Argument>],
        defined: &[Node<InputValueDefinition>],
    ) -> Result<(), Rejection> {
        for argument in given.iter().filter(|argument| argument.value.as_variable().is_none()) {
            if let Some(definition) = defined.iter().find(|it| it.name == argument.name) {
                self.value(&argument.value, &definition.ty, false)?;
            }
        }
        Ok(())
    }

    fn value(&self, value: &Node<Value>, ty: &Type, has_default: bool) -> Result<(), Rejection> {
        match &**value {
            Value::Variable(name) => {
                let variable = self.operation.variables.iter().find(|it| it.name == *name);
                let Some(variable) = variable else { return Ok(()) };
                let default = variable.default_value.as_ref();
                let has_default = has_default || default.is_some_and(|value| !value.is_null());
                let expected = if has_default { ty.clone().nullable() } else { ty.clone() };
                let given = &variable.ty;
                if !given.is_assignable_to(&expected) {
                    let place = value.line_column_range(&self.document.sources);
                    let message =
                        format!("variable `${name}` of type `{given}` cannot be used as `{ty}`");
                    let code = ErrorCode::GraphqlValidationFailed;
                    return Err(Rejection::at(code, message, place.map(|range| range.start)));
                }
                Ok(())
            }
            Value::List(items) if ty.is_list() => {
                items.iter().try_for_each(|item| self.value(item, ty.item_type(), false))
            }
            Value::Object(fields) => {
                let input = self.schema.get_input_object(ty.inner_named_type());
                fields.iter().try_for_each(|(name, value)| {
                    match input.and_then(|input| input.fields.get(name)) {
                        Some(field) => self.value(value, &field.ty, field.default_value.is_some()),
                        None => Ok(()),
                    }
                })
            }
            _ => Ok(()),
        }
    }
}
