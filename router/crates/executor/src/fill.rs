//! Reads JSON objects of a subgraph's answer straight into records, directed by a selection.
//!
//! A slot may be written twice, by two fetches or for two list items: what has come first stays,
//! objects are merged, and lists item by item.

use crate::compiled::Compiled;
use crate::compiled::inputs::{Field, FieldKind, Input, InputId};
use crate::failure::{Failure, Flaw};
use crate::json::{Fault, Scanner};
use crate::place::place_below;
use crate::settle::settle_within;
use crate::sharing::{Found, Sharing};
use crate::slot::{BodyId, ErrorId, LEN_MAX, LeafKind, Slot, Value};
use crate::store::{Place, Said, Spot, Store, TypeTag};

/// How deep objects and lists may be nested on the way that the selections direct.
const NESTING_MAX: u32 = 256;

/// Reads one body.
pub(crate) struct Fill<'a> {
    pub(crate) compiled: &'a Compiled,
    pub(crate) store: &'a mut Store,
    /// `None` when every object is to be a record of its own.
    pub(crate) sharing: Option<&'a mut Sharing>,
    pub(crate) json: Scanner<'a>,
    pub(crate) bytes: &'a [u8],
    pub(crate) body: BodyId,
    pub(crate) cache: Cache,
}

/// What is remembered while a body is read.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    depth: u32,
    last_type: TypeTag,
    wrong_kind: Option<ErrorId>,
    conflict: bool,
    /// An error of an object that has come from elsewhere.
    unplaced: Option<ErrorId>,
    /// Items of the lists that are being read.
    items: Vec<Slot>,
}

