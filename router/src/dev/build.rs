//! Runs a build to its end.

use std::sync::Arc;

use super::Shared;
use super::process::{Process, Program};

/// Runs `program`, with its output told as said by `name`; whether it succeeded.
pub(crate) async fn run(shared: &Arc<Shared>, name: &str, program: &Program) -> bool {
    let mut process = match Process::start(shared, name, program) {
        Ok(process) => process,
        Err(error) => {
            shared.console.line(name, &format!("`{program}` does not start: {error}"));
            return false;
        }
    };
    match process.wait().await {
        Ok(status) if status.success() => true,
        Ok(status) => {
            shared.console.line(name, &format!("`{program}` failed: {status}"));
            false
        }
        Err(error) => {
            shared.console.line(name, &format!("`{program}`: {error}"));
            false
        }
    }
}
