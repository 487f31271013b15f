//! The published list of `extensions.code` of requests that are not executed, and the one place
//! that says which HTTP status each has. Codes of failed fields are the executor's.

use http::StatusCode;

/// Why a request, or a part of it, could not be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The body or the query string is not a GraphQL request.
    BadRequest,
    /// A list of requests in one body.
    BatchingNotSupported,
    /// The method is neither GET nor POST, or it is a GET for anything but a query.
    MethodNotAllowed,
    /// The request's content type is not JSON in UTF-8.
    UnsupportedMediaType,
    /// The client accepts none of the content types that an answer can have.
    NotAcceptable,
    /// The request's body is larger than the limit.
    PayloadTooLarge,
    /// The request's body did not come in time.
    RequestTimeout,
    /// There is no such path.
    NotFound,
    /// The document is not GraphQL.
    GraphqlParseFailed,
    /// The document is not valid for the schema.
    GraphqlValidationFailed,
    /// The document has no such operation, or several and none is named.
    OperationResolutionFailure,
    /// A variable's value is not of its type.
    BadUserInput,
    /// The document has too many tokens.
    TokenLimitExceeded,
    /// The document, or the variables, are nested too deep.
    NestingLimitExceeded,
    /// The document has too many aliases.
    AliasLimitExceeded,
    /// A field has too many directives.
    DirectiveLimitExceeded,
    /// The operation has too many root fields.
    RootFieldLimitExceeded,
    /// The operation has too many fields once its fragments are expanded.
    SelectionLimitExceeded,
    /// Introspection is nested too deep.
    IntrospectionDepthExceeded,
    /// The operation is a subscription.
    SubscriptionsNotSupported,
    /// The operation cannot be planned.
    QueryPlanningFailed,
    /// The answer was not ready in time.
    GatewayTimeout,
    /// The router has as many requests as it can hold.
    Overloaded,
    /// The router has no schema yet, or is about to stop.
    ServiceUnavailable,
    /// A bug of the router.
    InternalServerError,
}

impl ErrorCode {
    /// As it stands in `extensions.code`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::BatchingNotSupported => "BATCHING_NOT_SUPPORTED",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::NotAcceptable => "NOT_ACCEPTABLE",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::RequestTimeout => "REQUEST_TIMEOUT",
            Self::NotFound => "NOT_FOUND",
            Self::GraphqlParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::GraphqlValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::OperationResolutionFailure => "OPERATION_RESOLUTION_FAILURE",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::TokenLimitExceeded => "TOKEN_LIMIT_EXCEEDED",
            Self::NestingLimitExceeded => "NESTING_LIMIT_EXCEEDED",
            Self::AliasLimitExceeded => "ALIAS_LIMIT_EXCEEDED",
            Self::DirectiveLimitExceeded => "DIRECTIVE_LIMIT_EXCEEDED",
            Self::RootFieldLimitExceeded => "ROOT_FIELD_LIMIT_EXCEEDED",
            Self::SelectionLimitExceeded => "SELECTION_LIMIT_EXCEEDED",
            Self::IntrospectionDepthExceeded => "INTROSPECTION_DEPTH_EXCEEDED",
            Self::SubscriptionsNotSupported => "SUBSCRIPTIONS_NOT_SUPPORTED",
            Self::QueryPlanningFailed => "QUERY_PLANNING_FAILED",
            Self::GatewayTimeout => "GATEWAY_TIMEOUT",
            Self::Overloaded => "OVERLOADED",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
            Self::InternalServerError => "INTERNAL_SERVER_ERROR",
        }
    }

    /// The HTTP status of a request that failed for this reason.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::GatewayTimeout => StatusCode::GATEWAY_TIMEOUT,
            Self::Overloaded | Self::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::InternalServerError | Self::QueryPlanningFailed => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// Whether the request was a well-formed GraphQL-over-HTTP request, so that a client which
    /// accepts only `application/json` gets the error with status 200.
    ///
    /// See <https://graphql.github.io/graphql-over-http/draft/#sec-application-json>.
    #[must_use]
    pub fn is_of_graphql(self) -> bool {
        matches!(
            self,
            Self::GraphqlParseFailed
                | Self::GraphqlValidationFailed
                | Self::OperationResolutionFailure
                | Self::BadUserInput
                | Self::TokenLimitExceeded
                | Self::NestingLimitExceeded
                | Self::AliasLimitExceeded
                | Self::DirectiveLimitExceeded
                | Self::RootFieldLimitExceeded
                | Self::SelectionLimitExceeded
                | Self::IntrospectionDepthExceeded
                | Self::SubscriptionsNotSupported
        )
    }
}
