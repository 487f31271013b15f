//! The operations that clients are known to send: GraphQL documents, manifests of persisted
//! documents, and the router's own log.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use apollo_compiler::ast::{Definition, Document, FragmentDefinition, Selection};
use apollo_compiler::{Name, Node};
use schema_check::Operation;
use serde::Deserialize;
use serde_json::{Deserializer, Value};

use crate::operation_log::LogEntry;

/// An operation that clients are known to send.
#[derive(Debug)]
pub struct KnownOperation {
    /// The operation itself.
    pub operation: Operation,
    /// Where it stands: a file and line, or a file and the operation's id in that.
    pub origin: String,
    /// What the router's log says of it.
    pub entry: Option<LogEntry>,
}

/// Reads the files at `paths`, and in folders all that have the name of one with operations.
///
/// # Errors
/// What cannot be read or understood.
pub fn read_operations(paths: &[PathBuf]) -> Result<Vec<KnownOperation>, String> {
    let mut known = Vec::new();
    for path in paths {
        let mut files = Vec::new();
        collect_files(path, &mut files).map_err(|error| format!("{}: {error}", path.display()))?;
        // Clients keep fragments in files of their own.
        let mut documents = Vec::new();
        for file in files {
            let shown = file.display().to_string();
            let text =
                std::fs::read_to_string(&file).map_err(|error| format!("{shown}: {error}"))?;
            if shown.ends_with(".json") || shown.ends_with(".jsonl") {
                read_json(&shown, &text, &mut known)?;
            } else {
                documents.push((parse(&shown, text)?, shown));
            }
        }
        for index in 0..documents.len() {
            known.extend(operations(index, &documents));
        }
    }
    Ok(known)
}

fn collect_files(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let entries: Result<Vec<_>, _> = std::fs::read_dir(path)?.collect();
    let mut entries = entries?;
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        let known = ["graphql", "gql", "json", "jsonl"];
        let is_known = path.extension().is_some_and(|name| known.iter().any(|k| name == *k));
        // A symbolic link is not followed: it may lead back.
        if entry.file_type()?.is_dir() || is_known {
            collect_files(&path, files)?;
        }
    }
    Ok(())
}

fn parse(path: &str, text: String) -> Result<Document, String> {
    Document::parse(text, path).map_err(|broken| format!("{path}: {}", broken.errors))
}

/// Reads a manifest of Apollo (`{"operations": [{"id", "body"}]}`) or of Relay (`{id: text}`), or
/// lines of the router's log.
fn read_json(path: &str, text: &str, known: &mut Vec<KnownOperation>) -> Result<(), String> {
    let mut documents: Vec<(String, String, Option<LogEntry>)> = Vec::new();
    for (index, value) in Deserializer::from_str(text).into_iter::<Value>().enumerate() {
        let value = value.map_err(|error| format!("{path}: {error}"))?;
        if let Ok(entry) = LogEntry::deserialize(&value) {
            let document = entry.document.clone();
            documents.push((format!("{path}:{}", index + 1), document, Some(entry)));
            continue;
        }
        let items: Vec<_> = match value.get("operations").and_then(Value::as_array) {
            Some(items) => items.iter().map(|i| (i["id"].as_str(), i["body"].as_str())).collect(),
            None => {
                let items = value.as_object().into_iter().flatten();
                items.map(|(id, text)| (Some(&**id), text.as_str())).collect()
            }
        };
        for item in items {
            let (Some(id), Some(text)) = item else {
                return Err(format!("{path}: this is neither a manifest of operations nor a log"));
            };
            documents.push((format!("{path}#{id}"), text.to_owned(), None));
        }
    }
    for (origin, text, entry) in documents {
        let document = parse(&origin, text)?;
        let name = entry.as_ref().and_then(|entry| entry.operation_name.clone());
        for operation in operations(0, &[(document, origin.clone())]) {
            if name.is_none() || operation.operation.name == name {
                let (origin, entry) = (origin.clone(), entry.clone());
                known.push(KnownOperation { origin, entry, ..operation });
            }
        }
    }
    Ok(())
}

/// The operations of one of several documents, each with the fragments that it needs, from its own
/// document or from the others.
fn operations(index: usize, documents: &[(Document, String)]) -> Vec<KnownOperation> {
    let (own, path) = &documents[index];
    let definitions = documents.iter().flat_map(|(document, _)| &document.definitions);
    let fragments = definitions.chain(&own.definitions).filter_map(|d| d.as_fragment_definition());
    let fragments: HashMap<_, _> = fragments.map(|fragment| (&fragment.name, fragment)).collect();
    let operations = own.definitions.iter().filter_map(|d| d.as_operation_definition());
    operations
        .map(|operation| {
            let fragments = needed(&operation.selection_set, &fragments);
            let mut document = Document::new();
            document.sources = own.sources.clone();
            document.definitions = vec![Definition::OperationDefinition(operation.clone())];
            document.definitions.extend(fragments.into_iter().map(Definition::FragmentDefinition));
            let line = operation.line_column_range(&own.sources).map_or(0, |at| at.start.line);
            let origin = format!("{path}:{line}");
            let name = operation.name.as_ref().map(Name::to_string);
            KnownOperation { operation: Operation { document, name }, origin, entry: None }
        })
        .collect()
}

fn needed<'a>(
    selections: &'a [Selection],
    fragments: &HashMap<&Name, &'a Node<FragmentDefinition>>,
) -> Vec<Node<FragmentDefinition>> {
    let (mut open, mut seen, mut needed) = (vec![selections], BTreeSet::new(), Vec::new());
    while let Some(selections) = open.pop() {
        for selection in selections {
            match selection {
                Selection::Field(field) => open.push(&field.selection_set),
                Selection::InlineFragment(inline) => open.push(&inline.selection_set),
                Selection::FragmentSpread(spread) => {
                    if seen.insert(&spread.fragment_name)
                        && let Some(fragment) = fragments.get(&spread.fragment_name)
                    {
                        needed.push(Node::clone(fragment));
                        open.push(&fragment.selection_set);
                    }
                }
            }
        }
    }
    needed
}
