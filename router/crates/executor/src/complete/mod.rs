//! Completes values and writes the client's answer, in one pass over the records.
//!
//! See <https://spec.graphql.org/October2021/#sec-Value-Completion>. A value that can't be
//! completed is an error at its path; null goes up to the nearest field that may be null, and what
//! was written of it is cut off again.

pub(crate) mod errors;
pub(crate) mod leaf;
pub(crate) mod memo;
pub(crate) mod path;
pub(crate) mod pieces;
pub(crate) mod split;

use bytes::Bytes;
use query_plan::Leaf;

use crate::compiled::Compiled;
use crate::compiled::outputs::{Output, OutputField, OutputId, OutputKind, Wrapper};
use crate::failure::{Below, Failure, Flaw};
use crate::json::Scanner;
use crate::request::holds;
use crate::slot::{ErrorId, Items, LeafKind, Slot, Text, Value};
use crate::store::{Place, Spot, Store, Table};
use crate::text::Piece;
use errors::Errors;
use leaf::write_leaf;
use memo::Memo;
use path::{OwnedPath, Path, Step};
use pieces::Pieces;
use split::{Found, Split};

/// Longest answer.
pub(crate) const OUTPUT_LEN_MAX: usize = 64 << 20;

/// What the completion of an answer reads.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) compiled: &'a Compiled,
    pub(crate) store: &'a Store,
    /// By condition, whether it holds.
    pub(crate) conditions: &'a [bool],
    pub(crate) introspection: &'a [Bytes],
}

/// A completed answer.
pub(crate) struct Completed {
    pub(crate) body: Vec<Bytes>,
    pub(crate) errors: usize,
    pub(crate) has_data: bool,
    /// It became too large.
    pub(crate) overflow: bool,
    /// The parts that are to come.
    pub(crate) found: Vec<Found>,
}

/// Null where it is not allowed: it goes up.
struct Bubble;

/// Writes the answer; `capacity` is how long it may become. Of an answer in parts, what belongs to
/// the initial one is written.
pub(crate) fn complete<'a>(
    known: Known<'a>,
    memo: &'a mut Memo,
    capacity: usize,
    split: Option<Split<'a>>,
) -> Completed {
    memo.begin(known.compiled.outputs.len());
    let mut out = Vec::with_capacity(capacity);
    out.extend_from_slice(b"{\"data\":");
    let start = out.len();
    let unplaced = known.store.unplaced(split.as_ref().map(|split| split.parts.fetches(None)));
    let (pieces, errors) = (Pieces::default(), Errors::default());
    let is_once = split.is_none() && known.compiled.outputs.is_tree;
    let mut writer = Writer { known, memo, pieces, out, errors, overflow: false, is_once, split };
    let has_data = writer.object(known.compiled.outputs.root, 0, None).is_ok() && !writer.overflow;
    if !has_data {
        writer.cut(start);
        writer.out.extend_from_slice(b"null");
    }
    let Writer { pieces, mut out, mut errors, overflow, split, .. } = writer;
    if overflow {
        errors.push(&too_large(), None);
    }
    for failure in unplaced {
        errors.push(failure, None);
    }
    errors.write(&mut out);
    out.push(b'}');
    let found = split.map_or_else(Vec::new, |split| split.found);
    Completed { body: pieces.finish(out), errors: errors.count(), has_data, overflow, found }
}

/// Writes what belongs to a later part: `split` says which. Errors with nothing else are why there
/// is no data.
pub(crate) fn complete_part<'a>(
    known: Known<'a>,
    memo: &'a mut Memo,
    part: &Found,
    split: Split<'a>,
) -> Result<(Vec<u8>, Errors, Vec<Found>), Errors> {
    memo.begin(known.compiled.outputs.len());
    let (pieces, out) = (Pieces::default(), Vec::new());
    let (errors, split) = (Errors::default(), Some(split));
    let mut writer =
        Writer { known, memo, pieces, out, errors, overflow: false, is_once: false, split };
    let base = Path { parent: None, step: Step::Base(&part.path) };
    let done = writer.part(part, &base);
    let Writer { out, mut errors, overflow, split, .. } = writer;
    if overflow {
        errors.push(&too_large(), None);
    }
    match done {
        Ok(()) if !overflow => Ok((out, errors, split.map_or_else(Vec::new, |split| split.found))),
        _ => Err(errors),
    }
}

