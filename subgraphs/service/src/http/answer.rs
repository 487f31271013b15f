//! An answer to a GraphQL request: its body, and the status and media type that go with it.
//! <https://graphql.github.io/graphql-over-http/draft/#sec-Response>

use async_graphql::{ErrorExtensionValues, ServerError, Value};
use axum::{
    body::Body,
    http::{HeaderMap, Response, StatusCode, header},
    response::IntoResponse,
};
use serde::Serialize;

/// The most errors an answer lists.
const ERRORS_MAX: usize = 100;

/// An answer; without `data` the request was never executed.
pub(super) struct Answer {
    cause: Cause,
    body: Envelope,
}

/// What decides the status.
enum Cause {
    /// It was executed, with or without field errors.
    Executed,
    /// The GraphQL of the request is at fault.
    NotExecuted,
    /// It never got as far as GraphQL.
    Refused(StatusCode),
}

#[derive(Serialize)]
struct Envelope {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ServerError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
}

impl Answer {
    /// The transport refuses the request, whatever its GraphQL is.
    pub(super) fn refuse(status: StatusCode, code: &'static str, message: &str) -> Self {
        let errors = with_code(vec![ServerError::new(message, None)], code);
        Self { cause: Cause::Refused(status), body: Envelope { errors, data: None } }
    }

    /// The GraphQL of the request is at fault.
    pub(super) fn not_executed(errors: Vec<ServerError>, code: &'static str) -> Self {
        let errors = with_code(errors, code);
        Self { cause: Cause::NotExecuted, body: Envelope { errors, data: None } }
    }

    /// What async-graphql made of the request.
    pub(super) fn of(response: async_graphql::Response) -> Self {
        let executed = response.data != Value::Null
            || response.errors.iter().any(|error| !error.path.is_empty());
        if !executed {
            return Self::not_executed(response.errors, "GRAPHQL_VALIDATION_FAILED");
        }
        // Resolvers name their codes; what has none failed when an argument was read.
        let errors = with_code(response.errors, "BAD_USER_INPUT");
        Self { cause: Cause::Executed, body: Envelope { errors, data: Some(response.data) } }
    }

    /// The answer in the client's media type.
    pub(super) fn into_response(self, media: Media) -> Response<Body> {
        let status = match (self.cause, media) {
            (Cause::Refused(status), _) => status,
            (Cause::NotExecuted, Media::GraphqlResponse) => StatusCode::BAD_REQUEST,
            // Clients of the older type take any other status for a failure of the transport.
            (Cause::NotExecuted, Media::Json) | (Cause::Executed, _) => StatusCode::OK,
        };
        let body = serde_json::to_vec(&self.body).expect("an answer is plain JSON");
        (status, [(header::CONTENT_TYPE, media.content_type())], body).into_response()
    }
}

fn with_code(mut errors: Vec<ServerError>, code: &'static str) -> Vec<ServerError> {
    errors.truncate(ERRORS_MAX);
    for error in &mut errors {
        let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
        if extensions.get("code").is_none() {
            extensions.set("code", code);
        }
    }
    errors
}

/// The media type of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/graphql-response+json`
    GraphqlResponse,
    /// `application/json`
    Json,
}

impl Media {
    /// Plain JSON only for clients that ask for it and don't know the newer type.
    pub(super) fn accepted_by(headers: &HeaderMap) -> Self {
        let accepts = |media: &str| {
            let values = headers.get_all(header::ACCEPT).iter();
            values.filter_map(|value| value.to_str().ok()).any(|value| value.contains(media))
        };
        if accepts("application/json") && !accepts("application/graphql-response+json") {
            Self::Json
        } else {
            Self::GraphqlResponse
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}
