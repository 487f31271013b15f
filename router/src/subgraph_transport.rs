//! The executor's way to the subgraphs: one client request's view of what is served, of a worker's
//! connections, and of the time that is left.
//!
//! Queries that are the same to the byte and under way at the same time are sent once. Nothing of
//! a client is forwarded to subgraphs, so an answer depends on nothing else.

use std::sync::Arc;

use bytes::Bytes;
use executor::{FetchError, SubgraphRequest, Transport};
use query_plan::OperationKind;
use tokio::time::Instant;

use crate::in_flight::{InFlight, Same};
use crate::pipeline::Engine;
use crate::serving::{Serving, Sharing};
use crate::subgraph_client::{SubgraphClient, Target};

/// What one worker sends to subgraphs, and by which connections.
#[derive(Default)]
pub(crate) struct Outbound {
    client: SubgraphClient,
    queries: Arc<InFlight<Query, Result<Bytes, FetchError>>>,
}

/// All that the answer to a query depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Query {
    target: Same<Target>,
    /// How many mutations had been answered before.
    mutations: u64,
    body: Bytes,
}

/// Sends the fetches of one client request.
#[derive(Clone)]
pub(crate) struct SubgraphTransport {
    outbound: Arc<Outbound>,
    serving: Arc<Serving>,
    engine: Arc<Engine>,
    deadline: Instant,
}

impl SubgraphTransport {
    /// Sends fetches of the engine's plans; what is not done by `deadline` has failed.
    #[must_use]
    pub(crate) fn new(
        outbound: &Arc<Outbound>,
        serving: &Arc<Serving>,
        engine: &Arc<Engine>,
        deadline: Instant,
    ) -> Self {
        let (outbound, serving) = (Arc::clone(outbound), Arc::clone(serving));
        Self { outbound, serving, engine: Arc::clone(engine), deadline }
    }
}

impl Outbound {
    async fn post(
        &self,
        target: &Target,
        request: (OperationKind, Bytes),
        deadline: Option<Instant>,
    ) -> Result<Bytes, FetchError> {
        self.client.post(target, request, deadline).await.map_err(|fault| {
            tracing::warn!(
                subgraph = target.name(),
                code = fault.error.code(),
                detail = fault.detail,
                "subgraph request failed"
            );
            fault.error
        })
    }
}

impl Transport for SubgraphTransport {
    async fn fetch(&self, request: SubgraphRequest) -> Result<Bytes, FetchError> {
        let Self { outbound, serving, engine, deadline } = self;
        let target = engine
            .targets()
            .get(usize::from(request.subgraph.0))
            .expect("a plan's subgraphs are those of the schema it was made for");
        if request.kind == OperationKind::Query && serving.sharing() != Sharing::Nothing {
            let (target, mutations) = (Same(Arc::clone(target)), serving.mutations());
            let query = Query { target, mutations, body: request.body };
            let answer = outbound.queries.join(query.clone(), || {
                let outbound = Arc::clone(outbound);
                // Without this request's deadline, because others may join it.
                async move {
                    outbound.post(&query.target.0, (OperationKind::Query, query.body), None).await
                }
            });
            let answer = tokio::time::timeout_at(*deadline, answer);
            return answer.await.unwrap_or(Err(FetchError::Timeout));
        }
        let answer = outbound.post(target, (request.kind, request.body), Some(*deadline)).await;
        if request.kind == OperationKind::Mutation {
            serving.count_mutation();
        }
        answer
    }
}
