//! `POST /graphql`: reads a request, refuses what is too much, executes, answers.
//!
//! Status codes and media types follow <https://graphql.github.io/graphql-over-http/draft/>.

use std::{any::Any, time::Duration};

use async_graphql::{Executor, ServerError, Variables, parser::parse_query};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, Response, StatusCode, header},
};
use serde::Deserialize;

use super::answer::{Answer, Media};
use crate::{
    batch::Waves,
    document::{self, Refusal},
    entity::Positions,
    settings::Limits,
    variables::take_out_omitted,
};

/// What the endpoint needs to answer.
#[derive(Clone)]
pub(super) struct Endpoint<E> {
    pub(super) schema: E,
    pub(super) limits: Limits,
    pub(super) timeout: Duration,
}

/// The handler: everything, from reading the body on, happens within the timeout.
pub(super) async fn serve<E: Executor>(
    State(endpoint): State<Endpoint<E>>,
    request: Request,
) -> Response<Body> {
    let media = Media::accepted_by(request.headers());
    let answer = tokio::time::timeout(endpoint.timeout, answer(&endpoint, request)).await;
    let answer = answer.unwrap_or_else(|_| {
        Answer::refuse(StatusCode::GATEWAY_TIMEOUT, "TIMEOUT", "the request took too long")
    });
    answer.into_response(media)
}

/// A resolver's panic is a bug: the client learns that, and nothing else.
pub(super) fn after_panic(_: Box<dyn Any + Send>) -> Response<Body> {
    tracing::error!("a request panicked");
    let code = "INTERNAL_SERVER_ERROR";
    Answer::refuse(StatusCode::INTERNAL_SERVER_ERROR, code, "internal error")
        .into_response(Media::GraphqlResponse)
}

/// The request's envelope.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    query: String,
    operation_name: Option<String>,
    variables: Option<serde_json::Map<String, serde_json::Value>>,
}

async fn answer<E: Executor>(endpoint: &Endpoint<E>, request: Request) -> Answer {
    let checked = async {
        let envelope = read(request, &endpoint.limits).await?;
        check(envelope, &endpoint.limits)
    };
    let request = match checked.await {
        Ok(request) => request,
        Err(answer) => return *answer,
    };
    let request = request.data(Waves::default()).data(Positions::default());
    Answer::of(endpoint.schema.execute(request).await)
}

async fn read(request: Request, limits: &Limits) -> Result<Envelope, Box<Answer>> {
    if !is_json(request.headers()) {
        let message = "the content type must be application/json";
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Answer::refuse(status, "BAD_REQUEST", message).into());
    }
    let body = axum::body::to_bytes(request.into_body(), limits.body_bytes_max).await;
    let body = body.map_err(|_| {
        let bytes = limits.body_bytes_max;
        let message = format!("the body must arrive whole and have at most {bytes} bytes");
        Answer::refuse(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", &message)
    })?;
    serde_json::from_slice(&body).map_err(|error| {
        let message = format!("the body is not a GraphQL request: {error}");
        Answer::refuse(StatusCode::BAD_REQUEST, "BAD_REQUEST", &message).into()
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type
        .and_then(|value| value.split(';').next())
        .is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"))
}

/// Everything that must be known before async-graphql may touch the request.
fn check(envelope: Envelope, limits: &Limits) -> Result<async_graphql::Request, Box<Answer>> {
    let variables = serde_json::Value::Object(envelope.variables.unwrap_or_default());
    if longest_list(&variables) > limits.list_items_max {
        let message =
            format!("a list of the variables has more than {} items", limits.list_items_max);
        let errors = vec![ServerError::new(message, None)];
        return Err(Answer::not_executed(errors, "LIMIT_EXCEEDED").into());
    }
    let refused = |refusal: Refusal| {
        let error = ServerError::new(refusal.message, refusal.position);
        Box::new(Answer::not_executed(vec![error], "LIMIT_EXCEEDED"))
    };
    document::check_text(&envelope.query, limits).map_err(refused)?;
    let mut document = parse_query(&envelope.query)
        .map_err(|error| Answer::not_executed(vec![error.into()], "GRAPHQL_PARSE_FAILED"))?;
    document::check_document(&document).map_err(refused)?;
    take_out_omitted(&mut document, |name| variables.get(name).is_some());

    let mut request = async_graphql::Request::new(envelope.query);
    request.operation_name = envelope.operation_name;
    request.variables = Variables::from_json(variables);
    request.set_parsed_query(document);
    Ok(request)
}

/// The recursion ends: the JSON parser bounds nesting.
fn longest_list(value: &serde_json::Value) -> usize {
    use serde_json::Value as Json;
    match value {
        Json::Array(items) => {
            items.iter().map(longest_list).max().unwrap_or_default().max(items.len())
        }
        Json::Object(fields) => fields.values().map(longest_list).max().unwrap_or_default(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => 0,
    }
}
