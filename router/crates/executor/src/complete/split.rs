//! An answer in parts: what of a record belongs to the part that is being written, and which parts
//! are found on the way.

use crate::compiled::outputs::{OutputField, OutputId};
use crate::complete::path::OwnedPath;
use crate::parts::{INITIAL, Parts, SetId};

/// Most parts of one answer, each counted once for every fragment around it: what they take in
/// memory. What finds more of them is too large.
const PARTS_MAX: usize = 100_000;

/// What is to be written now.
#[derive(Debug)]
pub(crate) struct Split<'a> {
    pub(crate) parts: &'a Parts,
    pub(crate) now: SetId,
    /// Parts that are to be written later.
    pub(crate) found: Vec<Found>,
    /// How many there are altogether.
    pub(crate) count: usize,
}

/// The fields of one object that belong to one part.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) set: SetId,
    pub(crate) output: OutputId,
    pub(crate) row: u32,
    pub(crate) path: OwnedPath,
    /// Where the object is in what is being written.
    at: usize,
}

impl<'a> Split<'a> {
    pub(crate) fn new(parts: &'a Parts, now: SetId, count: usize) -> Self {
        Self { parts, now, found: Vec::new(), count }
    }

    /// The part that a field belongs to.
    pub(crate) fn part(&self, field: &OutputField) -> SetId {
        field.demand.map_or(INITIAL, |demand| self.parts.of(demand))
    }

    /// Adds a part of the object at `at`, if it is not there yet. False if there are too many.
    pub(crate) fn find(
        &mut self,
        set: SetId,
        (output, row): (OutputId, u32),
        path: &mut impl FnMut() -> OwnedPath,
        at: usize,
    ) -> bool {
        let here = self.found.iter().rev().take_while(|found| found.at == at);
        if here.into_iter().any(|found| found.set == set) {
            return true;
        }
        self.count += self.parts.weight(set);
        self.found.push(Found { set, output, row, path: path(), at });
        self.count <= PARTS_MAX
    }

    /// Whether something was found since.
    pub(crate) fn has_found(&self, since: usize) -> bool {
        self.found.last().is_some_and(|found| found.at >= since)
    }

    /// Forgets the parts of objects that are not written after all.
    pub(crate) fn cut(&mut self, mark: usize) {
        while self.has_found(mark) {
            self.found.pop();
        }
    }
}
