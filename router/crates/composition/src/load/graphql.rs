//! Whether a completed document is a valid GraphQL schema.
//!
//! Federation is laxer than GraphQL in that a type may only have extensions, and that built-in
//! scalars may be defined again.

use apollo_compiler::ast::Definition;
use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::schema::SchemaBuilder;
use apollo_compiler::validation::{Valid, WithErrors};
use apollo_compiler::{Schema, ast};
use supergraph::link::url::SpecUrl;
use supergraph::link::{ElementKind, identity};
use supergraph::spec::federation::{FEDERATION_VERSIONS, FederationDirective};

use super::links::DocumentLinks;
use crate::diagnostic::{Code, Diagnostic, Errors, Places};
use crate::inputs;
use crate::values::is_built_in_scalar;

/// Builds and validates the schema of a document.
///
/// `already` are errors that were found before. They and directives that do not exist hide what
/// else is wrong; and a type that does not exist, or such a directive on the schema itself, hides
/// them.
pub(super) fn build(
    document: &ast::Document,
    places: &Places,
    linked: &DocumentLinks,
    already: Vec<Diagnostic>,
) -> Result<Schema, Vec<Diagnostic>> {
    let builder = SchemaBuilder::new().adopt_orphan_extensions().ignore_builtin_redefinitions();
    let (mut unknown_directives, mut others) = (Errors::new(places), Errors::new(places));
    let mut has_unknown_type = false;
    // Takes why a schema is not valid; gives what there is of it.
    let mut add = |failure: WithErrors<Schema>| {
        for error in failure.errors.iter() {
            let (name, span) = (error.error.unstable_error_name(), error.error.location());
            has_unknown_type |= name == Some("UndefinedDefinition");
            if name == Some("UndefinedDirective") {
                let error = unknown_directives.add(Code::InvalidGraphql, error.error, span);
                error.help = unknown_directive_help(linked, &error.message);
            } else {
                others.add(Code::InvalidGraphql, error.error, span);
            }
        }
        failure.partial
    };
    let schema = builder.add_ast(document).build().unwrap_or_else(&mut add);
    let inputs: Vec<_> = inputs::problems(&schema).collect();
    let schema = schema.validate().map_or_else(&mut add, Valid::into_inner);
    for (message, span) in inputs {
        others.add(Code::InvalidGraphql, message, span);
    }
    check_built_in_scalars(document, &mut others);
    let hides = !has_unknown_type && !has_unknown_schema_directive(&schema);
    let mut diagnostics = if hides { already } else { Vec::new() };
    let is_hidden = !diagnostics.is_empty();
    diagnostics.extend(unknown_directives.list);
    if !is_hidden {
        if diagnostics.is_empty() {
            diagnostics.extend(linked.shadowing.iter().cloned());
        }
        diagnostics.extend(others.list);
    }
    if diagnostics.is_empty() { Ok(schema) } else { Err(diagnostics) }
}

/// The scalars of GraphQL itself may be defined again, as some libraries print them, but neither
/// extended nor made something else.
fn check_built_in_scalars(document: &ast::Document, errors: &mut Errors<'_>) {
    for definition in &document.definitions {
        let Some(name) = definition.name().filter(|name| is_built_in_scalar(name)) else {
            continue;
        };
        let problem = match definition {
            Definition::DirectiveDefinition(_) | Definition::ScalarTypeDefinition(_) => continue,
            _ if definition.is_extension_definition() => "cannot be extended",
            _ => "cannot be another kind of type",
        };
        let message = format!("`{name}` is a built-in scalar and {problem}.");
        errors.add(Code::InvalidGraphql, message, definition.location());
    }
}

fn has_unknown_schema_directive(schema: &Schema) -> bool {
    let mut directives = schema.schema_definition.directives.iter();
    directives.any(|d| !schema.directive_definitions.contains_key(&d.name))
}

/// How a directive that does not exist could: most are federation's and only lack an import.
fn unknown_directive_help(linked: &DocumentLinks, message: &str) -> Option<String> {
    let (_, after) = message.split_once("`@")?;
    let name = after.split('`').next()?;
    let element = name.strip_prefix("federation__").unwrap_or(name);
    let directive = FederationDirective::by_name(element)?;
    if linked.is_fed1 {
        let url = SpecUrl::new(identity::FEDERATION, *FEDERATION_VERSIONS.end());
        return Some(format!(
            "this is a federation 1 schema; for federation 2 add \
             `extend schema @link(url: \"{url}\", import: [\"@{element}\"])`"
        ));
    }
    if linked.version < directive.since() {
        return Some(format!("link federation {} or newer", directive.since()));
    }
    let link = linked.links.by_identity(identity::FEDERATION)?;
    let local = link.local_name(ElementKind::Directive, element);
    let is_imported = link.imports.iter().any(|import| import.element == element);
    Some(match is_imported {
        true => format!("it is imported as `@{local}`"),
        false => {
            format!(
                "add `\"@{element}\"` to `import` where federation is linked, or write `@{local}`"
            )
        }
    })
}
