//! The supergraph as a GraphQL schema.

use apollo_compiler::Schema;
use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::validation::Valid;
use supergraph::Supergraph;
use supergraph::model::SupergraphError;

use crate::diagnostic::{Code, Diagnostic, Report};
use crate::inputs;
use crate::merge::places::Places;
use crate::subgraph::Subgraph;

/// Checks the supergraph by the rules of GraphQL.
pub(crate) fn validate(
    schema: Schema,
    subgraphs: &[Subgraph],
) -> Result<Valid<Schema>, Vec<Diagnostic>> {
    let places = Places::new(subgraphs);
    let mut report = Report::default();
    match schema.validate() {
        Ok(schema) => {
            for (message, span) in inputs::problems(&schema) {
                let message = format!("In the supergraph: {message}");
                report.add(Code::InvalidGraphql, message).at(places.at(span));
            }
            if report.errors.is_empty() { Ok(schema) } else { Err(report.errors) }
        }
        Err(invalid) => {
            for error in invalid.errors.iter().map(|diagnostic| diagnostic.error) {
                let message = error.to_string();
                report.add(Code::InvalidGraphql, message).at(places.at(error.location()));
            }
            Err(report.errors)
        }
    }
}

/// Reads the supergraph into the model that fields are followed in, with what clients see of it.
pub(crate) fn read(schema: Valid<Schema>) -> Result<Supergraph, Vec<Diagnostic>> {
    Supergraph::from_schema(schema).map_err(|errors| {
        let code = |code: &str| Code::ALL.iter().copied().find(|c| c.name() == code);
        let diagnostic = |error: SupergraphError| {
            Diagnostic::new(code(error.code).unwrap_or(Code::InvalidGraphql), error.message)
        };
        errors.into_iter().map(diagnostic).collect()
    })
}
