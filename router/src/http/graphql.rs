//! `/graphql`: from an HTTP request to a GraphQL request and back, as GraphQL over HTTP has it.
//!
//! See <https://graphql.github.io/graphql-over-http/draft/>.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use query_plan::OperationKind;
use tokio::time::Instant;

use super::negotiation::{MediaType, accepted, check_content_type};
use super::{Body, Front, GRAPHQL_RESPONSE, JSON, json, rejected};
use crate::error_code::ErrorCode;
use crate::graphql_request::GraphqlRequest;
use crate::in_flight::Same;
use crate::limits::RequestLimits;
use crate::pipeline::Allowed;
use crate::prepared::Prepared;
use crate::rejection::Rejection;
use crate::serving::Sharing;
use crate::subgraph_transport::SubgraphTransport;

/// Headers in which clients say what they call themselves, the first before the second.
const CLIENT_NAMES: [&str; 2] = ["graphql-client-name", "apollographql-client-name"];

impl Front {
    pub(super) async fn graphql(&self, request: Request<Incoming>) -> Response<Body> {
        let media_type = match accepted(request.headers()) {
            Ok(media_type) => media_type,
            Err(rejection) => return rejected(&rejection),
        };
        let is_graphql_response = media_type == MediaType::GraphqlResponse;
        let content_type = if is_graphql_response { GRAPHQL_RESPONSE } else { JSON };
        match self.answer(request).await {
            Ok(body) => json(StatusCode::OK, content_type, body),
            Err(rejection) => {
                let mut response = rejected(&rejection);
                *response.status_mut() = rejection.status(is_graphql_response);
                response.headers_mut().insert(CONTENT_TYPE, content_type);
                response
            }
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Vec<Bytes>, Rejection> {
        let limits = self.serving.limits();
        let (head, body) = request.into_parts();
        let Parts { method, uri, headers, .. } = head;
        if method == Method::GET {
            if headers.contains_key(CONTENT_TYPE) {
                check_content_type(&headers)?;
            }
            let query_string = uri.query().unwrap_or_default();
            let request = GraphqlRequest::from_query_string(query_string)?;
            return self.run(&request, &headers, Allowed::Queries).await;
        }
        if method != Method::POST {
            let message = "GraphQL is asked with POST, queries also with GET";
            return Err(Rejection::new(ErrorCode::MethodNotAllowed, message));
        }
        check_content_type(&headers)?;
        let body = read_body(&headers, body, limits).await?;
        let request = GraphqlRequest::from_json(&body)?;
        self.run(&request, &headers, Allowed::QueriesAndMutations).await
    }

    async fn run(
        &self,
        request: &GraphqlRequest<'_>,
        headers: &HeaderMap,
        kind: Allowed,
    ) -> Result<Vec<Bytes>, Rejection> {
        let deadline = Instant::now() + self.serving.limits().duration_max;
        let _turn = self.serving.turn(deadline).await?;
        let engine = self.serving.engine()?;
        let prepared = engine.prepare(request, headers, kind, deadline).await?;
        if let Some(counter) = &prepared.counter {
            let name = CLIENT_NAMES.iter().find_map(|name| headers.get(*name));
            counter.count(name.and_then(|name| name.to_str().ok()));
        }
        let transport = SubgraphTransport::new(&self.outbound, &self.serving, &engine, deadline);
        let variables = request.variables.as_deref();
        if self.serving.sharing() != Sharing::Answers || prepared.kind != OperationKind::Query {
            return engine.run(&prepared, variables, transport).await;
        }
        let mutations = self.serving.mutations();
        let prepared = Same(prepared);
        let question = Question { prepared, variables: variables.map(Into::into), mutations };
        let answer = self.answers.join(question.clone(), || async move {
            engine.run(&question.prepared.0, question.variables.as_deref(), transport).await
        });
        answer.await
    }
}

/// All that the answer to a query depends on: nothing else of a request is looked at, or forwarded.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Question {
    /// The operation, on one schema.
    prepared: Same<Prepared>,
    variables: Option<Box<str>>,
    /// How many mutations had been answered before.
    mutations: u64,
}

/// Reads a body that is refused, up to twice what is allowed: many clients look at the answer only
/// when they have sent everything, and a connection that is closed before takes it from them.
async fn discard(mut body: Incoming, limits: &RequestLimits) {
    let mut left = limits.body_bytes_max.saturating_mul(2);
    let reading = async {
        while let Some(Ok(frame)) = body.frame().await {
            let read = frame.data_ref().map_or(0, Bytes::len);
            left = left.saturating_sub(read);
            if left == 0 {
                break;
            }
        }
    };
    // Whether it ended or the time did, the answer is the same.
    let _ = tokio::time::timeout(limits.body_duration_max, reading).await;
}

async fn read_body(
    headers: &HeaderMap,
    body: Incoming,
    limits: &RequestLimits,
) -> Result<Bytes, Rejection> {
    let too_large = || {
        let message = format!("the body is larger than {} bytes", limits.body_bytes_max);
        Rejection::new(ErrorCode::PayloadTooLarge, message)
    };
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let length: Option<usize> = length.and_then(|length| length.parse().ok());
    if length.is_some_and(|length| length > limits.body_bytes_max) {
        discard(body, limits).await;
        return Err(too_large());
    }
    let body = Limited::new(body, limits.body_bytes_max).collect();
    match tokio::time::timeout(limits.body_duration_max, body).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Rejection::new(ErrorCode::BadRequest, "the body was cut off")),
        Err(_) => Err(Rejection::new(ErrorCode::RequestTimeout, "the body did not come in time")),
    }
}
