//! The playground in a real browser.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::federation::Federation;
use crate::queries;

/// The Chromium that `TEST_BROWSER` names.
pub(crate) fn find() -> Option<PathBuf> {
    std::env::var_os("TEST_BROWSER").map(PathBuf::from).filter(|path| path.exists())
}

/// Opens the playground, runs the query by its own button, and looks at what it shows; a picture
/// of it is left in the target folder.
pub(crate) fn runs_the_query_of_the_playground(browser: &Path, federation: &Federation) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let installed = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--silent"])
        .current_dir(&folder)
        .status();
    assert!(installed.expect("npm runs").success());
    let picture = Path::new(env!("CARGO_TARGET_TMPDIR")).join("playground.png");
    let run = Command::new("node")
        .arg("playground.js")
        .arg(browser)
        .arg(federation.url.trim_end_matches("graphql"))
        .arg(queries::ALL_FOUR)
        .arg(&picture)
        .current_dir(&folder)
        .output()
        .unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{said}");
    assert!(picture.exists());
}
