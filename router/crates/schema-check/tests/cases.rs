//! From text to text: each file under `cases/` holds what clients saw, what they would see, the
//! operations they send, and, last, what checking says. `UPDATE=1 cargo test -p schema-check
//! --test cases` rewrites that.
//!
//! A file has sections that start with a line `=== <name>`: `baseline`, `proposed`, `operations`
//! and `expected`.

#![allow(clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use apollo_compiler::Schema;
use apollo_compiler::ast::Document;
use apollo_compiler::validation::Valid;
use schema_check::{Certainty, Kind, Operation, check};

struct Case {
    baseline: String,
    proposed: String,
    operations: String,
    expected: String,
}

#[test]
fn cases() {
    let mut failed = Vec::new();
    for path in files() {
        let case = read(&path);
        let actual = answer(&case);
        if actual == case.expected {
            continue;
        }
        if std::env::var_os("UPDATE").is_some() {
            let Case { baseline, proposed, operations, .. } = case;
            let text = format!(
                "=== baseline\n{baseline}=== proposed\n{proposed}=== operations\n{operations}\
                 === expected\n{actual}"
            );
            fs::write(&path, text).expect("a case can be written");
        } else {
            let expected = case.expected;
            let path = path.display();
            failed.push(format!("{path}\n--- expected\n{expected}\n--- actual\n{actual}"));
        }
    }
    assert!(failed.is_empty(), "{} cases differ:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn every_kind_has_a_case() {
    let words: BTreeSet<String> = files()
        .iter()
        .flat_map(|path| {
            read(path).expected.split([' ', ':']).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let missing: Vec<_> = Kind::ALL.iter().filter(|kind| !words.contains(kind.name)).collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
}

#[test]
fn nothing_differs_from_itself() {
    for path in files() {
        let case = read(&path);
        for sdl in [&case.baseline, &case.proposed] {
            let schema = schema(sdl, &path.display().to_string());
            assert_eq!(check(&schema, &schema, &[]).changes, []);
        }
    }
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let entries = fs::read_dir(folder).expect("the cases are there");
    let mut files: Vec<_> =
        entries.map(|entry| entry.expect("a folder can be read").path()).collect();
    files.sort();
    files
}

fn read(path: &Path) -> Case {
    let text = fs::read_to_string(path).expect("a case can be read");
    let section = |name: &str| {
        let head = format!("=== {name}\n");
        let after =
            text.split_once(&head).unwrap_or_else(|| panic!("{}: no {name}", path.display()));
        after.1.split("=== ").next().unwrap_or_default().to_owned()
    };
    Case {
        baseline: section("baseline"),
        proposed: section("proposed"),
        operations: section("operations"),
        expected: section("expected"),
    }
}

fn schema(sdl: &str, path: &str) -> Valid<Schema> {
    Schema::parse_and_validate(sdl, path).unwrap_or_else(|invalid| panic!("{}", invalid.errors))
}

fn answer(case: &Case) -> String {
    let document = Document::parse(&*case.operations, "operations.graphql")
        .unwrap_or_else(|broken| panic!("{}", broken.errors));
    let names = document.definitions.iter().filter_map(|d| d.as_operation_definition());
    let operations: Vec<Operation> = names
        .map(|operation| {
            let name =
                operation.name.as_ref().expect("operations of a case have names").to_string();
            let mut document = document.clone();
            document.definitions.retain(|definition| {
                definition.as_operation_definition().is_none_or(|o| o == operation)
            });
            Operation { document: pruned(document), name: Some(name) }
        })
        .collect();
    let (old, new) = (schema(&case.baseline, "baseline"), schema(&case.proposed, "proposed"));
    let report = check(&old, &new, &operations);
    let name = |index: usize| operations[index].name.as_deref().unwrap_or_default();
    let mut text = String::new();
    for change in &report.changes {
        let criticality = format!("{:?}", change.kind.criticality).to_lowercase();
        text += &format!("{criticality} {}: {change}\n", change.kind.name);
        for (operation, certainty) in &change.used_by {
            let possibly = if *certainty == Certainty::Possible { "possibly " } else { "" };
            text += &format!("  {possibly}breaks {}\n", name(*operation));
        }
    }
    for (operation, reason) in &report.refused {
        text += &format!("refused {}: {reason}\n", name(*operation));
    }
    for (operation, reason) in &report.unknown {
        text += &format!("unknown {}: {reason}\n", name(*operation));
    }
    text
}

/// Without the fragments that the operation does not need: it would not be valid with them.
fn pruned(mut document: Document) -> Document {
    loop {
        let text = document.serialize().no_indent().to_string();
        let count = document.definitions.len();
        document.definitions.retain(|definition| {
            let fragment = definition.as_fragment_definition();
            fragment.is_none_or(|fragment| text.contains(&format!("...{}", fragment.name)))
        });
        if document.definitions.len() == count {
            return document;
        }
    }
}
