//! All that is known of one answer: a table of records per position, list items, the bodies that
//! the records' leaves are ranges of, and errors. Knows no JSON and no selection.

use std::cell::{Cell, Ref, RefCell};

use bytes::Bytes;
use hashbrown::HashMap;
use query_plan::{FetchId, SubgraphId, TypeId, TypeSet};
use serde_json::Value as Json;

use crate::failure::Failure;
use crate::json::Fault;
use crate::slot::{BODIES_MAX, BODY_LEN_MAX, BodyId, ErrorId, Items, Slot, Text};
use crate::text::Piece;

/// Most slots of one answer: 64 MiB of them.
const SLOTS_MAX: usize = 8 << 20;
/// Most errors kept of one answer.
const ERRORS_MAX: usize = 1000;

/// Most spots of which it is kept why they have no object: each takes far more than a null of an
/// answer. Of the others a missing value is told where another fetch brings an object.
const SAID_MAX: usize = 100_000;

/// What is known of a record's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TypeTag(u16);

impl Default for TypeTag {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

impl TypeTag {
    /// Nothing yet.
    pub(crate) const UNKNOWN: Self = Self(u16::MAX);
    /// Its name is none that the plan knows.
    pub(crate) const FOREIGN: Self = Self(u16::MAX - 1);

    pub(crate) fn of(id: TypeId) -> Self {
        Self(id.0)
    }

    #[inline]
    pub(crate) fn id(self) -> Option<TypeId> {
        (self < Self::FOREIGN).then_some(TypeId(self.0))
    }

    /// Whether the type is known and in the set; true without a set.
    #[inline]
    pub(crate) fn is_in(self, types: Option<&TypeSet>) -> bool {
        types.is_none_or(|types| self.id().is_some_and(|id| types.contains(id)))
    }
}

/// Records of a table that lie together. A table that grows by pieces is never copied as a whole.
const PIECE_ROWS: usize = 1 << 10;

/// The records of a position.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// The slots of so many records each.
    pieces: Vec<RefCell<Vec<Slot>>>,
    /// How many records are not needed any more; they are the first.
    passed: Cell<u32>,
    types: Vec<TypeTag>,
    stride: usize,
    /// Some record may be reachable in several ways.
    pub(crate) reused: bool,
    /// Some slot has errors besides what it holds.
    pub(crate) noted: bool,
}

impl Table {
    #[inline]
    pub(crate) fn slot(&self, row: u32, slot: u32) -> Slot {
        self.record(row).get(slot as usize).copied().unwrap_or_default()
    }

    /// The slots of a record.
    #[inline]
    pub(crate) fn record(&self, row: u32) -> Ref<'_, [Slot]> {
        let (piece, start) = self.place(row as usize);
        let piece = self.pieces.get(piece).expect("a record is in a piece").borrow();
        Ref::map(piece, |piece| piece.get(start..start + self.stride).unwrap_or_default())
    }

    /// A record is not needed any more. If that is said of all in their order, each piece is let go
    /// of with its last one.
    #[inline]
    pub(crate) fn pass(&self, row: u32) {
        if self.passed.get() != row {
            return;
        }
        self.passed.set(row + 1);
        if (row as usize + 1).is_multiple_of(PIECE_ROWS)
            && let Some(piece) = self.pieces.get(row as usize / PIECE_ROWS)
            && let Ok(mut piece) = piece.try_borrow_mut()
        {
            *piece = Vec::new();
        }
    }

    #[inline]
    fn cell(&mut self, row: u32, slot: u32) -> Option<&mut Slot> {
        let (piece, start) = self.place(row as usize);
        self.pieces.get_mut(piece)?.get_mut().get_mut(start + slot as usize)
    }

    /// The piece that a record is in, and where in it.
    #[inline]
    fn place(&self, row: usize) -> (usize, usize) {
        (row / PIECE_ROWS, row % PIECE_ROWS * self.stride)
    }

    /// Writes the value if it ranks higher than what is there.
    #[inline]
    pub(crate) fn raise(&mut self, row: u32, slot: u32, value: Slot) {
        if let Some(cell) = self.cell(row, slot) {
            *cell = cell.or_higher(value);
        }
    }

    #[inline]
    fn push(&mut self, known_type: TypeTag) {
        let (piece, start) = self.place(self.types.len());
        if piece == self.pieces.len() {
            // Only the first may stay small.
            let capacity = if piece == 0 { 0 } else { PIECE_ROWS * self.stride };
            self.pieces.push(RefCell::new(Vec::with_capacity(capacity)));
        }
        if let Some(piece) = self.pieces.get_mut(piece) {
            piece.get_mut().resize(start + self.stride, Slot::UNSET);
        }
        self.types.push(known_type);
    }

    /// Forgets all records from `rows` on; what is allocated stays.
    fn truncate(&mut self, rows: usize) {
        let (piece, start) = self.place(rows);
        let mut pieces = self.pieces.iter_mut().skip(piece).map(RefCell::get_mut);
        pieces.next().into_iter().for_each(|piece| piece.truncate(start));
        pieces.for_each(Vec::clear);
        self.types.truncate(rows);
        self.passed.set(0);
    }

    #[inline]
    pub(crate) fn type_of(&self, row: u32) -> TypeTag {
        self.types.get(row as usize).copied().unwrap_or_default()
    }

    /// Learns a record's type; the first type that the plan knows stays.
    #[inline]
    pub(crate) fn learn_type(&mut self, row: u32, tag: TypeTag) {
        if let Some(known) = self.types.get_mut(row as usize)
            && known.id().is_none()
        {
            *known = tag.min(*known);
        }
    }

    pub(crate) fn rows(&self) -> u32 {
        self.types.len() as u32
    }
}

