//! Composition from text to text: each file under `cases/` holds the subgraphs and, last, what
//! composing them says. `UPDATE=1 cargo test -p composition --test cases` rewrites the answers.
//!
//! A file has sections that start with a line `=== <name>`: one for each subgraph, then
//! `=== expected`: errors, or hints and the supergraph without what every supergraph contains. A
//! section `=== contract` has lines `include <tag>`, `exclude <tag>` and `hide unreachable`.

#![allow(clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use apollo_compiler::ast::Document;
use composition::diagnostic::Code;
use composition::{Options, SubgraphSource, compose};

const EXPECTED: &str = "expected";
const CONTRACT: &str = "contract";

/// What a case composes.
struct Input {
    subgraphs: Vec<SubgraphSource>,
    contract: Option<String>,
}

/// Codes that no subgraphs produce, with the reason.
const IMPOSSIBLE: &[(Code, &str)] = &[
    (Code::UnsupportedLinkedFeature, "about a supergraph that is read, not composed"),
    (Code::InvalidFederationSupergraph, "about a supergraph that is read, not composed"),
    (Code::MaxValidationSubgraphPathsExceeded, "needs more subgraphs than a case can show"),
];

#[test]
fn cases() {
    let mut failed = Vec::new();
    for path in files(&root()) {
        let text = fs::read_to_string(&path).expect("a case can be read");
        let (input, expected) = read(&text);
        let actual = answer(&input);
        if actual == expected {
            continue;
        }
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, write(&input, &actual)).expect("a case can be written");
        } else {
            failed.push(format!(
                "{}\n--- expected\n{expected}\n--- actual\n{actual}",
                path.display()
            ));
        }
    }
    assert!(failed.is_empty(), "{} cases differ:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn every_code_has_a_case() {
    let mut seen = BTreeSet::new();
    for path in files(&root()) {
        let text = fs::read_to_string(&path).expect("a case can be read");
        let (_, expected) = read(&text);
        let first_words = expected.lines().filter_map(|line| line.split(':').next());
        seen.extend(first_words.map(str::to_owned));
    }
    let impossible = |code: &Code| IMPOSSIBLE.iter().any(|(other, _)| other == code);
    let missing = Code::ALL.iter().filter(|code| !impossible(code) && !seen.contains(code.name()));
    let missing: Vec<&str> = missing.map(|code| code.name()).collect();
    assert!(missing.is_empty(), "no case produces {}", missing.join(", "));
}

#[test]
fn the_order_of_subgraphs_does_not_matter() {
    for path in files(&root()) {
        let text = fs::read_to_string(&path).expect("a case can be read");
        let (mut input, _) = read(&text);
        let forwards = answer(&input);
        input.subgraphs.reverse();
        assert_eq!(forwards, answer(&input), "{}", path.display());
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// The cases below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of cases can be read") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "txt") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "there are no cases");
    found
}

fn read(text: &str) -> (Input, String) {
    let mut subgraphs = Vec::new();
    let mut contract = None;
    let mut expected = String::new();
    for section in text.split("=== ").skip(1) {
        let (name, body) = section.split_once('\n').expect("a section has a first line");
        if name == EXPECTED {
            expected = body.to_owned();
        } else if name == CONTRACT {
            contract = Some(body.to_owned());
        } else {
            subgraphs.push(SubgraphSource {
                name: name.to_owned(),
                url: format!("http://{name}"),
                sdl: body.to_owned(),
                file: Some(format!("{name}.graphql")),
            });
        }
    }
    (Input { subgraphs, contract }, expected)
}

fn write(input: &Input, expected: &str) -> String {
    let mut text = String::new();
    for subgraph in &input.subgraphs {
        text.push_str(&format!("=== {}\n{}", subgraph.name, subgraph.sdl));
    }
    if let Some(contract) = &input.contract {
        text.push_str(&format!("=== {CONTRACT}\n{contract}"));
    }
    text.push_str(&format!("=== {EXPECTED}\n{expected}"));
    text
}

fn answer(input: &Input) -> String {
    let mut text = String::new();
    match compose(&input.subgraphs, &options(input)) {
        Ok(composed) => {
            for hint in &composed.hints {
                text.push_str(&format!("{hint}\n\n"));
            }
            text.push_str(&own_definitions(&composed.supergraph_sdl));
        }
        Err(failure) => {
            for error in &failure.errors {
                text.push_str(&format!("{error}\n\n"));
            }
        }
    }
    text
}

fn options(input: &Input) -> Options {
    let mut options = Options::default();
    for line in input.contract.iter().flat_map(|contract| contract.lines()) {
        match line.split_once(' ') {
            Some(("include", tag)) => options.contract.include_tags.push(tag.to_owned()),
            Some(("exclude", tag)) => options.contract.exclude_tags.push(tag.to_owned()),
            Some(("hide", "unreachable")) => options.contract.hides_unreachable = true,
            _ => panic!("`{line}` is no line of a contract"),
        }
    }
    options
}

/// The supergraph without the definitions of the link and join specifications.
fn own_definitions(sdl: &str) -> String {
    let document = Document::parse(sdl, "supergraph").expect("a supergraph can be parsed");
    let is_own =
        |name: &str| !(name.starts_with("join__") || name.starts_with("link__") || name == "link");
    let mut text = String::new();
    for definition in &document.definitions {
        if definition.name().is_none_or(|name| is_own(name)) {
            let span = definition.location().expect("a parsed definition has a place");
            text.push_str(sdl[span.offset()..span.end_offset()].trim_end());
            text.push_str("\n\n");
        }
    }
    text
}
