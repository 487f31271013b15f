//! Subscriptions: the source is a script, what completes its events are simulated subgraphs.

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use executor::{Events, FetchError, SubgraphRequest, Transport};
use futures_util::{FutureExt, StreamExt, stream};
use http::HeaderMap;
use router::error_code::ErrorCode;
use router::graphql_request::GraphqlRequest;
use router::limits::{RequestLimits, SubgraphLimits};
use router::pipeline::{Allowed, Engine};
use router::serving::{Serving, Sharing};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::simulated::{Federation, composed_of};
use crate::{federation, supergraph};

type Event = Result<Bytes, FetchError>;

/// A source of scripted events, and how many of them were taken.
struct Source<'a> {
    federation: &'a Federation,
    events: Result<Vec<Event>, FetchError>,
    asked: Mutex<Vec<String>>,
    taken: Arc<AtomicUsize>,
    /// A subgraph that does not answer.
    down: &'static str,
}

impl Transport for &Source<'_> {
    async fn fetch(&self, request: SubgraphRequest) -> Result<Bytes, FetchError> {
        let subgraph = &self.federation.subgraphs[usize::from(request.subgraph.0)];
        if subgraph.name() == self.down {
            return Err(FetchError::Timeout);
        }
        Ok(subgraph.answer(&request.body).into())
    }

    async fn subscribe(&self, request: SubgraphRequest) -> Result<Events, FetchError> {
        let name = self.federation.subgraphs[usize::from(request.subgraph.0)].name();
        let body = String::from_utf8_lossy(&request.body).into_owned();
        self.asked.lock().unwrap().push(format!("{name} {body}"));
        let taken = Arc::clone(&self.taken);
        let count = move |_: &Event| {
            taken.fetch_add(1, Ordering::Relaxed);
        };
        Ok(stream::iter(self.events.clone()?).inspect(count).boxed())
    }
}

fn event(json: &Value) -> Event {
    Ok(json.to_string().into())
}

fn source(federation: &Federation, events: Result<Vec<Event>, FetchError>) -> Source<'_> {
    let (asked, taken) = (Mutex::default(), Arc::default());
    Source { federation, events, asked, taken, down: "" }
}

fn request(query: &str) -> GraphqlRequest<'_> {
    GraphqlRequest { query: query.into(), operation_name: None, variables: None }
}

fn deadline() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

async fn responses(source: &Source<'_>, query: &str) -> Vec<Value> {
    let engine = &source.federation.engine;
    let responses =
        engine.subscribe(&request(query), &HeaderMap::new(), source, deadline()).await.unwrap();
    responses
        .map(|response| serde_json::from_slice(&response.body.concat()).unwrap())
        .collect()
        .await
}

const CHANGED: &str = "subscription { changed { name score } }";

fn changed(id: &str) -> Event {
    event(&json!({ "data": { "changed": { "__typename": "Product", "id": id, "name": "N" } } }))
}

#[tokio::test]
async fn each_event_is_completed_by_other_subgraphs() {
    let federation = federation();
    let source = source(&federation, Ok(vec![changed("1"), changed("1")]));
    let expected = json!({ "data": { "changed": { "name": "N", "score": 7 } } });
    assert_eq!(responses(&source, CHANGED).await, [expected.clone(), expected]);
    let asked = source.asked.lock().unwrap();
    assert_eq!(asked.len(), 1);
    assert!(asked[0].starts_with("catalog {\"query\":\"subscription{changed{"), "{asked:?}");
}

#[tokio::test]
async fn an_event_may_bring_errors() {
    let federation = federation();
    let failed = json!({ "data": { "changed": null },
        "errors": [{ "message": "gone", "path": ["changed"] }] });
    let source = source(&federation, Ok(vec![event(&failed), changed("1")]));
    let responses = responses(&source, CHANGED).await;
    assert_eq!(responses[0]["data"], json!({ "changed": null }));
    assert_eq!(responses[0]["errors"][0]["message"], "gone");
    assert_eq!(responses[1]["data"]["changed"]["score"], 7);
}

#[tokio::test]
async fn an_event_whose_entities_cannot_be_had_is_an_answer_with_errors() {
    let federation = federation();
    let source = Source { down: "reviews", ..source(&federation, Ok(vec![changed("1")])) };
    let responses = responses(&source, CHANGED).await;
    assert_eq!(responses[0]["data"], json!({ "changed": { "name": "N", "score": null } }));
    assert_eq!(responses[0]["errors"][0]["path"], json!(["changed", "score"]));
    assert_eq!(responses[0]["errors"][0]["extensions"]["code"], "SUBREQUEST_TIMEOUT");
}

