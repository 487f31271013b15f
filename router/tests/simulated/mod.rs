//! For tests: a federation of simulated subgraphs behind the router's engine, in memory.

#![allow(dead_code, reason = "each test binary uses a part of this")]

mod redundancy;
mod soundness;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use composition::{Options, SubgraphSource, compose};
use executor::{FetchError, SubgraphRequest, Transport};
use http::{HeaderMap, HeaderName, HeaderValue};
use router::graphql_request::GraphqlRequest;
use router::limits::{RequestLimits, SubgraphLimits};
use router::override_labels::OverrideLabels;
use router::pipeline::{Allowed, Engine};
use serde_json::{Value, json};
use subgraph_simulator::Subgraph;
use tokio::time::Instant;

/// The header that names the labels of progressive overrides that are on.
const LABELS: &str = "labels";

/// A supergraph and the subgraphs behind it.
pub(crate) struct Federation {
    pub(crate) engine: Arc<Engine>,
    /// In the order of the engine's targets.
    pub(crate) subgraphs: Vec<Subgraph>,
    /// The labels of progressive overrides that are on.
    pub(crate) labels: BTreeSet<String>,
}

/// What the way to the subgraphs does.
#[derive(Default, Clone, Copy)]
pub(crate) struct Network<'n> {
    /// Answers come in an order that depends on this, not in that of the requests.
    pub(crate) delays: Option<u64>,
    /// What becomes of the answer of a subgraph.
    pub(crate) disturb: Option<&'n Disturb<'n>>,
}

/// Name of the subgraph and its answer -> the answer that comes.
pub(crate) type Disturb<'n> = dyn Fn(&str, Vec<u8>) -> Result<Bytes, FetchError> + Send + Sync + 'n;

/// What came of an operation.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// `data` and `errors`.
    pub(crate) response: Value,
    /// Requests to subgraphs: to whom, and the body.
    pub(crate) requests: Vec<String>,
    /// What subgraphs refused.
    pub(crate) rejections: Vec<String>,
}

impl Federation {
    /// A federation of these subgraphs under a supergraph of theirs.
    pub(crate) fn new(supergraph: &str, mut subgraphs: Vec<Subgraph>) -> Result<Self, String> {
        let engine = Engine::new(supergraph, &RequestLimits::default(), &SubgraphLimits::default())
            .map_err(|error| error.to_string())?;
        let position = |subgraph: &Subgraph| {
            engine.targets().iter().position(|target| target.name() == subgraph.name())
        };
        subgraphs.sort_by_key(position);
        Ok(Self { engine: Arc::new(engine), subgraphs, labels: BTreeSet::new() })
    }

    /// The federation, with labels of progressive overrides by these rules.
    pub(crate) fn with_override_labels(self, labels: OverrideLabels) -> Self {
        let engine = Arc::into_inner(self.engine).unwrap().with_override_labels(labels);
        Self { engine: Arc::new(engine), ..self }
    }

    /// The federation, with these labels of progressive overrides on: a request names them.
    pub(crate) fn with_labels_on(self, labels: &BTreeSet<String>) -> Self {
        let rule = OverrideLabels::new(|label, headers| {
            let named = headers.get(LABELS)?.to_str().ok()?;
            Some(named.split(' ').any(|on| on == label))
        });
        Self { labels: labels.clone(), ..self.with_override_labels(rule) }
    }

    /// The same engine with other labels on, and with other data behind it.
    pub(crate) fn beside(&self, other: Self) -> Self {
        Self { engine: Arc::clone(&self.engine), ..other }
    }

    /// What a request says of the labels.
    pub(crate) fn headers(&self) -> HeaderMap {
        let labels: Vec<&str> = self.labels.iter().map(String::as_str).collect();
        let value = HeaderValue::from_str(&labels.join(" ")).unwrap();
        HeaderMap::from_iter([(HeaderName::from_static(LABELS), value)])
    }

    /// How many plans are cached.
    pub(crate) fn cached_plans(&self) -> usize {
        self.engine.cached_plans().count
    }

    /// The text of an operation's plan.
    pub(crate) fn plan(&self, query: &str) -> String {
        self.engine
            .plan(query, None, &self.labels)
            .map_or_else(|no| format!("{no:?}"), |plan| plan.to_string())
    }

    /// What is wrong with an operation's plan itself, if there is one.
    pub(crate) fn plan_fault(&self, query: &str) -> Option<String> {
        let plan = || self.engine.plan(query, None, &self.labels);
        let (plan, again) = (plan().ok()?, plan());
        if again.ok().as_ref() != Some(&plan) {
            return Some("another plan the second time".to_owned());
        }
        soundness::fault(&plan, &self.subgraphs).or_else(|| redundancy::asked_twice(&plan))
    }

