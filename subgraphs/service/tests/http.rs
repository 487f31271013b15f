//! The endpoint's envelope: status codes, media types, limits, and what happens when things break.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use async_graphql::{Context, Object};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};
use service::{
    AppError, Database, Limits, Schema, batch,
    http::{Readiness, routes},
};
use tower::ServiceExt;

struct Query;

#[Object]
impl Query {
    async fn echo(&self, #[graphql(default = "nothing")] text: String) -> String {
        text
    }

    async fn sum(&self, numbers: Vec<i32>) -> i32 {
        numbers.iter().sum()
    }

    async fn this(&self) -> Query {
        Query
    }

    async fn slow(&self) -> bool {
        std::future::pending().await
    }

    async fn broken(&self, #[graphql(default)] by: i32) -> i32 {
        1 / by
    }

    async fn fails(&self) -> Result<bool, AppError> {
        Err(AppError::Unavailable)
    }

    async fn doubles(&self, ctx: &Context<'_>, of: i32) -> Option<Result<i32, AppError>> {
        let doubled = batch::load(ctx, of, async |keys| match keys[..] {
            [1, 2, 3] => Ok(keys.into_iter().map(|key| (key, key * 2)).collect()),
            _ => Err(AppError::Conflict(format!("one wave, but it has the keys {keys:?}"))),
        });
        doubled.await.transpose()
    }
}

struct Mutation;

#[Object]
impl Mutation {
    async fn nothing(&self) -> bool {
        true
    }
}

fn service(timeout: Duration) -> Router {
    let schema = Schema::new(service::schema::build(Query, Mutation, Limits::default()));
    routes(schema, Limits::default(), timeout, Readiness::new(Database::unconnected()))
}

async fn send(request: Request<Body>, timeout: Duration) -> (StatusCode, String, Value) {
    let response = service(timeout).oneshot(request).await.unwrap();
    let status = response.status();
    let content_type = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, content_type, serde_json::from_slice(&body).unwrap())
}

async fn post(body: impl Into<Body>, accept: &str) -> (StatusCode, String, Value) {
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
        .header(header::ACCEPT, accept)
        .body(body.into())
        .unwrap();
    send(request, Duration::from_secs(60)).await
}

async fn code(query: &str, variables: Value) -> String {
    let body = json!({ "query": query, "variables": variables }).to_string();
    let (_, _, answer) = post(body, "*/*").await;
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("none").to_owned()
}

const NEW: &str = "application/graphql-response+json";
const OLD: &str = "application/json";

#[tokio::test]
async fn the_status_follows_the_media_type() {
    let executed = json!({ "query": "{ echo(text: \"hi\") }" });
    let failed = json!({ "query": "{ fails }" });
    let invalid = json!({ "query": "{ unknown }" });
    let unparsable = json!({ "query": "{ echo" });
    for (body, code, new, old) in [
        (&executed, Value::Null, 200, 200),
        (&failed, json!("UNAVAILABLE"), 200, 200),
        (&invalid, json!("GRAPHQL_VALIDATION_FAILED"), 400, 200),
        (&unparsable, json!("GRAPHQL_PARSE_FAILED"), 400, 200),
    ] {
        for (accept, expected) in [(NEW, new), (OLD, old), ("*/*", new)] {
            let (status, media, answer) = post(body.to_string(), accept).await;
            assert_eq!(status, expected, "{body} {accept}");
            assert!(media.starts_with(if accept == OLD { OLD } else { NEW }));
            assert_eq!(answer["errors"][0]["extensions"]["code"], code);
            let was_executed = answer.as_object().unwrap().contains_key("data");
            assert_eq!(was_executed, new == 200, "{answer}");
        }
    }
}

