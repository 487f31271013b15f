//! What the command ends with, and that a report has the same content in every format.

use std::fs;
use std::path::Path;

use super::{folder, run};

const LINK: &str = r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
"#;
const A: &str = "type Query { a: Int  b(x: Int): Int }\n";

/// A folder with a federation of one subgraph, and its supergraph as the baseline.
fn federation(test: &str) -> std::path::PathBuf {
    let folder = folder(test);
    // Nobody listens there: the schema is to be given.
    let yaml = "subgraphs:
  s: { routing_url: 'http://s.test', schema: { subgraph_url: 'http://127.0.0.1:1/graphql' } }
";
    fs::write(folder.join("supergraph.yaml"), yaml).unwrap();
    fs::write(folder.join("s.graphql"), format!("{LINK}{A}")).unwrap();
    let files = "subgraphs: { s: { routing_url: 'http://s.test', schema: { file: s.graphql } } }\n";
    fs::write(folder.join("files.yaml"), files).unwrap();
    let arguments = ["compose", "--config", "files.yaml", "--output", "supergraph.graphql"];
    assert_eq!(run(&folder, &arguments).0, 0);
    folder
}

fn propose(folder: &Path, schema: &str) {
    fs::write(folder.join("new.graphql"), format!("{LINK}{schema}")).unwrap();
}

const CHECK: [&str; 3] = ["check", "--subgraph", "s=new.graphql"];

fn check(folder: &Path, more: &[&str]) -> (i32, String, String) {
    run(folder, &[&CHECK, more].concat())
}

#[test]
fn what_breaks_is_refused_unless_it_is_excused() {
    let folder = federation("exit_codes");
    propose(&folder, A);
    assert_eq!(check(&folder, &[]).0, 0);
    propose(&folder, "type Query { a: Int }");
    let (code, report, _) = check(&folder, &[]);
    assert_eq!(code, 1, "{report}");
    assert!(report.contains("error[FIELD_REMOVED]: `Query.b`"), "{report}");
    assert!(report.contains("--> new.graphql:2:6 (subgraph s)"), "{report}");
    assert_eq!(check(&folder, &["--allow", "Query.b"]).0, 0);
    assert_eq!(check(&folder, &["--allow", "Query.a"]).0, 1);

    fs::write(folder.join("operations.graphql"), "query A { a }").unwrap();
    let (code, report, _) = check(&folder, &["--operations", "operations.graphql"]);
    assert_eq!(code, 0, "{report}");
    assert!(report.contains("warning[FIELD_REMOVED]") && report.contains("[breaking, unused]"));
    fs::write(folder.join("empty.jsonl"), "").unwrap();
    let (code, report, _) = check(&folder, &["--operations", "empty.jsonl"]);
    assert_eq!(code, 1, "no operation is known: {report}");
    fs::write(folder.join("operations.graphql"), "query A { a }\nquery B { b }").unwrap();
    let (code, report, _) = check(&folder, &["--operations", "operations.graphql"]);
    assert_eq!(code, 1, "{report}");
    assert!(report.contains("  used by B (operations.graphql:2)"), "{report}");

    propose(&folder, "type Query { a: Int  b(x: Int = 1): Int }");
    assert_eq!(check(&folder, &[]).0, 0);
    assert_eq!(check(&folder, &["--fail-on", "dangerous"]).0, 1);
}

#[test]
fn every_format_says_the_same() {
    let folder = federation("formats");
    propose(&folder, "type Query { a: Int! }");
    let report = |format: &str| {
        let (code, report, _) = check(&folder, &["--format", format]);
        assert_eq!(code, 1, "{report}");
        report
    };
    let json: serde_json::Value = serde_json::from_str(&report("json")).unwrap();
    let first = &json["diagnostics"][0];
    assert_eq!(first["code"], "FIELD_REMOVED");
    assert_eq!(first["coordinate"], "Query.b");
    assert_eq!(first["criticality"], "breaking");
    assert_eq!(first["locations"][0]["line"], 2);
    let github = report("github");
    assert!(github.starts_with("::error file=new.graphql,line=2,col=6,title=FIELD_REMOVED::"));
    let sarif: serde_json::Value = serde_json::from_str(&report("sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "FIELD_REMOVED");
    assert_eq!(sarif["runs"][0]["results"][0]["level"], "error");
}

#[test]
fn what_does_not_compose_is_refused_and_what_is_missing_is_said() {
    let folder = federation("not_run");
    propose(&folder, "type Query { a: Missing }");
    let (code, _, report) = check(&folder, &[]);
    assert_eq!(code, 1);
    assert!(report.starts_with("error[INVALID_GRAPHQL]: "), "{report}");
    propose(&folder, A);
    let (code, _, error) = check(&folder, &["--baseline", "nothing.graphql"]);
    assert_eq!(code, 2);
    assert!(error.starts_with("error: nothing.graphql: "), "{error}");
    let (code, _, error) = check(&folder, &["--operations", "nothing"]);
    assert_eq!(code, 2);
    assert!(error.starts_with("error: nothing: "), "{error}");
    let (code, _, error) = run(&folder, &["check"]);
    assert_eq!(code, 2, "the service is not there");
    assert!(error.starts_with("error: subgraph `s`: "), "{error}");
    fs::write(folder.join("broken.graphql"), "query {\n  a(").unwrap();
    let (code, _, error) = check(&folder, &["--operations", "broken.graphql"]);
    assert_eq!(code, 2);
    assert!(error.contains("broken.graphql:2:"), "{error}");
}

/// The repository's own services: a field that somebody selects cannot be removed.
#[test]
fn a_field_of_the_courses_service_that_is_used_cannot_be_removed() {
    let folder = folder("courses");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let schema = fs::read_to_string(workspace.join("subgraphs/courses/schema.graphql")).unwrap();
    let without = schema.replacen("  \"How many can enroll.\"\n  capacity: Int!\n", "", 1);
    assert_ne!(schema, without);
    let line = without.lines().position(|line| line.starts_with("type Course ")).unwrap() + 1;
    let file = folder.join("courses.graphql");
    fs::write(&file, without).unwrap();
    let operations = folder.join("operations.graphql");
    let subgraph = format!("courses={}", file.display());
    // The baseline is made here: the committed one is of what was released.
    let baseline = folder.join("supergraph.graphql").display().to_string();
    assert_eq!(run(workspace, &["compose", "--output", &baseline]).0, 0);
    let check = || {
        let operations = operations.display().to_string();
        let arguments = ["check", "--baseline", &baseline, "--subgraph", &subgraph];
        run(workspace, &[&arguments[..], &["--operations", &operations]].concat())
    };
    fs::write(&operations, "query Seats { courses { nodes { title capacity } } }").unwrap();
    let (code, report, _) = check();
    assert_eq!(code, 1, "{report}");
    let place = format!("--> {}:{line}:6 (subgraph courses)", file.display());
    assert!(report.contains(&place), "{report}");
    assert!(report.contains("error[FIELD_REMOVED]: `Course.capacity`: the field is gone"));
    assert!(report.contains("  used by Seats ("), "{report}");
    fs::write(&operations, "query Titles { courses { nodes { title } } }").unwrap();
    let (code, report, _) = check();
    assert_eq!(code, 0, "{report}");
    assert!(report.contains("warning[FIELD_REMOVED]: `Course.capacity`"), "{report}");
    assert!(report.ends_with("1 breaking (1 unused, 0 allowed), 0 dangerous, 0 safe: 0 refused\n"));
}
