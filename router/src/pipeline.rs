//! The whole way of a request: parse, validate, plan (cached), execute.
//!
//! An [`Engine`] is all that depends on one schema. It is replaced as a whole when the schema
//! changes, and the plans it caches go with it.

use std::collections::BTreeSet;
use std::sync::Arc;

use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;
use bytes::Bytes;
use executor::{Request, Response, Transport, execute, execute_incremental, subscribe};
use futures_util::Stream;
use http::HeaderMap;
use query_plan::{OperationKind, QueryPlan};
use query_planner::Planner;
use supergraph::Supergraph;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::error_code::ErrorCode;
use crate::graphql_request::GraphqlRequest;
use crate::introspection::Introspection;
use crate::limits::{RequestLimits, SubgraphLimits};
use crate::operation_log::OperationLog;
use crate::override_labels::{Decisions, OverrideLabels};
use crate::plan_cache::{CachedPlans, PlanCache};
use crate::prepared::{self, Asked, Prepared, Source};
use crate::rejection::Rejection;
use crate::subgraph_client::{NotHttp, Target};
use crate::variables::coerce_variable_values;

/// Answers operations on one schema.
#[derive(Debug)]
pub struct Engine {
    planner: Planner,
    introspection: Introspection,
    targets: Vec<Arc<Target>>,
    plans: PlanCache,
    /// Operations that are being prepared: at most one a core.
    preparing: Semaphore,
    override_labels: OverrideLabels,
    limits: RequestLimits,
    /// Where operations are recorded, if they are.
    log: Option<Arc<OperationLog>>,
}

