//! A type is defined once, and its extensions are of its kind. Otherwise nobody can tell what it
//! is, and all else that could be said about the document would be guesswork.

use std::collections::HashMap;

use apollo_compiler::ast::{self, Definition as D};
use supergraph::model::TypeKind;

use crate::diagnostic::{Code, Diagnostic, Errors, Places};

/// Checks the parts of all types.
pub(super) fn check(document: &ast::Document, places: &Places) -> Result<(), Vec<Diagnostic>> {
    let types = document.definitions.iter().filter_map(|d| Some((d, d.name()?, kind(d)?)));
    let (extensions, definitions): (Vec<_>, Vec<_>) =
        types.partition(|(part, ..)| part.is_extension_definition());
    let mut kinds: HashMap<&str, TypeKind> = HashMap::new();
    let mut errors = Errors::new(places);
    for (_, name, kind) in definitions {
        if kinds.insert(name, kind).is_some() {
            let message = format!("The type `{name}` is defined more than once.");
            errors.add(Code::InvalidGraphql, message, name.location());
        }
    }
    for (_, name, kind) in extensions {
        let defined = *kinds.entry(name).or_insert(kind);
        if defined != kind {
            let (defined, kind) = (defined.described(), kind.described());
            let message = format!("`{name}` is {defined} and cannot be extended as {kind}.");
            errors.add(Code::InvalidGraphql, message, name.location());
        }
    }
    errors.into_result()
}

/// The kind of type a definition or an extension makes.
fn kind(part: &ast::Definition) -> Option<TypeKind> {
    Some(match part {
        D::ScalarTypeDefinition(_) | D::ScalarTypeExtension(_) => TypeKind::Scalar,
        D::ObjectTypeDefinition(_) | D::ObjectTypeExtension(_) => TypeKind::Object,
        D::InterfaceTypeDefinition(_) | D::InterfaceTypeExtension(_) => TypeKind::Interface,
        D::UnionTypeDefinition(_) | D::UnionTypeExtension(_) => TypeKind::Union,
        D::EnumTypeDefinition(_) | D::EnumTypeExtension(_) => TypeKind::Enum,
        D::InputObjectTypeDefinition(_) | D::InputObjectTypeExtension(_) => TypeKind::InputObject,
        _ => return None,
    })
}
