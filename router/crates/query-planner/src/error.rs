//! Why an operation could not be planned.

use thiserror::Error;

/// Why an operation could not be planned.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlanError {
    /// The document has no such operation, or several and none was named.
    #[error("{0}")]
    Operation(String),
    /// More selections than the limit once fragments are expanded.
    #[error(
        "the operation has more than {limit} selections once its fragments are expanded; \
         of an interface or union each counts once for each object type, \
         and under several conditions once for each"
    )]
    TooManySelections {
        /// The limit.
        limit: usize,
    },
    /// Selections nested deeper than the limit.
    #[error("the operation is nested deeper than {limit} levels")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// `@skip` and `@include` combined in more ways than the limit.
    #[error("`@skip` and `@include` are combined in more than {limit} ways on one field")]
    TooManyConditions {
        /// The limit.
        limit: usize,
    },
    /// No subgraph can be asked for the field: the supergraph is not satisfiable.
    #[error("no way to fetch `{path}` from the subgraphs")]
    Unsatisfiable {
        /// Response keys from the root.
        path: String,
    },
}

impl PlanError {
    /// The code for `extensions.code`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Operation(_) => "OPERATION_RESOLUTION_FAILURE",
            Self::TooManySelections { .. } => "OPERATION_TOO_LARGE",
            Self::TooDeep { .. } => "OPERATION_TOO_DEEP",
            Self::TooManyConditions { .. } => "OPERATION_TOO_COMPLEX",
            Self::Unsatisfiable { .. } => "QUERY_PLANNING_FAILED",
        }
    }
}
