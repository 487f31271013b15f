//! Operations over simulated subgraphs, as text: what is planned, what the subgraphs are asked, and
//! the answer, with its keys in order. Each folder of `execution/` is a federation, composed by us;
//! each of its `.txt` files an operation with its variables, and what comes of it.
//!
//! `UPDATE=1 cargo test -p router --test execution` writes what comes of the operations.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod simulated;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use simulated::{Federation, composed, same};
use subgraph_simulator::{Inputs, Subgraph, load_folder};

/// What stands between an operation and what comes of it.
const OUTCOME: &str = "\n----\n";

/// The entries of a folder, sorted.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths
}

fn compose_and_serve(subgraphs: Vec<Subgraph>) -> Federation {
    let supergraph = composed(&subgraphs).unwrap_or_else(|error| panic!("{error}"));
    Federation::new(&supergraph, subgraphs).unwrap()
}

/// The operation, and the JSON of a request with it and its variables, which stand on a line of
/// their own after it; their text is left as it is.
fn parse(text: &str) -> (&str, String) {
    let (query, variables) = text.split_once("\nvariables ").unwrap_or((text, "{}"));
    (query, format!("{{\"query\":{},\"variables\":{variables}}}", json!(query)))
}

/// What comes of an operation, as text.
async fn outcome(federation: &Federation, operation: &str) -> String {
    let (query, request) = parse(operation);
    let outcome = federation.respond_to(&request).await;
    let again = federation.respond_to(&request).await;
    assert_eq!(federation.plan_fault(query), None, "{operation}");
    assert!(outcome.rejections.is_empty(), "{operation}: {:#?}", outcome.rejections);
    assert!(same(&outcome.response, &again.response), "{operation}");
    let requests = outcome.requests.iter().map(|text| text.split_once("\n").unwrap().0);
    let requests: Vec<_> = requests.map(|request| format!("> {request}\n")).collect();
    format!("{}\n{}= {}\n", federation.plan(query), requests.concat(), outcome.response)
}

#[tokio::test]
async fn operations_are_answered() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for folder in entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/execution")) {
        let subgraphs = load_folder(&folder).unwrap_or_else(|error| panic!("{error}"));
        let federation = compose_and_serve(subgraphs);
        for path in entries(&folder).iter().filter(|path| path.extension().is_some()) {
            if path.extension().is_none_or(|extension| extension != "txt") {
                continue;
            }
            let text = fs::read_to_string(path).unwrap();
            let (operation, expected) = text.split_once(OUTCOME).unwrap_or((text.trim(), ""));
            let outcome = outcome(&federation, operation).await;
            count += 1;
            if std::env::var_os("UPDATE").is_some() {
                fs::write(path, format!("{operation}{OUTCOME}{outcome}")).unwrap();
            } else if outcome != expected {
                wrong.push(format!("{}\n{outcome}", path.display()));
            }
        }
    }
    assert!(count > 20);
    assert!(wrong.is_empty(), "another outcome:\n{}", wrong.join("\n"));
}

/// Each distinct value is a field of the request; a request has only so many.
#[tokio::test]
async fn many_values_from_contexts_are_several_requests() {
    const SHOPS: usize = 250;
    let sdl = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.8\",
          import: [\"@key\", \"@context\", \"@fromContext\"])
        type Query { shops: [Shop!]! }
        type Shop @key(fields: \"id\") @context(name: \"shop\") { id: ID! items: [Item!]! }
        type Item @key(fields: \"id\") {
          id: ID!
          shop(id: ID! @fromContext(field: \"$shop { id }\")): ID!
        }";
    let shop = |number: usize| json!({ "id": number.to_string(), "items": [{ "id": "i" }] });
    let shops: Vec<Value> = (0..SHOPS).map(shop).collect();
    let data = json!({
        "roots": { "Query": { "shops": shops } },
        "objects": { "Item": { "i": { "id": "i" } } },
    });
    let data = serde_json::from_value(data).unwrap();
    let subgraph = Subgraph::new("shops", sdl, &data).unwrap();
    let subgraph =
        subgraph.with_rule("Item.shop", |inputs: Inputs<'_>| Ok(inputs.arguments["id"].clone()));
    let federation = compose_and_serve(vec![subgraph]);
    let outcome = federation.answer("{ shops { items { shop } } }", &json!({})).await;
    let expected: Vec<Value> =
        (0..SHOPS).map(|number| json!({ "items": [{ "shop": number.to_string() }] })).collect();
    assert_eq!(outcome.response, json!({ "data": { "shops": expected } }));
    assert_eq!(outcome.requests.len(), 1 + SHOPS.div_ceil(100));
}
