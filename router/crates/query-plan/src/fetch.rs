//! Fetches: one request to one subgraph each.

use crate::condition::ConditionId;
use crate::position::{PositionId, SlotId};
use crate::types::TypeSet;
use crate::{OperationKind, SubgraphId};

/// A fetch: an index into [`QueryPlan::fetches`](crate::QueryPlan::fetches).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FetchId(pub u32);

/// One request to one subgraph.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetch {
    /// To whom it goes.
    pub subgraph: SubgraphId,
    /// Kind of the subgraph operation; entity fetches are queries, whatever the client's kind.
    pub kind: OperationKind,
    /// Text of the subgraph operation; valid against the subgraph's schema.
    pub operation: String,
    /// Variables of the operation other than the representations.
    pub variables: Vec<FetchVariable>,
    /// Fetches that have to be done before (successfully or not): those whose values this one's
    /// representations are made of and, in a mutation, those that come first in order.
    pub after: Vec<FetchId>,
    /// Not sent unless this holds.
    pub condition: Option<ConditionId>,
    /// What it asks for.
    pub target: FetchKind,
}

/// What a fetch asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum FetchKind {
    /// Fields of a root operation type. The selection's position is [`ROOT`](crate::ROOT), or a
    /// deeper position where a field returned a root type; then each record there is filled.
    Root(InputSelection),
    /// Entities: each group is one `_entities` field.
    Entities(Vec<EntityGroup>),
}

/// A variable of a subgraph operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchVariable {
    /// Its name in the subgraph operation, without `$`.
    pub name: String,
    /// Where its value comes from.
    pub source: VariableSource,
}

/// Where a variable's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VariableSource {
    /// The client's variable of this name (left out when the client has no value for it).
    Client(String),
    /// A boolean: whether the condition holds.
    Condition(ConditionId),
}

/// One `_entities` field of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct EntityGroup {
    /// Response key of the field: `_entities`, or an alias where a request has several.
    pub response_key: String,
    /// Name of the variable that carries the representations, without `$`.
    pub variable: String,
    /// Left empty unless this holds.
    pub condition: Option<ConditionId>,
    /// The records it is asked for. Equal representations are sent once, over all sources.
    pub sources: Vec<EntitySource>,
}

/// The records of one position, as entities of a fetch.
#[derive(Debug, Clone, PartialEq)]
pub struct EntitySource {
    /// Where the records are; the same as `selection.position`.
    pub position: PositionId,
    /// How to represent a record: the first whose `types` contains the record's type is used; a
    /// record for which there is none is not sent.
    pub representations: Vec<Representation>,
    /// How the entity that comes back fills the record.
    pub selection: InputSelection,
}

/// How to represent a record to a subgraph.
///
/// A record is not sent when a value is null or missing that the subgraph's key needs; where the
/// cause is an error, all that this fetch would have filled has that error.
#[derive(Debug, Clone, PartialEq)]
pub struct Representation {
    /// Records of which types; `None` for any, also for a record whose type is not known.
    pub types: Option<TypeSet>,
    /// The `__typename` to send: the record's type or, for an interface object, the interface.
    pub typename: String,
    /// The other fields, in order.
    pub fields: Vec<RepresentationField>,
}

/// A field of a representation.
#[derive(Debug, Clone, PartialEq)]
pub struct RepresentationField {
    /// Its name, as the subgraph knows it.
    pub name: String,
    /// The slot that holds its value.
    pub slot: SlotId,
    /// Only for records of these types; `None` for all.
    pub types: Option<TypeSet>,
    /// Part of the key: when null or missing, the record is not sent. A required field may be
    /// null; it is then sent as null, unless its value failed or is missing.
    pub is_key: bool,
    /// How its value is written.
    pub value: RepresentationValue,
}

/// How a value of a representation is written.
#[derive(Debug, Clone, PartialEq)]
pub enum RepresentationValue {
    /// A leaf or list of leaves: as it came.
    Leaf,
    /// An object or list of objects: these fields of each; with its `__typename` first if set.
    Object {
        /// Whether to write the record's type.
        typename: bool,
        /// The fields to write.
        fields: Vec<RepresentationField>,
    },
}

/// How a JSON object fills a record.
#[derive(Debug, Clone, PartialEq)]
pub struct InputSelection {
    /// The position of the record.
    pub position: PositionId,
    /// The keys to expect, in the order in which a subgraph should send them; no key twice.
    pub fields: Vec<InputField>,
}

/// One key of a JSON object from a subgraph.
#[derive(Debug, Clone, PartialEq)]
pub struct InputField {
    /// The key.
    pub response_key: String,
    /// What to do with its value.
    pub kind: InputKind,
}

/// What to do with a value from a subgraph.
#[derive(Debug, Clone, PartialEq)]
pub enum InputKind {
    /// It names the record's type.
    Typename,
    /// A leaf or list of leaves, kept as it came.
    Leaf(SlotId),
    /// An object or list of objects.
    Object(SlotId, InputSelection),
}
