//! The fields of objects and interfaces, which have much in common.

use apollo_compiler::Name;
use apollo_compiler::ast::FieldDefinition;
use apollo_compiler::collections::IndexMap;
use apollo_compiler::schema::{Component, ExtendedType};

/// The fields of an object or interface.
pub(crate) fn output_fields(
    ty: &ExtendedType,
) -> Option<&IndexMap<Name, Component<FieldDefinition>>> {
    match ty {
        ExtendedType::Object(ty) => Some(&ty.fields),
        ExtendedType::Interface(ty) => Some(&ty.fields),
        _ => None,
    }
}

/// The fields of an object or interface, to be changed.
pub(crate) fn output_fields_mut(
    ty: &mut ExtendedType,
) -> Option<&mut IndexMap<Name, Component<FieldDefinition>>> {
    match ty {
        ExtendedType::Object(ty) => Some(&mut ty.make_mut().fields),
        ExtendedType::Interface(ty) => Some(&mut ty.make_mut().fields),
        _ => None,
    }
}
