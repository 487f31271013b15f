//! The outside world as the executor sees it: one request to one subgraph. Owns the request and
//! how it can fail; how it is sent, its time limits and its identity are the transport's.

use std::future::ready;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use query_plan::{FetchId, OperationKind, SubgraphId};

/// Sends requests to subgraphs.
pub trait Transport {
    /// Sends a request; the result is the whole body of the answer. Dropping the future cancels.
    fn fetch(
        &self,
        request: SubgraphRequest,
    ) -> impl Future<Output = Result<Bytes, FetchError>> + Send;

    /// Opens the stream of a subscription's events, each the whole body of an answer. The next is
    /// asked for when the one before is delivered. Dropping future or stream cancels.
    fn subscribe(
        &self,
        _request: SubgraphRequest,
    ) -> impl Future<Output = Result<Events, FetchError>> + Send {
        ready(Err(FetchError::NotStreaming))
    }
}

/// The events of a subscription, as they come from a subgraph.
pub type Events = BoxStream<'static, Result<Bytes, FetchError>>;

/// One request to one subgraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubgraphRequest {
    /// The fetch of the plan that this is (a part of).
    pub fetch: FetchId,
    /// To whom it goes.
    pub subgraph: SubgraphId,
    /// What kind of operation it is: only queries may be sent again, or once for many.
    pub kind: OperationKind,
    /// The body: `{"query":…,"variables":…}`.
    pub body: Bytes,
}

/// Why a request has no answer. It holds no text of its own, so that no address, host or body can
/// reach a client by way of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchError {
    /// No connection, or it broke.
    Unreachable,
    /// The answer was not there in time.
    Timeout,
    /// An HTTP status without a GraphQL answer.
    Status(u16),
    /// What came is no GraphQL answer, by its media type or encoding.
    NotGraphql,
    /// The answer is larger than allowed.
    TooLarge,
    /// Not sent, because the subgraph has too much to do or is known to be down.
    Rejected,
    /// Not subscribed, because that is not possible.
    NotStreaming,
    /// Not sent, because the request already made as many subgraph requests as it may.
    TooManyRequests,
}

impl FetchError {
    /// The `extensions.code` of the error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreachable | Self::Status(_) => "SUBREQUEST_HTTP_ERROR",
            Self::Timeout => "SUBREQUEST_TIMEOUT",
            Self::NotGraphql => "SUBREQUEST_MALFORMED_RESPONSE",
            Self::TooLarge => "SUBREQUEST_RESPONSE_TOO_LARGE",
            Self::Rejected => "SUBREQUEST_REJECTED",
            Self::NotStreaming => "SUBSCRIPTIONS_NOT_SUPPORTED",
            Self::TooManyRequests => "SUBREQUEST_LIMIT_REACHED",
        }
    }

    /// The message of the error; `subgraph` is the subgraph's name.
    #[must_use]
    pub fn message(self, subgraph: &str) -> String {
        let what = match self {
            Self::Unreachable => "could not be reached",
            Self::Timeout => "did not answer in time",
            Self::Status(status) => &format!("answered with HTTP status {status}"),
            Self::NotGraphql => "answered with something else than GraphQL",
            Self::TooLarge => {
                return format!("The answer of the subgraph \"{subgraph}\" is too large.");
            }
            Self::Rejected => "is overloaded or known to be down",
            Self::NotStreaming => "cannot be subscribed to",
            Self::TooManyRequests => {
                return "The operation needs more subgraph requests than allowed.".to_owned();
            }
        };
        format!("The subgraph \"{subgraph}\" {what}.")
    }
}
