//! What is told to the developer: lines, each with the name of who says it.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// Colours of names, in turn: cyan, green, yellow, magenta, blue.
const COLOURS: [u8; 5] = [36, 32, 33, 35, 34];

/// Where lines go.
pub struct Console {
    sink: Mutex<Box<dyn Write + Send>>,
    has_colours: bool,
    names: Vec<String>,
    width: usize,
}

impl Console {
    /// Writes to `sink`; `names` are those who will speak, in the order of their colours.
    #[must_use]
    pub fn new(sink: Box<dyn Write + Send>, has_colours: bool, names: Vec<String>) -> Self {
        let width = names.iter().map(String::len).max().unwrap_or(0).max("router".len());
        Self { sink: Mutex::new(sink), has_colours, names, width }
    }

    /// Writes each line of `text` as said by `name`.
    pub fn line(&self, name: &str, text: &str) {
        let width = self.width;
        let mut lines = String::new();
        for line in text.lines() {
            let line = line.trim_end_matches('\r');
            lines += &match self.colour(name) {
                Some(colour) => format!("\x1b[{colour}m{name:width$} |\x1b[0m {line}\n"),
                None => format!("{name:width$} | {line}\n"),
            };
        }
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        // When nobody reads it there is nobody to tell.
        let _ = sink.write_all(lines.as_bytes()).and_then(|()| sink.flush());
    }

    fn colour(&self, name: &str) -> Option<u8> {
        if !self.has_colours {
            return None;
        }
        let position = self.names.iter().position(|known| known == name);
        // The router itself, and builds, are bold.
        Some(position.map_or(1, |position| COLOURS[position % COLOURS.len()]))
    }
}
