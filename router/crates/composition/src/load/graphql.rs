//! Whether a completed document is a valid GraphQL schema.
//!
//! Federation is laxer than GraphQL in that a type may only have extensions, and that built-in
//! scalars may be defined again.

use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::schema::SchemaBuilder;
use apollo_compiler::validation::DiagnosticList;
use apollo_compiler::{Schema, ast};

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::diagnostic::places::Places;

/// Builds and validates the schema of a document.
///
/// `incompatible` are the document's own definitions that cannot stand for those of a
/// specification; a name that is not defined at all comes first, anything else after.
pub(super) fn build(
    document: &ast::Document,
    places: &Places,
    incompatible: Vec<Diagnostic>,
) -> Result<Schema, Vec<Diagnostic>> {
    let builder = SchemaBuilder::new().adopt_orphan_extensions().ignore_builtin_redefinitions();
    let mut errors = Errors { places, diagnostics: Vec::new(), has_unknown_name: false };
    let schema = match builder.add_ast(document).build() {
        Ok(schema) => schema,
        Err(failure) => {
            errors.add(&failure.errors);
            failure.partial
        }
    };
    let schema = match schema.validate() {
        Ok(schema) => schema.into_inner(),
        Err(failure) => {
            errors.add(&failure.errors);
            failure.partial
        }
    };
    if !errors.has_unknown_name && !incompatible.is_empty() {
        return Err(incompatible);
    }
    if errors.diagnostics.is_empty() { Ok(schema) } else { Err(errors.diagnostics) }
}

struct Errors<'a> {
    places: &'a Places,
    diagnostics: Vec<Diagnostic>,
    has_unknown_name: bool,
}

impl Errors<'_> {
    fn add(&mut self, list: &DiagnosticList) {
        for error in list.iter() {
            let name = error.error.unstable_error_name();
            if matches!(name, Some("UndefinedDefinition" | "UndefinedDirective")) {
                self.has_unknown_name = true;
            }
            let span = error.error.location();
            let code = Code::InvalidGraphql;
            self.diagnostics.push(self.places.diagnostic(code, error.error, span));
        }
    }
}
