//! A running federation: `router dev` as a process, with services on ports of their own.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, Once};
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};

use crate::database::{Databases, SERVICES};

/// How long something may take that happens by itself.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Federation {
    router: Child,
    pub(crate) url: String,
    ports: Vec<u16>,
    output: Arc<Mutex<String>>,
    pub(crate) databases: Databases,
}

impl Federation {
    /// Starts the router, which starts the services; returns when all of it answers.
    pub(crate) fn start(databases: Databases) -> Self {
        build_services();
        let ports: Vec<u16> = free_ports(SERVICES.len() + 1);
        let config = databases.folder.path().join("supergraph.yaml");
        std::fs::write(&config, supergraph_yaml(&databases, &ports)).unwrap();
        let courses = format!("exec {}\n", programs().join("courses").display());
        std::fs::write(courses_script(&databases), courses).unwrap();
        let listen = format!("127.0.0.1:{}", ports[SERVICES.len()]);
        let mut router = Command::new(env!("CARGO_BIN_EXE_router"))
            .args(["dev", "--listen", &listen, "--config"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let output = Arc::new(Mutex::new(String::new()));
        let lines = BufReader::new(router.stdout.take().unwrap()).lines();
        let seen = Arc::clone(&output);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                println!("{line}");
                writeln!(seen.lock().unwrap(), "{line}").unwrap();
            }
        });
        let url = format!("http://{listen}/graphql");
        let federation = Self { router, url, ports, output, databases };
        federation.wait_for("the federation to answer", |it| {
            it.try_ask("{ employees { nodes { id } } addresses { nodes { id } } }")
                .is_some_and(|answer| answer.get("errors").is_none() && answer["data"].is_object())
        });
        federation
    }

    /// Asks the endpoint; the response must be JSON.
    pub(crate) fn ask(&self, query: &str) -> Value {
        self.ask_with(query, json!({}))
    }

    pub(crate) fn ask_with(&self, query: &str, variables: Value) -> Value {
        let body = json!({"query": query, "variables": variables});
        post(&self.url, &body).unwrap_or_else(|error| panic!("{query}: {error}"))
    }

    /// Asks and expects no errors; the data.
    pub(crate) fn data(&self, query: &str, variables: Value) -> Value {
        let mut answer = self.ask_with(query, variables);
        assert!(answer.get("errors").is_none(), "{query}: {answer:#}");
        answer["data"].take()
    }

    pub(crate) fn try_ask(&self, query: &str) -> Option<Value> {
        post(&self.url, &json!({"query": query})).ok()
    }

    /// Asks a service itself.
    pub(crate) fn ask_service(&self, service: &str, query: &str) -> Value {
        let port = self.ports[index(service)];
        let url = format!("http://127.0.0.1:{port}/graphql");
        post(&url, &json!({"query": query})).unwrap_or_else(|error| panic!("{service}: {error}"))
    }

    /// The process that listens on a service's port.
    pub(crate) fn pid(&self, service: &str) -> Option<u32> {
        let flag = format!("127.0.0.1:{}", self.ports[index(service)]);
        let listen = format!("LISTEN={flag}");
        pids().find(|pid| {
            let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            let is_there = environment.split(|b| *b == 0).any(|v| v == listen.as_bytes());
            is_there && program(*pid) == service
        })
    }

    /// Puts a stand-in in the place of the courses service: one with the same schema and `more`.
    pub(crate) fn replace_courses(&self, more: &str) {
        let port = self.ports[index("courses")];
        let folder = self.databases.folder.path().join("stand-in");
        std::fs::create_dir_all(folder.join("subgraphs")).unwrap();
        let printed = Command::new(programs().join("courses")).arg("--print-schema").output();
        let sdl = String::from_utf8(printed.unwrap().stdout).unwrap();
        std::fs::write(folder.join("subgraphs/courses.graphql"), format!("{sdl}\n{more}")).unwrap();
        std::fs::write(folder.join("data.json"), "{}").unwrap();
        let simulator = programs().join("subgraph-simulator");
        let command = format!("{} {} {port}", simulator.display(), folder.display());
        std::fs::write(courses_script(&self.databases), format!("exec {command}\n")).unwrap();
        let listening = self.pid("courses").or_else(|| process("subgraph-simulator", &folder));
        kill(listening.expect("the courses service or its stand-in runs"));
    }

    pub(crate) fn kill(&self, service: &str) {
        let pid = self.pid(service).unwrap_or_else(|| panic!("{service} does not run"));
        kill(pid);
    }

    /// Whether the router has printed a text.
    pub(crate) fn has_said(&self, text: &str) -> bool {
        self.output.lock().unwrap().contains(text)
    }

    /// Waits until something holds.
    pub(crate) fn wait_for(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !holds(self) {
            let output = self.output.lock().unwrap();
            assert!(start.elapsed() < PATIENCE, "waited in vain for {what}:\n{output}");
            drop(output);
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Federation {
    fn drop(&mut self) {
        let pid = self.router.id().to_string();
        let _ = Command::new("kill").args(["-INT", &pid]).status();
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(30) {
            if let Ok(Some(_)) = self.router.try_wait() {
                let left: Vec<_> = SERVICES.iter().filter(|s| self.pid(s).is_some()).collect();
                assert!(
                    left.is_empty() || std::thread::panicking(),
                    "{left:?} outlived the router"
                );
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.router.kill();
        assert!(std::thread::panicking(), "the router did not stop when asked to");
    }
}

fn index(service: &str) -> usize {
    SERVICES.iter().position(|name| *name == service).unwrap()
}

fn pids() -> impl Iterator<Item = u32> {
    let entries = std::fs::read_dir("/proc").unwrap();
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
}

/// The name of the program that a process runs.
fn program(pid: u32) -> String {
    let program = std::fs::read_link(format!("/proc/{pid}/exe")).unwrap_or_default();
    program.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The process that runs a program on a folder.
fn process(name: &str, folder: &Path) -> Option<u32> {
    pids().find(|pid| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        program(*pid) == name && String::from_utf8_lossy(&line).contains(&*folder.to_string_lossy())
    })
}

fn kill(pid: u32) {
    let killed = Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
    assert!(killed.success());
}

/// What starts the courses service, so that a test can put something else there.
fn courses_script(databases: &Databases) -> PathBuf {
    databases.folder.path().join("courses.sh")
}

/// The folder of built programs, which is that of the router.
fn programs() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_router")).parent().unwrap().to_path_buf()
}

/// Builds what is not newer than its sources: the tests of the whole workspace have built it, the
/// router's own have not.
fn build_services() {
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let sources = ["subgraphs", "migrations", "router/crates/subgraph-simulator", "Cargo.toml"];
        let changed = sources.iter().filter_map(|path| last_change(&workspace.join(path))).max();
        let packages = SERVICES.iter().chain(&["subgraph-simulator"]);
        let is_fresh = |package: &&str| last_change(&programs().join(package)) > changed;
        if packages.clone().all(is_fresh) {
            return;
        }
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(workspace);
        cargo.args(["build", "--quiet", "--workspace", "--bins", "--target-dir"]);
        cargo.arg(programs().parent().unwrap());
        assert!(cargo.status().unwrap().success());
    });
}

/// When a file, or a Rust file below a folder, changed last.
fn last_change(path: &Path) -> Option<SystemTime> {
    let data = std::fs::metadata(path).ok()?;
    if !data.is_dir() {
        let name = path.file_name()?.to_string_lossy();
        let counts = name.ends_with(".rs") || name == "Cargo.toml" || !name.contains('.');
        return if counts { data.modified().ok() } else { None };
    }
    let entries = std::fs::read_dir(path).ok()?;
    entries.filter_map(|entry| last_change(&entry.ok()?.path())).max()
}

fn free_ports(count: usize) -> Vec<u16> {
    let listeners: Vec<_> = (0..count).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    listeners.iter().map(|listener| listener.local_addr().unwrap().port()).collect()
}

fn supergraph_yaml(databases: &Databases, ports: &[u16]) -> String {
    let (mut subgraphs, mut dev) = (String::new(), String::new());
    for (service, port) in SERVICES.iter().zip(ports) {
        let url = databases.url(service);
        let program = programs().join(service).display().to_string();
        let script = courses_script(databases);
        let is_replaceable = *service == "courses";
        let command = if is_replaceable { format!("sh, {}", script.display()) } else { program };
        write!(
            subgraphs,
            "  {service}:\n    routing_url: http://127.0.0.1:{port}/graphql\n    \
             schema:\n      subgraph_url: http://127.0.0.1:{port}/graphql\n"
        )
        .unwrap();
        write!(
            dev,
            "    {service}:\n      command: [{command}]\n      env:\n        \
             LISTEN: 127.0.0.1:{port}\n        DATABASE_URL: \"{url}\"\n        \
             SEED_DEMO: \"true\"\n"
        )
        .unwrap();
    }
    format!("federation_version: 2\nsubgraphs:\n{subgraphs}x-dev:\n  subgraphs:\n{dev}")
}

fn post(url: &str, body: &Value) -> Result<Value, String> {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .new_agent();
    let response = agent
        .post(url)
        .header("content-type", "application/json")
        .send(body.to_string())
        .map_err(|error| error.to_string())?;
    let status = response.status();
    let text = response.into_body().read_to_string().map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| format!("{status}: {error}: {text}"))
}
