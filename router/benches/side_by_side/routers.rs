//! The routers that are compared, as processes on the first core.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::net::TcpListener;

use crate::floor::Script;

/// What identical requests share: the same way in each router.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shares {
    Nothing,
    Fetches,
    Answers,
}

/// How to start a router.
pub(crate) struct Setup {
    shares: Shares,
    program: Program,
}

enum Program {
    Ours,
    Peer(PathBuf),
    /// What is called a floor in `floor.rs`.
    Floor(Script),
}

impl Setup {
    /// Our router and the peer, if there is one, in each way of sharing.
    pub(crate) fn all(peer: Option<&str>) -> Vec<Self> {
        let ways = [Shares::Nothing, Shares::Fetches, Shares::Answers];
        let pair = |shares| {
            let peer = peer.map(|peer| Self { shares, program: Program::Peer(peer.into()) });
            [Some(Self { shares, program: Program::Ours }), peer].into_iter().flatten()
        };
        ways.into_iter().flat_map(pair).collect()
    }

    /// The least that there is to do.
    pub(crate) fn floor(script: Script) -> Self {
        Self { shares: Shares::Nothing, program: Program::Floor(script) }
    }

    fn command(&self, folder: &Path, supergraph: &Path, port: u16) -> Command {
        let program = match &self.program {
            Program::Ours => PathBuf::from(env!("CARGO_BIN_EXE_router")),
            Program::Peer(program) => program.clone(),
            Program::Floor(_) => std::env::current_exe().unwrap(),
        };
        // The first core is the router's alone.
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(program).current_dir(folder);
        match &self.program {
            Program::Ours => {
                let share = format!("{:?}", self.shares).to_lowercase();
                let listen = format!("127.0.0.1:{port}");
                command.args(["serve", "--share", &share, "--listen", &listen]);
                command.arg("--supergraph").arg(supergraph);
            }
            Program::Peer(_) => {
                let config = folder.join("router.config.yaml");
                std::fs::write(&config, self.peer_config(supergraph, port)).unwrap();
                command.env("ROUTER_CONFIG_FILE_PATH", &config);
            }
            Program::Floor(script) => {
                let file = folder.join("script.json");
                std::fs::write(&file, serde_json::to_vec(script).unwrap()).unwrap();
                command.arg("--floor").arg(file).arg("--port").arg(port.to_string());
            }
        }
        command
    }

    fn peer_config(&self, supergraph: &Path, port: u16) -> String {
        let sharing = match self.shares {
            Shares::Nothing => "  all:\n    dedupe_enabled: false\n",
            Shares::Fetches => "  all:\n    dedupe_enabled: true\n",
            Shares::Answers => "  router:\n    dedupe:\n      enabled: true\n      headers: none\n",
        };
        let file = supergraph.display();
        format!(
            "supergraph:\n  source: file\n  path: {file}\nhttp:\n  host: 127.0.0.1\n  \
             port: {port}\nlog:\n  level: error\ntraffic_shaping:\n{sharing}"
        )
    }
}

/// A running router.
pub(crate) struct Router {
    pub(crate) name: &'static str,
    pub(crate) shares: Shares,
    pub(crate) url: String,
    process: Child,
    /// Its memory before the first request.
    idle_kb: u64,
    _folder: tempfile::TempDir,
}

impl Router {
    pub(crate) async fn start(
        setup: &Setup,
        supergraph_sdl: &str,
        subgraphs: &[(String, u16)],
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let supergraph = folder.path().join("supergraph.graphql");
        std::fs::write(&supergraph, with_ports(supergraph_sdl, subgraphs)).unwrap();
        let port = free_port().await;
        let mut command = setup.command(folder.path(), &supergraph, port);
        let process = command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap();
        let url = format!("http://127.0.0.1:{port}/graphql");
        let name = match setup.program {
            Program::Ours => "router",
            Program::Peer(_) => "peer",
            Program::Floor(_) => "floor",
        };
        let shares = setup.shares;
        let mut router = Self { name, shares, url, process, idle_kb: 0, _folder: folder };
        router.wait(port).await;
        router.idle_kb = router.memory_kb("VmRSS");
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
        self.memory_kb("VmHWM") / 1024
    }

    /// How much of it requests have taken.
    pub(crate) fn taken_mb(&self) -> u64 {
        (self.memory_kb("VmHWM") - self.idle_kb) / 1024
    }

    /// Its memory by a line of `/proc/PID/status`.
    pub(crate) fn memory_kb(&self, what: &str) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(what)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Router {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A supergraph, with the ports on which the subgraphs listen here.
fn with_ports(supergraph: &str, subgraphs: &[(String, u16)]) -> String {
    let mut sdl = supergraph.to_owned();
    for (name, port) in subgraphs {
        let graph = format!("@join__graph(name: \"{name}\", url: \"");
        let (before, after) = sdl.split_once(&graph).unwrap();
        let (_, after) = after.split_once('"').unwrap();
        sdl = format!("{before}{graph}http://127.0.0.1:{port}/graphql\"{after}");
    }
    sdl
}

async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}