#[tokio::test]
async fn a_source_that_breaks_is_an_answer_with_errors() {
    let federation = federation();
    let broken = Err(FetchError::Unreachable);
    let source = source(&federation, Ok(vec![changed("1"), broken]));
    let responses = responses(&source, CHANGED).await;
    assert_eq!(responses.len(), 2);
    assert_eq!(responses[1]["data"], json!({ "changed": null }));
    assert_eq!(responses[1]["errors"][0]["extensions"]["code"], "SUBREQUEST_HTTP_ERROR");
}

#[tokio::test]
async fn a_source_that_cannot_be_opened_is_one_answer_with_errors() {
    let federation = federation();
    let source = source(&federation, Err(FetchError::NotStreaming));
    let responses = responses(&source, CHANGED).await;
    assert_eq!(responses.len(), 1);
    let code = &responses[0]["errors"][0]["extensions"]["code"];
    assert_eq!(code, "SUBSCRIPTIONS_NOT_SUPPORTED");
}

#[tokio::test]
async fn the_next_event_is_taken_when_the_one_before_was_delivered() {
    let federation = federation();
    let source = source(&federation, Ok(vec![changed("1"), changed("1"), changed("1")]));
    let query = request(CHANGED);
    let responses =
        federation.engine.subscribe(&query, &HeaderMap::new(), &source, deadline()).await.unwrap();
    let mut responses = pin!(responses);
    assert_eq!(source.taken.load(Ordering::Relaxed), 0);
    for count in 1..=2 {
        assert!(responses.next().await.is_some());
        assert_eq!(source.taken.load(Ordering::Relaxed), count);
    }
}

/// Tells when it is dropped.
struct Ended(Arc<AtomicUsize>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Opens a source that never has an event.
struct Silent(Arc<AtomicUsize>);

impl Transport for Silent {
    async fn fetch(&self, _: SubgraphRequest) -> Result<Bytes, FetchError> {
        Err(FetchError::Rejected)
    }

    async fn subscribe(&self, _: SubgraphRequest) -> Result<Events, FetchError> {
        let ended = Ended(Arc::clone(&self.0));
        let silent = stream::pending().inspect(move |_: &Event| {
            let _ = &ended;
        });
        Ok(silent.boxed())
    }
}

#[tokio::test]
async fn dropping_the_answers_ends_the_source() {
    let federation = federation();
    let ended = Arc::new(AtomicUsize::new(0));
    let silent = Silent(Arc::clone(&ended));
    let query = request(CHANGED);
    let responses =
        federation.engine.subscribe(&query, &HeaderMap::new(), silent, deadline()).await.unwrap();
    let mut responses = Box::pin(responses);
    assert!(responses.next().now_or_never().is_none());
    assert_eq!(ended.load(Ordering::Relaxed), 0);
    drop(responses);
    assert_eq!(ended.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_subscription_goes_on_when_the_schema_changes() {
    let federation = federation();
    let engine = |sdl: &str| {
        Engine::new(sdl, &RequestLimits::default(), &SubgraphLimits::default()).unwrap()
    };
    let serving = Serving::new(RequestLimits::default(), Sharing::default());
    serving.replace(engine(&supergraph().0));
    let source = source(&federation, Ok(vec![changed("1"), changed("1")]));
    let query = request(CHANGED);
    let responses = serving
        .engine()
        .unwrap()
        .subscribe(&query, &HeaderMap::new(), &source, deadline())
        .await
        .unwrap();
    let mut responses = pin!(responses);
    assert!(responses.next().await.is_some());
    // Nobody has changes, reviews or products any more.
    let other = composed_of(std::iter::once(("other", "type Query { other: Int }"))).unwrap();
    serving.replace(engine(&other));
    let engine = serving.engine().unwrap();
    assert!(engine.subscribe(&query, &HeaderMap::new(), &source, deadline()).await.is_err());
    let response = responses.next().await.unwrap();
    let response: Value = serde_json::from_slice(&response.body.concat()).unwrap();
    assert_eq!(response["data"]["changed"]["score"], 7);
}

#[tokio::test]
async fn what_is_not_one_subscription_is_refused() {
    let federation = federation();
    let source = source(&federation, Ok(Vec::new()));
    let cases = [
        (
            "subscription { changed { id } again: changed { id } }",
            ErrorCode::GraphqlValidationFailed,
        ),
        (
            "subscription { changed { id ... @defer { score } } }",
            ErrorCode::GraphqlValidationFailed,
        ),
        ("{ products { id } }", ErrorCode::BadRequest),
    ];
    for (query, code) in cases {
        let query = request(query);
        let refused =
            federation.engine.subscribe(&query, &HeaderMap::new(), &source, deadline()).await.err();
        assert_eq!(refused.map(|refused| refused.code()), Some(code));
    }
    let query = request(CHANGED);
    let once = Allowed::QueriesAndMutations;
    let answer =
        federation.engine.answer(&query, &HeaderMap::new(), once, &source, deadline()).await;
    assert_eq!(answer.err().map(|no| no.code()), Some(ErrorCode::SubscriptionsNotSupported));
    assert!(source.asked.lock().unwrap().is_empty());
}
