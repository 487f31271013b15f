//! Errors of an answer: their codes and their parts, ready to be written. Which slots they belong
//! to is not known here.

use serde_json::{Map, Value};

use crate::json::Fault;
use crate::transport::FetchError;

/// Longest message that is passed on.
const MESSAGE_LEN_MAX: usize = 4 << 10;
/// Largest `extensions` that are passed on.
const EXTENSIONS_LEN_MAX: usize = 8 << 10;
/// Longest way that is remembered.
const WAY_LEN_MAX: usize = 256;

/// What is wrong with a value, found when it is read or completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// A leaf is of another kind than its type.
    WrongKind,
    /// Null where the type does not allow it.
    Null,
    /// An object of a type that is not possible here.
    WrongType,
    /// A subgraph left a field out.
    Missing,
    /// Two subgraphs answered lists of different lengths, or different kinds of values.
    Conflict,
}

impl Flaw {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::WrongKind => "INVALID_VALUE",
            Self::Null => "NULL_IN_NON_NULL",
            Self::WrongType => "UNEXPECTED_TYPE",
            Self::Missing => "MISSING_VALUE",
            Self::Conflict => "CONFLICTING_VALUES",
        }
    }

    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::WrongKind => "A subgraph answered with a value of the wrong kind.",
            Self::Null => "Cannot return null for a non-nullable field.",
            Self::WrongType => "A subgraph answered with an object of an unexpected type.",
            Self::Missing => "A subgraph left out a value that it was asked for.",
            Self::Conflict => "Two subgraphs answered with values that do not fit together.",
        }
    }
}

/// An error: everything but its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// JSON string.
    pub(crate) message: String,
    /// JSON object.
    pub(crate) extensions: String,
    /// The ways to what failed, one after the other: where null went up, a slot above has the error.
    pub(crate) way: Vec<Below>,
}

/// A step of the way to a field that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Below {
    /// A position, and a slot of the objects there.
    Slot(u32, u32),
    /// The index of a list item.
    Index(usize),
}

impl Failure {
    pub(crate) fn new(code: &str, message: &str, service: Option<&str>) -> Self {
        let mut extensions = Map::new();
        extensions.insert("code".to_owned(), code.into());
        if let Some(service) = service {
            extensions.insert("service".to_owned(), service.into());
        }
        Self {
            message: Value::from(message).to_string(),
            extensions: Value::Object(extensions).to_string(),
            way: Vec::new(),
        }
    }

    /// Remembers the way to what failed, from its first step on.
    pub(crate) fn lead(&mut self, start: Below, way: impl Iterator<Item = Below>) {
        if !self.way.contains(&start) {
            self.way.extend(way.take(WAY_LEN_MAX.saturating_sub(self.way.len())));
        }
    }

    pub(crate) fn of_flaw(flaw: Flaw, service: Option<&str>) -> Self {
        Self::new(flaw.code(), flaw.message(), service)
    }

    pub(crate) fn of_fetch(error: FetchError, service: &str) -> Self {
        Self::new(error.code(), &error.message(service), Some(service))
    }

    pub(crate) fn of_fault(fault: Fault, service: &str) -> Self {
        let (code, what) = match fault {
            Fault::Syntax => ("SUBREQUEST_MALFORMED_RESPONSE", "is not valid JSON"),
            Fault::Shape => ("SUBREQUEST_MALFORMED_RESPONSE", "is not a GraphQL response"),
            Fault::TooFew => ("SUBREQUEST_MALFORMED_RESPONSE", "has too few entities"),
            Fault::TooMany => ("SUBREQUEST_MALFORMED_RESPONSE", "has too many entities"),
            Fault::TooDeep => ("SUBREQUEST_MALFORMED_RESPONSE", "is nested too deeply"),
            Fault::TooLarge => ("SUBREQUEST_RESPONSE_TOO_LARGE", "is too large"),
        };
        let message = format!("The answer of the subgraph \"{service}\" {what}.");
        Self::new(code, &message, Some(service))
    }

    /// An item of a subgraph's `errors`: message and extensions are kept, the service is added,
    /// and a code if there is none.
    pub(crate) fn of_subgraph(error: &Value, service: &str) -> Self {
        let message = error.get("message").and_then(Value::as_str).unwrap_or("Unknown error");
        let message = message.get(..message.floor_char_boundary(MESSAGE_LEN_MAX)).unwrap_or("");
        let given = error.get("extensions").and_then(Value::as_object);
        let mut extensions = given.cloned().unwrap_or_default();
        if !extensions.get("code").is_some_and(Value::is_string) {
            extensions.insert("code".to_owned(), "DOWNSTREAM_SERVICE_ERROR".into());
        }
        extensions.insert("service".to_owned(), service.into());
        let text = Value::Object(extensions).to_string();
        if text.len() > EXTENSIONS_LEN_MAX {
            return Self::new("DOWNSTREAM_SERVICE_ERROR", message, Some(service));
        }
        Self { message: Value::from(message).to_string(), extensions: text, way: Vec::new() }
    }
}
