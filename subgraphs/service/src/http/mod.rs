//! The routes of a service. They know HTTP and GraphQL's envelope, nothing of a schema.

mod answer;
mod graphql;
mod health;

pub use health::Readiness;

use std::time::Duration;

use async_graphql::Executor;
use axum::{
    Router,
    extract::Request,
    routing::{get, post},
};
use tower::ServiceBuilder;
use tower_http::{
    ServiceBuilderExt, catch_panic::CatchPanicLayer, request_id::MakeRequestUuid, trace::TraceLayer,
};
use tracing::{Span, info_span};

use crate::settings::Limits;

/// All routes of a service that executes GraphQL with `schema`.
pub fn routes<E: Executor>(
    schema: E,
    limits: Limits,
    timeout: Duration,
    readiness: Readiness,
) -> Router {
    let endpoint = graphql::Endpoint { schema, limits, timeout };
    let health = Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .with_state(readiness);
    // Outermost first: a request is named, then logged, and a panic becomes an answer.
    let layers = ServiceBuilder::new()
        .set_x_request_id(MakeRequestUuid)
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .propagate_x_request_id()
        .layer(CatchPanicLayer::custom(graphql::after_panic));
    Router::new()
        .route("/graphql", post(graphql::serve))
        .with_state(endpoint)
        .merge(health)
        .layer(layers)
}

/// What each line of the log says about the request it belongs to.
fn span(request: &Request) -> Span {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok());
    info_span!("request", id, method = %request.method(), path = request.uri().path())
}
