//! A subgraph's answer: `data` into records, `errors` to the slots that their paths lead to.

use std::ops::Range;
use std::sync::LazyLock;

use bytes::Bytes;
use memchr::memmem::Finder;
use query_plan::FetchId;
use serde_json::Value as Json;

use crate::compiled::Compiled;
use crate::compiled::inputs::InputId;
use crate::compiled::requests::{CompiledFetch, Group, Target};
use crate::decode::decode_value;
use crate::failure::Failure;
use crate::fill::{Cache, Fill};
use crate::json::{Fault, Scanner};
use crate::place::place_in;
use crate::representations::{Batch, Entities};
use crate::settle::{Rollback, copy_record, settle};
use crate::sharing::{SHARED_BODY_LEN_MIN, Sharing};
use crate::slot::{BodyId, ErrorId, Slot};
use crate::store::{Mark, Store};

/// Most errors taken from one answer. The nulls of those after them would pass for values.
const ERRORS_MAX: usize = 10_000;

/// Takes in the answer to a part of a fetch.
pub(crate) struct Receiver<'a> {
    pub(crate) compiled: &'a Compiled,
    pub(crate) fetch: FetchId,
    pub(crate) request: &'a CompiledFetch,
    pub(crate) store: &'a mut Store,
    pub(crate) sharing: &'a mut Sharing,
    pub(crate) batch: &'a Batch,
    /// The representations that were sent.
    pub(crate) part: Range<u32>,
}

/// What an answer turned out to hold.
#[derive(Default)]
struct Envelope {
    has_data: bool,
    /// Where the text of `errors` is.
    errors: Option<Range<usize>>,
    /// The entity fields that were answered.
    fields: Vec<u32>,
    /// More entities came than were asked for.
    surplus: bool,
}

impl<'a> Receiver<'a> {
    /// All that was asked for failed.
    pub(crate) fn fail(&mut self, failure: Failure) {
        let error = self.store.push_failure(failure);
        self.settle_unanswered(&Envelope::default(), Slot::failed(error));
    }

    /// Takes in a body.
    pub(crate) fn receive(&mut self, bytes: &Bytes) {
        let service = self.compiled.subgraph(self.request.subgraph);
        let body = match self.store.push_body(bytes.clone(), self.request.subgraph) {
            Ok(body) => body,
            Err(fault) => return self.fail(Failure::of_fault(fault, service)),
        };
        let mark = self.store.mark();
        match self.read(body, bytes) {
            Ok(envelope) => self.finish(&envelope, bytes),
            Err(fault) => {
                let error = self.store.push_failure(Failure::of_fault(fault, service));
                self.roll_back(&mark, body, error);
                self.settle_unanswered(&Envelope::default(), Slot::failed(error));
            }
        }
    }

    fn read(&mut self, body: BodyId, bytes: &Bytes) -> Result<Envelope, Fault> {
        // Records that share their text would share an error that belongs to one of them.
        let share = bytes.len() >= SHARED_BODY_LEN_MIN && !may_have_errors(bytes);
        if share {
            self.sharing.begin(self.compiled.inputs.len());
        }
        let mut reader = Reader {
            fill: Fill {
                compiled: self.compiled,
                store: self.store,
                sharing: share.then_some(&mut *self.sharing),
                json: Scanner::of_body(bytes),
                bytes,
                body,
                cache: Cache::default(),
            },
            batch: self.batch,
            part: self.part.clone(),
            envelope: Envelope::default(),
        };
        reader.envelope(&self.request.target)?;
        Ok(reader.envelope)
    }

