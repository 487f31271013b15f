//! The query plan as plain data: what the planner makes and the executor runs.
//!
//! A plan is a DAG of fetches over *record layouts*. Every place of the answer that holds an
//! object is a [`Position`]; its layout gives a slot to each value that is needed there, whether
//! the client asked for it or a later fetch needs it as a key. A [`Fetch`] says which request goes
//! to which subgraph, and by its [`InputSelection`] how each key of the JSON that comes back maps
//! to slots. The [`OutputSelection`] of the root says how the client's answer is written from the
//! records. So nothing is looked up by path, and no branch waits for another's barrier.
//!
//! One plan serves all values of the variables: `@skip` and `@include` stay in it as
//! [`Condition`]s, decided once per request, and so does `@defer`: each value and each fetch says
//! by which deferred fragments it is [`Wanted`]. Who does not deliver in parts ignores that.
//!
//! Invariants, which `tests/support/invariants.rs` checks:
//! - `fetches` is topologically ordered: `after` names earlier fetches only.
//! - a slot of an object names the position of that object; a slot of a leaf names none.
//! - a position is entered by one slot of one other position; `ROOT` is entered by none.
//! - a fetch serves all that those serve that wait for it, so what serves the initial answer waits
//!   for nothing that does not.

pub mod condition;
pub mod defer;
pub mod fetch;
pub mod output;
pub mod position;
pub mod sharing;
pub mod text;
pub mod types;

pub use condition::{Condition, ConditionId, Literal};
pub use defer::{Defer, DeferId, Wanted};
pub use fetch::{
    ContextPlace, ContextPlaces, ContextVariable, EntityGroup, EntitySource, Fetch, FetchId,
    FetchKind, FetchVariable, InputField, InputKind, InputSelection, KnownPlace, OnDemand,
    Representation, RepresentationField, RepresentationValue, VariableSource,
};
pub use output::{Leaf, OutputField, OutputSelection, OutputValue, TypeShape};
pub use position::{PathStep, Position, PositionId, ROOT, Slot, SlotId};
pub use types::{TypeId, TypeSet};

/// Which kind of operation a plan, or one of its fetches, runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationKind {
    /// Reads; fetches run as early as they can.
    Query,
    /// Writes; the root fields run one after the other, each with all that hangs on it.
    Mutation,
    /// The root fetch is a stream; each of its events is completed by the other fetches.
    Subscription,
}

impl OperationKind {
    /// The keyword of the GraphQL language.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
        }
    }
}

/// A subgraph of the plan: an index into [`QueryPlan::subgraphs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubgraphId(pub u16);

/// How to answer one operation.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryPlan {
    /// The kind of the client's operation.
    pub kind: OperationKind,
    /// Names of the supergraph's subgraphs, by [`SubgraphId`].
    pub subgraphs: Vec<String>,
    /// Names of the object types that a record of this plan can have, by [`TypeId`].
    pub types: Vec<String>,
    /// Conditions on variables, by [`ConditionId`]; each is decided once per request.
    pub conditions: Vec<Condition>,
    /// Deferred fragments, by [`DeferId`]; each after the one around it.
    pub defers: Vec<Defer>,
    /// Record layouts, by [`PositionId`]; the first is the operation's root.
    pub positions: Vec<Position>,
    /// The fetches, each after those it needs.
    pub fetches: Vec<Fetch>,
    /// What the client's answer shows of the root record.
    pub output: OutputSelection,
}
