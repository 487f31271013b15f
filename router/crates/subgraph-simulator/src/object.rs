//! An object under execution: resolves its fields from data, rules, and what federation adds.

use apollo_compiler::ast::Type;
use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::{JsonMap, JsonValue};

use crate::contents::Contents;
use crate::rules::Inputs;

/// An object of a subgraph.
pub(crate) struct Object<'s> {
    pub(crate) contents: &'s Contents,
    pub(crate) type_name: String,
    pub(crate) fields: JsonMap,
}

impl ObjectValue for Object<'_> {
    fn type_name(&self) -> &str {
        &self.type_name
    }

    fn resolve_field<'a>(
        &'a self,
        info: &'a ResolveInfo<'a>,
    ) -> Result<ResolvedValue<'a>, FieldError> {
        match info.field_name() {
            "_entities" => self.entities(info),
            "_service" => {
                let mut fields = JsonMap::new();
                fields.insert("sdl", self.contents.sdl.as_str().into());
                let type_name = "_Service".to_owned();
                Ok(ResolvedValue::object(Object { contents: self.contents, type_name, fields }))
            }
            field => {
                if let Some(argument) = self.contents.left_out(&self.type_name, info) {
                    let name = format!("{}.{field}", self.type_name);
                    return Err(self.refused(format!("{name} without {argument} of a context")));
                }
                let inputs = Inputs { object: &self.fields, arguments: info.arguments() };
                let value = match self.contents.rules.value(&self.type_name, field, inputs) {
                    Some(value) => value.map_err(|message| FieldError { message })?,
                    None => self.fields.get(field).cloned().unwrap_or_default(),
                };
                resolve(self.contents, value, &info.field_definition().ty)
            }
        }
    }
}

impl Object<'_> {
    fn entities<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let representations = info.arguments().get("representations");
        let representations = representations.and_then(JsonValue::as_array);
        let mut entities = Vec::new();
        for (index, representation) in representations.into_iter().flatten().enumerate() {
            let before = representations.map_or(&[][..], |all| &all[..index]);
            if before.contains(representation) {
                return Err(self.refused(format!("sent twice: {representation}")));
            }
            let Some(representation) = representation.as_object() else {
                return Err(self.refused(format!("no representation: {representation}")));
            };
            let entity = self.contents.entity(representation);
            let entity = entity.map_err(|reason| self.refused(reason))?;
            entities.push(match entity {
                Some((type_name, fields)) => {
                    ResolvedValue::object(Object { contents: self.contents, type_name, fields })
                }
                None => ResolvedValue::null(),
            });
        }
        Ok(ResolvedValue::list(entities))
    }

    fn refused(&self, reason: String) -> FieldError {
        self.contents.note_rejection(&reason);
        FieldError { message: reason }
    }
}

/// A value of the data as execution takes it. `{"$error": "message"}` is a failing field.
fn resolve<'s>(
    contents: &'s Contents,
    value: JsonValue,
    ty: &Type,
) -> Result<ResolvedValue<'s>, FieldError> {
    if let Some(message) = value.get("$error").and_then(JsonValue::as_str) {
        return Err(FieldError { message: message.to_owned() });
    }
    match value {
        JsonValue::Array(items) if ty.is_list() => {
            let item_type = ty.item_type().clone();
            let items = items.into_iter();
            let items = items.map(move |item| resolve(contents, item, &item_type));
            Ok(ResolvedValue::List(Box::new(items)))
        }
        JsonValue::Object(fields) if contents.is_composite(ty.inner_named_type()) => {
            let fields = contents.data.dereferenced(&fields).into_owned();
            let type_name = fields.get("__typename").and_then(JsonValue::as_str);
            let type_name = type_name.unwrap_or(ty.inner_named_type()).to_owned();
            let is_root = contents.schema.schema.schema_definition.query.as_ref();
            let is_root = is_root.is_some_and(|name| name.as_str() == type_name);
            let fields = if is_root { contents.data.root(&type_name) } else { fields };
            Ok(ResolvedValue::object(Object { contents, type_name, fields }))
        }
        // The executor takes no whole number for a float.
        JsonValue::Number(number) if ty.inner_named_type() == "Float" => {
            Ok(ResolvedValue::leaf(number.as_f64()))
        }
        leaf => Ok(ResolvedValue::Leaf(leaf)),
    }
}