/// The layout of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) stride: u32,
    pub(crate) known_type: TypeTag,
}

/// How full the store was at some time.
#[derive(Debug, Default)]
pub(crate) struct Mark {
    rows: Vec<u32>,
    pub(crate) items: u32,
}

impl Mark {
    /// Whether the record was there.
    pub(crate) fn has(&self, position: u32, row: u32) -> bool {
        self.rows.get(position as usize).is_some_and(|rows| row < *rows)
    }
}

/// A slot of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) position: u32,
    pub(crate) row: u32,
    pub(crate) slot: u32,
}

/// Where an object may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Spot {
    Slot(Place),
    /// The index of a list item.
    Item(usize),
}

/// What a fetch has for a spot where it was to bring an object.
#[derive(Debug)]
pub(crate) struct Said {
    /// Index of the input selection of what it was to bring there.
    pub(crate) input: u32,
    pub(crate) value: Slot,
    /// Of an error that is of this or of a field below: the way on from there.
    pub(crate) path: Option<Vec<Json>>,
}

#[derive(Debug)]
struct Body {
    bytes: Bytes,
    subgraph: SubgraphId,
}

/// The store of one answer. It can be emptied and used again.
#[derive(Debug, Default)]
pub(crate) struct Store {
    tables: Vec<Table>,
    pub(crate) items: Vec<Slot>,
    layouts: Vec<Layout>,
    bodies: Vec<Body>,
    failures: Vec<Failure>,
    notes: HashMap<Spot, Vec<ErrorId>>,
    /// Of spots where another fetch may bring an object.
    said: HashMap<Spot, Vec<Said>>,
    /// By position and row, why a type is not known.
    untyped: HashMap<(u32, u32), ErrorId>,
    unplaced: Vec<(FetchId, ErrorId)>,
    slots: usize,
}

impl Store {
    /// Forgets all, takes on these layouts, and makes the root record.
    pub(crate) fn begin(&mut self, layouts: &[Layout]) {
        self.clear();
        self.layouts.extend_from_slice(layouts);
        self.tables.resize_with(layouts.len(), Table::default);
        for (table, layout) in self.tables.iter_mut().zip(layouts) {
            table.stride = layout.stride as usize;
        }
        // The root's slots are bounded by the operation, so there is room.
        let _ = self.push_record(0);
    }

    /// The records of a position.
    #[inline]
    pub(crate) fn table(&self, position: u32) -> &Table {
        self.tables.get(position as usize).expect("each position of the plan has a table")
    }

    #[inline]
    pub(crate) fn table_mut(&mut self, position: u32) -> &mut Table {
        self.tables.get_mut(position as usize).expect("each position of the plan has a table")
    }

