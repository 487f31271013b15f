//! The limits of the router: everything that one client or one subgraph can make it hold or do.
//!
//! The defaults are what the project promises; they suit production and are asserted by tests.

use std::time::Duration;

/// Limits on one client request, before anything is fetched for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLimits {
    /// Size of a request's body.
    pub body_bytes_max: usize,
    /// Size of a request's head: the request line and all headers.
    pub head_bytes_max: usize,
    /// How long the rest of a head may take once its first byte has come.
    pub head_duration_max: Duration,
    /// How long a body may take.
    pub body_duration_max: Duration,
    /// How long a connection may be idle between requests.
    pub idle_duration_max: Duration,
    /// From the end of the body to the answer.
    pub duration_max: Duration,
    /// Lexical tokens of a document.
    pub tokens_max: usize,
    /// Nesting of selections, of values and of list types in a document, and of JSON.
    pub nesting_max: usize,
    /// Aliases, counted after fragments are expanded.
    pub aliases_max: usize,
    /// Directives on one field, fragment spread or definition.
    pub directives_max: usize,
    /// Fields of the root type, counted after fragments are expanded.
    pub root_fields_max: usize,
    /// Fields and fragments, counted after fragments are expanded; when an operation is planned, a
    /// field counts once for each object type it may be of and each condition it stands under.
    pub selections_max: usize,
    /// Fields and fragments below `__schema` and `__type`, counted after fragments are expanded:
    /// each is looked at for every type, field and argument of the schema.
    pub introspection_selections_max: usize,
    /// Validation errors that are reported.
    pub validation_errors_max: usize,
    /// Requests that are being answered at once.
    pub in_flight_max: usize,
    /// Requests that wait for one of those to be done.
    pub queued_max: usize,
    /// What the plan cache may weigh.
    pub plan_cache_bytes_max: u64,
    /// How long requests that are being answered may go on after the signal to stop.
    pub drain_duration_max: Duration,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            body_bytes_max: 1 << 20,
            head_bytes_max: 32 << 10,
            head_duration_max: Duration::from_secs(5),
            body_duration_max: Duration::from_secs(10),
            idle_duration_max: Duration::from_secs(75),
            duration_max: Duration::from_secs(5),
            tokens_max: 10_000,
            nesting_max: 64,
            aliases_max: 100,
            directives_max: 8,
            root_fields_max: 50,
            selections_max: 20_000,
            introspection_selections_max: 1_000,
            validation_errors_max: 10,
            in_flight_max: 512,
            queued_max: 512,
            plan_cache_bytes_max: 64 << 20,
            drain_duration_max: Duration::from_secs(20),
        }
    }
}

/// Limits on requests to one subgraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubgraphLimits {
    /// How long a connection may take to be made.
    pub connect_duration_max: Duration,
    /// How long a request may take, from the queue to the last byte of its answer.
    pub duration_max: Duration,
    /// Size of an answer's body.
    pub response_bytes_max: usize,
    /// Requests that are under way at once.
    pub in_flight_max: usize,
    /// Requests that wait for one of those to be done.
    pub queued_max: usize,
    /// How long a connection is kept that nobody uses: less than the 5 s that many servers keep it.
    pub idle_duration_max: Duration,
}

impl Default for SubgraphLimits {
    fn default() -> Self {
        Self {
            connect_duration_max: Duration::from_millis(500),
            duration_max: Duration::from_secs(2),
            response_bytes_max: 8 << 20,
            in_flight_max: 256,
            queued_max: 1024,
            idle_duration_max: Duration::from_secs(4),
        }
    }
}
