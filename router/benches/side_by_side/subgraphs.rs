//! Subgraphs that answer from memory: what one was asked before, it has the answer ready for.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::scenario::Source;

struct Remembering {
    source: Source,
    answers: Mutex<HashMap<Bytes, Bytes>>,
    requests: Arc<AtomicUsize>,
}

impl Remembering {
    fn answer(&self, body: Bytes) -> Bytes {
        self.requests.fetch_add(1, Ordering::Relaxed);
        match &self.source {
            Source::Fixed(_, answer) => answer.clone(),
            Source::Simulated(subgraph) => {
                let mut answers = self.answers.lock().unwrap();
                let answer = answers.entry(body.clone());
                answer.or_insert_with(|| Bytes::from(subgraph.answer(&body))).clone()
            }
        }
    }
}

/// The subgraphs of a scenario.
pub(crate) struct Subgraphs {
    /// By name, the port of each.
    pub(crate) ports: Vec<(String, u16)>,
    requests: Arc<AtomicUsize>,
}

impl Subgraphs {
    /// How many requests they got since the last call.
    pub(crate) fn take_requests(&self) -> usize {
        self.requests.swap(0, Ordering::Relaxed)
    }
}

/// Starts the subgraphs of a scenario.
pub(crate) async fn start(sources: Vec<Source>) -> Subgraphs {
    let requests = Arc::new(AtomicUsize::new(0));
    let mut ports = Vec::new();
    for source in sources {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        ports.push((source.name().to_owned(), listener.local_addr().unwrap().port()));
        let (answers, requests) = (Mutex::default(), Arc::clone(&requests));
        tokio::spawn(accept(listener, Arc::new(Remembering { source, answers, requests })));
    }
    Subgraphs { ports, requests }
}

async fn accept(listener: TcpListener, subgraph: Arc<Remembering>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let subgraph = Arc::clone(&subgraph);
        let service = service_fn(move |request: Request<Incoming>| {
            let subgraph = Arc::clone(&subgraph);
            async move {
                let body = request.into_body().collect().await.unwrap().to_bytes();
                let answer = Response::builder()
                    .header("content-type", "application/json")
                    .body(Full::new(subgraph.answer(body)))
                    .unwrap();
                Ok::<_, Infallible>(answer)
            }
        });
        tokio::spawn(async move {
            // A router that closes its connections is no concern of a subgraph.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}
