//! The client's answer: how it is written from the records, and how values are completed.
//!
//! See <https://spec.graphql.org/October2021/#sec-Value-Completion>.

use crate::condition::ConditionId;
use crate::defer::Wanted;
use crate::position::{PositionId, SlotId};
use crate::types::TypeSet;

/// What the answer shows of the records at a position.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputSelection {
    /// The position of the records.
    pub position: PositionId,
    /// The fields, in the client's order. A response key occurs several times only for disjoint
    /// sets of types, or under conditions of which one holds at a time.
    pub fields: Vec<OutputField>,
}

/// One field of the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputField {
    /// The response key.
    pub response_key: String,
    /// Shown for records of these types; `None` for all.
    pub types: Option<TypeSet>,
    /// Shown when this holds.
    pub condition: Option<ConditionId>,
    /// By which fragments it is wanted, if all may be deferred; otherwise empty.
    pub deferred: Vec<Wanted>,
    /// Its value.
    pub value: OutputValue,
}

/// The value of a field of the answer.
#[derive(Debug, Clone, PartialEq)]
pub enum OutputValue {
    /// The name of the record's type.
    Typename,
    /// A leaf or list of leaves.
    Leaf {
        /// Where the value is.
        slot: SlotId,
        /// Lists and nullability of the field's type in the API schema.
        shape: TypeShape,
        /// What the value has to be.
        leaf: Leaf,
    },
    /// An object or list of objects.
    Object {
        /// Where the record, or the list of records, is.
        slot: SlotId,
        /// Lists and nullability of the field's type in the API schema.
        shape: TypeShape,
        /// The fields to show.
        selection: OutputSelection,
    },
    /// The answer of the `n`th introspection field (`__schema`, `__type`), made outside.
    Introspection(u16),
}

/// The lists and non-nulls around a named type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeShape {
    /// The named type.
    Named {
        /// `T!`.
        non_null: bool,
    },
    /// A list.
    List {
        /// `[…]!`.
        non_null: bool,
        /// The type of the items.
        items: Box<Self>,
    },
}

impl TypeShape {
    /// Whether null is not a value of the type.
    #[must_use]
    pub fn is_non_null(&self) -> bool {
        match self {
            Self::Named { non_null } | Self::List { non_null, .. } => *non_null,
        }
    }
}

/// What a leaf value has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaf {
    /// A signed 32-bit integer.
    Int,
    /// A finite number.
    Float,
    /// A string.
    String,
    /// `true` or `false`.
    Boolean,
    /// A string, or an integer, which is answered as a string.
    Id,
    /// One of these names, sorted: the values of the enum in the API schema.
    Enum(Vec<String>),
    /// Any JSON value: a custom scalar.
    Any,
}
