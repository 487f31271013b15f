//! A change of the API schema: its kind, and how much that matters to clients.

use std::fmt;

use crate::key::Certainty;

/// How much a change matters to clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Criticality {
    /// An operation that was answered may be refused, or answered with what its client does not
    /// expect.
    Breaking,
    /// Every operation stays valid; a client may see what it has not seen before.
    Dangerous,
    /// No client can tell, unless it asks for what is new.
    Safe,
}

/// A change of the API schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What kind of change.
    pub kind: Kind,
    /// What is changed: `Type.field(argument:)`, as the GraphQL specification writes coordinates.
    pub coordinate: String,
    /// What it is now, and was before, where that is more than the kind says.
    pub detail: String,
    /// The operations that it breaks, as indices of those that were given.
    pub used_by: Vec<(usize, Certainty)>,
    pub(crate) breaks: Vec<Breaks>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.coordinate, self.kind.meaning)?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, " ({})", self.detail) }
    }
}

/// Which operations a change breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Breaks {
    /// Those that use something.
    Users(String),
    /// Those that use something and are not valid any more. Validation sees all but what variables
    /// carry.
    Refused(String),
    /// Those with a fragment on a type, or in it, that can apply to nothing any more.
    Spreads(String),
}

/// What kind of change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// As reports spell it.
    pub name: &'static str,
    /// How much it matters.
    pub criticality: Criticality,
    /// What a client would see, in a sentence about what is changed.
    pub meaning: &'static str,
}

macro_rules! kinds {
    ($($name:ident $criticality:ident $meaning:literal;)+) => {
        impl Kind {
            $(
                #[doc = $meaning]
                pub const $name: Self = {
                    let (name, criticality) = (stringify!($name), Criticality::$criticality);
                    Self { name, criticality, meaning: $meaning }
                };
            )+
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)+];
        }
    };
}

kinds! {
    ROOT_TYPE_CHANGED Breaking "operations of a kind start elsewhere, or nowhere";
    TYPE_REMOVED Breaking "the type is gone: operations that name it, or ask for it, are refused";
    TYPE_KIND_CHANGED Breaking "the type is of another kind: operations that use it are refused";
    FIELD_REMOVED Breaking "the field is gone: operations that select it are refused";
    FIELD_TYPE_CHANGED Breaking "the field has values that it never had";
    FIELD_TYPE_NARROWED Breaking "the field has fewer types: fragments on others are refused";
    INTERFACE_REMOVED Breaking "the type does not implement an interface any more: fragments that join the two are refused";
    UNION_MEMBER_REMOVED Breaking "the union has a member less: fragments on that are refused";
    ENUM_VALUE_REMOVED Breaking "the value is gone: operations that send it are refused";
    ARGUMENT_REMOVED Breaking "the argument is gone: operations that give it are refused";
    ARGUMENT_TYPE_CHANGED Breaking "the argument does not take all values that it took";
    ARGUMENT_BECAME_REQUIRED Breaking "the argument could be left out: operations without it are refused";
    REQUIRED_ARGUMENT_ADDED Breaking "the argument is new: operations without it are refused";
    INPUT_FIELD_REMOVED Breaking "the input field is gone: operations that give it are refused";
    INPUT_FIELD_TYPE_CHANGED Breaking "the input field does not take all values that it took";
    INPUT_FIELD_BECAME_REQUIRED Breaking "the input field could be left out: operations without it are refused";
    REQUIRED_INPUT_FIELD_ADDED Breaking "the input field is new: operations without it are refused";
    ONE_OF_ADDED Breaking "exactly one field of the input object may be given: operations with more, or none, are refused";
    DIRECTIVE_REMOVED Breaking "the directive is gone: operations with it are refused";
    DIRECTIVE_LOCATION_REMOVED Breaking "the directive is refused where it could stand";
    DIRECTIVE_REPEATABLE_REMOVED Breaking "the directive is refused more than once at a place";
    INTERFACE_ADDED Dangerous "clients may get the type where they ask for an interface";
    UNION_MEMBER_ADDED Dangerous "clients may get a type that the union did not have";
    ENUM_VALUE_ADDED Dangerous "clients may get a value that the enum did not have";
    ARGUMENT_DEFAULT_CHANGED Dangerous "left out, the argument has another value";
    OPTIONAL_ARGUMENT_ADDED Dangerous "the argument is new, and may be left out";
    INPUT_FIELD_DEFAULT_CHANGED Dangerous "left out, the input field has another value";
    OPTIONAL_INPUT_FIELD_ADDED Dangerous "the input field is new, and may be left out";
    SPECIFIED_BY_CHANGED Dangerous "the values of the scalar are specified elsewhere";
    ROOT_TYPE_ADDED Safe "clients can send operations of a new kind";
    TYPE_ADDED Safe "the type is new";
    FIELD_ADDED Safe "the field is new";
    FIELD_NEVER_NULL Safe "the field is never null where it could be";
    ARGUMENT_TYPE_WIDENED Safe "the argument takes what it took, and more, or may be left out";
    INPUT_FIELD_TYPE_WIDENED Safe "the input field takes what it took, and more, or may be left out";
    ONE_OF_REMOVED Safe "more than one field of the input object may be given";
    DIRECTIVE_ADDED Safe "the directive is new";
    DIRECTIVE_LOCATION_ADDED Safe "the directive may stand where it could not";
    DIRECTIVE_REPEATABLE_ADDED Safe "the directive may stand more than once at a place";
    DEFINITION_DIRECTIVE_CHANGED Safe "the directive changed, but no operation can use it";
    DEPRECATION_CHANGED Safe "it is deprecated, is not any more, or is for another reason";
    DESCRIPTION_CHANGED Safe "it is described in other words";
}