/// That the answer is too large.
pub(crate) fn too_large() -> Failure {
    Failure::new("RESPONSE_TOO_LARGE", "The answer is too large.", None)
}

struct Writer<'a> {
    known: Known<'a>,
    memo: &'a mut Memo,
    pieces: Pieces,
    /// The piece that is being written. Of an answer in parts, each part is one.
    out: Vec<u8>,
    errors: Errors,
    overflow: bool,
    /// The objects around are written at no other place, and not later again.
    is_once: bool,
    /// Of an answer in parts: what is to be written now.
    split: Option<Split<'a>>,
}

type At<'p> = Option<&'p Path<'p>>;

/// A field of the answer, and the position of the objects that have it.
type Of<'a> = (u32, &'a OutputField);

impl<'a> Writer<'a> {
    /// How long the answer is until now.
    #[inline]
    fn len(&self) -> usize {
        self.pieces.len() + self.out.len()
    }

    #[inline]
    fn turn(&mut self) {
        if self.split.is_none() {
            self.pieces.turn(&mut self.out);
        }
    }

    /// Writes an object: a record, as a selection shows it.
    fn object(&mut self, id: OutputId, row: u32, path: At<'_>) -> Result<(), Bubble> {
        let output = self.known.compiled.outputs.get(id);
        let store = self.known.store;
        let table = store.table(output.position);
        self.turn();
        self.overflow |= self.len() > OUTPUT_LEN_MAX;
        if self.overflow {
            return Err(Bubble);
        }
        if table.reused
            && let Some(range) = self.memo.find(id, row)
            && self.pieces.copy(&range, &mut self.out)
        {
            return Ok(());
        }
        let (start, errors) = (self.len(), self.errors.count());
        let is_once = self.is_once;
        self.is_once &= !table.reused;
        self.check_type(output, table, row, path)?;
        if output.is_split {
            self.find_parts(id, row, path);
        }
        self.out.push(b'{');
        let slots = table.record(row);
        for field in &output.fields {
            if !field.always && !self.shows(field, table, row) {
                continue;
            }
            field.write_key(&mut self.out);
            let slot = slots.get(field.slot as usize).copied().unwrap_or_default();
            // Most leaves are of a kind that needs no other look.
            match slot.text_of_kinds(field.plain) {
                Some(text) if !table.noted => self.known.store.piece(text).write(&mut self.out),
                _ => self.field(field, (output, table), row, path)?,
            }
            self.out.push(b',');
        }
        self.close(b'}');
        drop(slots);
        if self.is_once {
            table.pass(row);
        }
        self.is_once = is_once;
        // Errors have paths, so an object with errors is completed at each of its places.
        // So do parts that are still to come.
        if table.reused
            && (errors == self.errors.count() || self.errors.is_full())
            && !self.split.as_ref().is_some_and(|split| split.has_found(start))
        {
            self.memo.add(id, (row, table.rows()), start..self.len());
        }
        Ok(())
    }

    /// Writes those fields of an object that belong to a part.
    fn part(&mut self, part: &Found, path: &Path<'_>) -> Result<(), Bubble> {
        let output = self.known.compiled.outputs.get(part.output);
        let store = self.known.store;
        let table = store.table(output.position);
        self.out.push(b'{');
        for field in output.fields.iter().filter(|field| field.demand.is_some()) {
            if self.shows(field, table, part.row) {
                field.write_key(&mut self.out);
                self.field(field, (output, table), part.row, Some(path))?;
                self.out.push(b',');
            }
        }
        self.close(b'}');
        Ok(())
    }

