//! The routers that are compared, as processes on the first core.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::net::TcpListener;

/// How to start a router.
pub(crate) struct Setup {
    name: String,
    program: PathBuf,
    kind: Kind,
}

enum Kind {
    Ours,
    /// Hive Router, with these lines of configuration.
    Hive(&'static str),
}

impl Setup {
    pub(crate) fn ours() -> Self {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_router"));
        Self { name: "router".to_owned(), program, kind: Kind::Ours }
    }

    /// The peer in the ways in which it can share work between requests.
    pub(crate) fn peers(program: &str) -> Vec<Self> {
        let ways = [
            ("peer, shares nothing", "traffic_shaping:\n  all:\n    dedupe_enabled: false\n"),
            ("peer, shares subgraph requests", ""),
        ];
        let setup = |(name, lines): (&str, &'static str)| Self {
            name: name.to_owned(),
            program: PathBuf::from(program),
            kind: Kind::Hive(lines),
        };
        ways.into_iter().map(setup).collect()
    }
}

/// A running router.
pub(crate) struct Router {
    pub(crate) name: String,
    pub(crate) url: String,
    process: Child,
    _folder: tempfile::TempDir,
}

impl Router {
    pub(crate) async fn start(setup: &Setup, subgraphs: &[(String, u16)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let supergraph = folder.path().join("supergraph.graphql");
        std::fs::write(&supergraph, with_ports(subgraphs)).unwrap();
        let port = free_port().await;
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(&setup.program);
        let path = match setup.kind {
            Kind::Ours => {
                let listen = format!("127.0.0.1:{port}");
                command.args(["serve", "--listen", &listen, "--supergraph"]).arg(&supergraph);
                "graphql"
            }
            Kind::Hive(lines) => {
                let config = folder.path().join("router.config.yaml");
                let file = supergraph.display();
                let text = format!(
                    "supergraph:\n  source: file\n  path: {file}\nhttp:\n  host: 127.0.0.1\n  \
                     port: {port}\nlog:\n  level: error\n{lines}"
                );
                std::fs::write(&config, text).unwrap();
                command.env("HIVE_CONFIG_FILE_PATH", &config).current_dir(folder.path());
                "graphql"
            }
        };
        let process = command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap();
        let url = format!("http://127.0.0.1:{port}/{path}");
        let name = setup.name.clone();
        let router = Self { name, url, process, _folder: folder };
        router.wait(port).await;
        router
    }

    async fn wait(&self, port: u16) {
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(300)).await;
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} does not listen", self.name);
    }

    /// User and system time so far, in milliseconds.
    pub(crate) fn cpu_ms(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        let (_, fields) = stat.rsplit_once(") ").unwrap();
        let ticks: f64 =
            fields.split(' ').skip(11).take(2).map(|n| n.parse::<f64>().unwrap()).sum();
        // A tick is 10 ms wherever Linux runs today.
        ticks * 10.0
    }

    /// The most memory it has had.
    pub(crate) fn peak_mb(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The benchmark's supergraph, with the ports on which the subgraphs listen here.
fn with_ports(subgraphs: &[(String, u16)]) -> String {
    let mut sdl = include_str!("../store/supergraph.graphql").to_owned();
    for (name, port) in subgraphs {
        let url = format!("http://0.0.0.0:4200/{name}");
        sdl = sdl.replace(&url, &format!("http://127.0.0.1:{port}/graphql"));
    }
    sdl
}

async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}
