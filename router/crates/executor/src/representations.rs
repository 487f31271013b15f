//! The representations that an entity fetch sends: which records, in which form, each once.

use std::hash::BuildHasher;
use std::ops::Range;

use hashbrown::{DefaultHashBuilder, HashTable};
use query_plan::ConditionId;

use crate::compiled::Compiled;
use crate::compiled::requests::{Form, FormField, FormObject, Group, Source};
use crate::settle::settle;
use crate::slot::{ErrorId, Slot, Value};
use crate::store::{Store, Table};

/// The representations of one fetch.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Their text, with commas between those of a group.
    bytes: Vec<u8>,
    all: Vec<Entry>,
    records: Vec<Record>,
    /// Index of the representation after the last, by group.
    group_ends: Vec<u32>,
    /// Representations of the current group, by their text.
    index: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

#[derive(Debug)]
struct Entry {
    text: Range<usize>,
    /// Its records: a linked list.
    first: u32,
    last: u32,
}

/// A record that a representation stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record {
    /// Index of the source in its group.
    pub(crate) source: u32,
    pub(crate) row: u32,
    next: Option<u32>,
}

/// A record can't be sent: because of an error, or because there is nothing to send.
struct Unsendable(Option<ErrorId>);

impl Batch {
    /// Collects what the groups send. What is not sent is settled.
    pub(crate) fn collect(
        &mut self,
        compiled: &Compiled,
        store: &mut Store,
        groups: &[Group],
        holds: impl Fn(Option<ConditionId>) -> bool,
    ) {
        self.bytes.clear();
        self.all.clear();
        self.records.clear();
        self.group_ends.clear();
        for group in groups {
            self.index.clear();
            for (index, source) in group.sources.iter().enumerate() {
                let rows = store.tables.get(source.position as usize).map_or(0, Table::rows);
                for row in 0..rows {
                    let added = if holds(group.condition) {
                        self.add(compiled, store, (index as u32, source), row)
                    } else {
                        Err(Unsendable(None))
                    };
                    if let Err(Unsendable(error)) = added {
                        let value = error.map_or(Slot::ABSENT, Slot::failed);
                        settle(compiled, store, (source.input, row), value);
                    }
                }
            }
            self.group_ends.push(self.all.len() as u32);
        }
    }

    fn add(
        &mut self,
        compiled: &Compiled,
        store: &Store,
        (index, source): (u32, &Source),
        row: u32,
    ) -> Result<(), Unsendable> {
        let table = store.tables.get(source.position as usize).ok_or(Unsendable(None))?;
        let tag = table.type_of(row);
        let fits = |form: &&Form| tag.is_in(form.types.as_ref());
        let form = source.forms.iter().find(fits).ok_or(Unsendable(None))?;
        let before = self.bytes.len();
        if self.all.len() as u32 > self.group_ends.last().copied().unwrap_or(0) {
            self.bytes.push(b',');
        }
        let start = self.bytes.len();
        let mut writer = FormWriter { compiled, store, out: &mut self.bytes };
        if let Err(unsendable) = writer.form(form, table, row) {
            self.bytes.truncate(before);
            return Err(unsendable);
        }
        let (known, text) = self.bytes.split_at(start);
        let hash = self.hasher.hash_one(text);
        let text_of =
            |id: u32| self.all.get(id as usize).and_then(|entry| known.get(entry.text.clone()));
        let found = self.index.find(hash, |id| text_of(*id) == Some(text)).copied();
        let record = self.records.len() as u32;
        self.records.push(Record { source: index, row, next: None });
        if let Some(id) = found {
            self.bytes.truncate(before);
            self.append(id, record);
            return Ok(());
        }
        let id = self.all.len() as u32;
        self.all.push(Entry { text: start..self.bytes.len(), first: record, last: record });
        let (hasher, all, bytes) = (&self.hasher, &self.all, &self.bytes);
        self.index.insert_unique(hash, id, |id| {
            let text = all.get(*id as usize).and_then(|entry| bytes.get(entry.text.clone()));
            hasher.hash_one(text.unwrap_or_default())
        });
        Ok(())
    }

