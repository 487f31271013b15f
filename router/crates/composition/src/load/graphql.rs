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

use super::links::DocumentLinks;
use super::{built_in_scalars, default_values, deprecation};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::diagnostic::places::Places;

/// Builds and validates the schema of a document.
///
/// `already` are errors that were found before and count like those found here. But a type that
/// does not exist, or a directive on the schema itself that does not, hides all else.
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
    let mut more = default_values::check(&schema, places);
    more.extend(deprecation::check(&schema, places));
    more.extend(built_in_scalars::check(document, places));
    let schema = match schema.validate() {
        Ok(schema) => schema.into_inner(),
        Err(failure) => {
            errors.add(&failure.errors);
            failure.partial
        }
    };
    let mut diagnostics = errors.diagnostics;
    diagnostics.extend(more);
    if !errors.has_unknown_type && !has_unknown_schema_directive(&schema) {
        diagnostics.splice(0..0, already);
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
    diagnostics: Vec<Diagnostic>,
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
            if name == Some("UndefinedDirective") {
                diagnostic.help = unknown_directive_help(self.linked, &diagnostic.message);
            }
            self.diagnostics.push(diagnostic);
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
