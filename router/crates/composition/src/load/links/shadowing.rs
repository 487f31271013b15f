//! An import under a new name must not leave the namespaced name of the same element in use: it
//! would silently mean nothing.

use std::collections::HashSet;

use apollo_compiler::ast;
use supergraph::link::{ElementKind, Links};

use super::super::references;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::diagnostic::places::Places;

/// Checks the imports of one document against the names it uses.
pub(super) fn check(document: &ast::Document, links: &Links, places: &Places) -> Vec<Diagnostic> {
    let mut shadowed = Vec::new();
    for link in &links.links {
        for import in &link.imports {
            let name = link.namespaced(import.kind, &import.element);
            if name != import.local {
                shadowed.push((link, import, name));
            }
        }
    }
    if shadowed.is_empty() {
        return Vec::new();
    }
    let defined = Defined::of(document);
    let names: HashSet<&str> = shadowed.iter().map(|(_, _, name)| name.as_str()).collect();
    let used = references::used(document, &names);
    let mut errors = Vec::new();
    for (link, import, name) in &shadowed {
        let (is_used, is_defined) = match import.kind {
            ElementKind::Directive => {
                (used.directives.contains(name.as_str()), defined.directive(name))
            }
            ElementKind::Type => (used.types.contains(name.as_str()), defined.ty(name)),
        };
        if is_used && is_defined {
            let message = format!(
                "`{name}` is used, but {} is linked with `{}` imported as `{}`: use one name.",
                link.url, import.element, import.local
            );
            let code = Code::InvalidLinkDirectiveUsage;
            errors.push(places.diagnostic(code, message, link.location));
        }
    }
    errors
}

struct Defined<'a> {
    directives: HashSet<&'a str>,
    types: HashSet<&'a str>,
}

impl<'a> Defined<'a> {
    fn of(document: &'a ast::Document) -> Self {
        let mut defined = Self { directives: HashSet::new(), types: HashSet::new() };
        for definition in &document.definitions {
            let Some(name) = definition.name() else { continue };
            match definition.as_directive_definition() {
                Some(_) => defined.directives.insert(name),
                None => defined.types.insert(name),
            };
        }
        defined
    }

    fn directive(&self, name: &str) -> bool {
        self.directives.contains(name)
    }

    fn ty(&self, name: &str) -> bool {
        self.types.contains(name)
    }
}
