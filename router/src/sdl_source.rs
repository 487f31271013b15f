//! Where the schemas of subgraphs come from: files, the federation's own file, running services.

use std::collections::BTreeMap;
use std::fmt::Display;

use bytes::Bytes;
use composition::SubgraphSource;
use executor::FetchError;
use futures_util::StreamExt;
use futures_util::stream;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;

use crate::limits::SubgraphLimits;
use crate::subgraph_client::{SubgraphClient, Target};
use crate::supergraph_yaml::{Federation, SchemaSource, Subgraph};

/// Why the schema of a subgraph is not at hand.
#[derive(Debug, thiserror::Error)]
pub enum SdlError {
    /// A file cannot be read.
    #[error("subgraph `{subgraph}`: {path}: {source}")]
    Unreadable {
        /// Which subgraph.
        subgraph: String,
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A service cannot be asked.
    #[error("subgraph `{subgraph}`: {url}: {reason}")]
    NotAsked {
        /// Which subgraph.
        subgraph: String,
        /// Where it was asked.
        url: String,
        /// Why there is no answer.
        reason: String,
    },
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
    let (sdl, file) =
        match &subgraph.schema {
            SchemaSource::Sdl(sdl) => (sdl.clone(), None),
            SchemaSource::Introspect { url, headers } => {
                (introspect(name, url, headers, client).await?, None)
            }
            SchemaSource::File(file) => {
                let path = federation.folder.join(file);
                let shown = path.strip_prefix(".").unwrap_or(&path).display().to_string();
                let sdl = std::fs::read_to_string(&path).map_err(|source| {
                    SdlError::Unreadable { subgraph: name.to_owned(), path: shown.clone(), source }
                })?;
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
    let not_asked = |reason: String| SdlError::NotAsked {
        subgraph: name.to_owned(),
        url: url.to_owned(),
        reason,
    };
    let target = target(name, url, headers).map_err(not_asked)?;
    let question = Bytes::from_static(br#"{"query":"{_service{sdl}}"}"#);
    let not_graphql = |why: &dyn Display| format!("the answer is not a GraphQL response: {why}");
    let answer = client.post(&target, question, None).await;
    let answer = answer.map_err(|fault| match fault.error {
        FetchError::NotGraphql => not_asked(not_graphql(&fault.detail)),
        _ => not_asked(fault.detail),
    })?;
    let answer: Answer =
        serde_json::from_slice(&answer).map_err(|error| not_asked(not_graphql(&error)))?;
    match (answer.data, answer.errors.first()) {
        (Some(Data { service: Some(service) }), _) => Ok(service.sdl),
        (_, error) => {
            let said = error.map_or("no error is given", |error| &error.message);
            let said: String = said.chars().take(MESSAGE_CHARS_MAX).collect();
            Err(not_asked(format!(
                "it has no `_service {{ sdl }}` to say its schema with, as subgraphs of a \
                 federation have ({said}); the schema of another service can be given as a file"
            )))
        }
    }
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

#[derive(Deserialize)]
struct Answer {
    data: Option<Data>,
    #[serde(default)]
    errors: Vec<AnswerError>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "_service")]
    service: Option<Service>,
}

#[derive(Deserialize)]
struct Service {
    sdl: String,
}

#[derive(Deserialize)]
struct AnswerError {
    message: String,
}
