//! Prints the plan of an operation: `plan <supergraph.graphql> <operation.graphql>`.

#[path = "../../query-plan/tests/support/invariants.rs"]
mod invariants;

use std::collections::BTreeSet;
use std::sync::Arc;

use apollo_compiler::ExecutableDocument;
use query_planner::{Limits, Planner};
use supergraph::Supergraph;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (supergraph, operation) = (arguments.next(), arguments.next());
    let (Some(supergraph), Some(operation)) = (supergraph, operation) else {
        return Err("usage: plan <supergraph.graphql> <operation.graphql>".into());
    };
    let supergraph = Supergraph::parse(&std::fs::read_to_string(supergraph)?)
        .map_err(|errors| errors.iter().map(|e| format!("{e}\n")).collect::<String>())?;
    let text = std::fs::read_to_string(&operation)?;
    let document = ExecutableDocument::parse_and_validate(&supergraph.api_schema, text, operation)
        .map_err(|invalid| invalid.to_string())?;
    let planner = Planner::new(Arc::new(supergraph), Limits::default());
    let plan = planner.plan(&document, None, &BTreeSet::new())?.plan;
    print!("{plan}");
    Ok(invariants::check(&plan)?)
}
