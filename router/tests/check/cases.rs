//! Each folder under `cases/` holds subgraphs as they were in `baseline/`, those that are another
//! in `proposed/`, what clients send in `operations/`, and what the report says in `expected.txt`.
//! `UPDATE=1 cargo test -p router --test check` rewrites that.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use composition::{Options, SubgraphSource, compose};
use router::composition_report::{Format, write};
use router::operation_files::read_operations;
use router::schema_report::{Policy, check, summary};
use supergraph::Supergraph;

#[test]
fn cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check/cases");
    let mut failed = Vec::new();
    for folder in sorted(&root) {
        let actual = report(&folder);
        let path = folder.join("expected.txt");
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, actual).unwrap();
        } else if actual != expected {
            let path = path.display();
            failed.push(format!("{path}\n--- expected\n{expected}\n--- actual\n{actual}"));
        }
    }
    assert!(failed.is_empty(), "{} cases differ:\n{}", failed.len(), failed.join("\n"));
}

fn report(folder: &Path) -> String {
    let baseline = subgraphs(&folder.join("baseline"));
    let mut proposed = baseline.clone();
    proposed.extend(subgraphs(&folder.join("proposed")));
    // A subgraph that is proposed to be empty leaves.
    proposed.retain(|_, source| !source.sdl.is_empty());
    let proposed: Vec<SubgraphSource> = proposed.into_values().collect();
    let composed = |sources: &[SubgraphSource]| {
        let composed = compose(sources, &Options::default());
        let composed = composed.unwrap_or_else(|f| panic!("{}: {:#?}", folder.display(), f.errors));
        Supergraph::parse(&composed.supergraph_sdl).unwrap()
    };
    let old = composed(&baseline.into_values().collect::<Vec<_>>());
    let has_operations = folder.join("operations").is_dir();
    let operations = has_operations.then(|| folder.join("operations"));
    let mut known = read_operations(&operations.into_iter().collect::<Vec<_>>()).unwrap();
    for known in &mut known {
        // Paths that are the same on every machine.
        let start = known.origin.find("operations/").unwrap();
        known.origin.drain(..start);
    }
    let policy = Policy {
        allowed: &["Query.allowed".to_owned()],
        refuses_dangerous: false,
        operations: has_operations.then_some(&known),
    };
    let findings = check(&old, &composed(&proposed), &proposed, &policy);
    let summary = summary(&findings);
    write(Format::Human, false, findings, &proposed) + &summary
}

fn subgraphs(folder: &Path) -> BTreeMap<String, SubgraphSource> {
    let source = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let (sdl, url) = (fs::read_to_string(&path).unwrap(), format!("http://{name}.test"));
        let source = SubgraphSource { file: Some(format!("{name}.graphql")), url, sdl, name };
        (source.name.clone(), source)
    };
    sorted(folder).into_iter().map(source).collect()
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
