//! Bundles the playground and writes the list of its assets for `src/http/playground.rs`.
//!
//! With npm the playground is GraphiQL, bundled from the locked packages of `playground/`; no part
//! of it comes from the internet when it is looked at. Without npm, or when npm cannot reach its
//! registry, it is the plain page of `playground/fallback.html`, and the build says so. Set
//! `ROUTER_PLAYGROUND=plain` to have that without trying; unset or change it to try again.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// What goes into the bundle.
const SOURCES: [&str; 5] =
    ["package.json", "package-lock.json", "build.js", "src/main.jsx", "src/index.html"];

/// What comes out of it: path, content type, file.
const ASSETS: [(&str, &str, &str); 6] = [
    ("/", "text/html; charset=utf-8", "index.html"),
    ("/playground/main.js", "text/javascript", "main.js.gz"),
    ("/playground/main.css", "text/css", "main.css.gz"),
    ("/playground/editor.worker.js", "text/javascript", "editor.worker.js.gz"),
    ("/playground/graphql.worker.js", "text/javascript", "graphql.worker.js.gz"),
    ("/playground/json.worker.js", "text/javascript", "json.worker.js.gz"),
];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=playground/fallback.html");
    println!("cargo::rerun-if-env-changed=ROUTER_PLAYGROUND");
    for source in SOURCES {
        println!("cargo::rerun-if-changed=playground/{source}");
    }
    let sources = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("playground");
    let out = PathBuf::from(variable("OUT_DIR"));
    let list = match bundle(&sources, &out.join("playground")) {
        Ok(dist) => list_of(&dist),
        Err(reason) => {
            println!("cargo::warning=the playground is a plain page, not GraphiQL: {reason}");
            let page = sources.join("fallback.html");
            asset("/", "text/html; charset=utf-8", &page)
        }
    };
    fs::write(out.join("playground.rs"), format!("static ASSETS: &[Asset] = &[\n{list}];\n"))
}

fn variable(name: &str) -> String {
    env::var(name).expect("cargo sets it for build scripts")
}

fn list_of(dist: &Path) -> String {
    ASSETS.iter().map(|(path, kind, file)| asset(path, kind, &dist.join(file))).collect()
}

fn asset(path: &str, content_type: &str, file: &Path) -> String {
    let is_gzip = file.extension().is_some_and(|extension| extension == "gz");
    format!(
        "    Asset {{ path: {path:?}, content_type: {content_type:?}, is_gzip: {is_gzip}, \
         body: include_bytes!({file:?}) }},\n"
    )
}

/// Bundles in a folder of its own, so that nothing is written beside the sources, and keeps the
/// result until a source changes.
fn bundle(sources: &Path, folder: &Path) -> Result<PathBuf, String> {
    let dist = folder.join("dist");
    let mut fingerprint = String::new();
    for source in SOURCES {
        let text = fs::read_to_string(sources.join(source)).map_err(|e| e.to_string())?;
        let _ = write!(fingerprint, "{source}\n{text}\n");
    }
    let stamp = dist.join("stamp");
    if fs::read_to_string(&stamp).is_ok_and(|last| last == fingerprint) {
        return Ok(dist);
    }
    if env::var("ROUTER_PLAYGROUND").is_ok_and(|wish| wish == "plain") {
        return Err("ROUTER_PLAYGROUND=plain".to_owned());
    }
    copy(sources, folder).map_err(|e| e.to_string())?;
    npm(folder, &["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"])?;
    npm(folder, &["run", "build"])?;
    // Only the result is worth its space.
    let _ = fs::remove_dir_all(folder.join("node_modules"));
    fs::write(stamp, fingerprint).map_err(|e| e.to_string())?;
    Ok(dist)
}

fn copy(sources: &Path, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder.join("src"))?;
    for source in SOURCES {
        fs::copy(sources.join(source), folder.join(source))?;
    }
    Ok(())
}

fn npm(folder: &Path, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("npm")
        .args(arguments)
        .current_dir(folder)
        .output()
        .map_err(|error| format!("npm does not start: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let last = text.lines().rev().find(|line| line.contains("error")).unwrap_or_default();
    Err(format!("`npm {}` failed: {last}", arguments.first().unwrap_or(&"")))
}
