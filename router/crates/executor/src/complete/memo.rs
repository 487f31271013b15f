//! Where in the answer a record was written before, so that its bytes are copied the next time.

use std::ops::Range;

use crate::compiled::outputs::OutputId;

/// What was written of shared records.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    /// By selection and row: start and length; nothing is written at 0.
    written: Vec<Vec<(u32, u32)>>,
    /// All entries, in the order of their ends.
    log: Vec<(OutputId, u32, u32)>,
}

impl Memo {
    /// Forgets all.
    pub(crate) fn begin(&mut self, outputs: usize) {
        self.log.clear();
        self.written.iter_mut().for_each(Vec::clear);
        self.written.resize(outputs, Vec::new());
    }

    /// How many bytes it keeps when it is empty.
    pub(crate) fn capacity_bytes(&self) -> usize {
        let written: usize = self.written.iter().map(Vec::capacity).sum();
        written * 8 + self.log.capacity() * 12
    }

    #[inline]
    pub(crate) fn find(&self, output: OutputId, row: u32) -> Option<(usize, usize)> {
        let (start, len) = *self.written.get(output.0 as usize)?.get(row as usize)?;
        (start != 0).then_some((start as usize, len as usize))
    }

    /// Remembers a record; `rows` is how many there are.
    #[inline]
    pub(crate) fn add(&mut self, output: OutputId, (row, rows): (u32, u32), text: Range<usize>) {
        let Some(written) = self.written.get_mut(output.0 as usize) else { return };
        if written.is_empty() {
            written.resize(rows as usize, (0, 0));
        }
        if let Some(entry) = written.get_mut(row as usize) {
            *entry = (text.start as u32, text.len() as u32);
            self.log.push((output, row, text.end as u32));
        }
    }

    /// Forgets what ended after `mark`: the answer was cut there.
    pub(crate) fn cut(&mut self, mark: usize) {
        while let Some((output, row, end)) = self.log.last().copied()
            && end as usize > mark
        {
            self.log.pop();
            let written = self.written.get_mut(output.0 as usize);
            if let Some(entry) = written.and_then(|written| written.get_mut(row as usize)) {
                *entry = (0, 0);
            }
        }
    }
}
