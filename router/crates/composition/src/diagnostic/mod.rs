//! What composition has to say: errors and hints with code, message, places and help.

use std::fmt;

pub mod code;
pub mod places;

use code::Code;

/// An error or a hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of thing happened.
    pub code: Code,
    /// What happened, in plain words.
    pub message: String,
    /// The places that matter, in every subgraph that matters.
    pub locations: Vec<Location>,
    /// What would fix it, where that is known.
    pub help: Option<String>,
}

/// A place in the source of a subgraph.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The name of the subgraph.
    pub subgraph: String,
    /// The file its SDL came from, if it came from one.
    pub file: Option<String>,
    /// Counted from 1; 0 when the place has no line, because it is the subgraph as a whole.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
}

impl Diagnostic {
    /// A diagnostic without places and help.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), locations: Vec::new(), help: None }
    }

    /// Adds a place, when there is one.
    pub fn at(mut self, location: impl IntoIterator<Item = Location>) -> Self {
        self.locations.extend(location);
        self
    }

    /// Says what would fix it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        for location in &self.locations {
            write!(f, "\n  at {location}")?;
        }
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.as_deref().unwrap_or(&self.subgraph);
        write!(f, "{file}:{}:{}", self.line, self.column)
    }
}
