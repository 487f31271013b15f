//! `@defer` as cases of text: an operation, its plan and the payloads of its answer.
//!
//! A case begins with `# why`, `variables {…}`, `slow <subgraph>` and `down <subgraph>`; `| ` is
//! the plan and `= ` a payload. `UPDATE=1` writes plan and payloads instead of comparing them.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use executor::{FetchError, SubgraphRequest, Transport};
use futures_util::{FutureExt, StreamExt};
use http::HeaderMap;
use router::graphql_request::GraphqlRequest;
use router::pipeline::Allowed;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::federation;
use crate::parts::{Delay, merge};
use crate::simulated::{Federation, InMemory, Outcome, same};

async fn check(federation: &Federation, path: &Path) {
    let text = fs::read_to_string(path).unwrap();
    let (mut head, mut query, mut variables) = (String::new(), String::new(), json!({}));
    let (mut slow, mut down) = ("", "");
    for line in text.lines().filter(|line| !line.starts_with(['|', '='])) {
        head += &format!("{line}\n");
        match line.split_once(' ') {
            Some(("#", _)) => {}
            Some(("slow", subgraph)) => slow = subgraph,
            Some(("down", subgraph)) => down = subgraph,
            Some(("variables", json)) => variables = serde_json::from_str(json).unwrap(),
            _ => query += &format!("{line}\n"),
        }
    }
    let delay = |subgraph: &str, _: &[u8]| match subgraph {
        _ if subgraph == down => Delay::Fails(FetchError::Unreachable),
        _ if subgraph == slow => Delay::Turns(20),
        _ => Delay::Turns(0),
    };
    let answer = federation.answer_in_parts(&query, &variables, delay).await;
    let mut got = head;
    match &answer {
        Err(rejection) => got += &format!("= {rejection}\n"),
        Ok(payloads) => {
            for line in federation.plan(&query).lines() {
                got += format!("| {line}").trim_end();
                got.push('\n');
            }
            payloads.iter().for_each(|payload| got += &format!("= {payload}\n"));
            let outcome = federation.answer(&query, &variables).await;
            let Outcome { rejections, requests, .. } = outcome;
            assert!(rejections.is_empty(), "{path:?} {rejections:?} of {requests:?}");
            let whole = federation.answer_whole(&query, &variables, delay).await.unwrap();
            check_merged(&whole, payloads);
            assert_eq!(federation.plan_fault(&query), None);
        }
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, got).unwrap();
    } else {
        assert_eq!(got, text, "{path:?}");
    }
}

/// The parts are the whole, unless a fragment failed, which ends at its own object only in parts.
fn check_merged(whole: &Value, payloads: &[Value]) {
    let merged = merge(payloads).unwrap_or_else(|fault| panic!("{fault}: {payloads:#?}"));
    if merged.failed == 0 {
        assert!(same(&whole["data"], &merged.data), "{whole}\n{}", merged.data);
    }
    let count = whole["errors"].as_array().map_or(0, Vec::len);
    assert_eq!(count, merged.errors.len(), "{whole}\n{merged:?}");
    assert_eq!(whole.get("pending"), None);
}

#[tokio::test]
async fn cases() {
    let federation = federation();
    let entries = fs::read_dir(crate::folder().join("cases")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 20);
    for path in &paths {
        check(&federation, path).await;
    }
}

#[tokio::test]
async fn introspection_has_the_directive_where_answers_come_in_parts() {
    let query = "{ __schema { directives { name locations args { name type { name } } } } }";
    let defer_of = |answer: &Value| {
        let directives = answer["data"]["__schema"]["directives"].as_array().unwrap();
        directives.iter().find(|directive| directive["name"] == "defer").cloned()
    };
    let federation = federation();
    assert_eq!(defer_of(&federation.answer(query, &json!({})).await.response), None);
    let at_once = |_: &str, _: &[u8]| Delay::Turns(0);
    let parts = federation.answer_in_parts(query, &json!({}), at_once).await.unwrap();
    let defer = defer_of(&parts[0]).unwrap();
    assert_eq!(defer["locations"], json!(["FRAGMENT_SPREAD", "INLINE_FRAGMENT"]));
    let names: Vec<_> = defer["args"].as_array().unwrap().iter().map(|a| &a["name"]).collect();
    assert_eq!(names, ["if", "label"]);
}

