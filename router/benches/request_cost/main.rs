//! What a request can make the router do before any subgraph is asked, and what is left of it in
//! memory: CPU time and greatest memory of operations made to be hard, and what the plan cache
//! takes in truth against what it estimates.
//!
//! ```sh
//! cargo bench -p router --bench request_cost
//! ```
#![allow(clippy::unwrap_used, clippy::panic, reason = "a bench stops at what it did not expect")]

#[path = "../../crates/query-planner/benches/plan_cost/cases.rs"]
mod cases;
mod plan_cache;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cases::Case;
use executor::{FetchError, SubgraphRequest, Transport};
use http::HeaderMap;
use peak_alloc::PeakAlloc;
use router::graphql_request::GraphqlRequest;
use router::limits::{RequestLimits, SubgraphLimits};
use router::pipeline::{Allowed, Engine};
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::time::Instant;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Each case is run so often; the fastest counts.
const ROUNDS: usize = 3;
const MS_MAX: f64 = 100.0;
const MB_MAX: f64 = 64.0;

/// No subgraph is there.
struct Nobody;

impl Transport for Nobody {
    async fn fetch(&self, _: SubgraphRequest) -> Result<Bytes, FetchError> {
        Err(FetchError::Unreachable)
    }
}

fn main() {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let is_wanted = |case: &&Case| filter.as_ref().is_none_or(|filter| case.name.contains(filter));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    println!("{:<42} {:>9} {:>8}  outcome", "request", "CPU", "peak");
    let mut too_much = 0;
    let all = [cases::sizes(), cases::adversaries(), cases::documents()].concat();
    for case in all.iter().filter(is_wanted) {
        too_much += usize::from(!is_cheap(&runtime, case));
    }
    if filter.is_none_or(|filter| filter == "plans") {
        plan_cache::compare(&runtime);
    }
    assert_eq!(too_much, 0, "requests cost more than {MS_MAX} ms or {MB_MAX} MB");
}

fn engine(supergraph: &str, limits: &RequestLimits) -> Arc<Engine> {
    Arc::new(Engine::new(supergraph, limits, &SubgraphLimits::default()).unwrap())
}

/// Answers an operation without subgraphs: the code of why it was refused, if it was.
fn answer(runtime: &Runtime, engine: &Arc<Engine>, operation: &str) -> Result<usize, String> {
    let body = json!({ "query": operation }).to_string();
    let request = GraphqlRequest::from_json(body.as_bytes()).unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    let headers = HeaderMap::new();
    let answer = engine.answer(&request, &headers, Allowed::Queries, Nobody, deadline);
    runtime.block_on(answer).map(|body| body.concat().len()).map_err(|rejection| {
        let body: Value = serde_json::from_slice(&rejection.body()).unwrap();
        body["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned()
    })
}

/// Answers a request and prints what that cost; whether it is below the limits.
fn is_cheap(runtime: &Runtime, case: &Case) -> bool {
    let (mut least, mut peak) = (f64::MAX, 0.0_f64);
    let mut outcome = String::new();
    for _ in 0..ROUNDS {
        let engine = engine(&case.supergraph, &RequestLimits::default());
        ALLOCATOR.reset_peak_usage();
        let before = ALLOCATOR.current_usage_as_mb();
        let start = cpu_ms();
        let answer = answer(runtime, &engine, &case.operation);
        least = least.min(cpu_ms() - start);
        peak = peak.max(f64::from(ALLOCATOR.peak_usage_as_mb() - before));
        outcome = match answer {
            Ok(bytes) => format!("{bytes} bytes"),
            Err(code) => format!("refused: {code}"),
        };
    }
    println!("{:<42} {least:>6.1} ms {peak:>5.1} MB  {outcome}", case.name);
    least <= MS_MAX && peak <= MB_MAX
}

/// The CPU time of this process so far.
fn cpu_ms() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}
