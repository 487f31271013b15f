//! Operation x Supergraph -> [`QueryPlan`].
//!
//! `normalize -> evaluate -> construct -> merge -> emit`:
//! 1. `normalize` makes a tree of data of the operation: fragments inlined, fields merged and
//!    partitioned by runtime type, `@skip` and `@include` kept as guards.
//! 2. `evaluate` decides for each field where to get it, by dynamic programming over (place,
//!    where we stand); `access` knows what can be had from where, `cost` chooses.
//! 3. `construct` puts the fetches together; `inputs` finds what entities need, `contexts` what
//!    their arguments take from further up, `coverage` who has all of them.
//! 4. `merge` joins fetches to requests; `demand` says which deferred fragments need them.
//! 5. `emit` writes operations, record layouts and the output.
//!
//! `search` goes from 2 to 4 again with `prices` by what is known then, if there may be better.
//!
//! Each (place, stand) is evaluated once and each choice is bounded, so planning is polynomial in
//! the number of selections, which is limited before fragments are expanded.

mod access;
mod construct;
mod contexts;
mod cost;
mod coverage;
mod demand;
mod emit;
mod entry;
mod error;
mod evaluate;
mod guard;
mod inputs;
mod merge;
mod normalize;
mod order;
mod prices;
mod search;
mod steps;
mod tree;

use std::collections::BTreeSet;
use std::sync::Arc;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::ast::OperationType;
use apollo_compiler::validation::Valid;
use query_plan::{OperationKind, QueryPlan};
use supergraph::Supergraph;

pub use error::PlanError;
pub use normalize::Limits;

/// Plans operations over one supergraph.
#[derive(Debug, Clone)]
pub struct Planner {
    supergraph: Arc<Supergraph>,
    limits: Limits,
}

impl Planner {
    /// A planner for a supergraph.
    #[must_use]
    pub fn new(supergraph: Arc<Supergraph>, limits: Limits) -> Self {
        Self { supergraph, limits }
    }

    /// The supergraph it plans over.
    #[must_use]
    pub fn supergraph(&self) -> &Arc<Supergraph> {
        &self.supergraph
    }

    /// Plans one operation of a document that is valid against the API schema, with these labels
    /// of progressive overrides on and all others off.
    ///
    /// # Errors
    /// [`PlanError`]: there is no such operation, or a limit is exceeded.
    pub fn plan(
        &self,
        document: &Valid<ExecutableDocument>,
        operation_name: Option<&str>,
        labels: &BTreeSet<String>,
    ) -> Result<Planned, PlanError> {
        let operation = document
            .operations
            .get(operation_name)
            .map_err(|_| PlanError::Operation(no_operation(operation_name)))?;
        let kind = match operation.operation_type {
            OperationType::Query => OperationKind::Query,
            OperationType::Mutation => OperationKind::Mutation,
            OperationType::Subscription => OperationKind::Subscription,
        };
        let tree = || normalize::normalize(&self.supergraph, document, operation, self.limits);
        let access = access::Access::new(&self.supergraph, labels);
        let draft = search::search(&access, tree, kind)?;
        let search::Draft { mut tree, steps, requests, .. } = draft;
        let guards = emit::guards::widen_guards(&mut tree, &steps, &requests);
        let emitter = emit::Emitter::new(&access, &tree, &steps, operation, guards);
        let plan = emitter.plan(kind, &requests);
        Ok(Planned { plan, labels: access.into_labels_read() })
    }
}

/// A plan, and what it depends on beside the operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The plan.
    pub plan: QueryPlan,
    /// The labels of progressive overrides that were looked at. Where these are on and off as they
    /// were, the plan is the same whatever the others are.
    pub labels: BTreeSet<String>,
}

fn no_operation(name: Option<&str>) -> String {
    match name {
        Some(name) => format!("the document has no operation {name}"),
        None => "the document has several operations; name one by operationName".to_owned(),
    }
}
