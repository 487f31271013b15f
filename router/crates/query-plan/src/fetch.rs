//! Fetches: one request to one subgraph each.

use crate::condition::ConditionId;
use crate::defer::Wanted;
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
    /// Text of the subgraph operation, valid against the subgraph's schema once the fields that
    /// are added on demand are there. Then it begins with `query(`. It ends with `}`.
    pub operation: String,
    /// Definitions of the fragments that are spread in the operation.
    pub fragments: String,
    /// Variables of the operation other than the representations.
    pub variables: Vec<FetchVariable>,
    /// Fetches that have to be done before (successfully or not): those whose values this one's
    /// representations are made of and, in a mutation, those that come first in order.
    pub after: Vec<FetchId>,
    /// Not sent unless this holds.
    pub condition: Option<ConditionId>,
    /// Which deferred fragments need it, if all that need it may be deferred; otherwise empty.
    pub deferred: Vec<Wanted>,
    /// What it asks for.
    pub target: FetchKind,
}

impl Fetch {
    /// How long the texts are that it sends, in bytes.
    #[must_use]
    pub fn text_len(&self) -> usize {
        let on_demand = self.groups().iter().filter_map(|group| group.on_demand.as_ref());
        let fields = on_demand.flat_map(|on_demand| on_demand.field.iter().map(String::len));
        self.operation.len() + self.fragments.len() + fields.sum::<usize>()
    }

    /// Its entity groups; none of a fetch from a root type.
    #[must_use]
    pub fn groups(&self) -> &[EntityGroup] {
        match &self.target {
            FetchKind::Root(_) => &[],
            FetchKind::Entities(groups) => groups,
        }
    }
}

impl EntityGroup {
    /// The earlier group, and its source, for whose records this one is asked where they could
    /// not be represented there.
    #[must_use]
    pub fn instead_of(&self) -> Option<(usize, usize)> {
        self.on_demand.as_ref().and_then(|on_demand| on_demand.instead_of)
    }
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

/// One `_entities` field of a request, or as many as its records need.
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
    /// Where the same subgraph has been asked for all of this before: an entity that it told of
    /// there is not asked for again.
    pub known: Vec<KnownPlace>,
    /// Set where it depends on the records how often the field is in the request.
    pub on_demand: Option<OnDemand>,
}

/// How a field is added to a request: once for all records with the same values from contexts,
/// and not at all when there are no records.
///
/// Each field has a number of its own, with which its response key and the names of its variables
/// end, but for those that have the same value for all. The texts are in pieces, between which the
/// number stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnDemand {
    /// Definitions of its own variables, added before those of the operation.
    pub definitions: Vec<String>,
    /// The field, added after those of the operation.
    pub field: Vec<String>,
    /// The variables with values from contexts.
    pub contexts: Vec<ContextVariable>,
    /// The variables that it shares with others that are added, but not with what is always in the
    /// operation; each with its definition.
    pub variables: Vec<(FetchVariable, String)>,
    /// Definitions of the fragments that only this field spreads.
    pub fragments: String,
    /// The index of an earlier group of the fetch, and of one of its sources: the field is asked
    /// for the records that could not be represented there. Without it, for all records.
    pub instead_of: Option<(usize, usize)>,
}

/// A variable with a value from a context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextVariable {
    /// Its name without `$`, up to the number.
    pub name: String,
    /// Whether null is no value of it: a record that would need it is not sent.
    pub non_null: bool,
}

/// Where the records of a position have a value from a context: the first for which the record it
/// leads to has a type in `types`; null when there is none.
pub type ContextPlaces = Vec<ContextPlace>;

/// Records that set a context for those below.
#[derive(Debug, Clone, PartialEq)]
pub struct ContextPlace {
    /// Where they are.
    pub position: PositionId,
    /// Of which types; `None` for any.
    pub types: Option<TypeSet>,
    /// The slots that lead from there to the records that need the value.
    pub path: Vec<SlotId>,
    /// The field that holds the value, the first that the record's type has. Of objects it is the
    /// value of their only field.
    pub values: Vec<RepresentationField>,
}

/// The records of one position, as entities of a fetch.
#[derive(Debug, Clone, PartialEq)]
pub struct EntitySource {
    /// Where the records are; the same as `selection.position`.
    pub position: PositionId,
    /// By variable of [`OnDemand::contexts`], where its values are.
    pub contexts: Vec<ContextPlaces>,
    /// How to represent a record: the first is used whose `types` contains the record's type, and
    /// whose values the record has. A record for which there is none is not sent.
    pub representations: Vec<Representation>,
    /// How the entity that comes back fills the record.
    pub selection: InputSelection,
}

/// Records of entities of which a group has nothing but leaves to ask.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownPlace {
    /// Where they are.
    pub position: PositionId,
    /// How the group would represent them; records of other types are of no use.
    pub representation: Representation,
    /// The slots that hold what is asked for, in the order of the fields of each source's
    /// selection. A record serves if all of them have a value other than null.
    pub values: Vec<SlotId>,
}

/// How to represent a record to a subgraph.
///
/// A record is not sent when a value failed or is missing, or when one of the key is null. Then
/// other groups may ask for it instead ([`OnDemand::instead_of`]); where none does, all that would
/// have been filled is null, with the error if that was the cause. What is missing may never have
/// been asked for, as another fetch is for that record: then nothing is said of it.
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
    /// Left out unless this holds: nothing that is wanted requires it.
    pub condition: Option<ConditionId>,
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
