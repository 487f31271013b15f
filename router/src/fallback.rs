//! The last good schema of each subgraph, kept in a folder for when the subgraph cannot be asked.
//!
//! A schema is good once a supergraph was composed with it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::whole_file;

/// A folder with a file for each subgraph. The time of a file is when its schema was last used.
#[derive(Debug, Clone)]
pub struct Fallback {
    folder: PathBuf,
}

impl Fallback {
    /// The schemas below `folder`, which need not exist yet.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The file of a subgraph, whatever its name has in it.
    #[must_use]
    pub fn file(&self, subgraph: &str) -> PathBuf {
        let name: String = form_urlencoded::byte_serialize(subgraph.as_bytes()).collect();
        self.folder.join(name + ".graphql")
    }

    /// Keeps a subgraph's schema.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep(&self, subgraph: &str, sdl: &str) -> io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let path = self.file(subgraph);
        if !whole_file::write(&path, sdl)? {
            File::options().write(true).open(path)?.set_modified(SystemTime::now())?;
        }
        Ok(())
    }

    /// A subgraph's schema, and how old it is.
    ///
    /// # Errors
    /// There is none that could be read.
    pub fn read(&self, subgraph: &str) -> io::Result<(String, Duration)> {
        let path = self.file(subgraph);
        let modified = path.metadata()?.modified()?;
        // One from the future is new.
        Ok((std::fs::read_to_string(path)?, modified.elapsed().unwrap_or_default()))
    }
}

/// A duration for people, in its greatest unit.
pub(crate) fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{s}")
}
