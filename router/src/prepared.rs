//! An operation made ready to run, whatever the values of its variables: parsed, validated,
//! within limits, planned.

use std::collections::BTreeSet;
use std::sync::Arc;

use apollo_compiler::executable::Operation;
use apollo_compiler::parser::Parser;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Node};
use executor::PreparedPlan;
use query_plan::{OperationKind, OutputValue, QueryPlan};
use query_planner::{PlanError, Planned, Planner};
use supergraph::Supergraph;

use crate::document::{check, scan};
use crate::error_code::ErrorCode;
use crate::introspection;
use crate::limits::RequestLimits;
use crate::operation_log::Counter;
use crate::rejection::Rejection;

/// An operation as the client wrote it, and how to plan it.
#[derive(Debug, Clone, Copy, Hash)]
pub(crate) struct Asked<'a> {
    pub(crate) query: &'a str,
    pub(crate) operation_name: Option<&'a str>,
    /// The labels of progressive overrides that are on, as far as they matter.
    pub(crate) labels: &'a BTreeSet<String>,
}

/// An operation that is ready to run.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) plan: Arc<PreparedPlan>,
    pub(crate) kind: OperationKind,
    /// The document, where something of it is needed to run the operation.
    pub(crate) source: Option<Source>,
    /// Response keys of the operation's introspection fields, by their number in the plan.
    pub(crate) introspection_keys: Vec<String>,
    /// The labels of progressive overrides that the plan depends on.
    pub(crate) labels: BTreeSet<String>,
    /// Where the log counts it, if operations are recorded.
    pub(crate) counter: Option<Arc<Counter>>,
    /// About how many bytes it takes.
    pub(crate) weight: u64,
}

/// The operation as it stands in its document.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) document: Valid<ExecutableDocument>,
    pub(crate) operation: Node<Operation>,
}

/// Parses and validates a document, and chooses the operation.
pub(crate) fn parse(
    supergraph: &Supergraph,
    query: &str,
    operation_name: Option<&str>,
    limits: &RequestLimits,
) -> Result<Source, Rejection> {
    scan(query, limits)?;
    let errors_max = limits.validation_errors_max;
    // The parser's own limit is on more kinds of nesting than that of `scan`; the factor lets
    // everything through that `scan` has let through.
    let document = Parser::new()
        .recursion_limit(limits.nesting_max * 8)
        .parse_ast(query, "operation.graphql")
        .map_err(|failed| {
            let code = ErrorCode::GraphqlParseFailed;
            Rejection::of_diagnostics(code, &failed.errors, errors_max)
        })?;
    let document = document.to_executable_validate(&supergraph.api_schema).map_err(|failed| {
        let code = ErrorCode::GraphqlValidationFailed;
        Rejection::of_diagnostics(code, &failed.errors, errors_max)
    })?;
    let operation = document
        .operations
        .get(operation_name)
        .map_err(|error| {
            let message = error.message().to_string();
            Rejection::new(ErrorCode::OperationResolutionFailure, message)
        })?
        .clone();
    check(&supergraph.api_schema, &document, &operation, limits)?;
    Ok(Source { document, operation })
}

/// Plans an operation.
pub(crate) fn plan(
    planner: &Planner,
    source: &Source,
    asked: Asked<'_>,
) -> Result<Planned, Rejection> {
    let Asked { operation_name, labels, .. } = asked;
    planner.plan(&source.document, operation_name, labels).map_err(|error| rejection_of(&error))
}

fn rejection_of(error: &PlanError) -> Rejection {
    let code = match error {
        PlanError::Operation(_) => ErrorCode::OperationResolutionFailure,
        PlanError::TooManySelections { .. } | PlanError::TooManyConditions { .. } => {
            ErrorCode::SelectionLimitExceeded
        }
        PlanError::TooDeep { .. } => ErrorCode::NestingLimitExceeded,
        PlanError::Unsatisfiable { .. } => ErrorCode::QueryPlanningFailed,
    };
    Rejection::new(code, error.to_string())
}

/// Makes an operation ready to run.
pub(crate) fn prepare(
    planner: &Planner,
    asked: Asked<'_>,
    limits: &RequestLimits,
) -> Result<Prepared, Rejection> {
    let mut source = parse(planner.supergraph(), asked.query, asked.operation_name, limits)?;
    let Planned { plan, labels } = plan(planner, &source, asked)?;
    let introspection_keys = introspection_keys(&plan);
    if !introspection_keys.is_empty() {
        apollo_compiler::introspection::check_max_depth(&source.document, &source.operation)
            .map_err(|error| {
                let message = error.message().to_string();
                Rejection::new(ErrorCode::IntrospectionDepthExceeded, message)
            })?;
        let Source { document, operation } = &mut source;
        source.document = introspection::ask_for_names(document.clone(), operation);
    } else {
        // Of what the client wrote only the variables are needed any more.
        source.document = Valid::assume_valid(ExecutableDocument::new());
        source.operation.make_mut().selection_set.selections.clear();
    }
    let is_needed = !source.operation.variables.is_empty() || !introspection_keys.is_empty();
    let kept = match introspection_keys.is_empty() {
        true => source.operation.variables.len() * 512,
        false => asked.query.len() * 64,
    };
    let weight = weight(&plan, kept);
    Ok(Prepared {
        kind: plan.kind,
        plan: Arc::new(PreparedPlan::new(Arc::new(plan))),
        source: is_needed.then_some(source),
        introspection_keys,
        labels,
        counter: None,
        weight,
    })
}

fn introspection_keys(plan: &QueryPlan) -> Vec<String> {
    let mut keys: Vec<(u16, String)> = plan
        .output
        .fields
        .iter()
        .filter_map(|field| match field.value {
            OutputValue::Introspection(number) => Some((number, field.response_key.clone())),
            _ => None,
        })
        .collect();
    keys.sort_unstable();
    keys.into_iter().map(|(_, key)| key).collect()
}

/// What an operation takes in memory, estimated from what is long in it beside what is kept of its
/// source. The factors are generous, so that the cache's bound holds; `benches/request_cost`
/// compares them with what is true.
fn weight(plan: &QueryPlan, kept: usize) -> u64 {
    let operations: usize = plan.fetches.iter().map(query_plan::Fetch::text_len).sum();
    let slots: usize = plan.positions.iter().map(|position| position.slots.len()).sum();
    let slot = 896 + plan.defers.len() * 32;
    let bytes = 512 + kept + operations * 8 + slots * slot + plan.positions.len() * 1792;
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
