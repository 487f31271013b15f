//! Requests to subgraphs over HTTP: one client with its pool of connections, and for each subgraph
//! a target with the limits of its own.
//!
//! What a failure is like in detail is for the log; clients get the executor's words for it, which
//! hold no address and no text of a subgraph.

use bytes::Bytes;
use executor::FetchError;
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderValue, Method, Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use query_plan::OperationKind;
use tokio::time::Instant;

use crate::limits::SubgraphLimits;
use crate::subgraph_connections::{Address, Connections};
use crate::turns::Turns;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const ACCEPTED: HeaderValue =
    HeaderValue::from_static("application/graphql-response+json, application/json;q=0.9");

/// A body of this length is large.
const LARGE: usize = 1 << 20;
/// What is reserved for a large body: more than 16 MiB the allocator keeps apart from all else, so
/// that a body always finds the place of the last one. What is not used of it takes no memory.
const APART: usize = (16 << 20) + 1;

/// A subgraph as somebody to send requests to.
#[derive(Debug)]
pub struct Target {
    name: String,
    address: Address,
    /// The path of its endpoint.
    path: Uri,
    /// What each request has, `Host` and content types included.
    headers: HeaderMap,
    limits: SubgraphLimits,
    turns: Turns,
}

/// Why a subgraph's answer cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubgraphFault {
    /// What clients may know.
    pub error: FetchError,
    /// What happened, for the log.
    pub detail: String,
}

impl SubgraphFault {
    fn new(error: FetchError, detail: impl Into<String>) -> Self {
        Self { error, detail: detail.into() }
    }
}

/// The connections to all subgraphs.
#[derive(Debug, Default)]
pub struct SubgraphClient {
    connections: Connections,
}

/// A URL is not one that requests can be sent to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a URL that starts with http://")]
pub struct NotHttp(pub String);

impl Target {
    /// The subgraph `name` at `url`; `headers` are added to each request.
    ///
    /// # Errors
    /// The URL is of another kind than http.
    pub fn new(
        name: String,
        url: &str,
        mut headers: HeaderMap,
        limits: SubgraphLimits,
    ) -> Result<Self, NotHttp> {
        let not_http = || NotHttp(url.to_owned());
        let uri: Uri = url.parse().map_err(|_| not_http())?;
        let authority = uri.authority().filter(|_| uri.scheme_str() == Some("http"));
        let authority = authority.ok_or_else(not_http)?;
        // A literal address of version 6 stands in brackets only in URLs.
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let address = Address { host, port: authority.port_u16().unwrap_or(80) };
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let path = path.parse().map_err(|_| not_http())?;
        let host = authority.as_str().rsplit('@').next().unwrap_or_default();
        headers.insert(HOST, host.parse().map_err(|_| not_http())?);
        headers.insert(CONTENT_TYPE, JSON);
        headers.insert(ACCEPT, ACCEPTED);
        let turns = Turns::new(limits.in_flight_max, limits.queued_max);
        Ok(Self { name, address, path, headers, limits, turns })
    }

    /// The subgraph's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl SubgraphClient {
    /// Sends a GraphQL request's JSON to a subgraph and returns the JSON of its response, unread;
    /// a query is sent again if a connection turns out to be closed.
    /// All of it, from the queue to the last byte, has to be done by `deadline`.
    ///
    /// # Errors
    /// There is no usable answer in time.
    pub async fn post(
        &self,
        target: &Target,
        (kind, body): (OperationKind, Bytes),
        deadline: Option<Instant>,
    ) -> Result<Bytes, SubgraphFault> {
        let own = Instant::now() + target.limits.duration_max;
        let deadline = deadline.map_or(own, |deadline| deadline.min(own));
        tokio::time::timeout_at(deadline, self.exchange(target, kind, body))
            .await
            .unwrap_or_else(|_| Err(SubgraphFault::new(FetchError::Timeout, "no answer in time")))
    }

