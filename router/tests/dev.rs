//! `router dev`, as a developer runs it: the binary, with subgraphs that are processes.
//!
//! The subgraphs are this very test binary: see [`fake_subgraph`].

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Method;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::{Value, json};
use support::{Answer, Reply, answer_all, send};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

/// Long enough for a machine with much to do; nothing waits for it when all is well.
const PATIENCE: Duration = Duration::from_secs(60);

const NAMES: &str = "type Query { name: String }";
const SIZES: &str = "type Query { size: Int }";

/// A subgraph: answers with the schema that stands in a file, and with nulls.
#[tokio::test]
#[ignore = "run by the other tests as a process of its own"]
async fn fake_subgraph() {
    let Ok(listen) = std::env::var("FAKE_LISTEN") else { return };
    let sdl_file = std::env::var("FAKE_SDL_FILE").unwrap();
    let listener = TcpListener::bind(&listen).await.unwrap();
    println!("fake subgraph on {listen}");
    if std::env::var("FAKE_STUBBORN").is_ok() {
        // With a handler that does nothing, a signal does nothing.
        tokio::spawn(async {
            use tokio::signal::unix::{SignalKind, signal};
            let mut terminate = signal(SignalKind::terminate()).unwrap();
            loop {
                terminate.recv().await;
            }
        });
    }
    let answer = move |request: &Value| {
        let query = request["query"].as_str().unwrap_or_default();
        if query.contains("_service") {
            let sdl = std::fs::read_to_string(&sdl_file).unwrap();
            return Answer::Json(json!({ "data": { "_service": { "sdl": sdl } } }));
        }
        Answer::Json(json!({ "data": { "name": "Ada", "size": 7, "weight": 9, "length": null } }))
    };
    answer_all(listener, Arc::default(), answer).await;
}

/// A port that is free now.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A federation in a folder of its own.
struct Fixture {
    folder: PathBuf,
    subgraphs: BTreeMap<&'static str, u16>,
}

impl Fixture {
    fn new(test: &str, subgraphs: &[(&'static str, &str)]) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let fixture = Self {
            folder,
            subgraphs: subgraphs.iter().map(|(name, _)| (*name, free_port())).collect(),
        };
        for (name, sdl) in subgraphs {
            fixture.write_sdl(name, sdl);
        }
        fixture
    }

    fn write_sdl(&self, name: &str, sdl: &str) {
        // In one step: the subgraph may be reading it.
        let path = self.folder.join(format!("{name}.graphql"));
        let new = self.folder.join(format!("{name}.new"));
        std::fs::write(&new, sdl).unwrap();
        std::fs::rename(new, path).unwrap();
    }

    /// Writes the federation's file; `stubborn` is a subgraph that does not stop when asked.
    fn write(&self, stubborn: Option<&str>) {
        let program = std::env::current_exe().unwrap();
        let mut yaml = "subgraphs:\n".to_owned();
        for (name, port) in &self.subgraphs {
            let _ = write!(
                yaml,
                "  {name}:\n    routing_url: http://127.0.0.1:{port}/graphql\n    \
                 schema: {{ file: {name}.graphql }}\n"
            );
        }
        yaml += "x-dev:\n  subgraphs:\n";
        for (name, port) in &self.subgraphs {
            let _ = write!(
                yaml,
                "    {name}:\n      command: [{program:?}, --exact, fake_subgraph, --ignored, \
                 --nocapture]\n      env:\n        FAKE_LISTEN: 127.0.0.1:{port}\n        \
                 FAKE_SDL_FILE: {name}.graphql\n"
            );
            if stubborn == Some(*name) {
                yaml += "        FAKE_STUBBORN: \"1\"\n";
            }
        }
        std::fs::write(self.folder.join("supergraph.yaml"), yaml).unwrap();
    }

    fn run(&self) -> RunningRouter {
        let port = free_port();
        let mut process = Command::new(env!("CARGO_BIN_EXE_router"))
            .arg("dev")
            .arg("--config")
            .arg(self.folder.join("supergraph.yaml"))
            .arg(format!("--listen=127.0.0.1:{port}"))
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let output = Arc::new(Mutex::new(String::new()));
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let told = Arc::clone(&output);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let mut told = told.lock().unwrap();
                told.push_str(&line);
                told.push('\n');
            }
        });
        RunningRouter { process, output, url: format!("http://127.0.0.1:{port}") }
    }
}

struct RunningRouter {
    process: Child,
    output: Arc<Mutex<String>>,
    url: String,
}

impl RunningRouter {
    fn told(&self) -> String {
        self.output.lock().unwrap().clone()
    }