    /// Finds the parts of an object that are not written now.
    fn find_parts(&mut self, id: OutputId, row: u32, path: At<'_>) {
        let Some(mut split) = self.split.take() else { return };
        let output = self.known.compiled.outputs.get(id);
        let at = self.len();
        let table = self.known.store.table(output.position);
        for field in output.fields.iter().filter(|field| field.demand.is_some()) {
            let set = split.part(field);
            if set != split.now && self.shows(field, table, row) {
                let owned = &mut || OwnedPath::new(path);
                self.overflow |= !split.find(set, (id, row), owned, at);
            }
        }
        self.split = Some(split);
    }

    /// Ends an object or list, after whose last item there is a comma.
    #[inline]
    fn close(&mut self, close: u8) {
        match self.out.last_mut() {
            Some(last) if *last == b',' => *last = close,
            _ => self.out.push(close),
        }
    }

    /// Resolves the runtime type: it must be possible here.
    fn check_type(
        &mut self,
        output: &Output,
        table: &Table,
        row: u32,
        path: At<'_>,
    ) -> Result<(), Bubble> {
        let Some(possible) = &output.possible else { return Ok(()) };
        let tag = table.type_of(row);
        let mut asked = output.fields.iter().filter(|field| self.is_asked(field));
        let is_unknown = tag == crate::store::TypeTag::UNKNOWN;
        if is_unknown && !asked.any(OutputField::needs_type) || tag.is_in(Some(possible)) {
            return Ok(());
        }
        let error = self.known.store.untyped(output.position, row);
        match error.and_then(|error| self.known.store.failure(error)) {
            Some(failure) if path.is_some() => self.errors.push(failure, path),
            _ => self.flaw(Flaw::WrongType, None, path),
        }
        Err(Bubble)
    }

    #[inline]
    fn is_asked(&self, field: &OutputField) -> bool {
        holds(self.known.conditions, field.condition)
    }

    #[inline]
    fn shows(&self, field: &OutputField, table: &Table, row: u32) -> bool {
        self.is_asked(field)
            && self.split.as_ref().is_none_or(|split| split.part(field) == split.now)
            && (field.types.is_none() || table.type_of(row).is_in(field.types.as_ref()))
    }

