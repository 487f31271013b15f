//! Finds objects with the same text within one body, so that they become one record.
//!
//! JSON objects delimit themselves: text that starts with a whole object's text starts with the
//! same object. So a look-up is a hash of the first bytes and a comparison.

use hashbrown::HashTable;

use crate::compiled::inputs::InputId;

/// After so many objects that were never seen before, beyond four times those that were, an input
/// selection is no longer looked up.
const MISSES_MAX: u32 = 64;

/// Shorter bodies are not worth it.
pub(crate) const SHARED_BODY_LEN_MIN: usize = 256;

/// An object of the body.
#[derive(Debug, Clone, Copy)]
struct Seen {
    hash: u64,
    input: InputId,
    start: u32,
    len: u32,
    row: u32,
}

/// The objects of one body.
#[derive(Debug, Default)]
pub(crate) struct Sharing {
    seen: HashTable<Seen>,
    /// By input selection: how many more misses are allowed.
    patience: Vec<u32>,
}

/// What a look-up found.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Found {
    /// The same object: its record, and how long its text is.
    Same { row: u32, len: usize },
    /// None: the hash to add the object with.
    Missed(u64),
    /// It was not looked up.
    NotTried,
}

impl Sharing {
    /// Starts with another body, for so many input selections.
    pub(crate) fn begin(&mut self, inputs: usize) {
        self.seen.clear();
        self.patience.clear();
        self.patience.resize(inputs, MISSES_MAX);
    }

    /// How many bytes it keeps when it is empty.
    pub(crate) fn capacity_bytes(&self) -> usize {
        self.seen.capacity() * size_of::<Seen>()
    }

    /// Looks up the object at `at`.
    pub(crate) fn find(&mut self, input: InputId, body: &[u8], at: usize) -> Found {
        let Some(patience) = self.patience.get_mut(input.0 as usize) else {
            return Found::NotTried;
        };
        let Some(left) = patience.checked_sub(1) else { return Found::NotTried };
        let rest = body.get(at..).unwrap_or_default();
        let hash = start_hash(rest, u64::from(input.0));
        let same = |seen: &Seen| {
            let text = body.get(seen.start as usize..(seen.start + seen.len) as usize);
            seen.hash == hash && seen.input == input && text.is_some_and(|t| rest.starts_with(t))
        };
        if let Some(seen) = self.seen.find(hash, same) {
            *patience = patience.saturating_add(4).min(MISSES_MAX);
            return Found::Same { row: seen.row, len: seen.len as usize };
        }
        *patience = left;
        Found::Missed(hash)
    }

    /// Adds the object that a look-up missed; it starts at `start`.
    pub(crate) fn add(
        &mut self,
        hash: u64,
        input: InputId,
        start: usize,
        (len, row): (usize, u32),
    ) {
        let seen = Seen { hash, input, start: start as u32, len: len as u32, row };
        self.seen.insert_unique(hash, seen, |seen| seen.hash);
    }
}

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;
const ODD: u64 = 0x9E37_79B9_7F4A_7C15;

/// A hash of at most 64 bytes, and not beyond the first `}`: what follows a short object must not
/// count.
fn start_hash(text: &[u8], seed: u64) -> u64 {
    let mut hash = seed.wrapping_mul(ODD);
    for word in text.as_chunks::<8>().0.iter().take(8) {
        let word = u64::from_le_bytes(*word);
        let brace = word ^ (LOW * u64::from(b'}'));
        let stop = brace.wrapping_sub(LOW) & !brace & HIGH;
        let upto = stop & stop.wrapping_neg();
        let mask = if stop == 0 { u64::MAX } else { (upto << 1).wrapping_sub(1) };
        hash = (hash.rotate_left(23) ^ (word & mask)).wrapping_mul(ODD);
        if stop != 0 {
            break;
        }
    }
    hash ^ (hash >> 32)
}