    /// Places the errors; then whatever has neither a value nor an error although it should.
    fn finish(&mut self, envelope: &Envelope, bytes: &Bytes) {
        let service = self.compiled.subgraph(self.request.subgraph);
        let text = envelope.errors.clone().and_then(|range| bytes.get(range));
        let errors =
            text.and_then(|text| decode_value(&mut Scanner::new(text)).ok()).unwrap_or_default();
        let complete = match &self.request.target {
            Target::Root(_) => envelope.has_data,
            Target::Entities(groups) => {
                envelope.fields.len() >= self.entities(groups).all(&self.part).count()
            }
        };
        let mut first = None;
        for error in errors.as_array().into_iter().flatten().take(ERRORS_MAX) {
            let id = self.store.push_failure(Failure::of_subgraph(error, service));
            let path = error.get("path").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
            // Without data an error without a path is told where the data should be.
            let is_placed = self.place(path, id);
            if !is_placed && (complete || first.is_some()) {
                self.store.push_unplaced(self.fetch, id);
            }
            first.get_or_insert(if is_placed { Slot::lost(id) } else { Slot::failed(id) });
        }
        let is_odd = envelope.has_data && !errors.is_array() && !errors.is_null();
        let fault =
            if envelope.surplus { Some(Fault::TooMany) } else { is_odd.then_some(Fault::Shape) };
        if let Some(fault) = fault {
            let id = self.store.push_failure(Failure::of_fault(fault, service));
            self.store.push_unplaced(self.fetch, id);
        }
        if !complete {
            let value = first.unwrap_or_else(|| {
                Slot::failed(self.store.push_failure(Failure::of_fault(Fault::Shape, service)))
            });
            self.settle_unanswered(envelope, value);
        }
    }

    fn place(&mut self, path: &[Json], error: ErrorId) -> bool {
        let records: Vec<_>;
        let path = match (&self.request.target, path) {
            (_, []) => return false,
            (Target::Root(input), _) => {
                records = rows(self.compiled, self.store, *input).collect();
                path
            }
            (Target::Entities(groups), [key, rest @ ..]) => {
                let key = key.as_str().unwrap_or_default().as_bytes();
                let found = self.entities(groups).find(key, &self.part);
                let Some((_, group, mut sent)) = found else { return false };
                if let Some(number) = rest.first() {
                    let number = number.as_u64().and_then(|n| u32::try_from(n).ok());
                    let id = number.and_then(|n| sent.start.checked_add(n));
                    let Some(id) = id.filter(|id| sent.contains(id)) else { return false };
                    sent = id..id + 1;
                }
                records = sent.flat_map(|id| filled(self.batch, group, id)).collect();
                rest.get(1..).unwrap_or_default()
            }
        };
        let mut placed = false;
        for record in records {
            placed |= place_in(self.compiled, self.store, record, path, error);
        }
        placed
    }

    fn entities<'b>(&self, groups: &'b [Group]) -> Entities<'b>
    where
        'a: 'b,
    {
        Entities { groups, batch: self.batch }
    }

    /// Every record that the part is about, with its field and the selection that should fill it.
    fn each_record(&mut self, mut each: impl FnMut(&mut Store, u32, (InputId, u32))) {
        match &self.request.target {
            Target::Root(input) => {
                rows(self.compiled, self.store, *input).for_each(|row| each(self.store, 0, row));
            }
            Target::Entities(groups) => {
                for (field, group, sent) in self.entities(groups).all(&self.part) {
                    for record in sent.flat_map(|id| filled(self.batch, group, id)) {
                        each(self.store, field.id, record);
                    }
                }
            }
        }
    }

    fn settle_unanswered(&mut self, envelope: &Envelope, value: Slot) {
        let compiled = self.compiled;
        let entities = matches!(self.request.target, Target::Entities(_));
        self.each_record(|store, field, record| {
            if !(entities && envelope.fields.contains(&field)) {
                settle(compiled, store, record, value);
            }
        });
    }

    fn roll_back(&mut self, mark: &Mark, body: BodyId, error: ErrorId) {
        let compiled = self.compiled;
        let rollback = Rollback { compiled, mark, body, failed: Slot::failed(error) };
        self.each_record(|store, _, (input, row)| rollback.record(store, input, row));
        self.store.rewind(mark);
    }
}

/// Whether the text can have a key `errors`.
fn may_have_errors(bytes: &[u8]) -> bool {
    static KEY: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"errors\""));
    KEY.find(bytes).is_some()
}

/// The records that a root selection fills.
fn rows(
    compiled: &Compiled,
    store: &Store,
    input: InputId,
) -> impl Iterator<Item = (InputId, u32)> + use<> {
    let rows = store.table(compiled.inputs.get(input).position).rows();
    (0..rows).map(move |row| (input, row))
}

