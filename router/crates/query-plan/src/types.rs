//! Object types of a plan and sets of them.

/// An object type: an index into [`QueryPlan::types`](crate::QueryPlan::types).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u16);

/// A set of object types, as a bit set.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeSet {
    words: Vec<u64>,
}

impl TypeSet {
    /// Whether `id` is in the set.
    #[must_use]
    pub fn contains(&self, id: TypeId) -> bool {
        let (word, bit) = (usize::from(id.0) / 64, id.0 % 64);
        self.words.get(word).is_some_and(|w| w >> bit & 1 == 1)
    }

    /// Adds `id`.
    pub fn insert(&mut self, id: TypeId) {
        let (word, bit) = (usize::from(id.0) / 64, id.0 % 64);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << bit;
    }

    /// Whether there is no type in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|w| *w == 0)
    }

    /// The types in the set, ascending.
    pub fn iter(&self) -> impl Iterator<Item = TypeId> + '_ {
        self.words.iter().enumerate().flat_map(|(i, word)| {
            (0..64u16).filter(move |bit| word >> bit & 1 == 1).map(move |bit| {
                TypeId(u16::try_from(i * 64).expect("TypeId is 16 bits wide") + bit)
            })
        })
    }
}

impl FromIterator<TypeId> for TypeSet {
    fn from_iter<I: IntoIterator<Item = TypeId>>(ids: I) -> Self {
        let mut set = Self::default();
        for id in ids {
            set.insert(id);
        }
        set
    }
}
