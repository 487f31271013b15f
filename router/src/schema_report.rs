//! What a check says: which changes are refused, and why; which are not, and why not.

use composition::SubgraphSource;
use composition::diagnostic::{Level, Location};
use schema_check::{Certainty, Change, Criticality, Places, Report, moves};
use serde_json::json;
use supergraph::Supergraph;

use crate::composition_report::{Finding, FindingCode};
use crate::operation_files::KnownOperation;

/// What is refused of what changes.
#[derive(Debug)]
pub struct Policy<'a> {
    /// Coordinates of breaking changes that are meant.
    pub allowed: &'a [String],
    /// Whether dangerous changes are refused, too.
    pub refuses_dangerous: bool,
    /// What clients send, if that is known.
    pub operations: Option<&'a [KnownOperation]>,
}

const REFUSED: FindingCode =
    FindingCode::new("OPERATION_REFUSED", Level::Error, "it was valid and is not any more");
const UNKNOWN: FindingCode =
    FindingCode::new("OPERATION_NOT_CHECKED", Level::Warn, "it is not valid in the baseline");
const MOVED: FindingCode =
    FindingCode::new("SUBGRAPHS_CHANGED", Level::Info, "clients see nothing of it");

/// Checks a proposed supergraph, made of `sources`, against a baseline: what is refused, which is
/// of the level of errors, then what is to be looked at, then the rest.
#[must_use]
pub fn check(
    baseline: &Supergraph,
    proposed: &Supergraph,
    sources: &[SubgraphSource],
    policy: &Policy<'_>,
) -> Vec<Finding> {
    let known = policy.operations.unwrap_or_default();
    let operations: Vec<_> = known.iter().map(|known| known.operation.clone()).collect();
    let report = schema_check::check(&baseline.api_schema, &proposed.api_schema, &operations);
    let places = Places::new(baseline, sources.iter().map(|source| (&*source.name, &*source.sdl)));
    let mut findings = Vec::new();
    for change in &report.changes {
        let places = places.of(&change.coordinate).into_iter();
        let locations = places.map(|(subgraph, at)| {
            let (line, column) = at.unwrap_or_default();
            let source = sources.iter().find(|source| source.name == subgraph);
            let file = source.and_then(|source| source.file.clone());
            Location { subgraph: subgraph.to_owned(), file, line, column }
        });
        findings.push(Finding { locations: locations.collect(), ..finding(change, policy) });
    }
    findings.extend(of_operations(&report, known));
    findings.extend(moves(baseline, proposed).into_iter().map(|it| Finding::new(MOVED, it)));
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.code.level));
    findings
}

/// One line on what the findings are.
#[must_use]
pub fn summary(findings: &[Finding]) -> String {
    let count = |key: &str, value: &str| {
        findings.iter().filter(|f| f.details.get(key).is_some_and(|v| v == value)).count()
    };
    let [breaking, dangerous, safe] =
        ["breaking", "dangerous", "safe"].map(|word| count("criticality", word));
    let [unused, allowed] = ["unused", "allowed"].map(|word| count("excuse", word));
    let refused = findings.iter().filter(|finding| finding.code.level == Level::Error).count();
    format!(
        "{breaking} breaking ({unused} unused, {allowed} allowed), {dangerous} dangerous, {safe} \
         safe: {refused} refused\n"
    )
}

fn finding(change: &Change, policy: &Policy<'_>) -> Finding {
    let criticality = change.kind.criticality;
    let excuse = match policy.operations {
        _ if criticality != Criticality::Breaking => None,
        _ if policy.allowed.contains(&change.coordinate) => Some("allowed"),
        Some(_) if change.used_by.is_empty() => Some("unused"),
        _ => None,
    };
    let (word, level) = match criticality {
        Criticality::Breaking if excuse.is_none() => ("breaking", Level::Error),
        Criticality::Breaking => ("breaking", Level::Warn),
        Criticality::Dangerous if policy.refuses_dangerous => ("dangerous", Level::Error),
        Criticality::Dangerous => ("dangerous", Level::Warn),
        Criticality::Safe => ("safe", Level::Info),
    };
    let code = FindingCode::new(change.kind.name, level, change.kind.meaning);
    let excused = excuse.map(|excuse| format!(", {excuse}")).unwrap_or_default();
    let mut finding = Finding::new(code, format!("{change} [{word}{excused}]"));
    let mut users = Vec::new();
    for (index, certainty) in &change.used_by {
        let known = &policy.operations.unwrap_or_default()[*index];
        let is_certain = *certainty == Certainty::Certain;
        let used = if is_certain { "used by" } else { "may be used through a variable by" };
        finding.message += &format!("\n  {used} {}", shown(known));
        let (name, origin) = (&known.operation.name, &known.origin);
        let (count, last_seen) = known.entry.as_ref().map(|e| (e.count, &e.last_seen)).unzip();
        users.push(json!({ "name": name, "origin": origin, "certain": is_certain,
                           "count": count, "lastSeen": last_seen }));
    }
    let coordinate = &change.coordinate;
    let details = json!({
        "coordinate": coordinate, "criticality": word, "excuse": excuse, "operations": users,
    });
    finding.details = details.as_object().cloned().unwrap_or_default();
    finding
}

/// What is wrong with operations and was not told with a change.
fn of_operations(report: &Report, known: &[KnownOperation]) -> Vec<Finding> {
    let is_told = |index| {
        report.changes.iter().any(|change| change.used_by.iter().any(|(user, _)| *user == index))
    };
    let refused = report.refused.iter().filter(|(index, _)| !is_told(*index));
    let refused = refused.map(|refused| (REFUSED, refused));
    let all = refused.chain(report.unknown.iter().map(|unknown| (UNKNOWN, unknown)));
    all.map(|(code, (index, reason))| {
        Finding::new(code, format!("{}: {}: {reason}", shown(&known[*index]), code.meaning))
    })
    .collect()
}

fn shown(known: &KnownOperation) -> String {
    let name = known.operation.name.as_deref().unwrap_or("an operation without a name");
    let entry = known.entry.as_ref().map(|entry| {
        let clients: Vec<&str> = entry.clients.iter().map(String::as_str).collect();
        let by = if clients.is_empty() { "" } else { ", by " };
        format!("; {} times, last {}{by}{}", entry.count, entry.last_seen, clients.join(", "))
    });
    format!("{name} ({}{})", known.origin, entry.unwrap_or_default())
}
