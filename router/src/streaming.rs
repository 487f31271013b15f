//! Answers that come in several payloads, for programs that embed the router: what is deferred, and
//! subscriptions. Both go on with the engine they began with when the schema changes.

use std::sync::Arc;

use bytes::Bytes;
use executor::{Response, Transport, execute_incremental, subscribe};
use futures_util::Stream;
use http::HeaderMap;
use tokio::time::Instant;

use crate::graphql_request::GraphqlRequest;
use crate::pipeline::{Allowed, Engine};
use crate::rejection::Rejection;

impl Engine {
    /// Answers a request that came with these headers in parts, as `@defer` asks for: first the JSON of the initial
    /// answer, then that of each payload after it; only one item where nothing is deferred.
    /// `transport` has to end each fetch in time.
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
        let request = self.request(&prepared, request.variables.as_deref())?;
        Ok(execute_incremental(Arc::clone(&prepared.plan), request, transport))
    }

    /// Answers a subscription that came with these headers: one response an event. `transport` opens the source and completes
    /// the events; dropping the stream ends the subscription. `deadline` is that of planning.
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
        let request = self.request(&prepared, request.variables.as_deref())?;
        Ok(subscribe(Arc::clone(&prepared.plan), request, transport))
    }
}
