//! The architecture as a test: which crate may use which, that modules form no circles, and the
//! limits of size and naming. See `router/ARCHITECTURE.md`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const FILE_LINES_MAX: usize = 600;
const FUNCTION_LINES_MAX: usize = 70;
/// Lines of production code of the router, its crates included, comments and blank lines not.
const ROUTER_LINES_MAX: usize = 27_160;
const BANNED_NAMES: [&str; 5] = ["utils", "helpers", "common", "misc", "manager"];

/// By crate, the crates of this workspace that it may use.
const ARROWS: &[(&str, &str, &[&str])] = &[
    ("migrations", "migrations", &[]),
    ("service", "subgraphs/service", &[]),
    ("employees", "subgraphs/employees", &["service", "migrations"]),
    ("customers", "subgraphs/customers", &["service", "migrations"]),
    ("courses", "subgraphs/courses", &["service", "migrations"]),
    ("addresses", "subgraphs/addresses", &["service", "migrations"]),
    ("supergraph", "router/crates/supergraph", &[]),
    ("query-plan", "router/crates/query-plan", &[]),
    ("composition", "router/crates/composition", &["supergraph"]),
    ("query-planner", "router/crates/query-planner", &["query-plan", "supergraph"]),
    ("executor", "router/crates/executor", &["query-plan"]),
    ("schema-check", "router/crates/schema-check", &["supergraph"]),
    ("subgraph-simulator", "router/crates/subgraph-simulator", &[]),
    (
        "router",
        "router",
        &["composition", "executor", "query-plan", "query-planner", "schema-check", "supergraph"],
    ),
];

/// Crates that see nothing of the outside world, and what they must not use.
const PURE: [&str; 5] =
    ["supergraph", "composition", "query-plan", "query-planner", "schema-check"];
const OUTSIDE: [&str; 6] =
    ["std::fs", "std::env", "std::net", "std::time", "std::process", "tokio"];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The Rust files below a folder, sorted.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The production files of a crate: its `src`, without test modules in files of their own.
fn production_files(crate_path: &str) -> Vec<PathBuf> {
    let is_test = |path: &PathBuf| {
        path.file_stem().is_some_and(|stem| stem == "tests")
            || path.components().any(|part| part.as_os_str() == "tests")
    };
    let mut files = rust_files(&workspace().join(crate_path).join("src"));
    files.retain(|path| !is_test(path));
    files
}

/// The production part of a file: what comes before its inline tests.
fn production_text(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    match text.find("#[cfg(test)]\nmod tests {") {
        Some(tests) => text[..tests].to_owned(),
        None => text,
    }
}

#[test]
fn crates_use_only_what_they_may() {
    let names: BTreeSet<&str> = ARROWS.iter().map(|(name, _, _)| *name).collect();
    for (name, path, allowed) in ARROWS {
        let manifest = fs::read_to_string(workspace().join(path).join("Cargo.toml"))
            .unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut in_dependencies = false;
        for line in manifest.lines() {
            if line.starts_with('[') {
                in_dependencies = line == "[dependencies]" || line == "[build-dependencies]";
            }
            let used = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if in_dependencies && names.contains(used) {
                assert!(allowed.contains(&used), "{name} must not use {used}");
            }
        }
    }
}

#[test]
fn the_workspace_is_all_here() {
    let manifest = fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
    let members = manifest.split("members = [").nth(1).unwrap().split(']').next().unwrap();
    let members: BTreeSet<&str> = members
        .lines()
        .map(|line| line.trim().trim_matches([',', '"']))
        .filter(|l| !l.is_empty())
        .collect();
    let known: BTreeSet<&str> = ARROWS.iter().map(|(_, path, _)| *path).collect();
    assert_eq!(members, known, "every crate of the workspace has its arrows written down here");
}

#[test]
fn pure_crates_do_not_see_the_outside() {
    for (name, path, _) in ARROWS.iter().filter(|(name, _, _)| PURE.contains(name)) {
        for file in production_files(path) {
            let text = production_text(&file);
            for word in OUTSIDE {
                assert!(!text.contains(word), "{name} is pure, but {} has {word}", file.display());
            }
        }
    }
}

#[test]
fn modules_form_no_circles() {
    let mut circles = Vec::new();
    for (name, path, _) in ARROWS {
        let source = workspace().join(path).join("src");
        let modules: BTreeMap<Vec<String>, String> = production_files(path)
            .iter()
            .map(|file| (module_path(&source, file), production_text(file)))
            .collect();
        circles.extend(circle(&sibling_arrows(&modules)).map(|circle| format!("{name}: {circle}")));
    }
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn a_circle_is_found() {
    let module = |path: &str, text: &str| {
        (path.split("::").map(str::to_owned).collect::<Vec<_>>(), text.to_owned())
    };
    let modules = BTreeMap::from([
        module("a", "use crate::b::c::thing;"),
        module("b", "mod c;"),
        module("b::c", "use crate::d::{self};"),
        module("d", "use super::a;"),
    ]);
    assert!(circle(&sibling_arrows(&modules)).is_some());
    let modules = BTreeMap::from([module("a", "use crate::b::x;"), module("b", "fn x() {}")]);
    assert!(circle(&sibling_arrows(&modules)).is_none());
}

/// `src/a/b.rs` and `src/a/b/mod.rs` are `[a, b]`; `src/lib.rs` is `[]`.
fn module_path(source: &Path, file: &Path) -> Vec<String> {
    let relative = file.strip_prefix(source).unwrap().with_extension("");
    let mut path: Vec<String> =
        relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if path.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        path.pop();
    }
    path
}

