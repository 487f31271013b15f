//! Subgraphs that answer from memory: what one was asked before, it has the answer ready for.

use std::collections::HashMap;
use std::convert::Infallible;
use std::path::Path;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use subgraph_simulator::{Subgraph, load_folder};
use tokio::net::TcpListener;

struct Remembering {
    subgraph: Subgraph,
    answers: Mutex<HashMap<Bytes, Bytes>>,
}

impl Remembering {
    fn answer(&self, body: Bytes) -> Bytes {
        let mut answers = self.answers.lock().unwrap();
        let answer = answers.entry(body.clone());
        answer.or_insert_with(|| Bytes::from(self.subgraph.answer(&body))).clone()
    }
}

/// Starts the subgraphs of a folder of benches; by name, the port of each.
pub(crate) async fn start(folder: &str) -> Vec<(String, u16)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches").join(folder);
    let mut ports = Vec::new();
    for subgraph in load_folder(&folder).unwrap() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        ports.push((subgraph.name().to_owned(), listener.local_addr().unwrap().port()));
        let answers = Mutex::default();
        tokio::spawn(accept(listener, Arc::new(Remembering { subgraph, answers })));
    }
    ports
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
