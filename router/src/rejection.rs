//! A request that is not executed: why, in JSON and as an HTTP status.
//!
//! Failures of single fields are no rejections; they are the executor's.

use apollo_compiler::parser::LineColumn;
use apollo_compiler::validation::DiagnosticList;
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use crate::error_code::ErrorCode;

/// Why a request is not executed: at least one reason, all of them of the same code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    code: ErrorCode,
    reasons: Vec<Reason>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Reason {
    message: String,
    locations: Vec<LineColumn>,
}

impl Rejection {
    /// A rejection for one reason that has no place in the document.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, reasons: vec![Reason { message: message.into(), locations: Vec::new() }] }
    }

    /// A rejection for one reason at a place in the document.
    pub fn at(code: ErrorCode, message: impl Into<String>, location: Option<LineColumn>) -> Self {
        let locations = location.into_iter().collect();
        Self { code, reasons: vec![Reason { message: message.into(), locations }] }
    }

    /// A rejection for what the compiler found, at most `count_max` of it.
    #[must_use]
    pub fn of_diagnostics(code: ErrorCode, found: &DiagnosticList, count_max: usize) -> Self {
        let reasons: Vec<Reason> = found
            .iter()
            .take(count_max)
            .map(|diagnostic| {
                let error = diagnostic.to_json();
                Reason { message: error.message, locations: error.locations }
            })
            .collect();
        if reasons.is_empty() {
            return Self::new(code, "the document is not valid");
        }
        Self { code, reasons }
    }

    /// The code of all its reasons.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// The first reason, for people.
    #[must_use]
    pub fn message(&self) -> &str {
        self.reasons.first().map_or("", |reason| &reason.message)
    }

    /// The HTTP status for a client that accepts the GraphQL response type, or only plain JSON.
    #[must_use]
    pub fn status(&self, accepts_graphql_response: bool) -> StatusCode {
        if !accepts_graphql_response && self.code.is_of_graphql() {
            return StatusCode::OK;
        }
        self.code.status()
    }

    /// The GraphQL response: errors and no data.
    #[must_use]
    pub fn body(&self) -> Bytes {
        let error = |reason: &Reason| {
            let mut error = json!({ "message": reason.message });
            if !reason.locations.is_empty() {
                error["locations"] = json!(reason.locations);
            }
            error["extensions"] = json!({ "code": self.code.as_str() });
            error
        };
        let errors: Vec<Value> = self.reasons.iter().map(error).collect();
        json!({ "errors": errors }).to_string().into()
    }
}
