//! The text of an answer, in pieces that follow each other: it grows into what is let go of while it
//! is written, and the memory of each piece can be used again as soon as that is sent.

use bytes::Bytes;

/// How long a short answer may be: it is one piece.
pub(crate) const SHORT_LEN_MAX: usize = 240 << 10;
/// The pieces after the first. Of this size the allocator keeps many together.
const PIECE_LEN: usize = 31 << 10;
const PIECE_CAPACITY: usize = 32 << 10;

/// What is written of an answer.
pub(crate) struct Pieces {
    full: Vec<Bytes>,
    /// How long these are together.
    before: usize,
    /// The piece that is being written.
    pub(crate) text: Vec<u8>,
    /// How long it may become.
    len_max: usize,
}

impl Pieces {
    /// Nothing yet, and room for so much; what is no longer than `len_max` will be one piece.
    pub(crate) fn new(capacity: usize, len_max: usize) -> Self {
        Self { full: Vec::new(), before: 0, text: Vec::with_capacity(capacity), len_max }
    }

    /// How long all of it is.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.before + self.text.len()
    }

    /// Whether it is time to begin another piece.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.text.len() > self.len_max
    }

    /// Begins another piece.
    pub(crate) fn turn(&mut self) {
        self.before = self.len();
        self.len_max = PIECE_LEN;
        let full = std::mem::replace(&mut self.text, Vec::with_capacity(PIECE_CAPACITY));
        self.full.push(full.into());
    }

    /// Where a range of the whole is in the piece that is being written, if it is there.
    #[inline]
    pub(crate) fn here(&self, start: usize, len: usize) -> Option<std::ops::Range<usize>> {
        let start = start.checked_sub(self.before)?;
        Some(start..start + len)
    }

    /// Takes back what was written from `mark` on.
    pub(crate) fn cut(&mut self, mark: usize) {
        while mark < self.before
            && let Some(last) = self.full.pop()
        {
            self.before -= last.len();
            self.text = last.into();
        }
        self.text.truncate(mark - self.before);
    }

    /// All pieces.
    pub(crate) fn finish(mut self) -> Vec<Bytes> {
        self.full.push(self.text.into());
        self.full
    }
}
