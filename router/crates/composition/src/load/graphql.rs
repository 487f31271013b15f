//! Whether a completed document is a valid GraphQL schema.
//!
//! Federation is laxer than GraphQL in that a type may only have extensions, and that built-in
//! scalars may be defined again.

use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::schema::SchemaBuilder;
use apollo_compiler::validation::DiagnosticList;
use apollo_compiler::{Schema, ast};
use supergraph::link::url::SpecUrl;
use supergraph::link::{ElementKind, identity};
use supergraph::spec::federation::{FEDERATION_VERSIONS, FederationDirective};

use super::built_in_scalars;
use super::links::DocumentLinks;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::diagnostic::places::Places;
use crate::inputs;

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
    let mut errors = Errors { places, linked, diagnostics: Vec::new(), has_unknown_type: false };
    let schema = match builder.add_ast(document).build() {
        Ok(schema) => schema,
        Err(failure) => {
            errors.add(&failure.errors);
            failure.partial
        }
    };
    let inputs = inputs::problems(&schema);
    let invalid = |(message, span)| places.diagnostic(Code::InvalidGraphql, message, span);
    let mut more: Vec<Diagnostic> = inputs.map(invalid).collect();
    more.extend(built_in_scalars::check(document, places));
    let schema = match schema.validate() {
        Ok(schema) => schema.into_inner(),
        Err(failure) => {
            errors.add(&failure.errors);
            failure.partial
        }
    };
    let (unknown_directives, others): (Vec<_>, Vec<_>) =
        errors.diagnostics.into_iter().partition(|(_, is_unknown_directive)| *is_unknown_directive);
    let hides = !errors.has_unknown_type && !has_unknown_schema_directive(&schema);
    let mut diagnostics = if hides { already } else { Vec::new() };
    let is_hidden = !diagnostics.is_empty();
    diagnostics.extend(unknown_directives.into_iter().map(|(error, _)| error));
    if !is_hidden {
        if diagnostics.is_empty() {
            diagnostics.extend(linked.shadowing.iter().cloned());
        }
        diagnostics.extend(others.into_iter().map(|(error, _)| error));
        diagnostics.extend(more);
    }
    if diagnostics.is_empty() { Ok(schema) } else { Err(diagnostics) }
}

fn has_unknown_schema_directive(schema: &Schema) -> bool {
    let mut directives = schema.schema_definition.directives.iter();
    directives.any(|d| !schema.directive_definitions.contains_key(&d.name))
}

struct Errors<'a> {
    places: &'a Places,
    linked: &'a DocumentLinks,
    /// The errors, and whether they are about a directive that does not exist.
    diagnostics: Vec<(Diagnostic, bool)>,
    has_unknown_type: bool,
}

impl Errors<'_> {
    fn add(&mut self, list: &DiagnosticList) {
        for error in list.iter() {
            let name = error.error.unstable_error_name();
            self.has_unknown_type |= name == Some("UndefinedDefinition");
            let span = error.error.location();
            let code = Code::InvalidGraphql;
            let mut diagnostic = self.places.diagnostic(code, error.error, span);
            let is_unknown_directive = name == Some("UndefinedDirective");
            if is_unknown_directive {
                diagnostic.help = unknown_directive_help(self.linked, &diagnostic.message);
            }
            self.diagnostics.push((diagnostic, is_unknown_directive));
        }
    }
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
