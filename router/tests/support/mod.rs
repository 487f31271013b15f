//! For tests: a subgraph that answers as it is told, and a client.

#![allow(dead_code, reason = "each test binary uses a part of this")]

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What a subgraph does with a request.
pub(crate) enum Answer {
    /// Answers with this JSON.
    Json(Value),
    /// Answers with this.
    Raw(StatusCode, &'static str, Bytes),
    /// Does not answer.
    Never,
    /// Answers after a while.
    After(Duration, Value),
    /// Answers once this says so.
    Held(watch::Receiver<bool>, Value),
}

/// A subgraph of the test's own.
pub(crate) struct FakeSubgraph {
    /// Where it listens.
    pub(crate) url: String,
    /// The requests it has got.
    pub(crate) requests: Arc<Mutex<Vec<Value>>>,
}

impl FakeSubgraph {
    /// Starts one on a port of its own; it ends with the test.
    pub(crate) async fn start(answer: impl Fn(&Value) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/graphql", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        tokio::spawn(answer_all(listener, Arc::clone(&requests), answer));
        Self { url, requests }
    }

    /// How many requests it has got.
    pub(crate) fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

/// Answers requests on `listener`.
pub(crate) async fn answer_all(
    listener: TcpListener,
    requests: Arc<Mutex<Vec<Value>>>,
    answer: impl Fn(&Value) -> Answer + Send + Sync + 'static,
) {
    let answer = Arc::new(answer);
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (answer, requests) = (Arc::clone(&answer), Arc::clone(&requests));
        let service = service_fn(move |request: Request<Incoming>| {
            let (answer, requests) = (Arc::clone(&answer), Arc::clone(&requests));
            async move {
                let body = request.into_body().collect().await.unwrap().to_bytes();
                let request: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
                requests.lock().unwrap().push(request.clone());
                Ok::<_, Infallible>(respond(answer(&request)).await)
            }
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection);
    }
}

async fn respond(answer: Answer) -> Response<Full<Bytes>> {
    let json = |value: Value| {
        let body = Full::new(Bytes::from(value.to_string()));
        Response::builder().header("content-type", "application/json").body(body).unwrap()
    };
    match answer {
        Answer::Json(value) => json(value),
        Answer::Raw(status, content_type, body) => Response::builder()
            .status(status)
            .header("content-type", content_type)
            .body(Full::new(body))
            .unwrap(),
        Answer::Never => std::future::pending().await,
        Answer::After(pause, value) => {
            tokio::time::sleep(pause).await;
            json(value)
        }
        Answer::Held(mut gate, value) => {
            gate.wait_for(|open| *open).await.unwrap();
            json(value)
        }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }

    /// The code of the first error.
    pub(crate) fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends a request; `Err` when there is no answer.
pub(crate) async fn send(
    method: Method,
    url: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Result<Reply, String> {
    let client: Client<HttpConnector, Full<Bytes>> =
        Client::builder(TokioExecutor::new()).build(HttpConnector::new());
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(body.into())).unwrap();
    let response = client.request(request).await.map_err(|error| format!("{error:?}"))?;
    let (head, body) = response.into_parts();
    let body = body.collect().await.map_err(|error| format!("{error:?}"))?.to_bytes();
    Ok(Reply { status: head.status, headers: head.headers, body })
}
