//! The published list of `extensions.code` of requests that are not executed, and the one place
//! that says which HTTP status each has. Codes of failed fields are the executor's.

use http::StatusCode;

macro_rules! codes {
    ($($(#[$doc:meta])+ $variant:ident $name:literal $part:ident $status:ident;)+) => {
        /// Why a request, or a part of it, could not be answered.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])+ $variant,)+
        }

        impl ErrorCode {
            /// As it stands in `extensions.code`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The HTTP status of a request that failed for this reason.
            #[must_use]
            pub fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)+ }
            }

            /// Whether the request was a well-formed GraphQL-over-HTTP request, so that a client
            /// which accepts only `application/json` gets the error with status 200.
            ///
            /// See <https://graphql.github.io/graphql-over-http/draft/#sec-application-json>.
            #[must_use]
            pub fn is_of_graphql(self) -> bool {
                match self { $(Self::$variant => stringify!($part) == "graphql",)+ }
            }
        }
    };
}

codes! {
    /// The body or the query string is not a GraphQL request.
    BadRequest "BAD_REQUEST" http BAD_REQUEST;
    /// There is no document, only the hash of one. Clients know this code and send the text.
    PersistedQueryNotSupported "PERSISTED_QUERY_NOT_SUPPORTED" http OK;
    /// A list of requests in one body.
    BatchingNotSupported "BATCHING_NOT_SUPPORTED" http BAD_REQUEST;
    /// The method is neither GET nor POST, or it is a GET for anything but a query.
    MethodNotAllowed "METHOD_NOT_ALLOWED" http METHOD_NOT_ALLOWED;
    /// The request's content type is not JSON in UTF-8.
    UnsupportedMediaType "UNSUPPORTED_MEDIA_TYPE" http UNSUPPORTED_MEDIA_TYPE;
    /// The client accepts none of the content types that an answer can have.
    NotAcceptable "NOT_ACCEPTABLE" http NOT_ACCEPTABLE;
    /// The request's body is larger than the limit.
    PayloadTooLarge "PAYLOAD_TOO_LARGE" http PAYLOAD_TOO_LARGE;
    /// The request's body did not come in time.
    RequestTimeout "REQUEST_TIMEOUT" http REQUEST_TIMEOUT;
    /// There is no such path.
    NotFound "NOT_FOUND" http NOT_FOUND;
    /// The document is not GraphQL.
    GraphqlParseFailed "GRAPHQL_PARSE_FAILED" graphql BAD_REQUEST;
    /// The document is not valid for the schema.
    GraphqlValidationFailed "GRAPHQL_VALIDATION_FAILED" graphql BAD_REQUEST;
    /// The document has no such operation, or several and none is named.
    OperationResolutionFailure "OPERATION_RESOLUTION_FAILURE" graphql BAD_REQUEST;
    /// A variable's value is not of its type.
    BadUserInput "BAD_USER_INPUT" graphql BAD_REQUEST;
    /// The document has too many tokens.
    TokenLimitExceeded "TOKEN_LIMIT_EXCEEDED" graphql BAD_REQUEST;
    /// The document, or the variables, are nested too deep.
    NestingLimitExceeded "NESTING_LIMIT_EXCEEDED" graphql BAD_REQUEST;
    /// The document has too many aliases.
    AliasLimitExceeded "ALIAS_LIMIT_EXCEEDED" graphql BAD_REQUEST;
    /// A field has too many directives.
    DirectiveLimitExceeded "DIRECTIVE_LIMIT_EXCEEDED" graphql BAD_REQUEST;
    /// The operation has too many root fields.
    RootFieldLimitExceeded "ROOT_FIELD_LIMIT_EXCEEDED" graphql BAD_REQUEST;
    /// The operation has too many fields once its fragments are expanded.
    SelectionLimitExceeded "SELECTION_LIMIT_EXCEEDED" graphql BAD_REQUEST;
    /// Introspection is nested too deep.
    IntrospectionDepthExceeded "INTROSPECTION_DEPTH_EXCEEDED" graphql BAD_REQUEST;
    /// The operation is a subscription.
    SubscriptionsNotSupported "SUBSCRIPTIONS_NOT_SUPPORTED" graphql BAD_REQUEST;
    /// The operation cannot be planned.
    QueryPlanningFailed "QUERY_PLANNING_FAILED" http INTERNAL_SERVER_ERROR;
    /// The answer was not ready in time.
    GatewayTimeout "GATEWAY_TIMEOUT" http GATEWAY_TIMEOUT;
    /// The router has as many requests as it can hold.
    Overloaded "OVERLOADED" http SERVICE_UNAVAILABLE;
    /// The router has no schema yet, or is about to stop.
    ServiceUnavailable "SERVICE_UNAVAILABLE" http SERVICE_UNAVAILABLE;
    /// A bug of the router.
    InternalServerError "INTERNAL_SERVER_ERROR" http INTERNAL_SERVER_ERROR;
}