    fn append(&mut self, id: u32, record: u32) {
        let Some(entry) = self.all.get_mut(id as usize) else { return };
        let last = std::mem::replace(&mut entry.last, record);
        if let Some(last) = self.records.get_mut(last as usize) {
            last.next = Some(record);
        }
    }

    /// How many bytes it keeps when it is empty, roughly.
    pub(crate) fn capacity_bytes(&self) -> usize {
        let records = self.records.capacity() + self.all.capacity() + self.index.capacity();
        self.bytes.capacity() + records * 16
    }

    /// How many representations there are.
    pub(crate) fn len(&self) -> u32 {
        self.all.len() as u32
    }

    /// The representations of a group that are in the part.
    pub(crate) fn of_group(&self, group: usize, part: &Range<u32>) -> Range<u32> {
        let ends = &self.group_ends;
        let start = group.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
        let end = ends.get(group).copied().unwrap_or(start);
        let start = start.clamp(part.start, part.end);
        start..end.clamp(start, part.end)
    }

    /// The text of representations of one group: the items of a JSON list.
    pub(crate) fn text(&self, range: &Range<u32>) -> &[u8] {
        let first = self.all.get(range.start as usize);
        let last = range.end.checked_sub(1).and_then(|last| self.all.get(last as usize));
        match (first, last) {
            (Some(first), Some(last)) if !range.is_empty() => {
                self.bytes.get(first.text.start..last.text.end).unwrap_or_default()
            }
            _ => &[],
        }
    }

    /// The records that a representation stands for.
    pub(crate) fn records(&self, id: u32) -> impl Iterator<Item = Record> + '_ {
        let first = self.all.get(id as usize).map(|entry| entry.first);
        let get = |record: u32| self.records.get(record as usize).copied();
        std::iter::successors(first.and_then(get), move |record| record.next.and_then(get))
    }
}

/// Writes representations from raw slices.
struct FormWriter<'a> {
    compiled: &'a Compiled,
    store: &'a Store,
    out: &'a mut Vec<u8>,
}

impl FormWriter<'_> {
    fn form(&mut self, form: &Form, table: &Table, row: u32) -> Result<(), Unsendable> {
        self.out.extend_from_slice(&form.head);
        self.fields(&form.fields, table, row)?;
        self.out.push(b'}');
        Ok(())
    }

    fn fields(&mut self, fields: &[FormField], table: &Table, row: u32) -> Result<(), Unsendable> {
        for field in fields {
            if !table.type_of(row).is_in(field.types.as_ref()) {
                continue;
            }
            let first = self.out.last() == Some(&b'{');
            self.out.extend_from_slice(field.key.get(usize::from(first)..).unwrap_or_default());
            self.value(table.slot(row, field.slot), field)?;
        }
        Ok(())
    }

    fn value(&mut self, slot: Slot, field: &FormField) -> Result<(), Unsendable> {
        match (slot.value(), &field.object) {
            (Value::Raw(text, _), None) => self.out.extend_from_slice(self.store.text(text)),
            (Value::Record(row), Some(object)) => self.object(object, row)?,
            (Value::List(items), Some(_)) => {
                self.out.push(b'[');
                for (index, item) in self.store.items(items).iter().enumerate() {
                    if index > 0 {
                        self.out.push(b',');
                    }
                    self.value(*item, field)?;
                }
                self.out.push(b']');
            }
            (Value::Null, _) if !field.is_key => self.out.extend_from_slice(b"null"),
            (Value::Failed(error), _) => return Err(Unsendable(Some(error))),
            _ => return Err(Unsendable(None)),
        }
        Ok(())
    }

    fn object(&mut self, object: &FormObject, row: u32) -> Result<(), Unsendable> {
        let table = self.store.tables.get(object.position as usize).ok_or(Unsendable(None))?;
        self.out.push(b'{');
        if object.typename {
            let id = table.type_of(row).id().ok_or(Unsendable(None))?;
            self.out.extend_from_slice(b"\"__typename\":");
            self.out.extend_from_slice(self.compiled.types.quoted(id));
        }
        self.fields(&object.fields, table, row)?;
        self.out.push(b'}');
        Ok(())
    }
}
