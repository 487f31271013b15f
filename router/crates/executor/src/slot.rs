//! One value of a record, in eight bytes.
//!
//! The low four bits say what it is. A value is never decoded: a leaf is a range of a body.

/// Index of an error in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ErrorId(pub(crate) u32);

/// Index of a body in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BodyId(pub(crate) u16);

/// Most bodies of one request.
pub(crate) const BODIES_MAX: usize = 1 << 9;
/// Longest body.
pub(crate) const BODY_LEN_MAX: usize = (1 << 28) - 1;
/// Longest leaf, and longest list.
pub(crate) const LEN_MAX: usize = (1 << 23) - 1;

/// A value of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Slot(u64);

/// What a slot holds. The order is a rank: a value takes the place of those before it, and what
/// has come (from `Raw` on) stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    /// Nothing was written: if the client asks for it, a subgraph left it out.
    Unset,
    /// Nothing will be written, and that is no error: the entity is unknown where it was asked for.
    Absent,
    /// `null`.
    Null,
    /// `null`, because an error of another field took this one's object with it.
    Lost(ErrorId),
    /// `null`, because of an error.
    Failed(ErrorId),
    /// A leaf or list of leaves, as it came.
    Raw(Text, LeafKind),
    /// An object: a row of the table of the slot's position.
    Record(u32),
    /// A list of objects: a range of the store's list items.
    List(Items),
}

/// What is known of a leaf's text without looking at it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LeafKind {
    /// A string.
    String,
    /// A number without fraction and exponent, of less than ten characters.
    SmallInt,
    /// A number without exponent, of less than a hundred characters.
    Number,
    /// A list of at least one string, and nothing else.
    Strings,
    /// The same of small integers.
    SmallInts,
    /// The same of numbers, some of which are no small integers.
    Numbers,
    /// Null; it is not kept as a leaf.
    Null,
    /// Anything else.
    Other,
}

impl LeafKind {
    /// The kind of a list of such items.
    pub(crate) fn list(self) -> Self {
        match self {
            Self::String => Self::Strings,
            Self::SmallInt => Self::SmallInts,
            Self::Number => Self::Numbers,
            _ => Self::Other,
        }
    }

    /// The kind of what may be this or the other.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            _ if self == other => self,
            (Self::SmallInt | Self::Number, Self::SmallInt | Self::Number) => Self::Number,
            _ => Self::Other,
        }
    }

    /// Its bit in a set of kinds.
    #[inline]
    pub(crate) fn bit(self) -> u16 {
        1 << self.rank()
    }

    #[inline]
    fn rank(self) -> u64 {
        match self {
            Self::String => STRING,
            Self::SmallInt => SMALL_INT,
            Self::Number => NUMBER,
            Self::Strings => STRINGS,
            Self::SmallInts => SMALL_INTS,
            Self::Numbers => NUMBERS,
            Self::Null | Self::Other => OTHER,
        }
    }
}

/// A range of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) body: BodyId,
    pub(crate) start: u32,
    pub(crate) len: u32,
}

/// A range of list items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Items {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

impl Items {
    /// The index of each.
    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }
}

const UNSET: u64 = 0;
const ABSENT: u64 = 1;
const NULL: u64 = 2;
const LOST: u64 = 3;
const FAILED: u64 = 4;
const STRING: u64 = 5;
const SMALL_INT: u64 = 6;
const NUMBER: u64 = 7;
const STRINGS: u64 = 8;
const SMALL_INTS: u64 = 9;
const NUMBERS: u64 = 10;
const OTHER: u64 = 11;
const RECORD: u64 = 12;
const LIST: u64 = 13;

impl Slot {
    pub(crate) const UNSET: Self = Self(UNSET);
    pub(crate) const ABSENT: Self = Self(ABSENT);
    pub(crate) const NULL: Self = Self(NULL);

    pub(crate) fn lost(error: ErrorId) -> Self {
        Self(u64::from(error.0) << 32 | LOST)
    }

    pub(crate) fn failed(error: ErrorId) -> Self {
        Self(u64::from(error.0) << 32 | FAILED)
    }

    /// A leaf; its parts are below the limits of this module.
    #[inline]
    pub(crate) fn raw(body: BodyId, start: usize, len: usize, kind: LeafKind) -> Self {
        debug_assert!(usize::from(body.0) < BODIES_MAX && start <= BODY_LEN_MAX && len <= LEN_MAX);
        Self((len as u64) << 41 | (start as u64) << 13 | u64::from(body.0) << 4 | kind.rank())
    }

