//! The representations that an entity fetch sends: which records, in which form, each once.

use std::hash::BuildHasher;
use std::ops::Range;

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use query_plan::{ConditionId, OnDemand};

use crate::compiled::Compiled;
use crate::compiled::requests::{Group, Source};
use crate::contexts::{Contexts, Values};
use crate::forms::{Asked, FormWriter, Unsendable};
use crate::known::KnownEntities;
use crate::settle::settle;
use crate::slot::Slot;
use crate::store::Store;

/// Most representations of one request.
const REPRESENTATIONS_MAX: u32 = 1000;
/// Most `_entities` fields of one request, beside those that are in every one.
const FIELDS_MAX: usize = 100;

/// The representations of one fetch.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Their text, with commas between those of a group.
    bytes: Vec<u8>,
    all: Vec<Entry>,
    records: Vec<Record>,
    /// The `_entities` fields of the requests, in the order of their representations.
    fields: Vec<EntityField>,
    /// Records that could not be represented, and for which others are asked: group, source, row.
    unsent: Vec<(usize, usize, u32)>,
    known: KnownEntities,
    /// Representations of the current field, by their text.
    index: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

/// One `_entities` field.
#[derive(Debug, Default)]
pub(crate) struct EntityField {
    /// Its index; on demand this is its number.
    pub(crate) id: u32,
    /// The group it is of.
    group: usize,
    is_on_demand: bool,
    /// The values from contexts, as JSON.
    values: Values,
    representations: Range<u32>,
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

impl Batch {
    /// Collects what the groups send. What is not sent is settled.
    pub(crate) fn collect(
        &mut self,
        compiled: &Compiled,
        store: &mut Store,
        groups: &[Group],
        holds: &dyn Fn(Option<ConditionId>) -> bool,
    ) {
        self.bytes.clear();
        self.all.clear();
        self.records.clear();
        self.fields.clear();
        self.unsent.clear();
        for (index, group) in groups.iter().enumerate() {
            let asked = Asked { compiled, index, group, holds };
            self.known.find(&asked, store);
            match &group.on_demand {
                Some(on_demand) => self.collect_on_demand(&asked, store, on_demand),
                None => {
                    self.begin_field(EntityField::of(&asked));
                    for (source, records) in group.sources.iter().enumerate() {
                        for row in 0..store.table(records.position).rows() {
                            self.put(&asked, store, (source, row));
                        }
                    }
                }
            }
        }
        self.known = KnownEntities::default();
        if let Some(last) = self.fields.last_mut() {
            last.representations.end = self.all.len() as u32;
        }
    }

    /// A field for all records with the same values from contexts.
    fn collect_on_demand(&mut self, asked: &Asked<'_>, store: &mut Store, on_demand: &OnDemand) {
        let mut fields: Vec<(Values, Vec<(usize, u32)>)> = Vec::new();
        let mut index: HashMap<Values, usize> = HashMap::new();
        for (number, source) in asked.group.sources.iter().enumerate() {
            let known: &Store = store;
            let contexts = Contexts::new(known, on_demand, source);
            let values: Vec<_> = match on_demand.instead_of {
                Some(whole) => self.unsent_of(whole).map(|row| (row, Ok(Vec::new()))).collect(),
                None => (0..known.table(source.position).rows())
                    .map(|row| (row, contexts.values(row)))
                    .collect(),
            };
            for (row, values) in values {
                match values {
                    Ok(values) => {
                        let field = *index.entry(values).or_insert_with_key(|values| {
                            fields.push((values.clone(), Vec::new()));
                            fields.len() - 1
                        });
                        if let Some((_, records)) = fields.get_mut(field) {
                            records.push((number, row));
                        }
                    }
                    Err(unsendable) => unsendable.settle(asked.compiled, store, (source, row)),
                }
            }
        }
        for (values, records) in fields {
            self.begin_field(EntityField { is_on_demand: true, values, ..EntityField::of(asked) });
            records.into_iter().for_each(|record| self.put(asked, store, record));
        }
    }

    fn unsent_of(&self, (group, source): (usize, usize)) -> impl Iterator<Item = u32> + '_ {
        let is_of = move |unsent: &&(usize, usize, u32)| (unsent.0, unsent.1) == (group, source);
        self.unsent.iter().filter(is_of).map(|(_, _, row)| *row)
    }

    fn begin_field(&mut self, mut field: EntityField) {
        let start = self.all.len() as u32;
        if let Some(last) = self.fields.last_mut() {
            last.representations.end = start;
        }
        field.id = self.fields.len() as u32;
        field.representations = start..start;
        self.fields.push(field);
        self.index.clear();
    }

    /// Adds a record to the field that was begun last.
    fn put(&mut self, asked: &Asked<'_>, store: &mut Store, (index, row): (usize, u32)) {
        let Some(source) = asked.group.sources.get(index) else { return };
        let runs = (asked.holds)(asked.group.condition);
        let added = match runs {
            true => self.add(asked, store, (index as u32, source), row),
            false => Err(Unsendable::Nothing),
        };
        match added {
            Ok(()) => {}
            Err(_) if runs && source.has_others => {
                self.unsent.push((asked.index, index, row));
            }
            Err(unsendable) => unsendable.settle(asked.compiled, store, (source, row)),
        }
    }

