//! Router CPU time per request, side by side with another router on the public gateway benchmark.
//!
//! ```sh
//! cargo bench --bench side_by_side -- --peer path/to/hive-router
//! ```
//!
//! The subgraphs answer from memory in this process, which keeps to the second core with its load;
//! the routers take turns on the first. Every answer is compared. The figure is user and system
//! time of the router's process by request, the median of the rounds, and its greatest memory.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a bench stops at what it did not expect")]

mod load;
mod routers;
mod subgraphs;

use routers::{Router, Setup};

/// Connections that ask at the same time.
const CONNECTIONS: [usize; 4] = [1, 10, 50, 200];
const ROUNDS: usize = 5;
/// Requests of a round by router and number of connections.
const REQUESTS: usize = 4000;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |flag: &str| {
        let at = arguments.iter().position(|argument| argument == flag)?;
        arguments.get(at + 1).cloned()
    };
    let rounds = value("--rounds").and_then(|n| n.parse().ok()).unwrap_or(ROUNDS);
    let requests = value("--requests").and_then(|n| n.parse().ok()).unwrap_or(REQUESTS);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    pin_to(1);
    runtime.block_on(async {
        let ports = subgraphs::start("store").await;
        let mut setups = vec![Setup::ours()];
        if let Some(peer) = value("--peer") {
            setups.extend(Setup::peers(&peer));
        }
        let mut routers = Vec::new();
        for setup in &setups {
            routers.push(Router::start(setup, &ports).await);
        }
        compare(&mut routers, rounds, requests).await;
    });
}

async fn compare(routers: &mut [Router], rounds: usize, requests: usize) {
    println!("milliseconds of CPU by request (and the 99th percentile of latency), ratio to ours");
    for connections in CONNECTIONS {
        let mut figures = vec![Vec::new(); routers.len()];
        let mut slow = vec![Vec::new(); routers.len()];
        for round in 0..=rounds {
            for (index, router) in routers.iter_mut().enumerate() {
                let before = router.cpu_ms();
                let latencies = load::run(&router.url, connections, requests).await;
                let spent = router.cpu_ms() - before;
                // The first round warms up.
                if round > 0 {
                    figures[index].push(spent / requests as f64);
                    slow[index].push(load::percentile(&latencies, 99));
                }
            }
        }
        let ours = median(&mut figures[0]);
        for (index, router) in routers.iter().enumerate() {
            let figure = median(&mut figures[index]);
            println!(
                "{connections:>4} connections  {:<44} {figure:.3} ms  p99 {:>7.2} ms  ours/this {:.2}",
                router.name,
                median(&mut slow[index]),
                ours / figure,
            );
        }
    }
    for router in routers {
        println!("{:<44} peak memory {} MB", router.name, router.peak_mb());
    }
}

fn median(figures: &mut [f64]) -> f64 {
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
