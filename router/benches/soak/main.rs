//! Whether the router's memory stays flat: a million requests of many kinds, its memory after each
//! part of them.
//!
//! ```sh
//! cargo bench -p router --bench soak -- --requests 1000000
//! ```
//!
//! The subgraphs answer from memory in this process. The first tenth fills caches and pools; after
//! that the router may grow by [`GROWTH_MB_MAX`].
#![allow(clippy::unwrap_used, clippy::panic, reason = "a bench stops at what it did not expect")]

#[path = "../side_by_side/floor.rs"]
#[allow(dead_code, reason = "it is shared with another bench")]
mod floor;
#[path = "../side_by_side/routers.rs"]
#[allow(dead_code, reason = "it is shared with another bench")]
mod routers;
#[path = "../side_by_side/scenario.rs"]
#[allow(dead_code, reason = "it is shared with another bench")]
mod scenario;
#[path = "../side_by_side/subgraphs.rs"]
#[allow(dead_code, reason = "it is shared with another bench")]
mod subgraphs;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

use bytes::Bytes;
use http::{Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use routers::{Router, Setup};
use scenario::Scenario;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::task::LocalSet;

const REQUESTS: usize = 1_000_000;
const PARTS: usize = 20;
const CONNECTIONS: usize = 50;
const GROWTH_MB_MAX: u64 = 16;

/// Operations that are planned anew and anew: more than the plan cache can hold.
const DISTINCT: usize = 50_000;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let given = arguments.iter().position(|argument| argument == "--requests");
    let given = given.and_then(|at| arguments.get(at + 1)?.parse().ok());
    let requests: usize = given.unwrap_or(REQUESTS);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(LocalSet::new().run_until(async {
        let scenario = Scenario::named("store");
        let ports = subgraphs::start(scenario.sources).await.ports;
        let router = Router::start(&Setup::all(None)[1], &scenario.supergraph, &ports).await;
        println!("{:>9}  {:>9}  {:>9}  {:>9}", "requests", "resident", "peak", "a second");
        let mut resident = Vec::new();
        for part in 0..PARTS {
            let start = Instant::now();
            run(&router.url, part * requests / PARTS, requests / PARTS).await;
            let rate = (requests / PARTS) as f64 / start.elapsed().as_secs_f64();
            let [now, peak] = ["VmRSS", "VmHWM"].map(|what| router.memory_kb(what) / 1024);
            let done = (part + 1) * requests / PARTS;
            println!("{done:>9}  {now:>6} MB  {peak:>6} MB  {rate:>9.0}");
            resident.push(now);
        }
        let (early, late) = (resident[PARTS / 10], resident[PARTS - 1]);
        assert!(late <= early + GROWTH_MB_MAX, "it grew from {early} MB to {late} MB");
    }));
}

/// The body of a request by its number, and whether it is to be answered with data.
fn body(number: usize) -> (String, bool) {
    let query = |query: &str| json!({ "query": query }).to_string();
    match number % 10 {
        0 => (query(include_str!("../store/operation.graphql")), true),
        1 | 2 => (query("{ users { id name username } }"), true),
        3 | 4 => {
            let query =
                "query($n: Int) { topProducts(first: $n) { upc name reviews { id body } } }";
            let variables = json!({ "n": number / 10 % 40 });
            (json!({ "query": query, "variables": variables }).to_string(), true)
        }
        5 | 6 => {
            let name = number / 10 * 7 % DISTINCT;
            (
                query(&format!("query Q{name} {{ me {{ id n{name}: name reviews {{ id }} }} }}")),
                true,
            )
        }
        7 => (query("{ __schema { types { name fields { name type { name } } } } }"), true),
        8 => (query(&format!("{{ nothing{} }}", number % 1000)), false),
        _ => ("{ not json".to_owned(), false),
    }
}

/// Sends requests, each with the next number.
async fn run(url: &str, first: usize, count: usize) {
    let uri: Uri = url.parse().unwrap();
    let next = Rc::new(Cell::new(first));
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|_| tokio::task::spawn_local(connection(uri.clone(), Rc::clone(&next), first + count)))
        .collect();
    for connection in connections {
        connection.await.unwrap();
    }
}

async fn connection(uri: Uri, next: Rc<Cell<usize>>, end: usize) {
    let host = uri.authority().unwrap().as_str();
    let stream = TcpStream::connect(host).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::task::spawn_local(connection);
    loop {
        let number = next.get();
        if number >= end {
            return;
        }
        next.set(number + 1);
        let (body, has_data) = body(number);
        let request = Request::post(uri.path())
            .header("host", host)
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(body)))
            .unwrap();
        sender.ready().await.unwrap();
        let response = sender.send_request(request).await.unwrap();
        let answer = response.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&answer[..answer.len().min(300)]);
        assert_eq!(answer.starts_with(br#"{"data":{"#), has_data, "{number}: {text}");
    }
}
