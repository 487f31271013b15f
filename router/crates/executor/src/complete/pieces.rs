//! A long answer is written in pieces, each of which is let go of as soon as it is sent. A short one
//! is one piece.

use std::ops::Range;

use bytes::Bytes;

/// How long the first piece may become before another is begun.
pub(crate) const FIRST_LEN_MAX: usize = 240 << 10;

/// The same for those after it, and the room that each has: of that size the allocator keeps many
/// together.
const LATER_LEN_MAX: usize = 31 << 10;
const LATER_CAPACITY: usize = 32 << 10;

/// The pieces before the one that is being written.
#[derive(Default)]
pub(crate) struct Pieces {
    full: Vec<Bytes>,
    /// Where each of them ends in the answer.
    ends: Vec<usize>,
}

impl Pieces {
    /// How long they are together.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Begins another piece, if `last` is long enough to be one.
    #[inline]
    pub(crate) fn turn(&mut self, last: &mut Vec<u8>) {
        let len_max = if self.full.is_empty() { FIRST_LEN_MAX } else { LATER_LEN_MAX };
        if last.len() > len_max {
            self.ends.push(self.len() + last.len());
            let full = std::mem::replace(last, Vec::with_capacity(LATER_CAPACITY));
            self.full.push(full.into());
        }
    }

    /// Writes again what was written before; whether that is in one piece.
    #[inline]
    pub(crate) fn copy(&self, range: &Range<usize>, last: &mut Vec<u8>) -> bool {
        let piece = self.ends.partition_point(|end| *end <= range.start);
        let before = piece.checked_sub(1).map_or(0, |before| self.ends[before]);
        let within = range.start - before..range.end - before;
        match self.full.get(piece) {
            None => last.extend_from_within(within),
            Some(full) => match full.get(within) {
                Some(text) => last.extend_from_slice(text),
                None => return false,
            },
        }
        true
    }

    /// Takes back what was written from `mark` on.
    pub(crate) fn cut(&mut self, mark: usize, last: &mut Vec<u8>) {
        while mark < self.len()
            && let Some(full) = self.full.pop()
        {
            self.ends.pop();
            *last = full.into();
        }
        last.truncate(mark - self.len());
    }

    /// All pieces.
    pub(crate) fn finish(mut self, last: Vec<u8>) -> Vec<Bytes> {
        self.full.push(last.into());
        self.full
    }
}
