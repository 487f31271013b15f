//! Load: connections that ask the benchmark's operation again and again, and compare each answer.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

/// What is asked, and what has to be answered.
pub(crate) struct Question {
    body: Bytes,
    answer: Value,
}

impl Question {
    pub(crate) fn new(operation: &str, answer: Value) -> Self {
        Self { body: json!({ "query": operation }).to_string().into(), answer }
    }
}

/// What the connections share.
struct Shared {
    /// Requests that are still to be sent.
    left: usize,
    latencies: Vec<Duration>,
    /// The bytes of an answer that was compared by value; the others have to be the same.
    known: Option<Bytes>,
}

/// Sends `requests` over `connections`; how long each took.
pub(crate) async fn run(
    url: &str,
    question: &Rc<Question>,
    connections: usize,
    requests: usize,
) -> Vec<Duration> {
    let uri: Uri = url.parse().unwrap();
    let shared = Shared { left: requests, latencies: Vec::with_capacity(requests), known: None };
    let shared = Rc::new(RefCell::new(shared));
    let local = LocalSet::new();
    for _ in 0..connections {
        local.spawn_local(connection(uri.clone(), Rc::clone(question), Rc::clone(&shared)));
    }
    local.await;
    let mut latencies = std::mem::take(&mut shared.borrow_mut().latencies);
    latencies.sort_unstable();
    assert_eq!(latencies.len(), requests);
    latencies
}

/// A percentile of sorted latencies, in milliseconds.
pub(crate) fn percentile(latencies: &[Duration], percent: usize) -> f64 {
    latencies[(latencies.len() * percent / 100).min(latencies.len() - 1)].as_secs_f64() * 1000.0
}

async fn connection(uri: Uri, question: Rc<Question>, shared: Rc<RefCell<Shared>>) {
    let stream = TcpStream::connect(uri.authority().unwrap().as_str()).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::task::spawn_local(connection);
    loop {
        {
            let mut shared = shared.borrow_mut();
            if shared.left == 0 {
                return;
            }
            shared.left -= 1;
        }
        let request = Request::post(uri.path())
            .header("host", uri.authority().unwrap().as_str())
            .header("content-type", "application/json")
            .body(Full::new(question.body.clone()))
            .unwrap();
        let start = Instant::now();
        sender.ready().await.unwrap();
        let response = sender.send_request(request).await.unwrap();
        let answer = response.into_body().collect().await.unwrap().to_bytes();
        let mut shared = shared.borrow_mut();
        shared.latencies.push(start.elapsed());
        check(&mut shared, &question.answer, answer);
    }
}

fn check(shared: &mut Shared, expected: &Value, answer: Bytes) {
    if shared.known.as_ref() == Some(&answer) {
        return;
    }
    let found: Value = serde_json::from_slice(&answer).unwrap();
    let errors = &found["errors"];
    let start = &answer[..answer.len().min(300)];
    assert!(found == *expected, "a wrong answer: {errors} {}", String::from_utf8_lossy(start));
    shared.known = Some(answer);
}
