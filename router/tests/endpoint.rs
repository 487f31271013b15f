//! The endpoint, as a client sees it: over a real socket, before subgraphs of the test's own.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode};
use router::limits::{RequestLimits, SubgraphLimits};
use router::pipeline::Engine;
use router::serving::{Serving, Sharing};
use serde_json::{Value, json};
use support::{Answer, FakeSubgraph, Reply, send};
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

const JSON: (&str, &str) = ("content-type", "application/json");
const GRAPHQL: (&str, &str) = ("accept", "application/graphql-response+json");

/// A router of the test's own.
struct TestRouter {
    address: String,
    serving: Arc<Serving>,
    stop: Option<oneshot::Sender<()>>,
    end: JoinHandle<()>,
}

impl TestRouter {
    async fn start(sdl: &str, limits: RequestLimits, subgraph_limits: &SubgraphLimits) -> Self {
        Self::sharing(Sharing::default(), sdl, limits, subgraph_limits).await
    }

    async fn sharing(
        sharing: Sharing,
        sdl: &str,
        limits: RequestLimits,
        subgraph_limits: &SubgraphLimits,
    ) -> Self {
        let serving = Arc::new(Serving::new(limits.clone(), sharing));
        if !sdl.is_empty() {
            serving.replace(Engine::new(sdl, &limits, subgraph_limits).unwrap());
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&serving);
        let end = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            router::http::serve(listener, served, stopped).await.unwrap();
        });
        Self { address, serving, stop: Some(stop), end }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    async fn post(&self, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Reply {
        send(Method::POST, &self.url("/graphql"), headers, body).await.unwrap()
    }

    async fn query(&self, query: &str) -> Reply {
        self.post(&[JSON], json!({ "query": query }).to_string()).await
    }

    async fn get(&self, path: &str) -> Reply {
        send(Method::GET, &self.url(path), &[], "").await.unwrap()
    }
}

fn supergraph(users: &str, scores: &str) -> String {
    include_str!("endpoint/supergraph.graphql")
        .replace("USERS_URL", users)
        .replace("SCORES_URL", scores)
}

fn users(_: &Value) -> Answer {
    Answer::Json(json!({ "data": {
        "me": { "__typename": "User", "id": "1", "name": "Ada" },
        "rename": { "__typename": "User", "id": "1", "name": "Grace" },
    }}))
}

fn scores(_: &Value) -> Answer {
    Answer::Json(json!({ "data": { "_entities": [{ "__typename": "User", "score": 7 }] } }))
}

async fn healthy() -> TestRouter {
    let users = FakeSubgraph::start(users).await;
    let scores = FakeSubgraph::start(scores).await;
    let sdl = supergraph(&users.url, &scores.url);
    TestRouter::start(&sdl, RequestLimits::default(), &SubgraphLimits::default()).await
}

#[tokio::test]
async fn a_query_is_answered_from_two_subgraphs() {
    let router = healthy().await;
    let reply = router.query("{ me { name score } }").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.headers["content-type"], "application/json; charset=utf-8");
    assert_eq!(reply.text(), r#"{"data":{"me":{"name":"Ada","score":7}}}"#);
    let nothing = r#"{"query":"{ me { name } }","variables":null,"extensions":null}"#;
    let reply = router.post(&[JSON, GRAPHQL], nothing).await;
    assert_eq!(reply.headers["content-type"], "application/graphql-response+json; charset=utf-8");
}

#[tokio::test]
async fn a_long_answer_comes_whole_and_with_its_length() {
    let long = |n: usize| json!({ "name": format!("{n}").repeat(50_000) });
    let me: serde_json::Map<_, _> = (10..40).map(|n| (format!("a{n}"), long(n))).collect();
    let data = json!({ "data": { "me": me } });
    let answer = data.clone();
    let users = FakeSubgraph::start(move |_| Answer::Json(answer.clone())).await;
    let sdl = supergraph(&users.url, "http://scores.example");
    let fields: String = (10..40).map(|n| format!("a{n}: self {{ name }} ")).collect();
    for sharing in [Sharing::Nothing, Sharing::Answers] {
        let limits = SubgraphLimits::default();
        let router = TestRouter::sharing(sharing, &sdl, RequestLimits::default(), &limits).await;
        let query = format!("{{ me {{ {fields} }} }}");
        for reply in futures_util::future::join_all((0..6).map(|_| router.query(&query))).await {
            assert_eq!(reply.headers["content-length"], reply.body.len().to_string());
            assert!(reply.json() == data);
        }
    }
}

