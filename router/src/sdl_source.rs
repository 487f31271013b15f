//! Where the schemas of subgraphs come from: files, the federation's own file, running services.

use std::collections::BTreeMap;
use std::fmt::Display;

use bytes::Bytes;
use composition::SubgraphSource;
use executor::FetchError;
use futures_util::StreamExt;
use futures_util::stream;
use http::{HeaderMap, HeaderName, HeaderValue};
use query_plan::OperationKind;
use serde_json::Value;

use crate::limits::SubgraphLimits;
use crate::subgraph_client::{SubgraphClient, Target};
use crate::supergraph_yaml::{Federation, SchemaSource, Subgraph};

/// Why the schema of a subgraph is not at hand.
#[derive(Debug, thiserror::Error)]
#[error("subgraph `{subgraph}`: {place}: {reason}")]
pub struct SdlError {
    /// Which subgraph.
    pub subgraph: String,
    /// Which file cannot be read, or which URL cannot be asked.
    pub place: String,
    /// Why.
    pub reason: String,
}

impl SdlError {
    /// The schema of `subgraph` is not at hand at `place`.
    pub fn new(subgraph: &str, place: &str, reason: impl Display) -> Self {
        let reason = reason.to_string();
        Self { subgraph: subgraph.to_owned(), place: place.to_owned(), reason }
    }
}

/// Of a subgraph's own message so much is told.
const MESSAGE_CHARS_MAX: usize = 500;

/// How many subgraphs are asked at once.
const ASKED_AT_ONCE: usize = 16;

/// Reads the schemas of all subgraphs, in the order of their names.
pub async fn read_all(
    federation: &Federation,
    client: &SubgraphClient,
) -> Vec<Option<Result<SubgraphSource, SdlError>>> {
    let subgraphs = federation.subgraphs.iter();
    let reads = subgraphs.map(|(name, subgraph)| read(federation, name, subgraph, client));
    stream::iter(reads).buffered(ASKED_AT_ONCE).map(Some).collect().await
}

/// Reads the schema of one subgraph from where the federation says it is.
///
/// # Errors
/// It is not at hand.
pub async fn read(
    federation: &Federation,
    name: &str,
    subgraph: &Subgraph,
    client: &SubgraphClient,
) -> Result<SubgraphSource, SdlError> {
    let (sdl, file) = match &subgraph.schema {
        SchemaSource::Sdl(sdl) => (sdl.clone(), None),
        SchemaSource::Introspect { url, headers } => {
            (introspect(name, url, headers, client).await?, None)
        }
        SchemaSource::File(file) => {
            let path = federation.folder.join(file);
            let shown = path.strip_prefix(".").unwrap_or(&path).display().to_string();
            let sdl = std::fs::read_to_string(&path)
                .map_err(|error| SdlError::new(name, &shown, error))?;
            (sdl, Some(shown))
        }
    };
    let url = subgraph.url().unwrap_or_default().to_owned();
    Ok(SubgraphSource { name: name.to_owned(), url, sdl, file })
}

/// Asks the service at `url` for its schema.
///
/// # Errors
/// It does not answer, or not with a schema.
pub async fn introspect(
    name: &str,
    url: &str,
    headers: &BTreeMap<String, String>,
    client: &SubgraphClient,
) -> Result<String, SdlError> {
    let not_asked = |reason: String| SdlError::new(name, url, reason);
    let target = target(name, url, headers).map_err(not_asked)?;
    let question = Bytes::from_static(br#"{"query":"{_service{sdl}}"}"#);
    let not_graphql = |why: &dyn Display| format!("the answer is not a GraphQL response: {why}");
    let answer = client.post(&target, (OperationKind::Query, question), None).await;
    let answer = answer.map_err(|fault| match fault.error {
        FetchError::NotGraphql => not_asked(not_graphql(&fault.detail)),
        _ => not_asked(fault.detail),
    })?;
    let answer: Value =
        serde_json::from_slice(&answer).map_err(|error| not_asked(not_graphql(&error)))?;
    if let Some(sdl) = answer["data"]["_service"]["sdl"].as_str() {
        return Ok(sdl.to_owned());
    }
    let said = answer["errors"][0]["message"].as_str().unwrap_or("no error is given");
    let said: String = said.chars().take(MESSAGE_CHARS_MAX).collect();
    Err(not_asked(format!(
        "it has no `_service {{ sdl }}` to say its schema with, as subgraphs of a federation have \
         ({said}); the schema of another service can be given as a file"
    )))
}

fn target(name: &str, url: &str, headers: &BTreeMap<String, String>) -> Result<Target, String> {
    let mut map = HeaderMap::new();
    for (key, value) in headers {
        let key: HeaderName = key.parse().map_err(|_| format!("`{key}` is not a header"))?;
        let value: HeaderValue =
            value.parse().map_err(|_| format!("the value of `{key}` is not one of a header"))?;
        map.insert(key, value);
    }
    Target::new(name.to_owned(), url, map, SubgraphLimits::default()).map_err(|e| e.to_string())
}
