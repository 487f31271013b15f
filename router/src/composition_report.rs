//! What composition and checks found, written for people, for programs, and for the places where
//! reviews happen. It is text in, text out; nothing here prints.

use std::fmt::Write;

use composition::SubgraphSource;
use composition::diagnostic::{Code, Diagnostic, Level, Location};
use serde_json::{Map, Value, json};

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

/// One thing that a report says.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What kind of thing.
    pub code: FindingCode,
    /// What it is, in plain words.
    pub message: String,
    /// The places that matter.
    pub locations: Vec<Location>,
    /// What would fix it, where that is known.
    pub help: Option<String>,
    /// What only programs want to know.
    pub details: Map<String, Value>,
}

/// What kind of thing a report says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingCode {
    /// As tools match on it.
    pub name: &'static str,
    /// How much it matters.
    pub level: Level,
    /// What it means, in a sentence.
    pub meaning: &'static str,
}

impl FindingCode {
    /// A code that no composition has.
    pub const fn new(name: &'static str, level: Level, meaning: &'static str) -> Self {
        Self { name, level, meaning }
    }
}

impl From<Code> for FindingCode {
    fn from(code: Code) -> Self {
        Self::new(code.name(), code.level(), code.meaning())
    }
}

impl Finding {
    /// A finding of which nothing is known but this.
    pub fn new(code: FindingCode, message: impl Into<String>) -> Self {
        let (message, details) = (message.into(), Map::new());
        Self { code, message, locations: Vec::new(), help: None, details }
    }
}

impl From<&Diagnostic> for Finding {
    fn from(diagnostic: &Diagnostic) -> Self {
        let Diagnostic { code, message, locations, help } = diagnostic.clone();
        Self { locations, help, ..Self::new(code.into(), message) }
    }
}

/// Writes findings about `sources`; what is for people, in colours if somebody likes them.
#[must_use]
pub fn write(
    format: Format,
    has_colours: bool,
    findings: impl IntoIterator<Item: Into<Finding>>,
    sources: &[SubgraphSource],
) -> String {
    let findings: Vec<Finding> = findings.into_iter().map(Into::into).collect();
    match format {
        Format::Human => human(&findings, sources, &|colour, text| match has_colours {
            true => format!("\x1b[1;{colour}m{text}\x1b[0m"),
            false => text.to_owned(),
        }),
        Format::Json => pretty(&as_json(&findings)),
        Format::Github => findings.iter().map(github).collect(),
        Format::Sarif => pretty(&sarif(&findings)),
    }
}

/// Marks a part of a text by a colour, or not. The codes are those of "select graphic rendition".
/// <https://ecma-international.org/publications-and-standards/standards/ecma-48/>
type Paint<'p> = &'p dyn Fn(u8, &str) -> String;

const RED: u8 = 31;
const YELLOW: u8 = 33;
const BLUE: u8 = 34;
const CYAN: u8 = 36;

fn pretty(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).expect("a value is JSON");
    text + "\n"
}

fn severity(finding: &Finding) -> &'static str {
    by_level(finding, "error", "warning", "note")
}

fn by_level<T>(finding: &Finding, error: T, warning: T, other: T) -> T {
    match finding.code.level {
        Level::Error => error,
        Level::Warn => warning,
        Level::Info | Level::Debug => other,
    }
}

fn human(findings: &[Finding], sources: &[SubgraphSource], paint: Paint<'_>) -> String {
    let mut text = String::new();
    for finding in findings {
        let head = format!("{}[{}]", severity(finding), finding.code.name);
        let head = paint(colour(finding), &head);
        let _ = writeln!(text, "{head}: {}", finding.message);
        for location in &finding.locations {
            excerpt(&mut text, location, sources, (paint, colour(finding)));
        }
        if let Some(help) = &finding.help {
            let _ = writeln!(text, "   {} {help}", paint(CYAN, "= help:"));
        }
        text.push('\n');
    }
    text
}

fn colour(finding: &Finding) -> u8 {
    by_level(finding, RED, YELLOW, CYAN)
}

/// The place, and the line of the source with a mark under it.
fn excerpt(
    text: &mut String,
    location: &Location,
    sources: &[SubgraphSource],
    (paint, colour): (Paint<'_>, u8),
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
        let before = source_line.chars().take(column.saturating_sub(1));
        let indent: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        let mark = paint(colour, "^");
        let _ = writeln!(text, " {margin}\n {number} {source_line}\n {margin} {indent}{mark}");
    }
}

fn as_json(findings: &[Finding]) -> Value {
    let items: Vec<Value> = findings
        .iter()
        .map(|finding| {
            let place = |Location { subgraph, file, line, column }: &Location| {
                json!({ "subgraph": subgraph, "file": file, "line": line, "column": column })
            };
            let locations: Vec<Value> = finding.locations.iter().map(place).collect();
            let mut item = json!({
                "severity": severity(finding),
                "code": finding.code.name,
                "message": finding.message,
                "locations": locations,
                "help": finding.help,
            });
            item.as_object_mut().into_iter().for_each(|item| item.extend(finding.details.clone()));
            item
        })
        .collect();
    json!({ "diagnostics": items })
}

/// See <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.
fn github(finding: &Finding) -> String {
    let command = by_level(finding, "error", "warning", "notice");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let mut place = String::new();
    if let Some(location) = finding.locations.iter().find(|l| l.file.is_some() && l.line > 0) {
        let file = location.file.as_deref().unwrap_or_default();
        let (line, column) = (location.line, location.column);
        let _ = write!(place, "file={},line={line},col={column},", property(file));
    }
    let title = property(finding.code.name);
    format!("::{command} {place}title={title}::{}\n", data(&with_help(finding)))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// See <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
fn sarif(findings: &[Finding]) -> Value {
    let mut codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup_by_key(|code| code.name);
    let rule = |code: FindingCode| json!({ "id": code.name, "shortDescription": { "text": code.meaning } });
    let rules: Vec<Value> = codes.into_iter().map(rule).collect();
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| {
            let place = |location: &Location| {
                let file = location.file.as_deref().filter(|_| location.line > 0)?;
                Some(json!({ "physicalLocation": {
                    "artifactLocation": { "uri": uri(file) },
                    "region": { "startLine": location.line, "startColumn": location.column },
                }}))
            };
            let locations: Vec<Value> = finding.locations.iter().filter_map(place).collect();
            json!({
                "ruleId": finding.code.name,
                "level": severity(finding),
                "message": { "text": with_help(finding) },
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

fn with_help(finding: &Finding) -> String {
    match &finding.help {
        Some(help) => format!("{}\nhelp: {help}", finding.message),
        None => finding.message.clone(),
    }
}
