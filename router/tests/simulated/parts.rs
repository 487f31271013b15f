//! For tests: an answer in parts from a federation of simulated subgraphs, and what a client makes
//! of its payloads.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use executor::{FetchError, SubgraphRequest, Transport};
use futures_util::StreamExt;
use router::graphql_request::GraphqlRequest;
use router::pipeline::Allowed;
use router::rejection::Rejection;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use crate::simulated::{Federation, InMemory};

/// How a subgraph answers.
pub(crate) enum Delay {
    /// After so many turns.
    Turns(usize),
    /// Not at all.
    Fails(FetchError),
}

/// Answers as `delay` says of a subgraph's request.
struct Delayed<'a, D> {
    transport: &'a InMemory<'a>,
    delay: D,
}

impl<D: Fn(&str, &[u8]) -> Delay + Sync> Transport for Delayed<'_, D> {
    async fn fetch(&self, request: SubgraphRequest) -> Result<Bytes, FetchError> {
        let name = self.transport.subgraphs[usize::from(request.subgraph.0)].name();
        match (self.delay)(name, &request.body) {
            Delay::Fails(error) => return Err(error),
            Delay::Turns(turns) => {
                for _ in 0..turns {
                    tokio::task::yield_now().await;
                }
            }
        }
        self.transport.fetch(request).await
    }
}

impl Federation {
    /// The payloads of an operation's answer.
    pub(crate) async fn answer_in_parts(
        &self,
        query: &str,
        variables: &Value,
        delay: impl Fn(&str, &[u8]) -> Delay + Sync,
    ) -> Result<Vec<Value>, String> {
        let in_memory = self.in_memory();
        let transport = Delayed { transport: &in_memory, delay };
        let body = body(query, variables);
        let request = GraphqlRequest::from_json(body.as_bytes()).unwrap();
        let kinds = Allowed::QueriesAndMutations;
        let answer = self
            .engine
            .answer_in_parts(&request, &self.headers(), kinds, transport, deadline())
            .await;
        let payloads = pin!(answer.map_err(refused)?);
        let payloads: Vec<Bytes> = payloads.collect().await;
        Ok(payloads.iter().map(|json| serde_json::from_slice(json).unwrap()).collect())
    }

    /// The answer in one piece.
    pub(crate) async fn answer_whole(
        &self,
        query: &str,
        variables: &Value,
        delay: impl Fn(&str, &[u8]) -> Delay + Sync,
    ) -> Result<Value, String> {
        let in_memory = self.in_memory();
        let transport = Delayed { transport: &in_memory, delay };
        let body = body(query, variables);
        let request = GraphqlRequest::from_json(body.as_bytes()).unwrap();
        let kinds = Allowed::QueriesAndMutations;
        let answer =
            self.engine.answer(&request, &self.headers(), kinds, transport, deadline()).await;
        Ok(serde_json::from_slice(&answer.map_err(refused)?.concat()).unwrap())
    }
}

fn body(query: &str, variables: &Value) -> String {
    json!({ "query": query, "variables": variables }).to_string()
}

fn deadline() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

fn refused(rejection: Rejection) -> String {
    format!("{}: {}", rejection.code().as_str(), rejection.message())
}

/// What a client has of an answer.
#[derive(Debug, Default)]
pub(crate) struct Merged {
    pub(crate) data: Value,
    /// Of the whole answer and of its parts.
    pub(crate) errors: Vec<Value>,
    /// How many fragments could not be had.
    pub(crate) failed: usize,
}

/// Merges the payloads of an answer as a client does.
///
/// See <https://github.com/graphql/graphql-spec/pull/1110>.
///
/// # Errors
/// What is wrong with the payloads themselves.
pub(crate) fn merge(payloads: &[Value]) -> Result<Merged, String> {
    let mut merged = Merged::default();
    let mut pending: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut has_next = true;
    for (index, payload) in payloads.iter().enumerate() {
        if !has_next {
            return Err("a payload after the last".to_owned());
        }
        has_next = payload.get("hasNext").is_some_and(|next| next == &json!(true));
        if index == 0 {
            merged.data = payload["data"].clone();
            merged.errors.extend(list(payload, "errors").cloned());
        }
        for announced in list(payload, "pending") {
            let path = announced["path"].as_array().ok_or("no path")?.clone();
            if !at(&mut merged.data, &path).is_ok_and(|place| place.is_object()) && index == 0 {
                return Err(format!("nothing at {announced}"));
            }
            let id = announced["id"].as_str().ok_or("no id")?.to_owned();
            if pending.insert(id, path).is_some() {
                return Err(format!("announced again: {announced}"));
            }
        }
        for part in list(payload, "incremental") {
            let id = part["id"].as_str().ok_or("no id")?;
            let mut path = pending.get(id).ok_or("a part of nothing that is pending")?.clone();
            path.extend(list(part, "subPath").cloned());
            let data = part["data"].as_object().ok_or("no data")?;
            merge_object(at(&mut merged.data, &path)?, data)?;
            merged.errors.extend(list(part, "errors").cloned());
        }
        for completed in list(payload, "completed") {
            let id = completed["id"].as_str().ok_or("no id")?;
            pending.remove(id).ok_or("completed what is not pending")?;
            merged.failed += usize::from(completed.get("errors").is_some());
            merged.errors.extend(list(completed, "errors").cloned());
        }
    }
    if has_next && payloads.len() > 1 || !pending.is_empty() {
        return Err(format!("not completed: {pending:?}"));
    }
    Ok(merged)
}

fn list<'v>(object: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    object.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn at<'v>(data: &'v mut Value, path: &[Value]) -> Result<&'v mut Value, String> {
    let mut place = data;
    for step in path {
        let next = match step {
            Value::String(key) => place.get_mut(key.as_str()),
            index => place.get_mut(index.as_u64().unwrap_or(u64::MAX) as usize),
        };
        place = next.ok_or_else(|| format!("nothing at {step} of {path:?}"))?;
    }
    Ok(place)
}

/// Adds fields to an object; each is delivered once.
fn merge_object(place: &mut Value, data: &Map<String, Value>) -> Result<(), String> {
    let place = place.as_object_mut().ok_or("a part of no object")?;
    for (key, value) in data {
        if place.insert(key.clone(), value.clone()).is_some() {
            return Err(format!("{key} is delivered twice"));
        }
    }
    Ok(())
}