/// Answers for the catalog; what the reviews are asked is counted and never answered.
struct Held<'a> {
    in_memory: InMemory<'a>,
    /// Requests that are under way.
    under_way: Arc<AtomicUsize>,
}

struct UnderWay(Arc<AtomicUsize>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Transport for Held<'_> {
    async fn fetch(&self, request: SubgraphRequest) -> Result<Bytes, FetchError> {
        if self.in_memory.subgraphs[usize::from(request.subgraph.0)].name() == "reviews" {
            self.under_way.fetch_add(1, Ordering::Relaxed);
            let _under_way = UnderWay(Arc::clone(&self.under_way));
            std::future::pending::<()>().await;
        }
        // No answer is there at once.
        tokio::task::yield_now().await;
        (&self.in_memory).fetch(request).await
    }
}

#[tokio::test]
async fn deferred_fetches_start_at_once_and_end_with_the_answer() {
    let federation = federation();
    let under_way = Arc::new(AtomicUsize::new(0));
    let transport = Held { in_memory: federation.in_memory(), under_way: Arc::clone(&under_way) };
    let query = "{ product(id: \"1\") { name } ... @defer { best { text } } }";
    let request = GraphqlRequest { query: query.into(), operation_name: None, variables: None };
    let deadline = Instant::now() + Duration::from_secs(60);
    let (engine, headers) = (&federation.engine, HeaderMap::new());
    let answer = engine.answer_in_parts(&request, &headers, Allowed::Queries, transport, deadline);
    let mut payloads = Box::pin(answer.await.unwrap());
    assert!(payloads.next().await.is_some());
    assert_eq!(under_way.load(Ordering::Relaxed), 1);
    assert!(payloads.next().now_or_never().is_none());
    drop(payloads);
    assert_eq!(under_way.load(Ordering::Relaxed), 0);
}

/// Answers with so many products.
struct Many(usize);

impl Transport for Many {
    async fn fetch(&self, request: SubgraphRequest) -> Result<Bytes, FetchError> {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let answer = match body["variables"]["representations"].as_array() {
            Some(all) => json!({ "_entities": vec![json!({ "left": 1 }); all.len()] }),
            None => {
                let product = |id: usize| json!({ "id": id.to_string() });
                json!({ "products": (0..self.0).map(product).collect::<Vec<_>>() })
            }
        };
        Ok(json!({ "data": answer }).to_string().into())
    }
}

#[tokio::test]
async fn too_many_parts_come_in_one_piece() {
    let federation = federation();
    let nested = "... @defer { ".repeat(30) + "left" + &" }".repeat(30);
    let query = format!("{{ products {{ id {nested} }} }}");
    let request = GraphqlRequest { query: query.into(), operation_name: None, variables: None };
    for (products, payloads) in [(3000, 2), (4000, 1)] {
        let deadline = Instant::now() + Duration::from_secs(60);
        let (engine, many) = (&federation.engine, Many(products));
        let answer = engine
            .answer_in_parts(&request, &HeaderMap::new(), Allowed::Queries, many, deadline)
            .await;
        let answer: Vec<Value> = answer
            .unwrap()
            .map(|payload| serde_json::from_slice(&payload).unwrap())
            .collect()
            .await;
        assert_eq!(answer.len(), payloads);
        let merged = merge(&answer).unwrap();
        assert_eq!(merged.data["products"].as_array().map(Vec::len), Some(products));
        assert_eq!(merged.data["products"][products - 1]["left"], 1);
        assert!(merged.errors.is_empty());
    }
}
