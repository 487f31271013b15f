//! Router CPU time per request, side by side with another router.
//!
//! ```sh
//! cargo bench --bench side_by_side -- --peer path/to/hive-router [--scenario many-plans]
//! ```
//!
//! The subgraphs answer from memory in this process, which keeps to the second core with its load;
//! the routers take turns on the first, each in every way in which identical requests can share
//! work. Every answer is compared. The figure is user and system time of the router's process by
//! request, the median of the rounds, and its greatest memory.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a bench stops at what it did not expect")]

mod floor;
mod load;
mod routers;
mod scenario;
mod subgraphs;

use std::rc::Rc;

use bytes::Bytes;
use floor::Script;
use load::Question;
use routers::{Router, Setup};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use scenario::Scenario;
use subgraphs::Subgraphs;

const ROUNDS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |flag: &str| {
        let at = arguments.iter().position(|argument| argument == flag)?;
        arguments.get(at + 1).cloned()
    };
    if let (Some(script), Some(port)) = (value("--floor"), value("--port")) {
        return floor::run(script.as_ref(), port.parse().unwrap());
    }
    let rounds = value("--rounds").and_then(|n| n.parse().ok()).unwrap_or(ROUNDS);
    let mut scenario = Scenario::named(value("--scenario").as_deref().unwrap_or("store"));
    if let Some(requests) = value("--requests").and_then(|n| n.parse().ok()) {
        scenario.requests = requests;
    }
    let setups = Setup::all(value("--peer").as_deref());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    pin_to(1);
    allow_connections();
    runtime.block_on(async {
        let sources = std::mem::take(&mut scenario.sources);
        let subgraphs = subgraphs::start(sources).await;
        let question = Rc::new(Question::new(&scenario.operation, scenario.answer.clone()));
        let (mut routers, mut sent) = (Vec::new(), Vec::new());
        for setup in &setups {
            let router = Router::start(setup, &scenario.supergraph, &subgraphs.ports).await;
            let requests = ask_first(&router, &question, &subgraphs).await;
            if router.name == "router" {
                sent = requests;
            }
            routers.push(router);
        }
        if !scenario.stages.is_empty() {
            let script = Script::new(&sent, scenario.stages, &scenario.answer);
            let floor = Setup::floor(script);
            routers.push(Router::start(&floor, &scenario.supergraph, &subgraphs.ports).await);
        }
        compare(&mut routers, &scenario, &question, rounds).await;
    });
}

/// The first request: nothing is planned, no subgraph is connected to.
async fn ask_first(
    router: &Router,
    question: &Rc<Question>,
    subgraphs: &Subgraphs,
) -> Vec<(u16, Bytes)> {
    subgraphs.record();
    let before = router.cpu_ms();
    let latencies = load::run(&router.url, question, 1, 1).await;
    let requests = subgraphs.recorded();
    println!(
        "first request, shares {:<8} {:<7} {:>6.1} ms, {:.0} ms of CPU, {} MB, {} requests to subgraphs",
        format!("{:?}", router.shares).to_lowercase(),
        router.name,
        load::percentile(&latencies, 99),
        router.cpu_ms() - before,
        router.taken_mb(),
        requests.len(),
    );
    requests
}

async fn compare(
    routers: &mut [Router],
    scenario: &Scenario,
    question: &Rc<Question>,
    rounds: usize,
) {
    let requests = scenario.requests;
    println!(
        "CPU of the router by request, 99th percentile of latency, most memory so far above that \
         of the idle router; ratio to the peer"
    );
    for connections in scenario.connections {
        let mut cpu = vec![Vec::new(); routers.len()];
        let mut slow = vec![Vec::new(); routers.len()];
        for round in 0..=rounds {
            for (index, router) in routers.iter_mut().enumerate() {
                let before = router.cpu_ms();
                let latencies = load::run(&router.url, question, *connections, requests).await;
                let spent = router.cpu_ms() - before;
                // The first round warms up.
                if round > 0 {
                    cpu[index].push(spent / requests as f64);
                    slow[index].push(load::percentile(&latencies, 99));
                }
            }
        }
        let figures = |index: usize| (median(&cpu[index]), median(&slow[index]));
        for (index, router) in routers.iter().enumerate() {
            let (cpu, slow) = figures(index);
            let mut peers = routers.iter().enumerate();
            let peer = peers.find(|(_, r)| r.name == "peer" && r.shares == router.shares);
            let ratio = peer.filter(|_| router.name != "peer").map_or_else(String::new, |peer| {
                let (peer_cpu, peer_slow) = figures(peer.0);
                format!("  cpu x{:.2}, p99 x{:.2}", cpu / peer_cpu, slow / peer_slow)
            });
            println!(
                "{connections:>4} connections, shares {:<8} {:<7} {cpu:.3} ms, p99 {slow:>7.2} ms, \
                 {:>3} MB{ratio}",
                format!("{:?}", router.shares).to_lowercase(),
                router.name,
                router.taken_mb(),
            );
        }
    }
    for router in routers {
        let shares = format!("{:?}", router.shares).to_lowercase();
        println!("{:<7} shares {shares:<8} peak memory {} MB", router.name, router.peak_mb());
    }
}

fn median(figures: &[f64]) -> f64 {
    let mut figures = figures.to_vec();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Keeps this process, and what it starts later, on one core where there are several.
fn pin_to(core: usize) {
    let pid = std::process::id().to_string();
    let mut taskset = std::process::Command::new("taskset");
    let pinned = taskset.args(["-a", "-p", "-c", &core.to_string(), &pid]).output();
    if !pinned.is_ok_and(|run| run.status.success()) {
        eprintln!("not pinned to a core: figures will be less steady");
    }
}

/// Lets this process have as many connections as the system allows: both ends of most are in it.
fn allow_connections() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
}
