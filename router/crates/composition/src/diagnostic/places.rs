//! From spans of a parsed source to places people can open.

use apollo_compiler::parser::{SourceMap, SourceSpan};

use super::Diagnostic;
use super::Location;
use super::code::Code;

/// The source of one subgraph.
#[derive(Debug, Clone)]
pub struct Places {
    /// The name of the subgraph.
    pub subgraph: String,
    /// The file its SDL came from, if it came from one.
    pub file: Option<String>,
    /// The parsed text.
    pub sources: SourceMap,
}

impl Places {
    /// The place of a span, if it lies in this source.
    pub fn at(&self, span: Option<SourceSpan>) -> Option<Location> {
        let position = span?.line_column(&self.sources)?;
        Some(Location {
            subgraph: self.subgraph.clone(),
            file: self.file.clone(),
            line: position.line,
            column: position.column,
        })
    }

    /// A diagnostic about this subgraph alone: its message starts with the name.
    pub fn diagnostic(
        &self,
        code: Code,
        message: impl std::fmt::Display,
        span: Option<SourceSpan>,
    ) -> Diagnostic {
        Diagnostic::new(code, format!("[{}] {message}", self.subgraph)).at(self.at(span))
    }
}
