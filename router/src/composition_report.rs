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
        Format::Human => human(diagnostics, sources, |_, text| text.to_owned()),
        Format::Json => pretty(&as_json(diagnostics)),
        Format::Github => diagnostics.iter().map(github).collect(),
        Format::Sarif => pretty(&sarif(diagnostics)),
    }
}

/// Writes `diagnostics` about `sources` for people at a terminal.
#[must_use]
pub fn coloured(diagnostics: &[Diagnostic], sources: &[SubgraphSource]) -> String {
    human(diagnostics, sources, |colour, text| format!("\x1b[1;{colour}m{text}\x1b[0m"))
}

/// Marks a part of a text by a colour, or not. The codes are those of "select graphic rendition".
/// <https://ecma-international.org/publications-and-standards/standards/ecma-48/>
type Paint = fn(u8, &str) -> String;

const RED: u8 = 31;
const YELLOW: u8 = 33;
const BLUE: u8 = 34;
const CYAN: u8 = 36;

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

fn human(diagnostics: &[Diagnostic], sources: &[SubgraphSource], paint: Paint) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        let head = format!("{}[{}]", severity(diagnostic), diagnostic.code);
        let head = paint(colour(diagnostic), &head);
        let _ = writeln!(text, "{head}: {}", diagnostic.message);
        for location in &diagnostic.locations {
            excerpt(&mut text, location, sources, (paint, colour(diagnostic)));
        }
        if let Some(help) = &diagnostic.help {
            let _ = writeln!(text, "   {} {help}", paint(CYAN, "= help:"));
        }
        text.push('\n');
    }
    text
}

fn colour(diagnostic: &Diagnostic) -> u8 {
    match diagnostic.code.level() {
        Level::Error => RED,
        Level::Warn => YELLOW,
        Level::Info | Level::Debug => CYAN,
    }
}

/// The place, and the line of the source with a mark under it.
fn excerpt(
    text: &mut String,
    location: &Location,
    sources: &[SubgraphSource],
    (paint, colour): (Paint, u8),
) {
    let subgraph = &location.subgraph;
    let arrow = paint(BLUE, "-->");
    if location.line == 0 {
        let _ = writeln!(text, "  {arrow} subgraph {subgraph}");
        return;
    }
    let file = location.file.as_deref().unwrap_or("(no file)");
    let (line, column) = (location.line, location.column);
    let _ = writeln!(text, "  {arrow} {file}:{line}:{column} (subgraph {subgraph})");
    let source = sources.iter().find(|source| source.name == *subgraph);
    let source_line = source.and_then(|source| source.sdl.lines().nth(line - 1));
    if let Some(source_line) = source_line {
        let number = line.to_string();
        let margin = paint(BLUE, &format!("{} |", " ".repeat(number.len())));
        let number = paint(BLUE, &format!("{number} |"));
        let indent: String = source_line
            .chars()
            .take(column.saturating_sub(1))
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        let mark = paint(colour, "^");
        let _ = writeln!(text, " {margin}\n {number} {source_line}\n {margin} {indent}{mark}");
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
    format!("::{command} {place}title={title}::{}\n", data(&with_help(diagnostic)))
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
                        "artifactLocation": { "uri": uri(file) },
                        "region": { "startLine": location.line, "startColumn": location.column },
                    }}))
                })
                .collect();
            json!({
                "ruleId": diagnostic.code.name(),
                "level": severity(diagnostic),
                "message": { "text": with_help(diagnostic) },
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
            "columnKind": "unicodeCodePoints",
        }],
    })
}

/// The path of a file as a reference to it. <https://www.rfc-editor.org/rfc/rfc3986>
fn uri(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    let written = path.bytes().map(|byte| match is_plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    });
    written.collect()
}

fn with_help(diagnostic: &Diagnostic) -> String {
    match &diagnostic.help {
        Some(help) => format!("{}\nhelp: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}
