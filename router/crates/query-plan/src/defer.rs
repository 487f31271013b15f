//! `@defer` as data: which deferred fragments a value belongs to.
//!
//! See <https://github.com/graphql/graphql-spec/pull/1110>. A value is *deferred* when all its
//! occurrences in the operation are; then it comes with the first of its fragments that is done.

use crate::condition::ConditionId;
use crate::position::PositionId;

/// A deferred fragment: an index into [`QueryPlan::defers`](crate::QueryPlan::defers).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeferId(pub u16);

/// A fragment with `@defer`, at one place of the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defer {
    /// The place where the fragment stands: each record there is an instance of it.
    pub position: PositionId,
    /// The deferred fragment around it; an earlier one.
    pub parent: Option<DeferId>,
    /// Deferred when this holds; otherwise it is as if there was no directive.
    pub condition: Option<ConditionId>,
    /// The client's name for it.
    pub label: Option<String>,
}

/// One way in which a value is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// By the innermost deferred fragment around it; `None`: outside of all.
    pub by: Option<DeferId>,
    /// When this holds.
    pub condition: Option<ConditionId>,
}
