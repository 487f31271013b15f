//! The subgraphs of a folder: `subgraphs/<name>.graphql` and `data.json`, an object with the data
//! of each subgraph by its name.

use std::fs;
use std::path::Path;

use apollo_compiler::response::{JsonMap, JsonValue};

use crate::error::LoadError;
use crate::subgraph::Subgraph;

/// Loads the subgraphs of a folder, in the order of their names.
///
/// # Errors
/// [`LoadError`]: a file is missing or broken, or data does not fit its schema.
pub fn load_folder(folder: &Path) -> Result<Vec<Subgraph>, LoadError> {
    let path = folder.join("data.json");
    let data: JsonMap = serde_json::from_str(&read(&path)?)
        .map_err(|source| LoadError::Json { path: path.display().to_string(), source })?;
    let folder = folder.join("subgraphs");
    let entries = fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries =
        entries.map_err(|source| LoadError::File { path: folder.display().to_string(), source })?;
    let mut paths: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "graphql"));
    paths.sort();
    let mut subgraphs = Vec::new();
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let none = JsonMap::new();
        let data = data.get(name.as_str()).and_then(JsonValue::as_object).unwrap_or(&none);
        subgraphs.push(Subgraph::new(&name, &read(&path)?, data)?);
    }
    let unknown = data.keys().find(|name| !subgraphs.iter().any(|s| s.name() == name.as_str()));
    match unknown {
        Some(name) => Err(LoadError::Data {
            subgraph: name.as_str().to_owned(),
            reason: "there is data for it, but no schema".to_owned(),
        }),
        None => Ok(subgraphs),
    }
}

fn read(path: &Path) -> Result<String, LoadError> {
    fs::read_to_string(path)
        .map_err(|source| LoadError::File { path: path.display().to_string(), source })
}