impl Fill<'_> {
    /// Reads an object into a record.
    pub(crate) fn object(&mut self, input: InputId, row: u32) -> Result<(), Fault> {
        let compiled = self.compiled;
        let input = compiled.inputs.get(input);
        let mut more = self.json.enter(b'{', b'}')?;
        self.descend()?;
        let mut next = 0;
        while more {
            match self.key(input, next)? {
                Some((index, field)) => {
                    next = index + 1;
                    self.field(input, field, row)?;
                }
                None => self.json.value().map(drop)?,
            }
            more = self.json.more(b'}')?;
        }
        self.cache.depth -= 1;
        Ok(())
    }

    fn descend(&mut self) -> Result<(), Fault> {
        self.cache.depth += 1;
        if self.cache.depth > NESTING_MAX { Err(Fault::TooDeep) } else { Ok(()) }
    }

    /// Passes a key; the field that it belongs to, if any.
    #[inline]
    fn key<'i>(
        &mut self,
        input: &'i Input,
        next: usize,
    ) -> Result<Option<(usize, &'i Field)>, Fault> {
        if let Some(field) = input.fields.get(next)
            && self.json.eat(field.key())
        {
            return Ok(Some((next, field)));
        }
        let key = self.json.key()?;
        let found = input.find(key, next);
        Ok(found.and_then(|index| Some((index, input.fields.get(index)?))))
    }

    #[inline]
    fn field(&mut self, input: &Input, field: &Field, row: u32) -> Result<(), Fault> {
        match field.kind {
            FieldKind::Leaf(slot) => {
                let leaf = self.leaf()?;
                self.store.table_mut(input.position).raise(row, slot, leaf);
            }
            FieldKind::Typename => self.typename(input.position, row)?,
            FieldKind::Object(slot, inner) => {
                let spot = Spot::Slot(Place { position: input.position, row, slot });
                self.spot(inner, spot)?;
                let conflict = std::mem::take(&mut self.cache.conflict);
                let conflict = conflict.then(|| self.flaw(Flaw::Conflict));
                for error in conflict.into_iter().chain(self.cache.unplaced.take()) {
                    self.store.note(spot, error);
                }
            }
        }
        Ok(())
    }

    /// Reads a value to where another may be.
    #[inline]
    fn spot(&mut self, input: InputId, spot: Spot) -> Result<(), Fault> {
        let new = self.objects((input, self.store.slot(spot)), Some(spot))?;
        self.store.set(spot, new);
        Ok(())
    }

    #[inline]
    fn leaf(&mut self) -> Result<Slot, Fault> {
        self.json.peek()?;
        let start = self.json.at();
        let kind = self.json.leaf()?;
        if kind == LeafKind::Null {
            return Ok(Slot::NULL);
        }
        let len = self.json.at() - start;
        if len > LEN_MAX {
            return Err(Fault::TooLarge);
        }
        Ok(Slot::raw(self.body, start, len, kind))
    }

    fn typename(&mut self, position: u32, row: u32) -> Result<(), Fault> {
        let text = self.json.value()?;
        let tag = self.compiled.types.find(text, self.cache.last_type);
        let tag = tag.unwrap_or(TypeTag::FOREIGN);
        self.cache.last_type = tag;
        self.store.table_mut(position).learn_type(row, tag);
        Ok(())
    }

    /// Reads a value that should be an object, a list of them, or null; `old` is what the spot
    /// holds. The result is what it shall hold.
    fn objects(
        &mut self,
        (input, old): (InputId, Slot),
        spot: Option<Spot>,
    ) -> Result<Slot, Fault> {
        let new = match (self.json.peek()?, old.value()) {
            (b'{', Value::Record(row)) => {
                self.object(input, row)?;
                return Ok(old);
            }
            (b'[', Value::List(_)) => return self.merge_list(input, old),
            (b'{', _) if !old.has_value() => self.record(input)?,
            (b'[', _) if !old.has_value() => self.list(input)?,
            _ => {
                let null = self.json.value()? == b"null";
                // What the object would have brought is as absent as the object.
                self.cache.conflict |= !null && old.has_value();
                let new = if null || old.has_value() {
                    Slot::NULL
                } else {
                    Slot::failed(self.wrong_kind())
                };
                if let Some(spot) = spot {
                    self.left_out((input, old, spot), new);
                }
                return Ok(old.or_higher(new));
            }
        };
        if let Some(spot) = spot.filter(|_| old != Slot::UNSET) {
            self.catch_up(spot, new);
        }
        Ok(new)
    }

    /// There is no object at a spot: what it would have brought is as absent, or failed as well.
    fn left_out(&mut self, (input, old, spot): (InputId, Slot, Spot), new: Slot) {
        let value = if new == Slot::NULL { Slot::ABSENT } else { new };
        settle_within(self.compiled, self.store, (input, old, spot), value);
    }

    /// Others had no object at a spot where one has come: what they said is said of what they were
    /// to bring of it.
    fn catch_up(&mut self, spot: Spot, new: Slot) {
        let all = self.store.take_said(spot);
        for Said { input, value, path } in &all {
            let input = InputId(*input);
            match (path, value.value()) {
                (Some(path), Value::Failed(error)) => {
                    if !place_below(self.compiled, self.store, (input, new), path, error) {
                        self.cache.unplaced = Some(error);
                    }
                }
                _ => {
                    settle_within(self.compiled, self.store, (input, new, spot), *value);
                }
            }
        }
        all.into_iter().for_each(|said| self.store.say(spot, said));
    }

    /// Reads an object into a record of its own, or finds the record with the same text.
    fn record(&mut self, input: InputId) -> Result<Slot, Fault> {
        let compiled = self.compiled;
        let selection = compiled.inputs.get(input);
        let start = self.json.at();
        let found = match &mut self.sharing {
            Some(sharing) if selection.share => sharing.find(input, self.bytes, start),
            _ => Found::NotTried,
        };
        if let Found::Same { row, len } = found {
            self.json.jump(start + len);
            self.store.table_mut(selection.position).reused = true;
            return Ok(Slot::record(row));
        }
        let row = self.store.push_record(selection.position)?;
        self.object(input, row)?;
        if let (Found::Missed(hash), Some(sharing)) = (found, &mut self.sharing) {
            sharing.add(hash, input, start, (self.json.at() - start, row));
        }
        Ok(Slot::record(row))
    }

    fn list(&mut self, input: InputId) -> Result<Slot, Fault> {
        let base = self.cache.items.len();
        let mut more = self.json.enter(b'[', b']')?;
        self.descend()?;
        while more {
            let item = self.objects((input, Slot::UNSET), None)?;
            self.cache.items.push(item);
            if self.cache.items.len() - base > LEN_MAX {
                return Err(Fault::TooLarge);
            }
            more = self.json.more(b']')?;
        }
        self.cache.depth -= 1;
        let list = self.store.push_items(self.cache.items.drain(base..))?;
        if let Value::List(items) = list.value()
            && !self.compiled.inputs.get(input).share
        {
            for index in items.range() {
                let item = self.store.slot(Spot::Item(index));
                if !item.has_value() {
                    self.left_out((input, item, Spot::Item(index)), item);
                }
            }
        }
        Ok(list)
    }

    /// Merges a list into another, item by item; the first one's length stays.
    fn merge_list(&mut self, input: InputId, old: Slot) -> Result<Slot, Fault> {
        let Value::List(items) = old.value() else { return Ok(old) };
        let mut indexes = items.range();
        let mut more = self.json.enter(b'[', b']')?;
        self.descend()?;
        while more {
            if let Some(index) = indexes.next() {
                self.spot(input, Spot::Item(index))?;
            } else {
                self.json.value()?;
                self.cache.conflict = true;
            }
            more = self.json.more(b']')?;
        }
        self.cache.depth -= 1;
        for index in indexes {
            self.cache.conflict = true;
            let spot = Spot::Item(index);
            self.left_out((input, self.store.slot(spot), spot), Slot::NULL);
        }
        Ok(old)
    }

    /// The error of a value that is neither an object nor a list where one should be.
    pub(crate) fn wrong_kind(&mut self) -> ErrorId {
        if let Some(error) = self.cache.wrong_kind {
            return error;
        }
        let error = self.flaw(Flaw::WrongKind);
        self.cache.wrong_kind = Some(error);
        error
    }

    fn flaw(&mut self, flaw: Flaw) -> ErrorId {
        let service = self.store.sender(self.body).map(|id| self.compiled.subgraph(id));
        self.store.push_failure(Failure::of_flaw(flaw, service))
    }
}
