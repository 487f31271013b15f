//! What composition found, written for people, for programs, and for the places where reviews
//! happen. It is text in, text out; nothing here prints.

use std::fmt::Write;

use composition::SubgraphSource;
use composition::diagnostic::code::Level;
use composition::diagnostic::{Diagnostic, Location};
use serde_json::{Value, json};

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// With the source line of each place, for reading.
    Human,
    /// One JSON object.
    Json,
    /// Annotations of a workflow run of GitHub Actions.
    Github,
    /// SARIF 2.1.0, which code hosts and editors show in place.
    Sarif,
}

/// Writes `diagnostics` about `sources`.
#[must_use]
pub fn write(format: Format, diagnostics: &[Diagnostic], sources: &[SubgraphSource]) -> String {
    match format {
        Format::Human => human(diagnostics, sources),
        Format::Json => pretty(&as_json(diagnostics)),
        Format::Github => diagnostics.iter().map(github).collect(),
        Format::Sarif => pretty(&sarif(diagnostics)),
    }
}

fn pretty(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).expect("a value is JSON");
    text + "\n"
}

fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.code.level() {
        Level::Error => "error",
        Level::Warn => "warning",
        Level::Info | Level::Debug => "note",
    }
}

fn human(diagnostics: &[Diagnostic], sources: &[SubgraphSource]) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        let _ =
            writeln!(text, "{}[{}]: {}", severity(diagnostic), diagnostic.code, diagnostic.message);
        for location in &diagnostic.locations {
            excerpt(&mut text, location, sources);
        }
        if let Some(help) = &diagnostic.help {
            let _ = writeln!(text, "   = help: {help}");
        }
        text.push('\n');
    }
    text
}

/// The place, and the line of the source with a mark under it.
fn excerpt(text: &mut String, location: &Location, sources: &[SubgraphSource]) {
    let subgraph = &location.subgraph;
    if location.line == 0 {
        let _ = writeln!(text, "  --> subgraph {subgraph}");
        return;
    }
    let file = location.file.as_deref().unwrap_or("(no file)");
    let (line, column) = (location.line, location.column);
    let _ = writeln!(text, "  --> {file}:{line}:{column} (subgraph {subgraph})");
    let source = sources.iter().find(|source| source.name == *subgraph);
    let source_line = source.and_then(|source| source.sdl.lines().nth(line - 1));
    if let Some(source_line) = source_line {
        let margin = " ".repeat(line.to_string().len());
        let indent: String = source_line
            .chars()
            .take(column.saturating_sub(1))
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        let _ = writeln!(text, " {margin} |\n {line} | {source_line}\n {margin} | {indent}^");
    }
}

fn as_json(diagnostics: &[Diagnostic]) -> Value {
    let items: Vec<Value> = diagnostics
        .iter()
        .map(|diagnostic| {
            let locations: Vec<Value> = diagnostic
                .locations
                .iter()
                .map(|location| {
                    json!({
                        "subgraph": location.subgraph,
                        "file": location.file,
                        "line": location.line,
                        "column": location.column,
                    })
                })
                .collect();
            json!({
                "severity": severity(diagnostic),
                "code": diagnostic.code.name(),
                "message": diagnostic.message,
                "locations": locations,
                "help": diagnostic.help,
            })
        })
        .collect();
    json!({ "diagnostics": items })
}

/// See <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.
fn github(diagnostic: &Diagnostic) -> String {
    let command = match diagnostic.code.level() {
        Level::Error => "error",
        Level::Warn => "warning",
        Level::Info | Level::Debug => "notice",
    };
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let mut place = String::new();
    if let Some(location) = diagnostic.locations.iter().find(|l| l.file.is_some() && l.line > 0) {
        let file = location.file.as_deref().unwrap_or_default();
        let _ = write!(
            place,
            "file={},line={},col={},",
            property(file),
            location.line,
            location.column
        );
    }
    let title = property(diagnostic.code.name());
    let mut message = diagnostic.message.clone();
    if let Some(help) = &diagnostic.help {
        let _ = write!(message, "\nhelp: {help}");
    }
    format!("::{command} {place}title={title}::{}\n", data(&message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// See <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
fn sarif(diagnostics: &[Diagnostic]) -> Value {
    let mut codes: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let rules: Vec<Value> = codes
        .iter()
        .map(|code| json!({ "id": code.name(), "shortDescription": { "text": code.meaning() } }))
        .collect();
    let results: Vec<Value> = diagnostics
        .iter()
        .map(|diagnostic| {
            let locations: Vec<Value> = diagnostic
                .locations
                .iter()
                .filter(|location| location.line > 0)
                .filter_map(|location| {
                    let file = location.file.as_deref()?;
                    Some(json!({ "physicalLocation": {
                        "artifactLocation": { "uri": file },
                        "region": { "startLine": location.line, "startColumn": location.column },
                    }}))
                })
                .collect();
            json!({
                "ruleId": diagnostic.code.name(),
                "level": severity(diagnostic),
                "message": { "text": diagnostic.message },
                "locations": locations,
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "router",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "results": results,
        }],
    })
}
