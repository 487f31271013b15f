//! Nothing outlives the router: a second process that ends what the router has started, when the
//! router cannot do so itself because it was killed.
//!
//! The guard is told which process groups run, over a pipe. The pipe ends when the router does, in
//! whatever way; then the guard stops all groups that it has not been told to forget. It is in a
//! group of its own, so that a Ctrl-C in the terminal does not reach it.

use std::io::{self, BufRead, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

/// How long a process has between being asked to stop and being stopped.
pub(crate) const GRACE: Duration = Duration::from_secs(5);

/// How often it is looked whether it has.
pub(crate) const LOOK: Duration = Duration::from_millis(20);

/// The router's end of the pipe to its guard.
pub(crate) struct Guard {
    pipe: Mutex<Option<ChildStdin>>,
    process: Mutex<Child>,
}

impl Guard {
    /// Starts the guard: `program guard`.
    pub(crate) fn start(program: &Path) -> io::Result<Self> {
        let mut process = Command::new(program)
            .arg("guard")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .process_group(0)
            .spawn()?;
        let pipe = process.stdin.take();
        Ok(Self { pipe: Mutex::new(pipe), process: Mutex::new(process) })
    }

    /// Has a process group watched over.
    pub(crate) fn watch(&self, group: Pid) {
        self.tell(&format!("+{}\n", group.as_raw_nonzero()));
    }

    /// Has a process group forgotten, of which nothing runs any more.
    pub(crate) fn forget(&self, group: Pid) {
        self.tell(&format!("-{}\n", group.as_raw_nonzero()));
    }

    fn tell(&self, line: &str) {
        let mut pipe = self.pipe.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pipe) = pipe.as_mut() {
            // A guard that was killed is missed only when the router is killed, too.
            let _ = pipe.write_all(line.as_bytes());
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.pipe.lock().unwrap_or_else(PoisonError::into_inner).take();
        // It ends now that its pipe has ended; an error says that it is gone already.
        let _ = self.process.lock().unwrap_or_else(PoisonError::into_inner).wait();
    }
}

/// The guard itself: reads `commands` to the end, then stops what is left.
///
/// # Errors
/// The pipe cannot be read.
pub fn stand(commands: impl BufRead) -> io::Result<()> {
    let mut groups: Vec<Pid> = Vec::new();
    for line in commands.lines() {
        let line = line?;
        let number = |text: &str| text.parse().ok().and_then(Pid::from_raw);
        if let Some(group) = line.strip_prefix('+').and_then(number) {
            groups.push(group);
        } else if let Some(group) = line.strip_prefix('-').and_then(number) {
            groups.retain(|known| *known != group);
        }
    }
    for group in &groups {
        // An error says that there is no such group any more; so, too, below.
        let _ = kill_process_group(*group, Signal::TERM);
    }
    let mut waited = Duration::ZERO;
    while waited < GRACE && groups.iter().any(|group| test_kill_process_group(*group).is_ok()) {
        sleep(LOOK);
        waited += LOOK;
    }
    for group in &groups {
        let _ = kill_process_group(*group, Signal::KILL);
    }
    Ok(())
}
