//! Writes what a fetch did not bring: nulls and errors in the slots that it would have filled, and
//! copies of a record that stands for the same entity.

use serde_json::Value as Json;

use crate::compiled::Compiled;
use crate::compiled::inputs::{FieldKind, InputId};
use crate::slot::{Slot, Value};
use crate::store::{Mark, Place, Said, Spot, Store};

/// Raises all that the selection would fill to `value` where nothing better is; also within
/// objects that another fetch brought. Whether that changed anything.
pub(crate) fn settle(
    compiled: &Compiled,
    store: &mut Store,
    (input, row): (InputId, u32),
    value: Slot,
) -> bool {
    let mut changed = false;
    let input = compiled.inputs.get(input);
    for field in &input.fields {
        let (slot, inner) = match field.kind {
            FieldKind::Typename => {
                if let Value::Failed(error) | Value::Lost(error) = value.value() {
                    changed |= store.fail_type(input.position, row, error);
                }
                continue;
            }
            FieldKind::Leaf(slot) => (slot, None),
            FieldKind::Object(slot, inner) => (slot, Some(inner)),
        };
        let spot = Spot::Slot(Place { position: input.position, row, slot });
        let old = store.slot(spot);
        let new = old.or_higher(value);
        store.set(spot, new);
        changed |= new != old;
        if let Some(inner) = inner {
            changed |= settle_within(compiled, store, (inner, old, spot), value);
        }
    }
    changed
}

/// The same for the records that a value leads to. Where there is none yet, another fetch may still
/// bring one.
pub(crate) fn settle_within(
    compiled: &Compiled,
    store: &mut Store,
    (input, old, spot): (InputId, Slot, Spot),
    value: Slot,
) -> bool {
    match old.value() {
        Value::Record(row) => settle(compiled, store, (input, row), value),
        Value::List(items) => {
            let mut changed = false;
            for index in items.range() {
                let item = Spot::Item(index);
                let item = (input, store.slot(item), item);
                changed |= settle_within(compiled, store, item, value);
            }
            changed
        }
        _ => {
            say(compiled, store, (input, spot), (value, None));
            false
        }
    }
}

/// Remembers what a fetch has for a spot where it was to bring an object, for the case that another
/// brings one: a value or, with the path on from there, an error.
pub(crate) fn say(
    compiled: &Compiled,
    store: &mut Store,
    (input, spot): (InputId, Spot),
    (value, path): (Slot, Option<&[Json]>),
) {
    if !compiled.inputs.get(input).share {
        store.say(spot, Said { input: input.0, value, path: path.map(<[Json]>::to_vec) });
    }
}

/// What has to go because the rest of its body turned out to be unreadable.
pub(crate) struct Rollback<'a> {
    pub(crate) compiled: &'a Compiled,
    /// How the store was before.
    pub(crate) mark: &'a Mark,
    /// The body.
    pub(crate) body: crate::slot::BodyId,
    /// What is written instead.
    pub(crate) failed: Slot,
}

impl Rollback<'_> {
    /// Takes back what was written to a record that was there before.
    pub(crate) fn record(&self, store: &mut Store, input: InputId, row: u32) {
        let input = self.compiled.inputs.get(input);
        for field in &input.fields {
            let (slot, inner) = match field.kind {
                FieldKind::Typename => continue,
                FieldKind::Leaf(slot) => (slot, None),
                FieldKind::Object(slot, inner) => (slot, Some(inner)),
            };
            self.spot(store, Spot::Slot(Place { position: input.position, row, slot }), inner);
        }
    }

    fn spot(&self, store: &mut Store, spot: Spot, inner: Option<InputId>) {
        let old = store.slot(spot);
        let new = match (old.value(), inner) {
            (Value::Raw(text, _), _) if text.body == self.body => self.failed,
            (Value::Record(row), Some(inner))
                if self.mark.has(self.compiled.inputs.get(inner).position, row) =>
            {
                return self.record(store, inner, row);
            }
            (Value::List(items), Some(_)) if items.start < self.mark.items || items.len == 0 => {
                return items.range().for_each(|at| self.spot(store, Spot::Item(at), inner));
            }
            (Value::Record(_) | Value::List(_), Some(_)) => self.failed,
            _ => old.or_higher(self.failed),
        };
        store.set(spot, new);
    }
}

/// Copies what the selection filled to another record of the same entity. Only for selections
/// whose objects may all be shared.
pub(crate) fn copy_record(
    compiled: &Compiled,
    store: &mut Store,
    input: InputId,
    (from, to): (u32, u32),
) {
    let input = compiled.inputs.get(input);
    for field in &input.fields {
        let table = store.table_mut(input.position);
        match field.kind {
            FieldKind::Typename => table.learn_type(to, table.type_of(from)),
            FieldKind::Leaf(slot) => table.raise(to, slot, table.slot(from, slot)),
            FieldKind::Object(slot, inner) => {
                table.raise(to, slot, table.slot(from, slot));
                let position = compiled.inputs.get(inner).position;
                store.table_mut(position).reused = true;
            }
        }
    }
}