/// Which kinds of operation a request may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// It must be safe to repeat.
    Queries,
    /// Anything that has one answer.
    QueriesAndMutations,
    /// What is answered again and again.
    Subscriptions,
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
        let not_enforced = supergraph.not_enforced();
        if !not_enforced.is_empty() {
            return Err(EngineError::Supergraph(not_enforced));
        }
        let targets = targets(&supergraph, subgraph_limits)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            introspection: Introspection::new(&supergraph),
            planner: Planner::new(Arc::new(supergraph), planner_limits(limits)),
            targets,
            plans: PlanCache::new(limits.plan_cache_bytes_max),
            preparing: Semaphore::new(cores),
            override_labels: OverrideLabels::default(),
            limits: limits.clone(),
            log: None,
        })
    }

    /// Decides by these rules which labels of progressive overrides are on.
    #[must_use]
    pub fn with_override_labels(self, override_labels: OverrideLabels) -> Self {
        Self { override_labels, ..self }
    }

    /// Records in `log` which operations clients send.
    #[must_use]
    pub fn with_log(self, log: Option<Arc<OperationLog>>) -> Self {
        Self { log, ..self }
    }

    /// The subgraphs as somebody to ask, in the order of the plans' subgraphs.
    #[must_use]
    pub fn targets(&self) -> &[Arc<Target>] {
        &self.targets
    }

    /// Answers a request that came with these headers: the JSON of a response with data, a long one
    /// in pieces.
    /// `transport` has to end fetches by `deadline`; nothing else in here waits for longer.
    ///
    /// # Errors
    /// The request is not executed.
    pub async fn answer(
        self: &Arc<Self>,
        request: &GraphqlRequest<'_>,
        headers: &HeaderMap,
        allowed: Allowed,
        transport: impl Transport,
        deadline: Instant,
    ) -> Result<Vec<Bytes>, Rejection> {
        let prepared = self.prepare(request, headers, allowed, deadline).await?;
        self.run(&prepared, request.variables.as_deref(), transport).await
    }

    /// Answers a request that came with these headers in parts, as `@defer` asks for: first the
    /// JSON of the initial answer, then that of each payload after it; only one item where nothing
    /// is deferred. Introspection knows `@defer` here alone. `transport` has to end each fetch in
    /// time. For programs that embed the router; the stream goes on with this engine when the schema
    /// changes.
    ///
    /// # Errors
    /// The request is not executed.
    pub async fn answer_in_parts<T: Transport>(
        self: &Arc<Self>,
        request: &GraphqlRequest<'_>,
        headers: &HeaderMap,
        allowed: Allowed,
        transport: T,
        deadline: Instant,
    ) -> Result<impl Stream<Item = Bytes> + use<T>, Rejection> {
        let prepared = self.prepare(request, headers, allowed, deadline).await?;
        let schema = &self.supergraph().api_schema;
        let request = self.request(&prepared, request.variables.as_deref(), schema)?;
        Ok(execute_incremental(Arc::clone(&prepared.plan), request, transport))
    }

    /// Answers a subscription that came with these headers: one response an event. `transport`
    /// opens the source and completes the events; dropping the stream ends the subscription.
    /// `deadline` is that of planning. For programs that embed the router; the stream goes on with
    /// this engine when the schema changes.
    ///
    /// # Errors
    /// The request is not executed.
    pub async fn subscribe<T: Transport>(
        self: &Arc<Self>,
        request: &GraphqlRequest<'_>,
        headers: &HeaderMap,
        transport: T,
        deadline: Instant,
    ) -> Result<impl Stream<Item = Response> + use<T>, Rejection> {
        let prepared = self.prepare(request, headers, Allowed::Subscriptions, deadline).await?;
        let schema = &self.introspection.undeferred;
        let request = self.request(&prepared, request.variables.as_deref(), schema)?;
        Ok(subscribe(Arc::clone(&prepared.plan), request, transport))
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
    ) -> Result<Vec<Bytes>, Rejection> {
        let request = self.request(prepared, variables, &self.introspection.undeferred)?;
        Ok(execute(&prepared.plan, &request, &transport).await.body)
    }

    /// What a prepared operation is run with; introspection tells of `schema`.
    ///
    /// # Errors
    /// The operation is not executed.
    pub(crate) fn request(
        &self,
        prepared: &Prepared,
        variables: Option<&str>,
        schema: &Valid<Schema>,
    ) -> Result<Request, Rejection> {
        let Some(Source { document, operation }) = &prepared.source else {
            return Ok(Request::default());
        };
        let nesting_max = self.limits.nesting_max;
        let variables = coerce_variable_values(schema, operation, variables, nesting_max)?;
        let keys = &prepared.introspection_keys;
        let introspection = match keys.is_empty() {
            true => Vec::new(),
            false => self.introspection.answer(schema, (document, operation), &variables, keys)?,
        };
        Ok(Request { variables, introspection })
    }

    /// The plans that are cached.
    #[must_use]
    pub fn cached_plans(&self) -> CachedPlans {
        self.plans.cached()
    }

    fn supergraph(&self) -> &Supergraph {
        self.planner.supergraph()
    }

    /// Plans an operation without the cache, with these labels of progressive overrides on.
    ///
    /// # Errors
    /// The operation would not be executed.
    pub fn plan(
        &self,
        query: &str,
        operation_name: Option<&str>,
        labels: &BTreeSet<String>,
    ) -> Result<QueryPlan, Rejection> {
        let source = prepared::parse(self.supergraph(), query, operation_name, &self.limits)?;
        let asked = Asked { query, operation_name, labels };
        Ok(prepared::plan(&self.planner, &source, asked)?.plan)
    }

    /// The operation made ready with the labels that are on for the request. Which labels matter a
    /// plan tells: it is the right one when of those it was made without none is on.
    ///
    /// # Errors
    /// The operation will not be executed.
    pub(crate) async fn prepare(
        self: &Arc<Self>,
        request: &GraphqlRequest<'_>,
        headers: &HeaderMap,
        allowed: Allowed,
        deadline: Instant,
    ) -> Result<Arc<Prepared>, Rejection> {
        let (query, operation_name) = (&*request.query, request.operation_name.as_deref());
        let mut decisions = Decisions::new(&self.override_labels, headers);
        loop {
            let asked = Asked { query, operation_name, labels: decisions.on() };
            let prepared = match self.plans.get(asked) {
                Some(prepared) => prepared,
                None => self.prepare_anew(asked, deadline).await?,
            };
            if decisions.settle(&prepared.labels) {
                check_kind(prepared.kind, allowed)?;
                return Ok(prepared);
            }
        }
    }

    /// Parses, validates and plans, unless somebody is doing that already.
    async fn prepare_anew(
        self: &Arc<Self>,
        asked: Asked<'_>,
        deadline: Instant,
    ) -> Result<Arc<Prepared>, Rejection> {
        // Elsewhere, because it may take long and this thread has other requests to answer.
        let work = async {
            let _turn = self.preparing.acquire().await.expect("the semaphore is never closed");
            let engine = Arc::clone(self);
            let (query, labels) = (asked.query.to_owned(), asked.labels.clone());
            let operation_name = asked.operation_name.map(str::to_owned);
            let work = tokio::task::spawn_blocking(move || {
                let Self { planner, limits, log, .. } = &*engine;
                let operation_name = operation_name.as_deref();
                let asked = Asked { query: &query, operation_name, labels: &labels };
                let mut prepared = prepared::prepare(planner, asked, limits)?;
                prepared.counter = log.as_ref().and_then(|log| log.counter(&query, operation_name));
                Ok(prepared)
            });
            match work.await {
                Ok(outcome) => outcome.map(Arc::new),
                Err(panic) => {
                    tracing::error!(%panic, "an operation could not be prepared");
                    Err(Rejection::new(ErrorCode::InternalServerError, "internal error"))
                }
            }
        };
        let prepared = self.plans.get_or_prepare(asked, work);
        tokio::time::timeout_at(deadline, prepared).await.unwrap_or_else(|_| {
            let message = "the operation was not planned in time";
            Err(Rejection::new(ErrorCode::GatewayTimeout, message))
        })
    }
}

fn planner_limits(limits: &RequestLimits) -> query_planner::Limits {
    query_planner::Limits {
        selections_max: limits.selections_max,
        depth_max: limits.nesting_max,
        ..query_planner::Limits::default()
    }
}

fn check_kind(kind: OperationKind, allowed: Allowed) -> Result<(), Rejection> {
    let (code, message) = match (kind, allowed) {
        (OperationKind::Subscription, Allowed::Subscriptions)
        | (OperationKind::Query, Allowed::Queries | Allowed::QueriesAndMutations)
        | (OperationKind::Mutation, Allowed::QueriesAndMutations) => return Ok(()),
        (OperationKind::Subscription, _) => {
            (ErrorCode::SubscriptionsNotSupported, "subscriptions are not supported")
        }
        (_, Allowed::Subscriptions) => (ErrorCode::BadRequest, "only a subscription is expected"),
        (OperationKind::Mutation, _) => {
            (ErrorCode::MethodNotAllowed, "a mutation is sent with POST")
        }
    };
    Err(Rejection::new(code, message))
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