/// The records that a representation stands for, each with the selection that fills it.
fn filled<'a>(
    batch: &'a Batch,
    group: &'a Group,
    id: u32,
) -> impl Iterator<Item = (InputId, u32)> + use<'a> {
    let input = |source: u32| group.sources.get(source as usize).map(|source| source.input);
    batch.records(id).filter_map(move |record| Some((input(record.source)?, record.row)))
}

/// Walks through an answer.
struct Reader<'a> {
    fill: Fill<'a>,
    batch: &'a Batch,
    part: Range<u32>,
    envelope: Envelope,
}

impl Reader<'_> {
    fn envelope(&mut self, target: &Target) -> Result<(), Fault> {
        if self.fill.json.peek()? != b'{' {
            self.fill.json.value()?;
            return Err(Fault::Shape);
        }
        let mut more = self.fill.json.enter(b'{', b'}')?;
        while more {
            match self.fill.json.key()? {
                b"data" => self.data(target)?,
                b"errors" => {
                    let len = self.fill.json.value()?.len();
                    let end = self.fill.json.at();
                    self.envelope.errors = Some(end - len..end);
                }
                _ => self.fill.json.value().map(drop)?,
            }
            more = self.fill.json.more(b'}')?;
        }
        self.fill.json.end()
    }

    fn data(&mut self, target: &Target) -> Result<(), Fault> {
        if self.fill.json.peek()? != b'{' {
            return match self.fill.json.value()? {
                b"null" => Ok(()),
                _ => Err(Fault::Shape),
            };
        }
        self.envelope.has_data = true;
        match target {
            Target::Root(input) => self.records(rows(self.fill.compiled, self.fill.store, *input)),
            Target::Entities(groups) => self.groups(groups),
        }
    }

    fn groups(&mut self, groups: &[Group]) -> Result<(), Fault> {
        let mut more = self.fill.json.enter(b'{', b'}')?;
        while more {
            let key = self.fill.json.key()?;
            let entities = Entities { groups, batch: self.batch };
            match entities.find(key, &self.part) {
                Some((field, group, sent)) if self.fill.json.peek()? == b'[' => {
                    self.envelope.fields.push(field.id);
                    self.group(group, sent)?;
                }
                _ => self.fill.json.value().map(drop)?,
            }
            more = self.fill.json.more(b'}')?;
        }
        Ok(())
    }

    fn group(&mut self, group: &Group, mut sent: Range<u32>) -> Result<(), Fault> {
        let mut more = self.fill.json.enter(b'[', b']')?;
        while more {
            match sent.next() {
                Some(id) => self.entity(group, id)?,
                None => {
                    self.fill.json.value()?;
                    self.envelope.surplus = true;
                }
            }
            more = self.fill.json.more(b']')?;
        }
        if !sent.is_empty() {
            let service = self.fill.store.sender(self.fill.body);
            let service = service.map_or("", |id| self.fill.compiled.subgraph(id));
            let error = self.fill.store.push_failure(Failure::of_fault(Fault::TooFew, service));
            sent.for_each(|id| self.settle(group, id, Slot::failed(error)));
        }
        Ok(())
    }

    fn entity(&mut self, group: &Group, id: u32) -> Result<(), Fault> {
        if self.fill.json.peek()? == b'{' {
            return self.records(filled(self.batch, group, id));
        }
        let value = match self.fill.json.value()? {
            b"null" => Slot::ABSENT,
            _ => Slot::failed(self.fill.wrong_kind()),
        };
        self.settle(group, id, value);
        Ok(())
    }

    fn settle(&mut self, group: &Group, id: u32, value: Slot) {
        for record in filled(self.batch, group, id) {
            settle(self.fill.compiled, self.fill.store, record, value);
        }
    }

    /// Reads one object into several records: it is copied, or read again where the records must
    /// not share what is below.
    fn records(&mut self, mut records: impl Iterator<Item = (InputId, u32)>) -> Result<(), Fault> {
        let Some((input, row)) = records.next() else { return self.fill.json.value().map(drop) };
        let start = self.fill.json.at();
        self.fill.object(input, row)?;
        let copyable = self.fill.compiled.inputs.get(input).copyable;
        for (other, to) in records {
            if other == input && copyable {
                copy_record(self.fill.compiled, self.fill.store, input, (row, to));
            } else {
                self.fill.json.jump(start);
                self.fill.object(other, to)?;
            }
        }
        Ok(())
    }
}
