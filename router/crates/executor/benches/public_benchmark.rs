//! The public benchmark of federation gateways, with subgraphs that answer from memory: what is
//! measured is parsing, entities and output.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../tests/support/plan_text.rs"]
#[allow(dead_code, clippy::panic, unreachable_pub)]
mod plan_text;

use std::future::ready;
use std::sync::Arc;

use bytes::Bytes;
use divan::Bencher;
use executor::{FetchError, PreparedPlan, Request, SubgraphRequest, Transport, execute};
use futures_executor::block_on;

#[global_allocator]
static ALLOC: divan::AllocProfiler<mimalloc::MiMalloc> =
    divan::AllocProfiler::new(mimalloc::MiMalloc);

fn main() {
    divan::main();
}

/// Answers by the fetch's index in the plan.
struct InMemory(Vec<Bytes>);

impl Transport for InMemory {
    fn fetch(
        &self,
        request: SubgraphRequest,
    ) -> impl Future<Output = Result<Bytes, FetchError>> + Send {
        ready(Ok(self.0[request.fetch.0 as usize].clone()))
    }
}

fn load() -> (PreparedPlan, InMemory) {
    let plan = plan_text::plan(include_str!("data/plan.txt"));
    let exchanges: serde_json::Value =
        serde_json::from_str(include_str!("data/exchanges.json")).unwrap();
    let answer = |exchange: &serde_json::Value| Bytes::from(exchange["response"].to_string());
    let answers = exchanges.as_array().unwrap().iter().map(answer).collect();
    (PreparedPlan::new(Arc::new(plan)), InMemory(answers))
}

fn check(prepared: &PreparedPlan, transport: &InMemory) {
    let response = block_on(execute(prepared, &Request::default(), transport));
    let expected: serde_json::Value =
        serde_json::from_str(include_str!("data/answer.json")).unwrap();
    assert!(
        response.body.concat() == expected.to_string().as_bytes(),
        "another answer than expected"
    );
    assert_eq!((response.errors, response.fetches), (0, 7));
}

#[divan::bench(sample_count = 1000, sample_size = 20)]
fn whole_request(bencher: Bencher) {
    let (prepared, transport) = load();
    check(&prepared, &transport);
    let request = Request::default();
    bencher.bench(|| drop(block_on(execute(&prepared, &request, &transport))));
}

/// For comparison: only the largest of the seven bodies, only parsed, into a generic tree.
#[divan::bench(sample_count = 500, sample_size = 20)]
fn generic_tree_of_one_body(bencher: Bencher) {
    let (_, transport) = load();
    let body = transport.0[2].clone();
    bencher.bench(|| drop(serde_json::from_slice::<serde_json::Value>(&body)));
}

/// 8 MB of one subgraph: lists, objects, strings, floats, integers; nothing occurs twice.
fn large() -> (PreparedPlan, InMemory) {
    let plan = plan_text::plan(
        "types Query Order Line
         output { orders:[Order!]! {
             id:ID! customer:String! total:Float! paid:Boolean! notes:[String!]!
             lines:[Line!]! { sku:String! count:Int! price:Float! weights:[Float!]! }
         } }
         fetch a { orders { id customer total paid notes lines { sku count price weights } } }",
    );
    let mut body = String::from("{\"data\":{\"orders\":[");
    for id in 0.. {
        if body.len() > 8 << 20 {
            break;
        }
        let line = |n: usize| {
            let price = (id * 7 + n) as f64 / 100.0;
            format!(
                "{{\"sku\":\"SKU-{id:06}-{n}\",\"count\":{n},\"price\":{price},\"weights\":[{n}.5,{id}.25,3]}}"
            )
        };
        let lines: Vec<String> = (0..5).map(line).collect();
        let comma = if id == 0 { "" } else { "," };
        body += &format!(
            "{comma}{{\"id\":\"{id}\",\"customer\":\"Customer number {id} of the large test\",\"total\":{id}.75,\
             \"paid\":true,\"notes\":[\"first\",\"second note\"],\"lines\":[{}]}}",
            lines.join(",")
        );
    }
    body += "]}}";
    (PreparedPlan::new(Arc::new(plan)), InMemory(vec![body.into()]))
}

#[divan::bench(sample_count = 40, sample_size = 1)]
fn large_answer(bencher: Bencher) {
    let (prepared, transport) = large();
    let request = Request::default();
    let response = block_on(execute(&prepared, &request, &transport));
    assert!(response.body.concat() == transport.0[0] && response.errors == 0);
    bencher.bench(|| drop(block_on(execute(&prepared, &request, &transport))));
}

/// For comparison: the same body, only parsed.
#[divan::bench(sample_count = 40, sample_size = 1)]
fn large_answer_as_generic_tree(bencher: Bencher) {
    let (_, transport) = large();
    bencher.bench(|| drop(serde_json::from_slice::<serde_json::Value>(&transport.0[0])));
}
