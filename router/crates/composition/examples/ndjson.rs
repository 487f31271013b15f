//! Composes one set of subgraphs a line: JSON in, JSON out. For comparing composers over many
//! inputs, without starting a process for each.
//!
//! In: `{"name", "subgraphs": [{"name", "url", "sdl"}]}`.
//! Out: `{"name", "ok", "errors": [{"code", "message"}], "hints": [{"code"}], "supergraphSdl",
//! "apiSchemaSdl"}`.

use std::io::{BufRead, Write};

use composition::diagnostic::Diagnostic;
use composition::{Options, SubgraphSource, compose};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let input: Value = serde_json::from_str(&line)?;
        writeln!(output, "{}", answer(&input))?;
        output.flush()?;
    }
    Ok(())
}

fn answer(input: &Value) -> Value {
    let none = Vec::new();
    let subgraphs = input["subgraphs"].as_array().unwrap_or(&none);
    let sources: Vec<_> = subgraphs.iter().map(source).collect();
    match compose(&sources, &Options::default()) {
        Ok(composed) => json!({
            "name": input["name"],
            "ok": true,
            "errors": [],
            "hints": composed.hints.iter().map(report).collect::<Vec<_>>(),
            "supergraphSdl": composed.supergraph_sdl,
            "apiSchemaSdl": composed.api_schema_sdl,
        }),
        Err(failure) => json!({
            "name": input["name"],
            "ok": false,
            "errors": failure.errors.iter().map(report).collect::<Vec<_>>(),
            "hints": [],
        }),
    }
}

fn source(subgraph: &Value) -> SubgraphSource {
    let text = |key: &str| subgraph[key].as_str().unwrap_or_default().to_owned();
    SubgraphSource { name: text("name"), url: text("url"), sdl: text("sdl"), file: None }
}

fn report(diagnostic: &Diagnostic) -> Value {
    json!({ "code": diagnostic.code.name(), "message": diagnostic.to_string() })
}
