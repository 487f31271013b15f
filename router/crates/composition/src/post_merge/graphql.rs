//! The supergraph as a GraphQL schema.

use apollo_compiler::Schema;
use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::validation::{Valid, WithErrors};
use supergraph::Supergraph;
use supergraph::model::SupergraphError;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::inputs;
use crate::merge::places::Places;
use crate::subgraph::Subgraph;

/// Checks the supergraph by the rules of GraphQL.
pub(crate) fn validate(
    schema: Schema,
    subgraphs: &[Subgraph],
) -> Result<Valid<Schema>, Vec<Diagnostic>> {
    let places = Places::new(subgraphs);
    let invalid = |invalid: WithErrors<Schema>| -> Vec<Diagnostic> {
        let diagnostics = invalid.errors.iter().map(|error| {
            let location = places.at(error.error.location());
            Diagnostic::new(Code::InvalidGraphql, error.error.to_string()).at(location)
        });
        diagnostics.collect()
    };
    let schema = schema.validate().map_err(invalid)?;
    let problem = |(message, span)| {
        let message = format!("In the supergraph: {message}");
        Diagnostic::new(Code::InvalidGraphql, message).at(places.at(span))
    };
    let errors: Vec<Diagnostic> = inputs::problems(&schema).map(problem).collect();
    if errors.is_empty() { Ok(schema) } else { Err(errors) }
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
