//! The definitions of a linked specification, under the names the link gives them.

use std::cell::RefCell;
use std::collections::HashMap;

use apollo_compiler::ast::{self, Definition};
use apollo_compiler::{Name, Node};

use super::core;
use super::federation::{FEDERATION_VERSIONS, FederationDirective, federation_scalars};
use crate::link::version::Version;
use crate::link::{ElementKind, Link, identity};

/// An element of a specification.
#[derive(Debug, Clone)]
pub struct Element {
    /// Directive or type.
    pub kind: ElementKind,
    /// The name in the specification, without `@` and prefix.
    pub name: String,
    /// The definition, under the name and with the types that the link gives.
    pub definition: Definition,
}

/// The elements of a linked specification in the order the specification has them; `None` when
/// the specification or this version of it is not known, or not one that subgraphs link.
pub fn elements(link: &Link) -> Option<Vec<Element>> {
    let key = (link.url.identity.clone(), link.url.version);
    if let Some(document) = DOCUMENTS.with_borrow(|documents| documents.get(&key).cloned()) {
        return Some(elements_in(link, document));
    }
    let document = parse(&sdl(&key.0, key.1)?);
    DOCUMENTS.with_borrow_mut(|documents| documents.insert(key, document.clone()));
    Some(elements_in(link, document))
}

/// The directives of connectors, by which a subgraph is made of HTTP endpoints. All versions have
/// the same; what they mean is not the business of this crate.
const CONNECT: &str = include_str!("sdl/connect.graphql");

thread_local! {
    /// The texts of specifications, which many subgraphs link, need to be parsed once only. There
    /// are few: by identity and version, only what is known.
    static DOCUMENTS: RefCell<HashMap<(String, Version), ast::Document>> = RefCell::default();
}

/// The elements of a specification text, under the names that a link gives them. Names in the
/// text may have a prefix `<specification>__`.
pub fn elements_of(link: &Link, sdl: &str) -> Vec<Element> {
    elements_in(link, parse(sdl))
}

fn parse(sdl: &str) -> ast::Document {
    if sdl.trim().is_empty() {
        return ast::Document::new();
    }
    ast::Document::parse(sdl, "specification").expect("specification text is valid")
}

fn elements_in(link: &Link, document: ast::Document) -> Vec<Element> {
    document.definitions.into_iter().filter_map(|d| element(link, d)).collect()
}

fn sdl(identity: &str, version: Version) -> Option<String> {
    if identity == identity::CONNECT {
        return core::known_spec(identity, version).map(|_| CONNECT.to_owned());
    }
    if identity != identity::FEDERATION {
        let definitions = core::known_spec(identity, version)?.definitions;
        return (!definitions.is_empty()).then(|| definitions.to_owned());
    }
    if !FEDERATION_VERSIONS.contains(&version) {
        return None;
    }
    let directives = FederationDirective::ALL.iter().filter_map(|d| d.definition(version));
    let scalars = federation_scalars(version).map(|name| format!("scalar {name}"));
    Some(directives.chain(scalars).collect::<Vec<_>>().join("\n"))
}

fn element(link: &Link, mut definition: Definition) -> Option<Element> {
    let mut kind = ElementKind::Type;
    let name = element_name(definition.name()?).to_owned();
    match &mut definition {
        Definition::DirectiveDefinition(directive) => {
            kind = ElementKind::Directive;
            let directive = directive.make_mut();
            directive.name = local_name(link, kind, &name);
            rename_types(link, &mut directive.arguments);
        }
        Definition::ScalarTypeDefinition(ty) => {
            ty.make_mut().name = local_name(link, kind, &name);
        }
        Definition::EnumTypeDefinition(ty) => {
            ty.make_mut().name = local_name(link, kind, &name);
        }
        Definition::InputObjectTypeDefinition(ty) => {
            let ty = ty.make_mut();
            ty.name = local_name(link, kind, &name);
            rename_types(link, &mut ty.fields);
        }
        _ => return None,
    }
    Some(Element { kind, name, definition })
}

fn rename_types(link: &Link, values: &mut [Node<ast::InputValueDefinition>]) {
    for value in values {
        let inner = value.ty.inner_named_type();
        if !matches!(inner.as_str(), "String" | "Int" | "Boolean" | "Float" | "ID") {
            let name = local_name(link, ElementKind::Type, element_name(inner));
            rename_inner(value.make_mut().ty.make_mut(), name);
        }
    }
}

/// Gives the named type in a type another name.
pub fn rename_inner(ty: &mut ast::Type, name: Name) {
    let mut ty = ty;
    loop {
        match ty {
            ast::Type::Named(inner) | ast::Type::NonNullNamed(inner) => {
                *inner = name;
                return;
            }
            ast::Type::List(inner) | ast::Type::NonNullList(inner) => ty = inner,
        }
    }
}

fn element_name(name: &Name) -> &str {
    name.split_once("__").map_or(name.as_str(), |(_, element)| element)
}

fn local_name(link: &Link, kind: ElementKind, element: &str) -> Name {
    Name::new_unchecked(&link.local_name(kind, element))
}
