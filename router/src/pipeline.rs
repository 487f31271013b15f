//! The whole way of a request: parse, validate, plan (cached), execute.
//!
//! An [`Engine`] is all that depends on one schema. It is replaced as a whole when the schema
//! changes, and the plans it caches go with it.

use std::sync::Arc;

use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use bytes::Bytes;
use executor::{Request, Transport, Variables, execute};
use http::HeaderMap;
use query_plan::{OperationKind, QueryPlan};
use query_planner::Planner;
use supergraph::Supergraph;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::error_code::ErrorCode;
use crate::graphql_request::{GraphqlRequest, parse_variables};
use crate::introspection::Introspection;
use crate::limits::{RequestLimits, SubgraphLimits};
use crate::plan_cache::PlanCache;
use crate::prepared::{self, Prepared, Source};
use crate::rejection::Rejection;
use crate::subgraph_client::{NotHttp, Target};

/// Answers operations on one schema.
#[derive(Debug)]
pub struct Engine {
    planner: Planner,
    introspection: Introspection,
    targets: Vec<Arc<Target>>,
    plans: PlanCache,
    /// Operations that are being prepared: at most one a core.
    preparing: Semaphore,
    limits: RequestLimits,
}

/// Which kinds of operation a request may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// It must be safe to repeat.
    Queries,
    /// Anything that has one answer.
    QueriesAndMutations,
}

/// Why a supergraph cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// It is not a supergraph, or has something that is not supported.
    #[error("the supergraph cannot be used:{}", lines(.0))]
    Supergraph(Vec<supergraph::model::SupergraphError>),
    /// A subgraph's address is not one that can be asked.
    #[error("subgraph `{subgraph}`: {error}")]
    Url {
        /// Which subgraph.
        subgraph: String,
        /// What its address is.
        error: NotHttp,
    },
}

fn lines(errors: &[supergraph::model::SupergraphError]) -> String {
    errors.iter().map(|error| format!("\n  {error}")).collect()
}

