//! `router compose` and `router plan`: what they print, and the code they end with.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder with a federation of two subgraphs; `second` is the schema of the second.
fn federation(test: &str, second: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("commands").join(test);
    std::fs::create_dir_all(&folder).unwrap();
    let yaml = "subgraphs:
  a: { routing_url: 'http://a.test/graphql', schema: { file: a.graphql } }
  b: { routing_url: 'http://b.test/graphql', schema: { file: b.graphql } }
";
    std::fs::write(folder.join("supergraph.yaml"), yaml).unwrap();
    std::fs::write(folder.join("a.graphql"), A).unwrap();
    std::fs::write(folder.join("b.graphql"), second).unwrap();
    folder
}

const A: &str = r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Query { me: User }
type User @key(fields: "id") { id: ID! name: String }
"#;

const B: &str = r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type User @key(fields: "id") { id: ID! score: Int }
"#;

/// `name` is given by both, which neither allows.
const BROKEN: &str = r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type User @key(fields: "id") { id: ID! name: String }
"#;

/// Runs the router in `folder`; its exit code, standard output and standard error.
fn run(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_router"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_plan_depends_on_the_labels_that_are_on() {
    let moved = B.replace("v2.3\", import: [\"@key\"", "v2.7\", import: [\"@key\", \"@override\"")
        + r#"extend type User { name: String @override(from: "a", label: "moved") }"#;
    let folder = federation("override", &moved);
    let fetches = |labels: &[&str]| {
        let arguments = [&["plan", "-", "--format", "json"], labels].concat();
        let (code, plan, said) = run(&folder, &arguments, "{ me { name } }");
        assert_eq!(code, 0, "{said}");
        plan.matches("serviceName").count()
    };
    assert_eq!(fetches(&[]), 1);
    assert_eq!(fetches(&["--override-label", "other"]), 1);
    assert_eq!(fetches(&["--override-label", "other,moved"]), 2);
}

#[test]
fn what_composes_is_printed_and_can_be_planned() {
    let folder = federation("composes", B);
    let (code, supergraph, _) = run(&folder, &["compose"], "");
    assert_eq!(code, 0);
    assert!(supergraph.contains("enum join__Graph"), "{supergraph}");
    let (code, printed, _) = run(&folder, &["compose", "--output", "supergraph.graphql"], "");
    assert_eq!((code, &*printed), (0, ""));
    assert_eq!(std::fs::read_to_string(folder.join("supergraph.graphql")).unwrap(), supergraph);

    let (code, plan, _) = run(&folder, &["plan", "-"], "{ me { name score } }");
    assert_eq!(code, 0);
    assert!(plan.starts_with("query plan: 2 fetches\n"), "{plan}");
    let arguments = ["plan", "--supergraph", "supergraph.graphql", "--format", "json", "-"];
    let (code, plan, _) = run(&folder, &arguments, "{ me { name score } }");
    assert_eq!(code, 0);
    let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
    assert_eq!(plan["node"]["kind"], "Sequence");
    assert_eq!(plan["node"]["nodes"][1]["path"], serde_json::json!(["me"]));
    let operation =
        "query($x: Boolean!) { me { name ... @defer(label: \"l\") { score @skip(if: $x) } } }";
    let (_, plan, _) = run(&folder, &arguments, operation);
    let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
    assert_eq!(plan["node"]["nodes"][0].get("when"), None);
    let deferred = &plan["node"]["nodes"][1]["node"];
    assert_eq!(deferred["when"], "if !$x for @defer 0 \"l\"");
}

#[test]
fn what_does_not_compose_is_rejected_with_the_places() {
    let folder = federation("rejected", BROKEN);
    let (code, printed, report) = run(&folder, &["compose"], "");
    assert_eq!((code, &*printed), (1, ""));
    assert!(report.starts_with("error[INVALID_FIELD_SHARING]: "), "{report}");
    assert!(report.contains("  --> a.graphql:3:"), "{report}");
    assert!(report.contains("\n 2 | type User @key(fields: \"id\") { id: ID! name: String }\n"));
    let (code, report, _) = run(&folder, &["compose", "--format", "json"], "");
    assert_eq!(code, 1);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["diagnostics"][0]["code"], "INVALID_FIELD_SHARING");
    let (_, report, _) = run(&folder, &["compose", "--format", "github"], "");
    assert!(report.starts_with("::error file=a.graphql,line=3,col="), "{report}");
    let (_, report, _) = run(&folder, &["compose", "--format", "sarif"], "");
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["runs"][0]["results"][0]["ruleId"], "INVALID_FIELD_SHARING");
}

#[test]
fn what_cannot_be_done_is_said() {
    let folder = federation("missing", B);
    std::fs::remove_file(folder.join("b.graphql")).unwrap();
    let (code, _, error) = run(&folder, &["compose"], "");
    assert_eq!(code, 2);
    assert!(error.starts_with("error: subgraph `b`: b.graphql: "), "{error}");
    let (code, _, error) = run(&folder, &["compose", "--config", "nowhere.yaml"], "");
    assert_eq!(code, 2);
    assert!(error.starts_with("error: nowhere.yaml: "), "{error}");
}

#[test]
fn an_operation_that_is_not_valid_is_rejected() {
    let folder = federation("operation", B);
    let (code, printed, error) = run(&folder, &["plan", "-"], "{ nobody }");
    assert_eq!((code, &*printed), (1, ""));
    assert!(error.contains("GRAPHQL_VALIDATION_FAILED"), "{error}");
}

/// Waits until what the process tells contains `text`.
fn until_told(lines: &mut impl Iterator<Item = std::io::Result<String>>, text: &str) {
    let mut told = String::new();
    for line in lines {
        told += &line.unwrap();
        told.push('\n');
        if told.contains(text) {
            return;
        }
    }
    assert!(told.contains(text), "{told}");
}

#[test]
fn a_hangup_has_the_schema_read_again() {
    use rustix::process::{Pid, Signal, kill_process};
    let folder = federation("serve", B);
    let mut process = Command::new(env!("CARGO_BIN_EXE_router"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .current_dir(&folder)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = Pid::from_raw(i32::try_from(process.id()).unwrap()).unwrap();
    let mut told = BufReader::new(process.stderr.take().unwrap()).lines();
    until_told(&mut told, "serving http://");
    kill_process(id, Signal::HUP).unwrap();
    until_told(&mut told, "a new schema is served");
    std::fs::write(folder.join("b.graphql"), BROKEN).unwrap();
    kill_process(id, Signal::HUP).unwrap();
    until_told(&mut told, "error[INVALID_FIELD_SHARING]");
    until_told(&mut told, "the last schema is still served");
    kill_process(id, Signal::TERM).unwrap();
    assert!(process.wait().unwrap().success());
}