    fn field(
        &mut self,
        field: &'a OutputField,
        (output, table): (&'a Output, &Table),
        row: u32,
        path: At<'_>,
    ) -> Result<(), Bubble> {
        let here = Path { parent: path, step: Step::Key(field.quoted()) };
        let (slot, shape) = match &field.kind {
            OutputKind::Leaf { shape, .. } | OutputKind::Object { shape, .. } => {
                (field.slot, shape)
            }
            OutputKind::Typename => return self.typename(table, row, &here),
            OutputKind::Introspection(index) => {
                let answer = self.known.introspection.get(usize::from(*index));
                self.out.extend_from_slice(answer.map_or(b"null", AsRef::as_ref));
                return Ok(());
            }
        };
        let of = (output.position, field);
        let value = table.slot(row, slot);
        if let Value::Lost(error) = value.value() {
            let goes_up = shape.first().is_some_and(|wrapper| wrapper.non_null);
            self.lost(error, (field, goes_up), (output, table, row), path);
        }
        let done = self.value(value, shape, of, &here);
        if table.noted {
            self.notes(Spot::Slot(Place { position: of.0, row, slot }), of, &here);
        }
        done
    }

    /// Errors of a spot besides what it holds.
    fn notes(&mut self, spot: Spot, of: Of<'_>, here: &Path<'_>) {
        for error in self.known.store.notes(spot) {
            self.fail(*error, of, here);
        }
    }

    fn typename(&mut self, table: &Table, row: u32, here: &Path<'_>) -> Result<(), Bubble> {
        let Some(id) = table.type_of(row).id() else {
            self.flaw(Flaw::WrongType, None, Some(here));
            return Err(Bubble);
        };
        self.out.extend_from_slice(self.known.compiled.types.quoted(id));
        Ok(())
    }

    /// Completes the value of a field, or of an item of its list.
    #[inline]
    fn value(
        &mut self,
        slot: Slot,
        shape: &[Wrapper],
        of: Of<'_>,
        here: &Path<'_>,
    ) -> Result<(), Bubble> {
        let Some((wrapper, items_shape)) = shape.split_first() else { return Err(Bubble) };
        let mark = self.len();
        let done = match (slot.value(), &of.1.kind) {
            (Value::Raw(text, _), OutputKind::Leaf { leaf, .. }) => {
                return self.leaf(text, shape, leaf, here);
            }
            (Value::Record(row), OutputKind::Object { output, .. }) if !wrapper.list => {
                self.object(*output, row, Some(here))
            }
            (Value::List(items), OutputKind::Object { .. }) if wrapper.list => {
                self.items(items, items_shape, of, here)
            }
            (Value::Failed(error), _) => {
                self.fail(error, of, here);
                Err(Bubble)
            }
            (Value::Lost(_), _) => Err(Bubble),
            (Value::Null | Value::Absent, _) => {
                if wrapper.non_null {
                    self.flaw(Flaw::Null, None, Some(here));
                }
                Err(Bubble)
            }
            (Value::Unset, _) => {
                self.flaw(Flaw::Missing, None, Some(here));
                Err(Bubble)
            }
            _ => {
                self.flaw(Flaw::WrongKind, None, Some(here));
                Err(Bubble)
            }
        };
        self.or_null(done, mark, *wrapper)
    }

    /// Where nothing could be written: null, if that is allowed.
    #[inline]
    fn or_null(
        &mut self,
        done: Result<(), Bubble>,
        mark: usize,
        wrapper: Wrapper,
    ) -> Result<(), Bubble> {
        if done.is_ok() {
            return Ok(());
        }
        self.cut(mark);
        if wrapper.non_null {
            return Err(Bubble);
        }
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    /// Takes back what was written from `mark` on.
    fn cut(&mut self, mark: usize) {
        self.pieces.cut(mark, &mut self.out);
        self.memo.cut(mark);
        if let Some(split) = &mut self.split {
            split.cut(mark);
        }
    }

    fn items(
        &mut self,
        items: Items,
        shape: &[Wrapper],
        of: Of<'_>,
        here: &Path<'_>,
    ) -> Result<(), Bubble> {
        self.out.push(b'[');
        for (index, item) in self.known.store.items(items).iter().enumerate() {
            let path = Path { parent: Some(here), step: Step::Index(index) };
            let done = self.value(*item, shape, of, &path);
            if item.has_failed() {
                self.notes(Spot::Item(items.start as usize + index), of, &path);
            }
            done?;
            self.out.push(b',');
        }
        self.close(b']');
        Ok(())
    }

    /// Completes a leaf or list of leaves.
    fn leaf(
        &mut self,
        text: Text,
        shape: &[Wrapper],
        leaf: &Leaf,
        here: &Path<'_>,
    ) -> Result<(), Bubble> {
        let raw = self.known.store.text(text);
        self.leaves(&mut Scanner::new(raw), shape, (leaf, text), here)
    }

    /// Completes a list of leaves, or one of them, from its text.
    fn leaves(
        &mut self,
        json: &mut Scanner<'_>,
        shape: &[Wrapper],
        (leaf, text): (&Leaf, Text),
        here: &Path<'_>,
    ) -> Result<(), Bubble> {
        let Some((wrapper, shape)) = shape.split_first() else { return Err(Bubble) };
        let first = json.peek().map_err(|_| Bubble)?;
        let mark = self.len();
        if wrapper.list && first == b'[' {
            let done = self.leaf_items(json, shape, (leaf, text), here);
            return self.or_null(done, mark, *wrapper);
        }
        let start = json.at();
        let kind = json.leaf().map_err(|_| Bubble)?;
        let raw = json.since(start);
        let piece = Piece { bytes: raw, start: 0, len: raw.len() };
        let flaw = match kind {
            LeafKind::Null if wrapper.non_null => Some(Flaw::Null),
            LeafKind::Null => None,
            _ if !wrapper.list && write_leaf(&mut self.out, piece, kind, leaf) => return Ok(()),
            _ => Some(Flaw::WrongKind),
        };
        if let Some(flaw) = flaw {
            self.flaw(flaw, Some(text), Some(here));
        }
        self.or_null(Err(Bubble), mark, *wrapper)
    }

    fn leaf_items(
        &mut self,
        json: &mut Scanner<'_>,
        shape: &[Wrapper],
        leaf: (&Leaf, Text),
        here: &Path<'_>,
    ) -> Result<(), Bubble> {
        let start = json.at();
        self.out.push(b'[');
        let mut more = json.enter(b'[', b']').map_err(|_| Bubble)?;
        let mut index = 0;
        while more {
            self.turn();
            let path = Path { parent: Some(here), step: Step::Index(index) };
            if self.leaves(json, shape, leaf, &path).is_err() {
                // The list around this one goes on after it.
                json.jump(start);
                json.value().map_err(|_| Bubble)?;
                return Err(Bubble);
            }
            self.out.push(b',');
            more = json.more(b']').map_err(|_| Bubble)?;
            index += 1;
        }
        self.close(b']');
        Ok(())
    }

    /// An error of another field, which took this one's object with it. That one tells of it where
    /// the client sees it. If null goes up from here before, all that failed after it are told.
    fn lost(
        &mut self,
        error: ErrorId,
        (field, goes_up): (&OutputField, bool),
        (output, table, row): (&'a Output, &Table, u32),
        path: At<'_>,
    ) {
        let mut is_seen = false;
        for other in &output.fields {
            let slot = table.slot(row, other.slot);
            if !slot.has_failed() || !self.shows(other, table, row) {
                continue;
            }
            is_seen |= slot == Slot::failed(error);
            // What stands before has told of itself; both are of one list.
            if goes_up && std::ptr::from_ref(other) > field {
                // All that this writes is cut off when null goes up.
                let _ = self.field(other, (output, table), row, path);
            }
        }
        if !is_seen {
            let here = Path { parent: path, step: Step::Key(field.quoted()) };
            self.fail(error, (output.position, field), &here);
        }
    }

    /// An error of a field, or of an item of its list. Its path is that of what failed below.
    fn fail(&mut self, error: ErrorId, (position, field): Of<'_>, here: &Path<'_>) {
        let Some(failure) = self.known.store.failure(error) else { return };
        let mut way = failure.way.iter();
        if way.any(|step| *step == Below::Slot(position, field.slot)) {
            let steps = std::iter::successors(Some(here), |path| path.parent);
            let items = steps.take_while(|path| matches!(path.step, Step::Index(_))).count();
            way = way.as_slice().get(items..).unwrap_or_default().iter();
        }
        self.fail_below(failure, way.as_slice(), &field.kind, here);
    }

    fn fail_below(&mut self, failure: &Failure, way: &[Below], kind: &OutputKind, here: &Path<'_>) {
        let parent = Some(here);
        match (way.split_first(), kind) {
            (Some((Below::Index(index), way)), _) => {
                let path = Path { parent, step: Step::Index(*index) };
                return self.fail_below(failure, way, kind, &path);
            }
            (Some((Below::Slot(position, slot), way)), OutputKind::Object { output, .. }) => {
                let output = self.known.compiled.outputs.get(*output);
                let is_it = |f: &&OutputField| f.slot == *slot && self.is_asked(f);
                let field = output.fields.iter().find(is_it);
                if let Some(field) = field.filter(|_| output.position == *position) {
                    let path = Path { parent, step: Step::Key(field.quoted()) };
                    return self.fail_below(failure, way, &field.kind, &path);
                }
            }
            _ => {}
        }
        self.errors.push(failure, Some(here));
    }

    /// An error found here; `text` is the value with the flaw.
    fn flaw(&mut self, flaw: Flaw, text: Option<Text>, path: At<'_>) {
        if self.errors.is_full() {
            return;
        }
        let sender = text.and_then(|text| self.known.store.sender(text.body));
        let service = sender.map(|id| self.known.compiled.subgraph(id));
        self.errors.push(&Failure::of_flaw(flaw, service), path);
    }
}
