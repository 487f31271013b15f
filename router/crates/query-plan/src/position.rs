//! Positions: the places of the answer that hold objects, and the layout of their records.

use crate::types::{TypeId, TypeSet};

/// A position: an index into [`QueryPlan::positions`](crate::QueryPlan::positions).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PositionId(pub u32);

/// The position of the operation's root object.
pub const ROOT: PositionId = PositionId(0);

/// A slot of a position's records: an index into [`Position::slots`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotId(pub u32);

/// The layout of the records at one place of the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    /// Where the place is, for people: response keys from the root.
    pub path: Vec<PathStep>,
    /// The runtime type when only one is possible; otherwise a record learns its type from
    /// `__typename` ([`InputKind::Typename`](crate::InputKind::Typename)).
    pub known_type: Option<TypeId>,
    /// The object types that a record here can have in the API schema.
    pub possible_types: TypeSet,
    /// The values that a record holds.
    pub slots: Vec<Slot>,
    /// Objects with the same JSON text here may be one record, because all that is written below
    /// this position after the fetch that creates it is written by way of its own entities.
    /// Set by [`QueryPlan::find_shared`](crate::QueryPlan::find_shared).
    pub shared: bool,
}

/// A step on the way to a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStep {
    /// The response key of a field (or the name of an internal one).
    Key(String),
    /// Into each item of a list.
    Items,
    /// Only where the object just reached is of one of these types.
    Types(Vec<TypeId>),
}

/// One value of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The response key, or for an internal value the field's name: for people.
    pub name: String,
    /// The position of the object, or of the objects in the list, that this slot holds; `None`
    /// for a leaf or a list of leaves.
    pub object: Option<PositionId>,
}