    #[inline]
    pub(crate) fn record(row: u32) -> Self {
        Self(u64::from(row) << 32 | RECORD)
    }

    pub(crate) fn list(start: u32, len: usize) -> Self {
        debug_assert!(len <= LEN_MAX);
        Self(u64::from(start) << 32 | (len as u64) << 4 | LIST)
    }

    #[inline]
    fn rank(self) -> u64 {
        self.0 & 15
    }

    /// Whether something has come: neither null nor missing.
    #[inline]
    pub(crate) fn has_value(self) -> bool {
        self.rank() >= STRING
    }

    /// Whether it is null because of an error of its own.
    #[inline]
    pub(crate) fn has_failed(self) -> bool {
        self.rank() == FAILED
    }

    /// This, or `new` if that ranks higher.
    #[inline]
    #[must_use]
    pub(crate) fn or_higher(self, new: Self) -> Self {
        if !self.has_value() && new.rank() > self.rank() { new } else { self }
    }

    #[inline]
    pub(crate) fn value(self) -> Value {
        let high = (self.0 >> 32) as u32;
        match self.rank() {
            UNSET => Value::Unset,
            ABSENT => Value::Absent,
            LOST => Value::Lost(ErrorId(high)),
            FAILED => Value::Failed(ErrorId(high)),
            STRING => Value::Raw(self.text(), LeafKind::String),
            SMALL_INT => Value::Raw(self.text(), LeafKind::SmallInt),
            NUMBER => Value::Raw(self.text(), LeafKind::Number),
            STRINGS => Value::Raw(self.text(), LeafKind::Strings),
            SMALL_INTS => Value::Raw(self.text(), LeafKind::SmallInts),
            NUMBERS => Value::Raw(self.text(), LeafKind::Numbers),
            OTHER => Value::Raw(self.text(), LeafKind::Other),
            RECORD => Value::Record(high),
            LIST => Value::List(Items { start: high, len: (self.0 as u32) >> 4 }),
            _ => Value::Null,
        }
    }

    /// The leaf's text, if it is a leaf of one of these kinds.
    #[inline]
    pub(crate) fn text_of_kinds(self, kinds: u16) -> Option<Text> {
        (kinds >> self.rank() & 1 == 1).then(|| self.text())
    }

    #[inline]
    fn text(self) -> Text {
        Text {
            body: BodyId((self.0 >> 4) as u16 & 0x1FF),
            start: (self.0 >> 13) as u32 & 0x0FFF_FFFF,
            len: (self.0 >> 41) as u32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_packing() {
        let text = Text { body: BodyId(511), start: 0x0FFF_FFFF, len: 0x007F_FFFF };
        let slot = Slot::raw(text.body, text.start as usize, text.len as usize, LeafKind::Other);
        assert_eq!(slot.value(), Value::Raw(text, LeafKind::Other));
        assert_eq!(Slot::record(u32::MAX).value(), Value::Record(u32::MAX));
        let items = Items { start: u32::MAX, len: 0x007F_FFFF };
        assert_eq!(Slot::list(u32::MAX, LEN_MAX).value(), Value::List(items));
        assert_eq!(Slot::failed(ErrorId(7)).value(), Value::Failed(ErrorId(7)));
        assert_eq!(Slot::lost(ErrorId(7)).value(), Value::Lost(ErrorId(7)));
        assert_eq!(Slot::default().value(), Value::Unset);
        assert_eq!((Slot::NULL.value(), Slot::ABSENT.value()), (Value::Null, Value::Absent));
    }

    #[test]
    fn what_has_come_stays() {
        let failed = Slot::failed(ErrorId(1));
        assert_eq!(Slot::UNSET.or_higher(Slot::ABSENT), Slot::ABSENT);
        assert_eq!(Slot::NULL.or_higher(Slot::ABSENT), Slot::NULL);
        let lost = Slot::lost(ErrorId(2));
        assert_eq!(Slot::NULL.or_higher(lost), lost);
        assert_eq!((lost.or_higher(failed), failed.or_higher(lost)), (failed, failed));
        assert_eq!(failed.or_higher(Slot::record(1)), Slot::record(1));
        assert_eq!(Slot::record(1).or_higher(Slot::list(0, 1)), Slot::record(1));
    }
}
