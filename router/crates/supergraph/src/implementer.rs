//! Objects and interfaces of a schema: both have fields and may implement interfaces.

use apollo_compiler::ast::{self, FieldDefinition};
use apollo_compiler::collections::{IndexMap, IndexSet};
use apollo_compiler::schema::{Component, ComponentName, DirectiveList, ExtendedType};
use apollo_compiler::{Name, Schema};

/// The fields of an object or interface.
pub type Fields = IndexMap<Name, Component<FieldDefinition>>;

/// An object or interface.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the fields are those of the type")]
pub struct Implementer<'a> {
    pub directives: &'a DirectiveList,
    pub interfaces: &'a IndexSet<ComponentName>,
    pub fields: &'a Fields,
}

/// An object or interface, to be changed.
#[derive(Debug)]
#[expect(missing_docs, reason = "the fields are those of the type")]
pub struct ImplementerMut<'a> {
    pub directives: &'a mut DirectiveList,
    pub interfaces: &'a mut IndexSet<ComponentName>,
    pub fields: &'a mut Fields,
}

impl<'a> Implementer<'a> {
    /// The type as an object or interface, if it is one.
    pub fn of(ty: &'a ExtendedType) -> Option<Self> {
        let (directives, interfaces, fields) = match ty {
            ExtendedType::Object(ty) => (&ty.directives, &ty.implements_interfaces, &ty.fields),
            ExtendedType::Interface(ty) => (&ty.directives, &ty.implements_interfaces, &ty.fields),
            _ => return None,
        };
        Some(Self { directives, interfaces, fields })
    }
}

impl<'a> ImplementerMut<'a> {
    /// The type as an object or interface, if it is one that is not built in.
    pub fn of(ty: &'a mut ExtendedType) -> Option<Self> {
        let (directives, interfaces, fields) = match ty {
            ExtendedType::Object(ty) if !ty.is_built_in() => {
                let ty = ty.make_mut();
                (&mut ty.directives, &mut ty.implements_interfaces, &mut ty.fields)
            }
            ExtendedType::Interface(ty) => {
                let ty = ty.make_mut();
                (&mut ty.directives, &mut ty.implements_interfaces, &mut ty.fields)
            }
            _ => return None,
        };
        Some(Self { directives, interfaces, fields })
    }
}

/// The fields of a type; only objects and interfaces have any.
pub fn fields_of(ty: &ExtendedType) -> impl Iterator<Item = &Component<FieldDefinition>> {
    Implementer::of(ty).into_iter().flat_map(|ty| ty.fields.values())
}

/// The directives of each part of a type: of its fields, or of its values.
pub fn directives_of_parts(ty: &ExtendedType) -> impl Iterator<Item = &ast::DirectiveList> {
    let values = ty.as_enum().into_iter().flat_map(|ty| ty.values.values());
    let inputs = ty.as_input_object().into_iter().flat_map(|ty| ty.fields.values());
    let fields = fields_of(ty).map(|field| &field.directives);
    let inputs = inputs.map(|field| &field.directives);
    fields.chain(inputs).chain(values.map(|value| &value.directives))
}

/// Whether a selection can be made on values of a type.
pub fn is_composite(schema: &Schema, ty: &str) -> bool {
    let ty = schema.types.get(ty);
    ty.is_some_and(|ty| ty.is_object() || ty.is_interface() || ty.is_union())
}
