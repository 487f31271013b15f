//! An import under a new name must not leave the namespaced name of the same element in use: it
//! would silently mean nothing.

use std::collections::HashSet;

use apollo_compiler::ast;
use supergraph::link::{ElementKind, Links};

use super::super::references;
use crate::diagnostic::{Code, Diagnostic, Errors, Places};

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
    let definitions = document.definitions.iter();
    let defined: HashSet<(bool, &str)> = definitions
        .filter_map(|d| Some((d.as_directive_definition().is_some(), d.name()?.as_str())))
        .collect();
    let names: HashSet<&str> = shadowed.iter().map(|(_, _, name)| name.as_str()).collect();
    let used = references::used(document, &names);
    let mut errors = Errors::new(places);
    for (link, import, name) in &shadowed {
        let is_directive = import.kind == ElementKind::Directive;
        let used = if is_directive { &used.directives } else { &used.types };
        if used.contains(name.as_str()) && defined.contains(&(is_directive, name.as_str())) {
            let message = format!(
                "`{name}` is used, but {} is linked with `{}` imported as `{}`: use one name.",
                link.url, import.element, import.local
            );
            errors.add(Code::InvalidLinkDirectiveUsage, message, link.location);
        }
    }
    errors.list
}
