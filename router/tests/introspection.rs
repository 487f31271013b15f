//! Introspection against the reference implementation of GraphQL: a client that introspects the
//! router gets the API schema, all of it and nothing else, whatever it asks for and in which way.
//!
//! `TEST_NODE` names the Node to run `introspection/introspection.js` with.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod simulated;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use apollo_compiler::Schema;
use http::HeaderMap;
use serde_json::{Value, json};
use simulated::{Federation, composed, composed_of};
use subgraph_simulator::load_folder;
use supergraph::Supergraph;

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Supergraphs by name.
fn supergraphs() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder("tests/conformance")).unwrap() {
        let suite = entry.unwrap().path();
        if suite.is_dir() {
            let name = suite.file_name().unwrap().to_string_lossy().into_owned();
            let subgraphs = load_folder(&suite).unwrap();
            all.push((format!("{name}, ours"), composed(&subgraphs).unwrap()));
            let theirs = fs::read_to_string(suite.join("apollo-supergraph.graphql")).unwrap();
            all.push((name, theirs));
        }
    }
    let store = fs::read_to_string(folder("benches/store/supergraph.graphql")).unwrap();
    all.push(("store".to_owned(), store));
    let services = ["employees", "customers", "courses", "addresses"].map(|name| {
        let file = folder("../subgraphs").join(name).join("schema.graphql");
        (name, fs::read_to_string(file).unwrap())
    });
    all.push((
        "services".to_owned(),
        composed_of(services.iter().map(|(name, sdl)| (*name, &**sdl))).unwrap(),
    ));
    let everything = fs::read_to_string(folder("tests/introspection/everything.graphql")).unwrap();
    let everything = composed_of([("everything", &*everything)].into_iter()).unwrap();
    all.push(("everything".to_owned(), everything));
    all.sort();
    all
}

fn node(node: &Path, arguments: &[&str]) -> String {
    let script = Command::new(node)
        .arg("introspection.js")
        .args(arguments)
        .current_dir(folder("tests/introspection"))
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    assert!(script.status.success(), "{}", text(script.stderr));
    text(script.stdout)
}

#[tokio::test]
async fn a_client_sees_the_api_schema() {
    let Some(program) = std::env::var_os("TEST_NODE").map(PathBuf::from) else {
        eprintln!("not run: TEST_NODE names no Node");
        return;
    };
    let installed = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--silent"])
        .current_dir(folder("tests/introspection"))
        .status();
    assert!(installed.expect("npm runs").success());
    let operations: Vec<Value> = serde_json::from_str(&node(&program, &["operations"])).unwrap();
    let mut schemas = Vec::new();
    for (name, supergraph) in supergraphs() {
        let schema = Schema::parse_and_validate(&supergraph, "supergraph").unwrap();
        let api_schema = Supergraph::from_schema(schema).unwrap().api_schema;
        let federation = Federation::new(&supergraph, Vec::new()).unwrap();
        let mut answers = Vec::new();
        for operation in &operations {
            answers.push(federation.respond(operation, &HeaderMap::new()).await.response);
        }
        schemas.push(json!({ "name": name, "sdl": api_schema.to_string(), "answers": answers }));
    }
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("introspection.json");
    fs::write(&file, json!(schemas).to_string()).unwrap();
    let said = node(&program, &["compare", file.to_str().unwrap()]);
    let count = schemas.len() * operations.len();
    assert!(said.starts_with(&format!("{count} answers")), "{said}");
}