    #[inline]
    pub(crate) fn slot(&self, spot: Spot) -> Slot {
        match spot {
            Spot::Slot(place) => self.table(place.position).slot(place.row, place.slot),
            Spot::Item(index) => self.items.get(index).copied().unwrap_or_default(),
        }
    }

    #[inline]
    pub(crate) fn set(&mut self, spot: Spot, value: Slot) {
        let cell = match spot {
            Spot::Slot(place) => self.table_mut(place.position).cell(place.row, place.slot),
            Spot::Item(index) => self.items.get_mut(index),
        };
        cell.into_iter().for_each(|cell| *cell = value);
    }

    /// Forgets all; what is allocated stays.
    pub(crate) fn clear(&mut self) {
        self.layouts.clear();
        for table in &mut self.tables {
            table.truncate(0);
            (table.reused, table.noted) = (false, false);
        }
        self.items.clear();
        self.bodies.clear();
        self.failures.clear();
        self.notes.clear();
        self.said = HashMap::new();
        self.untyped.clear();
        self.unplaced.clear();
        self.slots = 0;
    }

    /// How many bytes the store keeps when it is empty.
    pub(crate) fn capacity_bytes(&self) -> usize {
        let pieces = self.tables.iter().flat_map(|table| &table.pieces);
        let slots: usize = pieces.map(|piece| piece.borrow().capacity()).sum();
        let types: usize = self.tables.iter().map(|table| table.types.capacity()).sum();
        (slots + self.items.capacity()) * size_of::<Slot>() + types * size_of::<TypeTag>()
    }

    /// A new record with nothing in it.
    #[inline]
    pub(crate) fn push_record(&mut self, position: u32) -> Result<u32, Fault> {
        let layout = *self.layouts.get(position as usize).ok_or(Fault::Shape)?;
        self.slots += layout.stride as usize + 1;
        if self.slots > SLOTS_MAX {
            return Err(Fault::TooLarge);
        }
        let table = self.table_mut(position);
        let row = table.rows();
        table.push(layout.known_type);
        Ok(row)
    }

    /// Keeps list items.
    pub(crate) fn push_items(
        &mut self,
        items: impl ExactSizeIterator<Item = Slot>,
    ) -> Result<Slot, Fault> {
        let (start, len) = (self.items.len(), items.len());
        self.slots += len;
        if self.slots > SLOTS_MAX || len > crate::slot::LEN_MAX {
            return Err(Fault::TooLarge);
        }
        if self.items.capacity() - start < len {
            // Room that is not used yet takes no memory; what is moved leaves a hole.
            self.items.reserve(len.max(start * 7));
        }
        self.items.extend(items);
        Ok(Slot::list(u32::try_from(start).map_err(|_| Fault::TooLarge)?, len))
    }

    pub(crate) fn items(&self, items: Items) -> &[Slot] {
        self.items.get(items.range()).unwrap_or_default()
    }

    /// Keeps a body.
    pub(crate) fn push_body(
        &mut self,
        bytes: Bytes,
        subgraph: SubgraphId,
    ) -> Result<BodyId, Fault> {
        if self.bodies.len() >= BODIES_MAX || bytes.len() > BODY_LEN_MAX {
            return Err(Fault::TooLarge);
        }
        let id = BodyId(self.bodies.len() as u16);
        self.bodies.push(Body { bytes, subgraph });
        Ok(id)
    }

    #[inline]
    pub(crate) fn text(&self, text: Text) -> &[u8] {
        self.piece(text).text()
    }

