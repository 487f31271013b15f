//! Completes a document with what federation adds to every subgraph: the definitions of what it
//! links, and the fields and types by which a router talks to it.
//!
//! A subgraph may hold any of these itself, as most libraries print them. Definitions of what it
//! links must then be compatible; the rest is replaced.

use apollo_compiler::ast::{self, Definition, InputValueDefinition};
use apollo_compiler::ty;
use supergraph::link::version::Version;
use supergraph::link::{ElementKind, Link, identity};
use supergraph::spec::definitions::{Element, elements};

use super::compatibility;
use super::links::DocumentLinks;
use super::machinery;
use crate::diagnostic::Errors;

/// Completes a document; reports what it defines itself in a way that cannot work.
pub(super) fn complete(
    document: &mut ast::Document,
    linked: &DocumentLinks,
    errors: &mut Errors<'_>,
) {
    let own_count = document.definitions.len();
    for element in expected(linked) {
        let Some(index) = definition_index(document, &element) else {
            document.definitions.push(element.definition);
            continue;
        };
        let own = &document.definitions[index];
        let is_scalar = |name: &str| is_scalar(document, name);
        // What uses it is held to what the specification says.
        let is_replaced = match linked.is_fed1 && is_fed1_form(own, &element) {
            true => true,
            // Beyond its own, another specification that the document links has it, too.
            false => index < own_count && !compatibility::check(own, &element, &is_scalar, errors),
        };
        if is_replaced {
            document.definitions[index] = element.definition;
        }
    }
    machinery::replace(document, &linked.links, errors);
}

fn is_scalar(document: &ast::Document, name: &str) -> bool {
    let mut definitions = document.definitions.iter();
    definitions.any(|d| d.as_scalar_type_definition().is_some_and(|d| d.name == name))
}

/// The elements of everything the document links and composition knows.
fn expected(linked: &DocumentLinks) -> Vec<Element> {
    let mut expected = Vec::new();
    for link in &linked.links.links {
        if link.url.identity == identity::JOIN {
            continue;
        }
        let Some(elements) = elements(link) else { continue };
        let is_fed1 = linked.is_fed1 && link.url.identity == identity::FEDERATION;
        // Federation 1 has only what its synthetic link imports.
        expected.extend(elements.into_iter().filter(|element| {
            let mut imports = link.imports.iter();
            !is_fed1 || imports.any(|i| i.kind == element.kind && i.element == element.name)
        }));
    }
    let link = Link::bare(identity::LINK, Version::new(1, 0));
    if linked.links.by_identity(identity::LINK).is_none_or(|l| l.url.version != link.url.version) {
        // Without a bootstrap `@link` means nothing, but it may stand there.
        expected.extend(elements(&link).unwrap_or_default());
    }
    expected
}

fn definition_index(document: &ast::Document, element: &Element) -> Option<usize> {
    let wanted = element.definition.name()?;
    document.definitions.iter().position(|definition| {
        let is_directive = definition.as_directive_definition().is_some();
        let same_kind = is_directive == (element.kind == ElementKind::Directive);
        same_kind && !definition.is_extension_definition() && definition.name() == Some(wanted)
    })
}

/// Federation 1 libraries print `@key(fields: String)` and the like; it means the same.
fn is_fed1_form(definition: &Definition, element: &Element) -> bool {
    let Definition::DirectiveDefinition(definition) = definition else { return false };
    if !matches!(element.name.as_str(), "key" | "requires" | "provides") {
        return false;
    }
    let is_resolvable = |argument: &InputValueDefinition| {
        let is_true = argument.default_value.as_ref().is_some_and(|value| **value == true.into());
        argument.name == "resolvable" && *argument.ty == ty!(Boolean) && is_true
    };
    let is_fields = |argument: &InputValueDefinition| {
        let ty = argument.ty.inner_named_type().as_str();
        argument.name == "fields"
            && !argument.ty.is_list()
            && matches!(ty, "String" | "_FieldSet" | "FieldSet")
    };
    match definition.arguments.as_slice() {
        [] => true,
        [fields] => is_fields(fields),
        [fields, resolvable] => {
            element.name == "key" && is_fields(fields) && is_resolvable(resolvable)
        }
        _ => false,
    }
}
