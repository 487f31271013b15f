//! Why a text is not a supergraph that can be used.

use std::fmt;

/// One thing that is wrong with a supergraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupergraphError {
    /// A code of the public list: `INVALID_GRAPHQL`, `INVALID_FEDERATION_SUPERGRAPH`,
    /// `UNSUPPORTED_LINKED_FEATURE`.
    pub code: &'static str,
    /// What is wrong, in words.
    pub message: String,
    /// Line and column in the supergraph SDL, from 1.
    pub location: Option<(usize, usize)>,
}

impl SupergraphError {
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self { code: "INVALID_FEDERATION_SUPERGRAPH", message: message.into(), location: None }
    }

    pub(super) fn unsupported(message: impl Into<String>) -> Self {
        Self { code: "UNSUPPORTED_LINKED_FEATURE", message: message.into(), location: None }
    }
}

impl fmt::Display for SupergraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        match self.location {
            Some((line, column)) => write!(f, " (at {line}:{column})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for SupergraphError {}
