//! The `errors` of the answer, as they are found.

use crate::complete::path::Path;
use crate::failure::Failure;

/// Most errors of one answer.
const ERRORS_MAX: usize = 50;

/// The errors so far.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    text: Vec<u8>,
    count: usize,
}

impl Errors {
    /// Adds an error, unless there are as many as may be.
    pub(crate) fn push(&mut self, failure: &Failure, path: Option<&Path<'_>>) {
        if self.is_full() {
            return;
        }
        self.text.extend_from_slice(if self.count == 0 { b"{" } else { b",{" });
        self.text.extend_from_slice(b"\"message\":");
        self.text.extend_from_slice(failure.message.as_bytes());
        if let Some(path) = path {
            self.text.extend_from_slice(b",\"path\":");
            path.write(&mut self.text);
        }
        self.text.extend_from_slice(b",\"extensions\":");
        self.text.extend_from_slice(failure.extensions.as_bytes());
        self.text.push(b'}');
        self.count += 1;
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Whether no more are added.
    pub(crate) fn is_full(&self) -> bool {
        self.count >= ERRORS_MAX
    }

    /// Writes them as a member of the answer, if there are any.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        if self.count > 0 {
            out.extend_from_slice(b",\"errors\":[");
            out.extend_from_slice(&self.text);
            out.push(b']');
        }
    }
}