impl Engine {
    /// An engine for a supergraph schema.
    ///
    /// # Errors
    /// The supergraph cannot be served.
    pub fn new(
        supergraph_sdl: &str,
        limits: &RequestLimits,
        subgraph_limits: &SubgraphLimits,
    ) -> Result<Self, EngineError> {
        let supergraph = Supergraph::parse(supergraph_sdl).map_err(EngineError::Supergraph)?;
        let targets = targets(&supergraph, subgraph_limits)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            introspection: Introspection::new(&supergraph),
            planner: Planner::new(Arc::new(supergraph), planner_limits(limits)),
            targets,
            plans: PlanCache::new(limits.plan_cache_bytes_max),
            preparing: Semaphore::new(cores),
            limits: limits.clone(),
        })
    }

    /// The subgraphs as somebody to ask, in the order of the plans' subgraphs.
    #[must_use]
    pub fn targets(&self) -> &[Arc<Target>] {
        &self.targets
    }

    /// Answers a request: the JSON of a response with data. `transport` has to end fetches by
    /// `deadline`; nothing else in here waits for longer.
    ///
    /// # Errors
    /// The request is not executed.
    pub async fn answer(
        self: &Arc<Self>,
        request: &GraphqlRequest<'_>,
        allowed: Allowed,
        transport: impl Transport,
        deadline: Instant,
    ) -> Result<Bytes, Rejection> {
        let prepared = self.prepare(request, allowed, deadline).await?;
        self.run(&prepared, request.variables.as_deref(), transport).await
    }

    /// Runs a prepared operation with the JSON of its variables.
    ///
    /// # Errors
    /// The operation is not executed.
    pub(crate) async fn run(
        &self,
        prepared: &Prepared,
        variables: Option<&str>,
        transport: impl Transport,
    ) -> Result<Bytes, Rejection> {
        let variables = self.coerce_variables(prepared, variables)?;
        let introspection = self.introspect(prepared, &variables)?;
        let request = Request { variables: as_json(&variables), introspection };
        Ok(execute(&prepared.plan, &request, &transport).await.body)
    }

    fn supergraph(&self) -> &Supergraph {
        self.planner.supergraph()
    }

    /// Plans an operation, without the cache.
    ///
    /// # Errors
    /// The operation would not be executed.
    pub fn plan(&self, query: &str, operation_name: Option<&str>) -> Result<QueryPlan, Rejection> {
        let source = prepared::parse(self.supergraph(), query, operation_name, &self.limits)?;
        prepared::plan(&self.planner, &source, operation_name)
    }

    /// Parses, validates and plans, unless that has been done before.
    ///
    /// # Errors
    /// The operation will not be executed.
    pub(crate) async fn prepare(
        self: &Arc<Self>,
        request: &GraphqlRequest<'_>,
        allowed: Allowed,
        deadline: Instant,
    ) -> Result<Arc<Prepared>, Rejection> {
        let (query, operation_name) = (&*request.query, request.operation_name.as_deref());
        let prepared = match self.plans.get(query, operation_name) {
            Some(prepared) => prepared,
            None => self.prepare_anew(query, operation_name, deadline).await?,
        };
        check_kind(prepared.kind, allowed)?;
        Ok(prepared)
    }

    async fn prepare_anew(
        self: &Arc<Self>,
        query: &str,
        operation_name: Option<&str>,
        deadline: Instant,
    ) -> Result<Arc<Prepared>, Rejection> {
        // Elsewhere, because it may take long and this thread has other requests to answer.
        let work = async {
            let _turn = self.preparing.acquire().await.expect("the semaphore is never closed");
            let engine = Arc::clone(self);
            let (query, operation_name) = (query.to_owned(), operation_name.map(str::to_owned));
            let work = tokio::task::spawn_blocking(move || {
                let Self { planner, limits, .. } = &*engine;
                prepared::prepare(planner, &query, operation_name.as_deref(), limits)
            });
            match work.await {
                Ok(outcome) => outcome.map(Arc::new),
                Err(panic) => {
                    tracing::error!(%panic, "an operation could not be prepared");
                    Err(Rejection::new(ErrorCode::InternalServerError, "internal error"))
                }
            }
        };
        let prepared = self.plans.get_or_prepare(query, operation_name, work);
        tokio::time::timeout_at(deadline, prepared).await.unwrap_or_else(|_| {
            let message = "the operation was not planned in time";
            Err(Rejection::new(ErrorCode::GatewayTimeout, message))
        })
    }

    fn coerce_variables(
        &self,
        prepared: &Prepared,
        variables: Option<&str>,
    ) -> Result<Valid<JsonMap>, Rejection> {
        let Some(Source { operation, .. }) = &prepared.source else {
            return Ok(Valid::assume_valid(JsonMap::new()));
        };
        let values = parse_variables(variables, self.limits.nesting_max)?;
        coerce_variable_values(&self.supergraph().api_schema, operation, &values)
            .map_err(|error| Rejection::new(ErrorCode::BadUserInput, error.message().to_string()))
    }

    fn introspect(
        &self,
        prepared: &Prepared,
        variables: &Valid<JsonMap>,
    ) -> Result<Vec<Bytes>, Rejection> {
        let keys = &prepared.introspection_keys;
        match &prepared.source {
            Some(source) if !keys.is_empty() => {
                self.introspection.answer(self.supergraph(), source, variables, keys)
            }
            _ => Ok(Vec::new()),
        }
    }
}

fn planner_limits(limits: &RequestLimits) -> query_planner::Limits {
    query_planner::Limits {
        selections_max: limits.selections_max,
        depth_max: limits.nesting_max,
        ..query_planner::Limits::default()
    }
}

fn as_json(variables: &JsonMap) -> Variables {
    let json = |value| serde_json::to_vec(value).expect("a JSON value is JSON");
    variables.iter().map(|(name, value)| (name.as_str(), json(value))).collect()
}

fn check_kind(kind: OperationKind, allowed: Allowed) -> Result<(), Rejection> {
    if kind == OperationKind::Query || allowed == Allowed::QueriesAndMutations {
        return Ok(());
    }
    let message = "a mutation is sent with POST";
    Err(Rejection::new(ErrorCode::MethodNotAllowed, message))
}

fn targets(
    supergraph: &Supergraph,
    limits: &SubgraphLimits,
) -> Result<Vec<Arc<Target>>, EngineError> {
    supergraph
        .subgraphs
        .iter()
        .map(|subgraph| {
            let name = subgraph.name.clone();
            Target::new(name, &subgraph.url, HeaderMap::new(), limits.clone())
                .map(Arc::new)
                .map_err(|error| EngineError::Url { subgraph: subgraph.name.clone(), error })
        })
        .collect()
}
