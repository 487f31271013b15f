//! One process that was started from the federation's file: how it is started, in a group of its
//! own, how its output is told, and how it is stopped with all that it has started.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::{fmt, io};

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use super::Shared;
use super::guard::{GRACE, LOOK};
use crate::supergraph_yaml::{DevSubgraph, Federation};

/// Longer lines of output are told in parts.
const LINE_BYTES_MAX: usize = 16 << 10;

/// Something to start.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    program: String,
    arguments: Vec<String>,
    folder: PathBuf,
    environment: BTreeMap<String, String>,
}

impl Program {
    /// A command in the federation's folder; `None` when there is none.
    pub(crate) fn of_command(federation: &Federation, command: &[String]) -> Option<Self> {
        let (program, arguments) = command.split_first()?;
        Some(Self {
            program: program.clone(),
            arguments: arguments.to_vec(),
            folder: federation.folder.clone(),
            environment: BTreeMap::new(),
        })
    }

    /// The command that runs a subgraph.
    pub(crate) fn of_subgraph(federation: &Federation, start: &DevSubgraph) -> Option<Self> {
        let mut program = Self::of_command(federation, &start.command)?;
        if let Some(folder) = &start.cwd {
            program.folder = federation.folder.join(folder);
        }
        program.environment.clone_from(&start.env);
        Some(program)
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.program)?;
        self.arguments.iter().try_for_each(|argument| write!(f, " {argument}"))
    }
}

/// A process that runs; with it ends its whole group when it is dropped.
pub(crate) struct Process {
    shared: Arc<Shared>,
    child: Child,
    group: Pid,
    is_gone: bool,
}

impl Process {
    /// Starts `program`; its output is told as said by `name`.
    pub(crate) fn start(shared: &Arc<Shared>, name: &str, program: &Program) -> io::Result<Self> {
        let mut child = Command::new(&program.program)
            .args(&program.arguments)
            .current_dir(&program.folder)
            .envs(&program.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let group = id.ok_or_else(|| io::Error::other("the process has no number"))?;
        shared.guard.watch(group);
        if let Some(output) = child.stdout.take() {
            tokio::spawn(tell(Arc::clone(shared), name.to_owned(), output));
        }
        if let Some(output) = child.stderr.take() {
            tokio::spawn(tell(Arc::clone(shared), name.to_owned(), output));
        }
        Ok(Self { shared: Arc::clone(shared), child, group, is_gone: false })
    }

    /// Runs `program` to its end; whether it succeeded.
    pub(crate) async fn succeeds(shared: &Arc<Shared>, name: &str, program: &Program) -> bool {
        let failure = match Self::start(shared, name, program) {
            Err(error) => format!("`{program}` does not start: {error}"),
            Ok(mut process) => match process.wait().await {
                Ok(status) if status.success() => return true,
                Ok(status) => format!("`{program}` failed: {status}"),
                Err(error) => format!("`{program}`: {error}"),
            },
        };
        shared.console.line(name, &failure);
        false
    }

    /// The process's number.
    pub(crate) fn id(&self) -> i32 {
        self.group.as_raw_nonzero().get()
    }

    /// Waits until the process ends by itself, and ends what it may have left behind.
    pub(crate) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await;
        self.end();
        status
    }

    /// Asks the process and all that it has started to stop; ends what has not stopped in time.
    pub(crate) async fn stop(mut self) {
        // An error says that there is no such group any more.
        let _ = kill_process_group(self.group, Signal::TERM);
        let deadline = Instant::now() + GRACE;
        let _ = tokio::time::timeout_at(deadline, self.child.wait()).await;
        while Instant::now() < deadline && test_kill_process_group(self.group).is_ok() {
            sleep(LOOK).await;
        }
        self.end();
        // Killed or gone: this does not wait for long.
        let _ = self.child.wait().await;
    }

    /// Ends the group at once. Only what is not reaped yet keeps its number, so this is done once.
    fn end(&mut self) {
        if self.is_gone {
            return;
        }
        self.is_gone = true;
        // An error says that there is no such group any more.
        let _ = kill_process_group(self.group, Signal::KILL);
        self.shared.guard.forget(self.group);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

async fn tell(shared: Arc<Shared>, name: String, mut output: impl AsyncRead + Unpin) {
    let mut pending = Vec::new();
    let mut buffer = vec![0; LINE_BYTES_MAX];
    loop {
        let count = output.read(&mut buffer).await.unwrap_or(0);
        pending.extend_from_slice(&buffer[..count]);
        let is_end = count == 0;
        let whole = match pending.iter().rposition(|byte| *byte == b'\n') {
            _ if is_end || pending.len() >= LINE_BYTES_MAX => pending.len(),
            Some(newline) => newline + 1,
            None => 0,
        };
        if whole > 0 {
            shared.console.line(&name, &String::from_utf8_lossy(&pending[..whole]));
            pending.drain(..whole);
        }
        if is_end {
            return;
        }
    }
}
