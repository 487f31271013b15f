//! Where the stages put their errors and hints.

use crate::diagnostic::Diagnostic;

/// The errors and hints found so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) errors: Vec<Diagnostic>,
    /// Errors of setting up that do not keep the rest from being merged.
    pub(crate) late_errors: Vec<Diagnostic>,
    pub(crate) hints: Vec<Diagnostic>,
}

impl Report {
    /// Adds an error.
    pub(crate) fn error(&mut self, diagnostic: Diagnostic) {
        self.errors.push(diagnostic);
    }

    /// Adds a hint.
    pub(crate) fn hint(&mut self, diagnostic: Diagnostic) {
        self.hints.push(diagnostic);
    }
}

/// Names in a sentence: `"a"`, `"a" and "b"`, `"a", "b" and "c"`.
pub(crate) fn quoted<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("\"{name}\"")).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// Subgraphs in a sentence: `subgraph "a"`, `subgraphs "a" and "b"`.
pub(crate) fn subgraphs<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let noun = if names.len() == 1 { "subgraph" } else { "subgraphs" };
    format!("{noun} {}", quoted(names))
}