type Arrows = BTreeMap<Vec<String>, BTreeSet<Vec<String>>>;

/// Arrows between modules with the same parent: where something in one names something in the
/// other.
fn sibling_arrows(modules: &BTreeMap<Vec<String>, String>) -> Arrows {
    let mut arrows = Arrows::new();
    for (from, text) in modules {
        for to in named_paths(from, text) {
            let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            if from.len() == shared || to.len() == shared {
                continue;
            }
            let target = to[..=shared].to_vec();
            let is_module = modules.keys().any(|module| module.starts_with(&target));
            if is_module {
                arrows.entry(from[..=shared].to_vec()).or_default().insert(target);
            }
        }
    }
    arrows
}

/// Paths that a file names by `crate::` or `super::`; of a group in braces each one.
fn named_paths(module: &[String], text: &str) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let code: Vec<&str> =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    for (start, base) in [("crate::", 0), ("super::", 1)] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let mut rest = &code[at + start.len()..];
            let mut up = base;
            while let Some(further) = rest.strip_prefix("super::") {
                (rest, up) = (further, up + 1);
            }
            let prefix = match up {
                0 => &[],
                _ => &module[..module.len().saturating_sub(up)],
            };
            for tail in tails(rest) {
                paths.push(prefix.iter().cloned().chain(tail).collect());
            }
        }
    }
    paths
}

/// `a::b` is one path; `{a::b, c}` are two.
fn tails(text: &str) -> Vec<Vec<String>> {
    let word = |text: &str| -> Vec<String> {
        let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
        let path = &text[..end.unwrap_or(text.len())];
        path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    match text.strip_prefix('{') {
        Some(group) => {
            let group = group.split(['}', ';']).next().unwrap_or_default();
            group.split(',').map(|item| word(item.trim())).collect()
        }
        None => vec![word(text)],
    }
}

/// A circle among the arrows, as text.
fn circle(arrows: &Arrows) -> Option<String> {
    for start in arrows.keys() {
        let mut open = vec![(start, vec![start.join("::")])];
        let mut seen = BTreeSet::new();
        while let Some((at, way)) = open.pop() {
            for next in arrows.get(at).into_iter().flatten() {
                let mut way = way.clone();
                way.push(next.join("::"));
                if next == start {
                    return Some(way.join(" -> "));
                }
                if seen.insert(next) {
                    open.push((next, way));
                }
            }
        }
    }
    None
}

#[test]
fn files_and_functions_are_small() {
    let mut broken = Vec::new();
    for (_, path, _) in ARROWS {
        for file in rust_files(&workspace().join(path)) {
            if file
                .components()
                .any(|part| part.as_os_str() == "target" || part.as_os_str() == "crates")
                && *path == "router"
            {
                continue;
            }
            let text = fs::read_to_string(&file).unwrap();
            let shown = file.strip_prefix(workspace()).unwrap().display().to_string();
            if text.lines().count() > FILE_LINES_MAX {
                broken.push(format!("{shown} has more than {FILE_LINES_MAX} lines"));
            }
            if !text.starts_with("//!") {
                broken.push(format!("{shown} does not open with //!"));
            }
            let stem = file.file_stem().unwrap().to_string_lossy();
            if BANNED_NAMES.contains(&&*stem) {
                broken.push(format!("{shown} is not named by what it owns"));
            }
            broken.extend(long_functions(&text).map(|line| format!("{shown}:{line} is too long")));
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Lines at which a function begins that is longer than the limit. Formatted code closes a
/// function where it opened it.
fn long_functions(text: &str) -> impl Iterator<Item = usize> {
    let lines: Vec<&str> = text.lines().collect();
    let mut long = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let is_function =
            ["fn ", "pub fn ", "pub(crate) fn ", "pub(super) fn ", "async fn ", "pub async fn "]
                .iter()
                .any(|prefix| code.starts_with(prefix));
        let has_body = lines[start..].iter().find(|l| l.ends_with('{') || l.ends_with(';'));
        if !is_function || has_body.is_none_or(|line| line.ends_with(';')) {
            continue;
        }
        let indent = line.len() - code.len();
        let close = format!("{}}}", " ".repeat(indent));
        let end = lines[start..].iter().position(|line| *line == close).unwrap_or(0);
        if end + 1 > FUNCTION_LINES_MAX {
            long.push(start + 1);
        }
    }
    long.into_iter()
}

#[test]
fn the_router_stays_small() {
    let crates = ARROWS
        .iter()
        .filter(|(name, path, _)| path.starts_with("router") && *name != "subgraph-simulator");
    let files = crates.flat_map(|(_, path, _)| production_files(path));
    let lines: usize = files
        .map(|file| {
            let text = production_text(&file);
            let is_code = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
            text.lines().filter(is_code).count()
        })
        .sum();
    assert!(lines <= ROUTER_LINES_MAX, "{lines} lines of code");
}