    fn add(
        &mut self,
        asked: &Asked<'_>,
        store: &mut Store,
        (index, source): (u32, &Source),
        row: u32,
    ) -> Result<(), Unsendable> {
        let table = store.table(source.position);
        let before = self.bytes.len();
        if self.fields.last().is_some_and(|f| self.all.len() as u32 > f.representations.start) {
            self.bytes.push(b',');
        }
        let start = self.bytes.len();
        let mut writer = FormWriter { asked, store, out: &mut self.bytes };
        if let Err(unsendable) = writer.any_form(source, table, row) {
            self.bytes.truncate(before);
            return Err(unsendable);
        }
        let (known, text) = self.bytes.split_at(start);
        if self.known.fill(asked, store, (source, row), text) {
            self.bytes.truncate(before);
            return Ok(());
        }
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

    /// Where a part ends that begins at a representation.
    pub(crate) fn part_end(&self, start: u32) -> u32 {
        let later = self.fields.iter().filter(|field| field.representations.end > start);
        let last = later.take(FIELDS_MAX).last().map_or(start, |field| field.representations.end);
        last.min(start + REPRESENTATIONS_MAX)
    }

    /// The fields that a part asks for, with those of their representations that are in it. What
    /// is there on demand is not asked for in vain.
    pub(crate) fn fields(
        &self,
        part: &Range<u32>,
    ) -> impl Iterator<Item = (&EntityField, Range<u32>)> + use<'_> {
        let part = part.clone();
        self.fields.iter().filter_map(move |field| {
            let Range { start, end } = field.representations;
            let start = start.clamp(part.start, part.end);
            let sent = start..end.clamp(start, part.end);
            (!field.is_on_demand || !sent.is_empty()).then_some((field, sent))
        })
    }

    /// The text of representations of one field: the items of a JSON list.
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

/// What a fetch asks of entities.
#[derive(Clone, Copy)]
pub(crate) struct Entities<'a> {
    pub(crate) groups: &'a [Group],
    pub(crate) batch: &'a Batch,
}

impl<'a> Entities<'a> {
    /// The fields that a part has on demand, with their numbers.
    pub(crate) fn on_demand(&self, part: &Range<u32>) -> Vec<(&'a OnDemand, u32)> {
        let fields = self.all(part);
        fields.filter_map(|(field, group, _)| Some((group.on_demand.as_ref()?, field.id))).collect()
    }

    /// Writes the variables of a part's fields.
    pub(crate) fn write_variables(&self, out: &mut Vec<u8>, part: &Range<u32>) {
        for (field, group, sent) in self.all(part) {
            let number = if field.is_on_demand { field.id.to_string() } else { String::new() };
            out.extend_from_slice(format!("{}{number}\":[", group.variable).as_bytes());
            out.extend_from_slice(self.batch.text(&sent));
            out.extend_from_slice(b"],");
            let contexts = group.on_demand.iter().flat_map(|on_demand| &on_demand.contexts);
            for (variable, value) in contexts.zip(&field.values) {
                out.extend_from_slice(format!("\"{}{number}\":", variable.name).as_bytes());
                out.extend_from_slice(value);
                out.push(b',');
            }
        }
    }

    /// The field with a response key, among those of a part.
    pub(crate) fn find(
        &self,
        key: &[u8],
        part: &Range<u32>,
    ) -> Option<(&'a EntityField, &'a Group, Range<u32>)> {
        self.all(part).find(|(field, group, _)| field.is_named(key, group))
    }

    /// The fields of a part, each with its group and its representations.
    pub(crate) fn all(
        &self,
        part: &Range<u32>,
    ) -> impl Iterator<Item = (&'a EntityField, &'a Group, Range<u32>)> + use<'a> {
        let Self { groups, batch } = *self;
        let fields = batch.fields(part);
        fields.filter_map(move |(field, sent)| Some((field, groups.get(field.group)?, sent)))
    }
}

impl EntityField {
    fn of(asked: &Asked<'_>) -> Self {
        Self { group: asked.index, ..Self::default() }
    }

    /// Whether that is its response key; `group` is its group.
    pub(crate) fn is_named(&self, key: &[u8], group: &Group) -> bool {
        let Some(rest) = key.strip_prefix(group.response_key.as_bytes()) else { return false };
        match self.is_on_demand {
            true => std::str::from_utf8(rest).is_ok_and(|text| text.parse() == Ok(self.id)),
            false => rest.is_empty(),
        }
    }
}

impl Unsendable {
    fn settle(&self, compiled: &Compiled, store: &mut Store, (source, row): (&Source, u32)) {
        let value = match self {
            Self::Nothing => Slot::ABSENT,
            Self::Failed(error) => Slot::failed(*error),
            // Nobody else may have been asked for it, or another fetch brings what is wanted.
            Self::Missing => return,
        };
        settle(compiled, store, (source.input, row), value);
    }
}
