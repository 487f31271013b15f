//! `supergraph.yaml`: the subgraphs of a federation, in Rover's format, and under one extension
//! key how `router dev` starts them.
//!
//! The extension key `x-dev` stands at the top level, where Rover ignores keys that it does not
//! know. Every other unknown key is refused. Nothing here reads a schema: see `sdl_source`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use http::Uri;
use serde::Deserialize;
use serde_saphyr::{Location, Spanned};

/// The subgraphs of a federation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Federation {
    /// The folder that relative paths start from: where the file is.
    pub folder: PathBuf,
    /// The subgraphs, by name.
    pub subgraphs: BTreeMap<String, Subgraph>,
    /// How to start them, under `x-dev`.
    pub dev: Dev,
}

/// One subgraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subgraph {
    /// Where requests go. `None` leaves it to the schema's own source.
    pub routing_url: Option<String>,
    /// Where its schema comes from.
    pub schema: SchemaSource,
}

/// Where the schema of a subgraph comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaSource {
    /// A file.
    File(PathBuf),
    /// A running service, asked for `_service { sdl }`.
    Introspect {
        /// Where it listens.
        url: String,
        /// Headers to send with the question.
        headers: BTreeMap<String, String>,
    },
    /// Written out in the federation's own file.
    Sdl(String),
}

impl Subgraph {
    /// Where requests go.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        match (&self.routing_url, &self.schema) {
            (Some(url), _) => Some(url),
            (None, SchemaSource::Introspect { url, .. }) => Some(url),
            (None, _) => None,
        }
    }
}

/// How `router dev` builds and starts subgraphs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct Dev {
    /// A command to run to its end before any subgraph is started.
    #[serde(default)]
    pub build: Vec<String>,
    /// How to start a subgraph, by its name. Those not named here are taken to be running.
    #[serde(default)]
    pub subgraphs: BTreeMap<String, DevSubgraph>,
}

/// How `router dev` starts one subgraph.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub struct DevSubgraph {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// The folder to run it in; relative to the file's.
    #[serde(default)]
    pub cwd: Option<PathBuf>,
    /// Variables added to its environment.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// A URL that answers 2xx when the subgraph is ready; without one, its routing URL is asked
    /// for `{ __typename }`.
    #[serde(default)]
    pub ready: Option<String>,
    /// Files and folders; when something in them changes, `build` is run and the subgraph is
    /// started anew.
    #[serde(default)]
    pub watch: Vec<PathBuf>,
    /// A command to run to its end before the subgraph is started anew; when it fails, what runs
    /// goes on.
    #[serde(default)]
    pub build: Vec<String>,
}

/// Why a federation's file cannot be used. The message names file, line and column.
#[derive(Debug, thiserror::Error)]
pub enum FederationError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file says something that is not understood.
    #[error("{path}:{line}:{column}: {message}")]
    Invalid {
        /// Which file.
        path: String,
        /// The line, from 1.
        line: u64,
        /// The column, from 1.
        column: u64,
        /// What is wrong, and what would be right.
        message: String,
    },
}

impl Federation {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// The file cannot be read or understood.
    pub fn read(path: &Path) -> Result<Self, FederationError> {
        let text = std::fs::read_to_string(path).map_err(|source| FederationError::Unreadable {
            path: path.display().to_string(),
            source,
        })?;
        Self::parse(&text, path)
    }

