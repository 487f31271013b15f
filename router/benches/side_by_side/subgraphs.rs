//! Subgraphs that answer from memory: what one was asked before, it has the answer ready for.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::scenario::Source;

/// Requests in the order in which they came, each with the port of its subgraph; while there is
/// somebody who wants to know.
type Record = Arc<Mutex<Option<Vec<(u16, Bytes)>>>>;

struct Remembering {
    source: Source,
    port: u16,
    answers: Mutex<HashMap<Bytes, Bytes>>,
    record: Record,
}

impl Remembering {
    fn answer(&self, body: Bytes) -> Bytes {
        if let Some(record) = &mut *self.record.lock().unwrap() {
            record.push((self.port, body.clone()));
        }
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
    record: Record,
}

impl Subgraphs {
    /// Requests are recorded from now on.
    pub(crate) fn record(&self) {
        *self.record.lock().unwrap() = Some(Vec::new());
    }

    /// The requests since they are recorded, which they are no longer.
    pub(crate) fn recorded(&self) -> Vec<(u16, Bytes)> {
        self.record.lock().unwrap().take().unwrap_or_default()
    }
}

/// Starts the subgraphs of a scenario.
pub(crate) async fn start(sources: Vec<Source>) -> Subgraphs {
    let record = Record::default();
    let mut ports = Vec::new();
    for source in sources {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        ports.push((source.name().to_owned(), port));
        let (answers, record) = (Mutex::default(), Arc::clone(&record));
        tokio::spawn(accept(listener, Arc::new(Remembering { source, port, answers, record })));
    }
    Subgraphs { ports, record }
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