    /// The way to the subgraphs.
    pub(crate) fn in_memory(&self) -> InMemory<'_> {
        self.over(Network::default())
    }

    fn over<'a>(&'a self, network: Network<'a>) -> InMemory<'a> {
        let (requests, pointless) = (Mutex::default(), Mutex::default());
        InMemory { subgraphs: &self.subgraphs, network, requests, pointless }
    }

    /// Runs an operation.
    pub(crate) async fn answer(&self, query: &str, variables: &Value) -> Outcome {
        self.answer_over(Network::default(), query, variables).await
    }

    /// Answers a request that came with these headers.
    pub(crate) async fn respond(&self, request: &Value, headers: &HeaderMap) -> Outcome {
        self.respond_over(Network::default(), request, headers).await
    }

    /// Runs an operation over a network.
    pub(crate) async fn answer_over(
        &self,
        network: Network<'_>,
        query: &str,
        variables: &Value,
    ) -> Outcome {
        let request = json!({ "query": query, "variables": variables });
        self.respond_over(network, &request, &self.headers()).await
    }

    async fn respond_over(
        &self,
        network: Network<'_>,
        request: &Value,
        headers: &HeaderMap,
    ) -> Outcome {
        self.respond_with(self.over(network), &request.to_string(), headers).await
    }

    /// Answers a request that is the JSON `body`.
    pub(crate) async fn respond_to(&self, body: &str) -> Outcome {
        self.respond_with(self.in_memory(), body, &self.headers()).await
    }

    async fn respond_with(
        &self,
        transport: InMemory<'_>,
        body: &str,
        headers: &HeaderMap,
    ) -> Outcome {
        let request = GraphqlRequest::from_json(body.as_bytes()).unwrap();
        let deadline = Instant::now() + Duration::from_secs(60);
        let answer = self
            .engine
            .answer(&request, headers, Allowed::QueriesAndMutations, &transport, deadline)
            .await;
        let response = match answer {
            Ok(body) => serde_json::from_slice(&body.concat()).unwrap(),
            Err(rejection) => json!({ "data": null, "errors": [format!("{rejection:?}")] }),
        };
        let mut rejections = transport.pointless.into_inner().unwrap();
        rejections.extend(self.subgraphs.iter().flat_map(Subgraph::take_rejections));
        let requests = transport.requests.into_inner().unwrap();
        Outcome { response, requests, rejections }
    }
}

/// The supergraph of these subgraphs, as we compose it.
pub(crate) fn composed(subgraphs: &[Subgraph]) -> Result<String, String> {
    let schemas = subgraphs.iter().map(|subgraph| (subgraph.name(), subgraph.sdl()));
    composed_of(schemas)
}

/// The supergraph of subgraphs with these names and schemas, as we compose it.
pub(crate) fn composed_of<'a>(
    schemas: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<String, String> {
    let source = |(name, sdl): (&str, &str)| SubgraphSource {
        name: name.to_owned(),
        url: format!("http://{name}.example/graphql"),
        sdl: sdl.to_owned(),
        file: None,
    };
    let sources: Vec<SubgraphSource> = schemas.map(source).collect();
    match compose(&sources, &Options::default()) {
        Ok(composed) => Ok(composed.supergraph_sdl),
        Err(failure) => Err(format!("{:#?}", failure.errors)),
    }
}

/// Asks the subgraphs, and keeps what they are asked.
pub(crate) struct InMemory<'a> {
    pub(crate) subgraphs: &'a [Subgraph],
    network: Network<'a>,
    requests: Mutex<Vec<String>>,
    /// Requests for no entities at all.
    pointless: Mutex<Vec<String>>,
}

impl InMemory<'_> {
    /// Lets others go first, some more often than others.
    async fn wait(&self) {
        let Some(seed) = self.network.delays else { return };
        let number = self.requests.lock().unwrap().len() as u64;
        let turns = seed.wrapping_add(number).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 61;
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
    }
}

impl Transport for &InMemory<'_> {
    async fn fetch(&self, request: SubgraphRequest) -> Result<Bytes, FetchError> {
        let subgraph = &self.subgraphs[usize::from(request.subgraph.0)];
        let body = String::from_utf8_lossy(&request.body);
        if is_pointless(&request.body) {
            self.pointless.lock().unwrap().push(format!("for no entities: {body}"));
        }
        let answer = subgraph.answer(&request.body);
        let answer = match self.network.disturb {
            Some(disturb) => disturb(subgraph.name(), answer),
            None => Ok(answer.into()),
        };
        let text = answer.as_ref().map(|answer| String::from_utf8_lossy(answer));
        let text = text.unwrap_or_else(|error| format!("{error:?}").into());
        self.requests.lock().unwrap().push(format!("{}: {body}\n      -> {text}", subgraph.name()));
        self.wait().await;
        answer
    }
}

/// Whether a request asks for entities, but names none.
fn is_pointless(body: &[u8]) -> bool {
    let body: Value = serde_json::from_slice(body).unwrap();
    let variables = body["variables"].as_object().into_iter().flatten();
    let is_list = |name: &str| name.starts_with("representations") || name.starts_with("entities");
    let mut lists = variables.filter(|(name, _)| is_list(name)).peekable();
    lists.peek().is_some() && lists.all(|(_, list)| list == &json!([]))
}

/// Whether two JSON values are equal; the order of keys and how a number is written do not count.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, left)| right.get(key).is_some_and(|r| same(left, r)))
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| same(l, r))
        }
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (left, right) => left == right,
    }
}