    #[inline]
    pub(crate) fn piece(&self, text: Text) -> Piece<'_> {
        let body = self.bodies.get(usize::from(text.body.0));
        let bytes = body.map_or(&[][..], |body| &body.bytes);
        Piece { bytes, start: text.start as usize, len: text.len as usize }
    }

    /// Who sent a body.
    pub(crate) fn sender(&self, body: BodyId) -> Option<SubgraphId> {
        self.bodies.get(usize::from(body.0)).map(|body| body.subgraph)
    }

    /// Keeps an error. Beyond the limit the last one stands for all that follow.
    pub(crate) fn push_failure(&mut self, failure: Failure) -> ErrorId {
        if self.failures.len() < ERRORS_MAX {
            self.failures.push(failure);
        }
        ErrorId(self.failures.len() as u32 - 1)
    }

    pub(crate) fn failure(&self, error: ErrorId) -> Option<&Failure> {
        self.failures.get(error.0 as usize)
    }

    pub(crate) fn failure_mut(&mut self, error: ErrorId) -> Option<&mut Failure> {
        self.failures.get_mut(error.0 as usize)
    }

    /// Keeps an error of a spot that holds a value, or another error.
    pub(crate) fn note(&mut self, spot: Spot, error: ErrorId) {
        if let Spot::Slot(place) = spot {
            self.table_mut(place.position).noted = true;
        }
        self.notes.entry(spot).or_default().push(error);
    }

    pub(crate) fn notes(&self, spot: Spot) -> &[ErrorId] {
        self.notes.get(&spot).map_or(&[], Vec::as_slice)
    }

    /// Keeps what a fetch has for a spot.
    pub(crate) fn say(&mut self, spot: Spot, said: Said) {
        if self.said.len() < SAID_MAX {
            self.said.entry(spot).or_default().push(said);
        }
    }

    /// Takes what fetches had for a spot, which had no object until now.
    pub(crate) fn take_said(&mut self, spot: Spot) -> Vec<Said> {
        self.notes.remove(&spot);
        self.said.remove(&spot).unwrap_or_default()
    }

    /// Keeps why a record's type is not known, if it is not; whether that is so.
    pub(crate) fn fail_type(&mut self, position: u32, row: u32, error: ErrorId) -> bool {
        let is_untyped = self.table(position).type_of(row) == TypeTag::UNKNOWN;
        if is_untyped {
            self.untyped.entry((position, row)).or_insert(error);
        }
        is_untyped
    }

    /// Why a record's type is not known, if that is because of an error.
    pub(crate) fn untyped(&self, position: u32, row: u32) -> Option<ErrorId> {
        self.untyped.get(&(position, row)).copied()
    }

    /// Keeps an error that belongs to no slot.
    pub(crate) fn push_unplaced(&mut self, fetch: FetchId, error: ErrorId) {
        self.unplaced.push((fetch, error));
    }

    /// The errors that belong to no slot, in the order of the plan's fetches; of these fetches, or
    /// of all.
    pub(crate) fn unplaced(&self, fetches: Option<&[FetchId]>) -> Vec<&Failure> {
        let is_meant = |fetch| fetches.is_none_or(|fetches| fetches.contains(fetch));
        let mut sorted: Vec<_> = self.unplaced.iter().filter(|(id, _)| is_meant(id)).collect();
        sorted.sort_by_key(|(fetch, _)| *fetch);
        sorted.into_iter().filter_map(|(_, error)| self.failure(*error)).collect()
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark { rows: self.tables.iter().map(Table::rows).collect(), items: self.items.len() as u32 }
    }

    /// Forgets the records made since the mark; nothing may lead to them any more.
    pub(crate) fn rewind(&mut self, mark: &Mark) {
        for (table, rows) in self.tables.iter_mut().zip(&mark.rows) {
            table.truncate(*rows as usize);
        }
        self.items.truncate(mark.items as usize);
        let stays = |spot: &Spot| match spot {
            Spot::Slot(place) => mark.has(place.position, place.row),
            Spot::Item(index) => *index < mark.items as usize,
        };
        self.said.retain(|spot, _| stays(spot));
        self.notes.retain(|spot, _| stays(spot));
    }
}

#[cfg(test)]
mod tests {
    use super::{SAID_MAX, Said, Slot, Spot, Store};

    #[test]
    fn what_is_said_of_nulls_is_bounded() {
        let mut store = Store::default();
        for index in 0..SAID_MAX + 10 {
            store.say(Spot::Item(index), Said { input: 0, value: Slot::NULL, path: None });
        }
        assert_eq!(store.said.len(), SAID_MAX);
        assert_eq!(store.take_said(Spot::Item(0)).len(), 1);
        assert!(store.take_said(Spot::Item(SAID_MAX)).is_empty());
    }
}