    /// Waits until what was told contains `text`.
    async fn until_told(&self, text: &str) {
        let outcome = tokio::time::timeout(PATIENCE, async {
            while !self.told().contains(text) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        if outcome.await.is_err() {
            panic!("never told: {text}\n{}", self.told());
        }
    }

    async fn query(&self, query: &str) -> Reply {
        self.try_query(query).await.unwrap()
    }

    async fn try_query(&self, query: &str) -> Result<Reply, String> {
        let url = format!("{}/graphql", self.url);
        let body = json!({ "query": query }).to_string();
        send(Method::POST, &url, &[("content-type", "application/json")], body).await
    }

    /// Asks until the answer is `expected`.
    async fn until_answered(&self, query: &str, expected: &str) {
        let mut last = String::new();
        let outcome = tokio::time::timeout(PATIENCE, async {
            while last != expected {
                tokio::time::sleep(Duration::from_millis(20)).await;
                last = self.try_query(query).await.map_or_else(|error| error, |r| r.text());
            }
        });
        if outcome.await.is_err() {
            panic!("never answered so: {expected}, but {last}\n{}", self.told());
        }
    }

    /// The processes that were started for a subgraph, in order.
    fn processes(&self, name: &str) -> Vec<Pid> {
        self.told()
            .lines()
            .filter(|line| line.trim_start().starts_with(name))
            .filter_map(|line| line.split_once("started, process ")?.1.trim().parse().ok())
            .filter_map(Pid::from_raw)
            .collect()
    }

    fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.process.id().unwrap()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }
}

async fn until_gone(process: Pid) {
    let outcome = tokio::time::timeout(PATIENCE, async {
        while test_kill_process(process).is_ok() && !is_zombie(process) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    outcome.await.expect("the process outlives the router");
}

/// Whether it has ended and only its number is left, because nobody has asked how it ended.
fn is_zombie(process: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero()));
    stat.is_ok_and(|stat| stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z')))
}

#[tokio::test]
async fn it_starts_composes_and_serves_and_one_signal_stops_all() {
    let fixture = Fixture::new("starts", &[("names", NAMES), ("sizes", SIZES)]);
    fixture.write(Some("sizes"));
    let mut router = fixture.run();
    router.until_told("composed").await;
    let expected = r#"{"data":{"name":"Ada","size":7}}"#;
    router.until_answered("{ name size }", expected).await;
    router.until_told("names  | fake subgraph on").await;
    router.signal(Signal::INT);
    let status = router.process.wait().await.unwrap();
    assert!(status.success(), "{status}");
    for name in ["names", "sizes"] {
        let processes = router.processes(name);
        assert_eq!(processes.len(), 1, "{}", router.told());
        until_gone(processes[0]).await;
    }
}

#[tokio::test]
async fn a_subgraph_that_dies_is_started_again_and_the_others_go_on() {
    let fixture = Fixture::new("dies", &[("names", NAMES), ("sizes", SIZES)]);
    fixture.write(None);
    let router = fixture.run();
    router.until_answered("{ name size }", r#"{"data":{"name":"Ada","size":7}}"#).await;
    kill_process(router.processes("sizes")[0], Signal::KILL).unwrap();
    router.until_told("it has died: signal: 9").await;
    assert_eq!(router.query("{ name }").await.text(), r#"{"data":{"name":"Ada"}}"#);
    router.until_answered("{ name size }", r#"{"data":{"name":"Ada","size":7}}"#).await;
    assert_eq!(router.processes("sizes").len(), 2);
    assert_eq!(router.processes("names").len(), 1);
}

#[tokio::test]
async fn a_schema_that_changes_is_composed_and_a_broken_one_leaves_the_last() {
    let fixture = Fixture::new("changes", &[("names", NAMES), ("sizes", SIZES)]);
    fixture.write(None);
    let router = fixture.run();
    router.until_answered("{ size }", r#"{"data":{"size":7}}"#).await;
    fixture.write_sdl("sizes", "type Query { size: Int weight: Int }");
    router.until_answered("{ size weight }", r#"{"data":{"size":7,"weight":9}}"#).await;
    fixture.write_sdl("sizes", "type Query { size: Size }");
    router.until_told("it does not compose; the last schema that did is served").await;
    assert!(router.told().contains("sizes.graphql:1:20"), "{}", router.told());
    let answer = router.query("{ size weight }").await.text();
    assert_eq!(answer, r#"{"data":{"size":7,"weight":9}}"#);
    fixture.write_sdl("sizes", "type Query { length: Int }");
    router.until_answered("{ length }", r#"{"data":{"length":null}}"#).await;
    assert_eq!(router.query("{ size }").await.code(), "GRAPHQL_VALIDATION_FAILED");
    assert_eq!((router.processes("names").len(), router.processes("sizes").len()), (1, 1));
}

#[tokio::test]
async fn nothing_outlives_a_router_that_is_killed() {
    let fixture = Fixture::new("killed", &[("names", NAMES), ("sizes", SIZES)]);
    fixture.write(Some("sizes"));
    let mut router = fixture.run();
    router.until_told("composed").await;
    let processes = [router.processes("names"), router.processes("sizes")].concat();
    assert_eq!(processes.len(), 2);
    router.signal(Signal::KILL);
    router.process.wait().await.unwrap();
    for process in processes {
        until_gone(process).await;
    }
}

#[tokio::test]
async fn a_subgraph_whose_files_change_is_built_and_started_anew() {
    let fixture = Fixture::new("watched", &[("names", NAMES), ("sizes", SIZES)]);
    fixture.write(None);
    let watched = fixture.folder.join("source");
    std::fs::write(&watched, "1").unwrap();
    let file = fixture.folder.join("supergraph.yaml");
    let mut yaml = std::fs::read_to_string(&file).unwrap();
    // The last subgraph in the file is `sizes`.
    yaml += "      watch: [source]\n      build: [grep, -vq, broken, source]\n";
    std::fs::write(&file, yaml).unwrap();
    let router = fixture.run();
    router.until_told("composed").await;
    std::fs::write(&watched, "broken").unwrap();
    router.until_told("what runs goes on").await;
    assert_eq!(router.processes("sizes").len(), 1);
    std::fs::write(&watched, "mended").unwrap();
    let outcome = tokio::time::timeout(PATIENCE, async {
        while router.processes("sizes").len() < 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    outcome.await.expect("it is started anew");
    router.until_answered("{ name size }", r#"{"data":{"name":"Ada","size":7}}"#).await;
    assert_eq!(router.processes("names").len(), 1);
}

#[tokio::test]
async fn a_port_in_use_is_said_plainly() {
    let fixture = Fixture::new("port", &[("names", NAMES)]);
    fixture.write(None);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_router"))
        .args(["dev", "--config"])
        .arg(fixture.folder.join("supergraph.yaml"))
        .arg(format!("--listen={address}"))
        .output()
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains(&format!("{address} is in use")), "{error}");
}