    /// Reads the text of the file at `path`.
    ///
    /// # Errors
    /// The text cannot be understood.
    pub fn parse(text: &str, path: &Path) -> Result<Self, FederationError> {
        let invalid = |(message, location): Complaint| FederationError::Invalid {
            path: path.display().to_string(),
            line: location.line().max(1),
            column: location.column().max(1),
            message,
        };
        let document: Document =
            serde_saphyr::from_str(text).map_err(|error| invalid(of_yaml(&error)))?;
        let mut subgraphs = BTreeMap::new();
        for (name, subgraph) in document.subgraphs {
            let subgraph = subgraph.understand(&name).map_err(invalid)?;
            subgraphs.insert(name, subgraph);
        }
        if let Some(dev) = &document.dev {
            check_dev(dev, &subgraphs).map_err(invalid)?;
        }
        if subgraphs.is_empty() {
            return Err(invalid(("there are no subgraphs".to_owned(), Location::UNKNOWN)));
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let dev = document.dev.map(|dev| dev.value).unwrap_or_default();
        Ok(Self { folder, subgraphs, dev })
    }
}

/// What is wrong, and where.
type Complaint = (String, Location);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    /// Read for Rover's sake: the router composes by one version of the specification, its own.
    #[serde(default, rename = "federation_version")]
    _federation_version: Option<String>,
    subgraphs: BTreeMap<String, RawSubgraph>,
    #[serde(default, rename = "x-dev")]
    dev: Option<Spanned<Dev>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSubgraph {
    #[serde(default)]
    routing_url: Option<Spanned<String>>,
    schema: Spanned<RawSchema>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSchema {
    #[serde(default)]
    file: Option<PathBuf>,
    #[serde(default)]
    subgraph_url: Option<Spanned<String>>,
    #[serde(default)]
    introspection_headers: BTreeMap<String, String>,
    #[serde(default)]
    sdl: Option<String>,
    #[serde(default)]
    graphref: Option<String>,
    #[serde(default)]
    subgraph: Option<String>,
}

impl RawSubgraph {
    fn understand(self, name: &str) -> Result<Subgraph, Complaint> {
        let location = self.schema.referenced;
        let routing_url = self.routing_url.map(check_url).transpose()?;
        let fail = |message: String| Err((message, location));
        let schema = self.schema.value;
        if schema.graphref.is_some() || schema.subgraph.is_some() {
            return fail(format!(
                "the schema of `{name}` is in a registry that this router does not read; \
                 fetch it to a file and name that under `file`"
            ));
        }
        let has_headers = !schema.introspection_headers.is_empty();
        let schema = match (schema.file, schema.subgraph_url, schema.sdl) {
            (Some(file), None, None) if !has_headers => SchemaSource::File(file),
            (None, None, Some(sdl)) if !has_headers => SchemaSource::Sdl(sdl),
            (None, Some(url), None) => SchemaSource::Introspect {
                url: check_url(url)?,
                headers: schema.introspection_headers,
            },
            (Some(_), None, None) | (None, None, Some(_)) => {
                return fail("`introspection_headers` go with `subgraph_url` only".to_owned());
            }
            _ => {
                return fail(format!(
                    "the schema of `{name}` needs exactly one of `file`, `subgraph_url` and `sdl`"
                ));
            }
        };
        let subgraph = Subgraph { routing_url, schema };
        if subgraph.url().is_none() {
            return fail(format!("`{name}` needs a `routing_url`: where requests go"));
        }
        Ok(subgraph)
    }
}

fn check_url(url: Spanned<String>) -> Result<String, Complaint> {
    let location = url.referenced;
    let parsed: Uri =
        url.value.parse().map_err(|_| (format!("`{}` is not a URL", url.value), location))?;
    match parsed.scheme_str() {
        Some("http") if parsed.host().is_some() => Ok(url.value),
        Some("https") => Err((
            format!("`{}`: TLS to subgraphs is not supported; use http://", url.value),
            location,
        )),
        _ => Err((format!("`{}` is not a URL that starts with http://", url.value), location)),
    }
}

fn check_dev(dev: &Spanned<Dev>, subgraphs: &BTreeMap<String, Subgraph>) -> Result<(), Complaint> {
    for (name, start) in &dev.value.subgraphs {
        if !subgraphs.contains_key(name) {
            let known = subgraphs.keys().map(String::as_str);
            let message = format!(
                "x-dev starts `{name}`, which is not one of the subgraphs{}",
                suggestion(name, known)
            );
            return Err((message, dev.referenced));
        }
        if start.command.is_empty() {
            return Err((format!("x-dev has no command for `{name}`"), dev.referenced));
        }
    }
    Ok(())
}

fn of_yaml(error: &serde_saphyr::Error) -> Complaint {
    let error = error.without_snippet();
    let location = error.location().unwrap_or(Location::UNKNOWN);
    let message = match error {
        serde_saphyr::Error::SerdeUnknownField { field, expected, .. } => {
            let hint = suggestion(field, expected.iter().copied());
            let expected = expected.join("`, `");
            format!("unknown key `{field}`{hint} (known here: `{expected}`)")
        }
        serde_saphyr::Error::SerdeMissingField { field, .. } => format!("`{field}` is missing"),
        other => {
            let text = other.to_string();
            text.lines().next().unwrap_or_default().to_owned()
        }
    };
    (message, location)
}

fn suggestion<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    known
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| format!("; did you mean `{candidate}`?"))
        .unwrap_or_default()
}