    async fn exchange(
        &self,
        target: &Target,
        kind: OperationKind,
        body: Bytes,
    ) -> Result<Bytes, SubgraphFault> {
        let _turn =
            target.turns.take().await.ok_or_else(|| {
                SubgraphFault::new(FetchError::Rejected, "too many requests wait")
            })?;
        let request = || {
            let mut request = Request::new(Full::new(body.clone()));
            *request.method_mut() = Method::POST;
            *request.uri_mut() = target.path.clone();
            request.headers_mut().clone_from(&target.headers);
            request
        };
        let sent = self.connections.send(&target.address, kind, request, &target.limits);
        let (response, connection) = sent
            .await
            .map_err(|error| SubgraphFault::new(FetchError::Unreachable, error.to_string()))?;
        let failed = check_head(target, &response)?;
        let body = read_body(target, response).await?;
        self.connections.give_back(&target.address, connection);
        match failed {
            Some(fault) if !has_errors(&body) => Err(fault),
            _ => Ok(body),
        }
    }
}

/// Whether the body can be read; and the fault that there is if that is no GraphQL response.
fn check_head(
    target: &Target,
    response: &Response<Incoming>,
) -> Result<Option<SubgraphFault>, SubgraphFault> {
    let header = |name| response.headers().get(name).map(HeaderValue::as_bytes);
    let content_type = header(CONTENT_TYPE).unwrap_or_default();
    let media_type = content_type.split(|b| *b == b';').next().unwrap_or_default().trim_ascii();
    let is_graphql = media_type.eq_ignore_ascii_case(b"application/graphql-response+json");
    let is_json = media_type.eq_ignore_ascii_case(b"application/json");
    let status = response.status();
    let failed = || SubgraphFault::new(FetchError::Status(status.as_u16()), status.to_string());
    // With its own media type the body is a GraphQL response whatever the status is; as other JSON
    // it may come from somebody in between.
    // <https://graphql.github.io/graphql-over-http/draft/#sec-Processing-a-response>
    let is_encoded = header(CONTENT_ENCODING).is_some_and(|encoding| encoding != b"identity");
    if !is_graphql && !status.is_success() && (!is_json || is_encoded) {
        return Err(failed());
    }
    if is_encoded || !(is_graphql || is_json) {
        let content_type = String::from_utf8_lossy(content_type);
        let detail = format!("content type `{content_type}`, encoded: {is_encoded}");
        return Err(SubgraphFault::new(FetchError::NotGraphql, detail));
    }
    let length = header(CONTENT_LENGTH).and_then(|length| std::str::from_utf8(length).ok());
    let length: Option<usize> = length.and_then(|length| length.parse().ok());
    match length {
        Some(length) if length > target.limits.response_bytes_max => Err(too_large()),
        _ => Ok((!is_graphql && !status.is_success()).then(failed)),
    }
}

/// Whether this is a GraphQL response that says what went wrong.
fn has_errors(body: &[u8]) -> bool {
    let body = executor::decode(body).unwrap_or_default();
    let mut errors = body["errors"].as_array().into_iter().flatten().peekable();
    errors.peek().is_some() && errors.all(|error| error["message"].is_string())
}

fn too_large() -> SubgraphFault {
    SubgraphFault::new(FetchError::TooLarge, "the body is larger than the limit")
}

/// Reads a body. One that comes in one piece is not copied, any other only once.
async fn read_body(target: &Target, response: Response<Incoming>) -> Result<Bytes, SubgraphFault> {
    let mut body = response.into_body();
    // What is declared has been found to be within the limit.
    let declared = body.size_hint().exact().and_then(|length| usize::try_from(length).ok());
    let (mut first, mut all) = (Bytes::new(), Vec::new());
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            SubgraphFault::new(FetchError::Unreachable, format!("cut off: {error}"))
        })?;
        let Ok(piece) = frame.into_data() else { continue };
        if first.len() + all.len() + piece.len() > target.limits.response_bytes_max {
            return Err(too_large());
        }
        if first.is_empty() && all.is_empty() {
            first = piece;
            continue;
        }
        if all.is_empty() {
            let declared = declared.unwrap_or_default();
            all.reserve_exact(if declared < LARGE { declared } else { declared.max(APART) });
            all.extend_from_slice(&std::mem::take(&mut first));
        }
        all.extend_from_slice(&piece);
    }
    Ok(if all.is_empty() { first } else { all.into() })
}
