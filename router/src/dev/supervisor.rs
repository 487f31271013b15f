//! Keeps one subgraph running: starts it, says when it ends, starts it again.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep};

use super::Shared;
use super::process::{Process, Program};

/// The pause before the first new start, and the longest; it doubles in between.
const PAUSE_MIN: Duration = Duration::from_millis(250);
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// Who has run for this long is not in trouble: the next pause is the shortest again.
const RUN_OF_THE_HEALTHY: Duration = Duration::from_secs(10);

/// Keeps one subgraph running.
pub(crate) struct Supervisor {
    shared: Arc<Shared>,
    name: String,
    program: Program,
    restarts: mpsc::Receiver<()>,
    stopping: watch::Receiver<bool>,
}

enum End {
    /// By itself; how, in words.
    Died(String),
    /// To be started anew.
    Restart,
    /// With everything else.
    Stop,
}

impl Supervisor {
    /// A supervisor that starts `program` anew at each of `restarts`.
    pub(crate) fn new(
        shared: Arc<Shared>,
        name: String,
        program: Program,
        restarts: mpsc::Receiver<()>,
    ) -> Self {
        let stopping = shared.stopping.clone();
        Self { shared, name, program, restarts, stopping }
    }

    /// Runs until everything stops.
    pub(crate) async fn run(mut self) {
        let mut pause = PAUSE_MIN;
        loop {
            let started = Instant::now();
            let reason = match self.run_once().await {
                End::Stop => return,
                End::Restart => {
                    pause = PAUSE_MIN;
                    continue;
                }
                End::Died(reason) => reason,
            };
            if started.elapsed() >= RUN_OF_THE_HEALTHY {
                pause = PAUSE_MIN;
            }
            self.say(&format!("{reason}; starting it again in {} ms", pause.as_millis()));
            tokio::select! {
                () = sleep(pause) => {}
                () = restart(&mut self.restarts) => {}
                _ = self.stopping.wait_for(|stopping| *stopping) => return,
            }
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    async fn run_once(&mut self) -> End {
        let mut process = match Process::start(&self.shared, &self.name, &self.program) {
            Ok(process) => process,
            Err(error) => {
                return End::Died(format!("`{}` does not start: {error}", self.program));
            }
        };
        self.say(&format!("started, process {}", process.id()));
        let end = tokio::select! {
            status = process.wait() => match status {
                Ok(status) => return End::Died(format!("it has died: {status}")),
                Err(error) => return End::Died(format!("it is lost: {error}")),
            },
            () = restart(&mut self.restarts) => End::Restart,
            _ = self.stopping.wait_for(|stopping| *stopping) => End::Stop,
        };
        process.stop().await;
        end
    }

    fn say(&self, text: &str) {
        self.shared.console.line(&self.name, text);
    }
}

/// The next restart that is asked for; never, when nobody can ask any more.
async fn restart(restarts: &mut mpsc::Receiver<()>) {
    if restarts.recv().await.is_none() {
        std::future::pending::<()>().await;
    }
}