#[tokio::test]
async fn what_is_no_graphql_request_is_refused() {
    for body in ["", "{", "[]", "[{\"query\":\"{ echo }\"}]", "{}", "{\"query\":1}"] {
        let (status, _, answer) = post(body, OLD).await;
        assert_eq!(status, 400, "{body}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_REQUEST");
    }
    let text = Request::post("/graphql").body(Body::from("{ echo }")).unwrap();
    assert_eq!(send(text, Duration::from_secs(60)).await.0, 415);
    let nulls = json!({ "query": "{ echo }", "variables": null, "operationName": null,
        "extensions": null });
    assert_eq!(post(nulls.to_string(), OLD).await.2["data"], json!({ "echo": "nothing" }));
}

#[tokio::test]
async fn too_much_is_refused_before_it_costs() {
    let large = json!({ "query": "{ echo }", "variables": { "x": "x".repeat(3 << 20) } });
    assert_eq!(post(large.to_string(), NEW).await.0, 413);

    let deep_value = format!("{{ sum(numbers: {}", "[".repeat(1500));
    let deep_fields = format!("{{ {}", "this { ".repeat(1500));
    let many_bytes = format!("{{ echo }} #{}", "x".repeat(300_000));
    let mut exponential = "{ ...F0 }".to_owned();
    for i in 0..30 {
        exponential += &format!(" fragment F{i} on Query {{ ...F{0} ...F{0} }}", i + 1);
    }
    exponential += " fragment F30 on Query { echo }";
    for query in [&deep_value, &deep_fields, &many_bytes, &exponential] {
        assert_eq!(code(query, json!({})).await, "LIMIT_EXCEEDED");
    }
    let list = "query($n: [Int!]!) { sum(numbers: $n) }";
    assert_eq!(code(list, json!({ "n": vec![1; 1000] })).await, "none");
    assert_eq!(code(list, json!({ "n": vec![1; 1001] })).await, "LIMIT_EXCEEDED");

    let deep = format!("{{ {} echo {} }}", "this { ".repeat(16), "}".repeat(16));
    assert_eq!(code(&deep, json!({})).await, "GRAPHQL_VALIDATION_FAILED");
}

#[tokio::test]
async fn variables_are_coerced_as_the_spec_says() {
    let query = "query($n: [Int!]!) { sum(numbers: $n) }";
    assert_eq!(code(query, json!({ "n": ["x"] })).await, "GRAPHQL_VALIDATION_FAILED");
    let query = "query($text: String) { echo(text: $text) }";
    assert_eq!(code(query, json!({ "text": null })).await, "GRAPHQL_VALIDATION_FAILED");
    let (_, _, answer) = post(json!({ "query": query }).to_string(), NEW).await;
    assert_eq!(answer["data"]["echo"], "nothing", "an omitted variable leaves the default");
}

#[tokio::test]
async fn a_slow_request_is_given_up() {
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, OLD)
        .body(Body::from(json!({ "query": "{ slow }" }).to_string()))
        .unwrap();
    let (status, _, answer) = send(request, Duration::from_millis(20)).await;
    assert_eq!(status, 504);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "TIMEOUT");
}

#[tokio::test]
async fn a_panic_is_an_answer_that_tells_nothing() {
    let (status, _, answer) = post(json!({ "query": "{ broken }" }).to_string(), NEW).await;
    assert_eq!(status, 500);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "INTERNAL_SERVER_ERROR");
    assert!(!answer.to_string().contains("divide"));
}

#[tokio::test]
async fn loads_on_one_level_are_one_wave() {
    let query = "{ a: doubles(of: 1) b: doubles(of: 2) c: doubles(of: 1)
        d: this { doubles(of: 3) } e: doubles(of: 2) }";
    let (_, _, answer) = post(json!({ "query": query }).to_string(), NEW).await;
    let expected = json!({ "a": 2, "b": 4, "c": 2, "d": { "doubles": 6 }, "e": 4 });
    assert_eq!(answer["data"], expected, "{answer}");
}

#[tokio::test]
async fn health_tells_alive_from_ready() {
    for (path, status) in [("/health/live", 200), ("/health/ready", 503), ("/graphql", 405)] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = service(Duration::from_secs(60)).oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{path}");
    }
}
