//! What operations use that has no coordinate of its own, and how certain a use is.

use apollo_compiler::ast::{DirectiveLocation, OperationType};

/// How certain it is that an operation uses something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// A variable may carry it. What variables carried is not known.
    Possible,
    /// The document says so.
    Certain,
}

/// Used by every operation of a kind.
pub(crate) fn root_key(kind: OperationType) -> String {
    format!("operations: {kind}")
}

/// Used by every operation that has a directive at a place of this kind.
pub(crate) fn location_key(name: &str, location: DirectiveLocation) -> String {
    format!("@{name} on {location}")
}

/// Used by every operation that uses what has an argument or input field, and leaves that out.
pub(crate) fn omitted_key(coordinate: &str) -> String {
    format!("without {coordinate}")
}

/// Used by every operation that gives an argument or input field null, or may do so.
pub(crate) fn null_key(coordinate: &str) -> String {
    format!("null for {coordinate}")
}
