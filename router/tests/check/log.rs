//! The log of operations: what is written, that it is gone on with, and that it stops nobody.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::{folder, run};

const SCHEMA: &str = r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Query { find(name: String, in: Place): Int }
enum Place { HERE THERE }
"#;

/// A router that serves on a port of its own, and what it said until then.
struct Server {
    process: Child,
    url: String,
    said: String,
}

impl Server {
    fn start(folder: &Path, log: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_router"))
            .args(["serve", "--listen", "127.0.0.1:0", "--record-operations", log])
            .current_dir(folder)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let url = lines.find_map(|line| {
            let line = line.unwrap();
            said += &format!("{line}\n");
            line.strip_prefix("serving ").map(str::to_owned)
        });
        // Somebody has to read on, or the router could not write what it has to say.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, url: url.expect("it serves"), said }
    }

    fn ask(&self, client: Option<&str>, document: &str) -> u16 {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut request = agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("accept", "application/graphql-response+json");
        if let Some(client) = client {
            request = request.header("graphql-client-name", client);
        }
        request.send(json!({ "query": document }).to_string()).unwrap().status().as_u16()
    }

    fn stop(mut self) {
        let id = Pid::from_raw(i32::try_from(self.process.id()).unwrap()).unwrap();
        kill_process(id, Signal::TERM).unwrap();
        assert!(self.process.wait().unwrap().success());
    }
}

impl Drop for Server {
    /// Of use when the test has failed.
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn entries(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn federation(test: &str) -> std::path::PathBuf {
    let folder = folder(test);
    let yaml =
        "subgraphs: { s: { routing_url: 'http://127.0.0.1:1', schema: { file: s.graphql } } }\n";
    std::fs::write(folder.join("supergraph.yaml"), yaml).unwrap();
    std::fs::write(folder.join("s.graphql"), SCHEMA).unwrap();
    folder
}

#[test]
fn what_clients_send_is_recorded_without_their_data_and_checked_against() {
    let folder = federation("recorded");
    let log = folder.join("operations.jsonl");
    let server = Server::start(&folder, "operations.jsonl");
    assert_eq!(server.ask(Some("web"), r#"query Find { find(name: "Ann", in: HERE) }"#), 200);
    assert_eq!(server.ask(Some("app"), "query Find {\n  find(name: \"Bob\", in: HERE) }"), 200);
    assert_eq!(server.ask(None, "{ __typename }"), 200);
    assert_eq!(server.ask(None, "{ nobody }"), 400, "what is not valid is not recorded");
    server.stop();
    let recorded = entries(&log);
    let shown: Vec<Value> = recorded
        .iter()
        .map(|entry| json!([entry["document"], entry["count"], entry["clients"]]))
        .collect();
    let find = "query Find{find(name:\"\" in:HERE)}";
    let expected = [json!([find, 2, ["app", "web"]]), json!(["{__typename}", 1, []])];
    assert_eq!(shown, expected);

    let server = Server::start(&folder, "operations.jsonl");
    assert_eq!(server.ask(None, r#"query Find { find(name: "Cat", in: HERE) }"#), 200);
    server.stop();
    let later = entries(&log);
    assert_eq!((later.len(), &later[0]["count"]), (2, &json!(3)));
    assert_eq!(later[0]["firstSeen"], recorded[0]["firstSeen"]);
    assert!(later[0]["lastSeen"].as_str() > recorded[0]["lastSeen"].as_str());

    assert_eq!(run(&folder, &["compose", "--output", "supergraph.graphql"]).0, 0);
    std::fs::write(folder.join("s.graphql"), SCHEMA.replace("HERE ", "")).unwrap();
    let arguments = ["check", "--operations", "operations.jsonl"];
    let (code, report, _) = run(&folder, &arguments);
    assert_eq!(code, 1, "{report}");
    let user = "  used by Find (operations.jsonl:1; 3 times, last 20";
    assert!(report.contains(user) && report.contains(", by app, web)"), "{report}");
    std::fs::write(folder.join("s.graphql"), SCHEMA.replace(" THERE", "")).unwrap();
    let (code, report, _) = run(&folder, &arguments);
    assert_eq!(code, 0, "{report}");
}

#[test]
fn a_log_that_cannot_be_written_stops_nobody() {
    let folder = federation("unwritable");
    let server = Server::start(&folder, "nowhere/operations.jsonl");
    assert_eq!(server.ask(None, "{ __typename }"), 200);
    server.stop();
    std::fs::write(folder.join("letter.txt"), "Dear Ann,\n").unwrap();
    let server = Server::start(&folder, "letter.txt");
    assert!(server.said.contains("operations are not recorded"), "{}", server.said);
    assert_eq!(server.ask(None, "{ __typename }"), 200);
    server.stop();
    assert_eq!(std::fs::read_to_string(folder.join("letter.txt")).unwrap(), "Dear Ann,\n");
}
