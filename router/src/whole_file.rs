//! Files that are written whole or not at all: whoever reads one finds the old text or the new.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Makes `text` the content of the file at `path`; whether that was a change.
///
/// # Errors
/// It cannot be written; what was there is there still.
pub fn write(path: &Path, text: &str) -> io::Result<bool> {
    // A symbolic link goes on being one.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let old = path.metadata().ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        // A terminal, a pipe: nothing that could be replaced.
        return fs::write(path, text).map(|()| true);
    }
    if old.is_some() && fs::read(&path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(false);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let new = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
    let write = || {
        let mut file = File::create(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        if let Some(old) = &old {
            file.set_permissions(old.permissions())?;
        }
        fs::rename(&new, &path)
    };
    write().inspect_err(|_| drop(fs::remove_file(&new)))?;
    Ok(true)
}
