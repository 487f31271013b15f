//! Why a simulated subgraph cannot be set up.

use thiserror::Error;

/// Why a simulated subgraph cannot be set up.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The SDL has no schema.
    #[error("{subgraph}: {reason}")]
    Schema {
        /// Whose SDL it is.
        subgraph: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The data does not fit the schema or itself.
    #[error("{subgraph}: {reason}")]
    Data {
        /// Whose data it is.
        subgraph: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file cannot be read.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A file is not JSON.
    #[error("{path}: {source}")]
    Json {
        /// The file.
        path: String,
        /// Why not.
        source: serde_json::Error,
    },
}