#[tokio::test]
async fn what_may_be_deferred_comes_with_the_rest() {
    let router = healthy().await;
    let reply = router.query("{ me { name ... @defer(label: \"late\") { score } } }").await;
    assert_eq!(reply.text(), r#"{"data":{"me":{"name":"Ada","score":7}}}"#);
    let directives = router.query("{ __schema { directives { name } } }").await.text();
    assert!(directives.contains("skip") && !directives.contains("defer"), "{directives}");
}

#[tokio::test]
async fn introspection_stands_beside_data() {
    let router = healthy().await;
    let query = "query($yes: Boolean!) { a: __schema @skip(if: $yes) { queryType { name } } \
                 me { name } b: __type(name: \"User\") { name kind } __typename }";
    let body = json!({ "query": query, "variables": { "yes": true } }).to_string();
    let reply = router.post(&[JSON], body).await;
    let expected = r#"{"data":{"me":{"name":"Ada"},"b":{"name":"User","kind":"OBJECT"},"__typename":"Query"}}"#;
    assert_eq!(reply.text(), expected);
    let query = "{ ...More me { ...Name } } fragment Name on User { name } fragment More on Query { \
                 t: __type(name: \"User\") { isOneOf name: kind interfaces { __typename } } }";
    let expected =
        r#"{"data":{"t":{"isOneOf":null,"name":"OBJECT","interfaces":[]},"me":{"name":"Ada"}}}"#;
    assert_eq!(router.query(query).await.text(), expected);
}

/// Body, `Accept`, status, code.
type Case = (&'static str, (&'static str, &'static str), u16, &'static str);

/// A request with the hash of a document in place of its text.
const PERSISTED: &str = r#"{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38"}}}"#;

#[tokio::test]
async fn rejections_have_the_status_of_the_specification() {
    let plain = ("accept", "application/json");
    let cases: [Case; 16] = [
        ("", plain, 400, "BAD_REQUEST"),
        ("{", plain, 400, "BAD_REQUEST"),
        ("{}", plain, 400, "BAD_REQUEST"),
        (r#"{"query":7}"#, plain, 400, "BAD_REQUEST"),
        (r#"{"query":"{me{name}}","variables":[]}"#, plain, 400, "BAD_REQUEST"),
        (r#"{"query":"{me{name}}","extensions":7}"#, plain, 400, "BAD_REQUEST"),
        (PERSISTED, plain, 200, "PERSISTED_QUERY_NOT_SUPPORTED"),
        (PERSISTED, GRAPHQL, 200, "PERSISTED_QUERY_NOT_SUPPORTED"),
        (r#"[{"query":"{me{name}}"}]"#, plain, 400, "BATCHING_NOT_SUPPORTED"),
        (r#"{"query":"{"}"#, plain, 200, "GRAPHQL_PARSE_FAILED"),
        (r#"{"query":"{"}"#, GRAPHQL, 400, "GRAPHQL_PARSE_FAILED"),
        (r#"{"query":"{nope}"}"#, plain, 200, "GRAPHQL_VALIDATION_FAILED"),
        (r#"{"query":"{nope}"}"#, GRAPHQL, 400, "GRAPHQL_VALIDATION_FAILED"),
        (
            r#"{"query":"query A{me{id}} query B{me{id}}"}"#,
            GRAPHQL,
            400,
            "OPERATION_RESOLUTION_FAILURE",
        ),
        (r#"{"query":"query($n:Int!){me{pick(n:$n)}}"}"#, GRAPHQL, 400, "BAD_USER_INPUT"),
        (r#"{"query":"{me{name}}"}"#, ("accept", "text/html"), 406, "NOT_ACCEPTABLE"),
    ];
    let router = healthy().await;
    for (body, accept, status, code) in cases {
        let reply = router.post(&[JSON, accept], body).await;
        assert_eq!((reply.status.as_u16(), &*reply.code()), (status, code), "{body}");
        assert_eq!(reply.json().get("data"), None, "{body}");
    }
}

#[tokio::test]
async fn who_sends_the_hash_of_a_document_is_asked_for_its_text() {
    let router = healthy().await;
    let refused = r#"{"errors":[{"message":"PersistedQueryNotSupported","extensions":{"code":"PERSISTED_QUERY_NOT_SUPPORTED"}}]}"#;
    assert_eq!(router.post(&[JSON], PERSISTED).await.text(), refused);
    let extensions = "extensions=%7B%22persistedQuery%22%3A%7B%22version%22%3A1%7D%7D";
    let reply = router.get(&format!("/graphql?{extensions}")).await;
    assert_eq!((reply.status, &*reply.text()), (StatusCode::OK, refused));
    let reply = router.get(&format!("/graphql?{extensions}&query=%7Bme%7Bname%7D%7D")).await;
    assert_eq!(reply.text(), r#"{"data":{"me":{"name":"Ada"}}}"#);
}

#[tokio::test]
async fn a_foreign_page_cannot_send_a_request() {
    let router = healthy().await;
    let body = r#"{"query":"{me{name}}"}"#;
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-32be",
        "message/http",
    ] {
        let reply = router.post(&[("content-type", content_type)], body).await;
        assert_eq!((reply.status.as_u16(), &*reply.code()), (415, "UNSUPPORTED_MEDIA_TYPE"));
        let url = router.url("/graphql?query=%7Bme%7Bname%7D%7D");
        let headers = [("content-type", content_type)];
        let reply = send(Method::GET, &url, &headers, "").await.unwrap();
        assert_eq!(reply.status.as_u16(), 415, "{content_type}");
    }
    let reply = router.post(&[], body).await;
    assert_eq!(reply.status.as_u16(), 415);
}

#[tokio::test]
async fn get_runs_queries_only() {
    let router = healthy().await;
    let reply = router.get("/graphql?query=%7Bme%7Bname%7D%7D").await;
    assert_eq!(reply.text(), r#"{"data":{"me":{"name":"Ada"}}}"#);
    let reply = router.get("/graphql?query=mutation%7Brename%7Bname%7D%7D").await;
    assert_eq!((reply.status.as_u16(), &*reply.code()), (405, "METHOD_NOT_ALLOWED"));
    assert_eq!(reply.headers["allow"], "POST, GET");
    let reply = router.get("/graphql").await;
    assert_eq!(reply.status.as_u16(), 400);
    let reply = router.query("mutation { rename { name } }").await;
    assert_eq!(reply.text(), r#"{"data":{"rename":{"name":"Grace"}}}"#);
}

#[tokio::test]
async fn what_is_too_much_is_refused_before_work_is_done() {
    let many = |count: usize, part: &str| part.repeat(count);
    let aliases: String = (0..101).map(|i| format!("a{i}: name ")).collect();
    let roots: String = (0..51).map(|i| format!("a{i}: me {{ name }} ")).collect();
    let doubling: String = (0..30)
        .map(|i| format!("fragment F{i} on User {{ ...F{j} ...F{j} }} ", j = i + 1))
        .collect();
    let cases = [
        (format!("{{ me {{ {} }} }}", many(10_000, "name ")), "TOKEN_LIMIT_EXCEEDED"),
        (many(1_500, "{a:"), "NESTING_LIMIT_EXCEEDED"),
        (format!("{{ me {{ pick(n: {}", many(1_500, "[")), "NESTING_LIMIT_EXCEEDED"),
        (format!("query($v: {}", many(1_500, "[")), "NESTING_LIMIT_EXCEEDED"),
        (
            format!("{{ me {{ {} name {} }}", many(63, "self { "), many(63, "} ")),
            "NESTING_LIMIT_EXCEEDED",
        ),
        (
            format!("{{ __schema {{ types {{ {} }} }} }}", many(1_000, "kind ")),
            "SELECTION_LIMIT_EXCEEDED",
        ),
        (format!("{{ me {{ {aliases} }} }}"), "ALIAS_LIMIT_EXCEEDED"),
        (format!("{{ {roots} }}"), "ROOT_FIELD_LIMIT_EXCEEDED"),
        (format!("{{ me {{ name {} }} }}", many(9, "@tick ")), "DIRECTIVE_LIMIT_EXCEEDED"),
        (
            format!("{{ me {{ ...F0 }} }} {doubling} fragment F30 on User {{ name }}"),
            "SELECTION_LIMIT_EXCEEDED",
        ),
    ];
    let router = healthy().await;
    for (query, code) in cases {
        let reply = router.query(&query).await;
        let start: String = query.chars().take(60).collect();
        assert_eq!(reply.code(), code, "{start}: {}", reply.text());
    }
    let variables = format!("{}{}", many(70, r#"{"a":"#), many(70, "}"));
    let body = format!(
        r#"{{"query":"query($n:Int){{me{{pick(n:$n)}}}}","variables":{{"n":{variables}1}}}}"#
    );
    assert_eq!(router.post(&[JSON], body).await.status.as_u16(), 400);
    let body = format!(
        r#"{{"query":"query($n:Int){{me{{pick(n:$n)}}}}","variables":{{"n":{}1{}}}}}"#,
        many(70, r#"{"a":"#),
        many(70, "}"),
    );
    assert_eq!(router.post(&[JSON], body).await.code(), "NESTING_LIMIT_EXCEEDED");
    let body = json!({ "query": many(1 << 20, " ") }).to_string();
    let reply = router.post(&[JSON], body).await;
    assert_eq!(reply.code(), "PAYLOAD_TOO_LARGE");
    assert_eq!(reply.headers["connection"], "close");
    let reply = router.query("{ me { name } }").await;
    assert_eq!(reply.text(), r#"{"data":{"me":{"name":"Ada"}}}"#, "it still answers");
}

#[tokio::test]
async fn a_bad_subgraph_costs_only_its_fields() {
    let raw = |status, content_type, body: &'static str| {
        move || Answer::Raw(status, content_type, Bytes::from_static(body.as_bytes()))
    };
    let json = "application/json";
    let large = || {
        let text = format!(r#"{{"data":{{"_entities":"{}"}}}}"#, "x".repeat(2 << 20));
        Answer::Raw(StatusCode::OK, "application/json", text.into())
    };
    type MakeAnswer = Box<dyn Fn() -> Answer + Send + Sync>;
    let cases: [(MakeAnswer, &str); 7] = [
        (Box::new(raw(StatusCode::OK, json, "{")), "SUBREQUEST_MALFORMED_RESPONSE"),
        (Box::new(raw(StatusCode::OK, "text/html", "<p>")), "SUBREQUEST_MALFORMED_RESPONSE"),
        (Box::new(raw(StatusCode::BAD_GATEWAY, json, "{}")), "SUBREQUEST_HTTP_ERROR"),
        (Box::new(raw(StatusCode::OK, json, "")), "SUBREQUEST_MALFORMED_RESPONSE"),
        (Box::new(raw(StatusCode::OK, json, "[]")), "SUBREQUEST_MALFORMED_RESPONSE"),
        (Box::new(|| Answer::Never), "SUBREQUEST_TIMEOUT"),
        (Box::new(large), "SUBREQUEST_RESPONSE_TOO_LARGE"),
    ];
    let limits = SubgraphLimits {
        duration_max: Duration::from_millis(300),
        response_bytes_max: 1 << 20,
        ..SubgraphLimits::default()
    };
    for (answer, code) in cases {
        let good = FakeSubgraph::start(users).await;
        let bad = FakeSubgraph::start(move |_| answer()).await;
        let sdl = supergraph(&good.url, &bad.url);
        let router = TestRouter::start(&sdl, RequestLimits::default(), &limits).await;
        let reply = router.query("{ me { name score } }").await;
        assert_eq!(reply.status, StatusCode::OK);
        let answer = reply.json();
        assert_eq!(answer["data"], json!({ "me": { "name": "Ada", "score": null } }));
        assert_eq!(reply.code(), code, "{answer}");
        assert_eq!(answer["errors"][0]["path"], json!(["me", "score"]));
        assert!(!reply.text().contains("127.0.0.1"), "{answer}");
    }
}

#[tokio::test]
async fn a_dead_subgraph_costs_only_its_fields() {
    let good = FakeSubgraph::start(users).await;
    let sdl = supergraph(&good.url, "http://127.0.0.1:1/graphql");
    let limits = RequestLimits::default();
    let router = TestRouter::start(&sdl, limits, &SubgraphLimits::default()).await;
    let reply = router.query("{ me { name score } }").await;
    assert_eq!(reply.json()["data"], json!({ "me": { "name": "Ada", "score": null } }));
    assert_eq!(reply.code(), "SUBREQUEST_HTTP_ERROR");
}

#[test]
fn what_says_who_may_see_it_is_not_shown_to_everybody() {
    let link = "@link(url: \"https://specs.apollo.dev/authenticated/v0.1\", for: SECURITY)";
    let sdl = supergraph("http://users", "http://scores");
    let (before, after) = sdl.split_once("@link").unwrap();
    let sdl = format!("{before}{link} @link{after}");
    let engine = Engine::new(&sdl, &RequestLimits::default(), &SubgraphLimits::default());
    let error = engine.unwrap_err().to_string();
    assert!(
        error.contains("UNSUPPORTED_LINKED_FEATURE: https://specs.apollo.dev/authenticated/v0.1")
    );
}

#[tokio::test]
async fn it_is_ready_once_there_is_a_schema() {
    let router = TestRouter::start("", RequestLimits::default(), &SubgraphLimits::default()).await;
    assert_eq!(router.get("/health/live").await.status, StatusCode::OK);
    assert_eq!(router.get("/health/ready").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(router.query("{ me { name } }").await.code(), "SERVICE_UNAVAILABLE");
    let users = FakeSubgraph::start(users).await;
    let sdl = supergraph(&users.url, &users.url);
    let engine = Engine::new(&sdl, &RequestLimits::default(), &SubgraphLimits::default());
    router.serving.replace(engine.unwrap());
    assert_eq!(router.get("/health/ready").await.status, StatusCode::OK);
    assert_eq!(router.query("{ me { name } }").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_being_answered_when_it_stops_is_answered() {
    let slow = FakeSubgraph::start(|_| {
        let data = json!({ "data": { "me": { "__typename": "User", "id": "1", "name": "Ada" } } });
        Answer::After(Duration::from_millis(500), data)
    })
    .await;
    let sdl = supergraph(&slow.url, &slow.url);
    let limits = RequestLimits::default();
    let mut router = TestRouter::start(&sdl, limits, &SubgraphLimits::default()).await;
    let url = router.url("/graphql");
    let request = tokio::spawn(async move {
        send(Method::POST, &url, &[JSON], r#"{"query":"{me{name}}"}"#).await
    });
    while slow.count() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    router.stop.take().unwrap().send(()).unwrap();
    let reply = request.await.unwrap().unwrap();
    assert_eq!(reply.text(), r#"{"data":{"me":{"name":"Ada"}}}"#);
    router.end.await.unwrap();
    assert!(!router.serving.is_ready());
}

#[tokio::test]
async fn a_head_that_does_not_come_to_its_end_is_not_waited_for() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let users = FakeSubgraph::start(users).await;
    let limits =
        RequestLimits { head_duration_max: Duration::from_millis(100), ..RequestLimits::default() };
    let sdl = supergraph(&users.url, &users.url);
    let router = TestRouter::start(&sdl, limits, &SubgraphLimits::default()).await;
    let mut stream = tokio::net::TcpStream::connect(&router.address).await.unwrap();
    stream.write_all(b"POST /graphql HTTP/1.1\r\nhost: x\r\n").await.unwrap();
    let mut rest = Vec::new();
    // It ends, with or without an error; that is the point.
    let _ = stream.read_to_end(&mut rest).await;
}

#[tokio::test]
async fn an_idle_connection_is_kept_longer_than_a_head_is_waited_for() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let users = FakeSubgraph::start(users).await;
    let limits =
        RequestLimits { head_duration_max: Duration::from_millis(50), ..RequestLimits::default() };
    let sdl = supergraph(&users.url, &users.url);
    let router = TestRouter::start(&sdl, limits, &SubgraphLimits::default()).await;
    let mut stream = tokio::net::TcpStream::connect(&router.address).await.unwrap();
    for _ in 0..3 {
        stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut answer = [0; 1024];
        let count = stream.read(&mut answer).await.unwrap();
        assert!(answer[..count].starts_with(b"HTTP/1.1 200 OK"));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn the_playground_is_served_from_the_router_alone() {
    let router = healthy().await;
    let reply = router.get("/").await;
    assert_eq!(reply.headers["content-type"], "text/html; charset=utf-8");
    assert!(!reply.text().contains("https://"), "nothing is loaded from elsewhere");
    assert_eq!(router.get("/nope").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_done_for_a_client_that_is_gone_is_dropped() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/graphql", listener.local_addr().unwrap());
    let sdl = supergraph(&url, &url);
    let limits = SubgraphLimits { duration_max: Duration::from_secs(3600), ..Default::default() };
    let requests = RequestLimits { duration_max: Duration::from_secs(3600), ..Default::default() };
    let router = TestRouter::start(&sdl, requests, &limits).await;
    let mut client = tokio::net::TcpStream::connect(&router.address).await.unwrap();
    let body = r#"{"query":"{ me { name } }"}"#;
    let head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    let request = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    client.write_all(request.as_bytes()).await.unwrap();
    let (mut subgraph, _) = listener.accept().await.unwrap();
    let mut bytes = [0; 4096];
    assert!(subgraph.read(&mut bytes).await.unwrap() > 0);
    drop(client);
    // The connection to the subgraph ends, because nobody wants its answer any more.
    while subgraph.read(&mut bytes).await.unwrap_or(0) > 0 {}
}

/// Subgraph users whose answers to queries wait until the gate is open.
async fn held_users() -> (FakeSubgraph, watch::Sender<bool>) {
    let (gate, closed) = watch::channel(false);
    let answer = move |request: &Value| {
        let me = json!({ "__typename": "User", "id": "1", "name": "Ada" });
        match request["query"].as_str().unwrap().starts_with("mutation") {
            true => Answer::Json(json!({ "data": { "rename": me } })),
            false => Answer::Held(closed.clone(), json!({ "data": { "me": me } })),
        }
    };
    (FakeSubgraph::start(answer).await, gate)
}

/// As many identical queries as there are workers, four times; until the subgraph knows of them.
fn ask_all(router: &TestRouter) -> Vec<JoinHandle<Result<Reply, String>>> {
    let url = router.url("/graphql");
    let ask = |_| {
        let url = url.clone();
        let body = r#"{"query":"{me{name}}"}"#;
        tokio::spawn(async move { send(Method::POST, &url, &[JSON], body).await })
    };
    (0..workers() * 4).map(ask).collect()
}

fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Waits until so many requests are being answered and the subgraph has been asked: then the
/// operation is planned, and the others need but a moment to join or to ask as well.
async fn have_arrived(router: &TestRouter, users: &FakeSubgraph, count: usize) {
    while router.serving.running() < count || users.count() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(250)).await;
}

async fn are_answered(asked: Vec<JoinHandle<Result<Reply, String>>>) {
    for reply in asked {
        assert_eq!(reply.await.unwrap().unwrap().text(), r#"{"data":{"me":{"name":"Ada"}}}"#);
    }
}

#[tokio::test]
async fn identical_queries_are_sent_once_by_each_worker() {
    for (sharing, most) in [
        (Sharing::Nothing, workers() * 4),
        (Sharing::Fetches, workers()),
        (Sharing::Answers, workers()),
    ] {
        let (users, gate) = held_users().await;
        let sdl = supergraph(&users.url, &users.url);
        let limits = SubgraphLimits::default();
        let router = TestRouter::sharing(sharing, &sdl, RequestLimits::default(), &limits).await;
        let asked = ask_all(&router);
        have_arrived(&router, &users, workers() * 4).await;
        gate.send(true).unwrap();
        are_answered(asked).await;
        match sharing {
            Sharing::Nothing => assert_eq!(users.count(), most),
            _ => assert!(users.count() <= most, "{sharing:?}: {}", users.count()),
        }
        let before = users.count();
        assert_eq!(router.query("{me{name}}").await.status, StatusCode::OK);
        assert_eq!(users.count(), before + 1, "nothing is kept");
    }
}

#[tokio::test]
async fn a_query_after_a_mutation_shares_nothing_with_one_before_it() {
    for sharing in [Sharing::Fetches, Sharing::Answers] {
        let (users, gate) = held_users().await;
        let sdl = supergraph(&users.url, &users.url);
        let limits = SubgraphLimits::default();
        let router = TestRouter::sharing(sharing, &sdl, RequestLimits::default(), &limits).await;
        let first = ask_all(&router);
        have_arrived(&router, &users, workers() * 4).await;
        assert_eq!(router.query("mutation { rename { name } }").await.status, StatusCode::OK);
        let before = users.count();
        let second = ask_all(&router);
        have_arrived(&router, &users, workers() * 8).await;
        gate.send(true).unwrap();
        are_answered(first).await;
        are_answered(second).await;
        assert!(users.count() > before, "the second queries have asked anew");
    }
}

#[tokio::test]
async fn who_joins_a_request_does_not_depend_on_who_started_it() {
    let (users, gate) = held_users().await;
    let sdl = supergraph(&users.url, &users.url);
    let limits = SubgraphLimits::default();
    let router =
        TestRouter::sharing(Sharing::Answers, &sdl, RequestLimits::default(), &limits).await;
    let first = ask_all(&router);
    have_arrived(&router, &users, workers() * 4).await;
    let second = ask_all(&router);
    have_arrived(&router, &users, workers() * 8).await;
    first.iter().for_each(JoinHandle::abort);
    while router.serving.running() > workers() * 4 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    gate.send(true).unwrap();
    are_answered(second).await;
    assert!(users.count() <= workers());
}
