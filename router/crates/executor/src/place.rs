//! Finds the slot that the path of a subgraph's error leads to.

use serde_json::Value as Json;

use crate::compiled::Compiled;
use crate::compiled::inputs::{FieldKind, InputId};
use crate::settle::settle;
use crate::slot::{ErrorId, Slot, Value};
use crate::store::{Place, Store};

/// Puts an error to the slot that the path leads to from a record: as its value where it has
/// none, else as a note. A path that leads further than is known ends at the last slot that is.
/// False if the path leads nowhere.
pub(crate) fn place_in(
    compiled: &Compiled,
    store: &mut Store,
    (input, row): (InputId, u32),
    path: &[Json],
    error: ErrorId,
) -> bool {
    let Some((key, rest)) = path.split_first() else {
        return settle(compiled, store, (input, row), Slot::failed(error));
    };
    let input = compiled.inputs.get(input);
    let Some(field) = key.as_str().and_then(|key| input.find_name(key)) else { return false };
    let (slot, inner) = match field.kind {
        FieldKind::Typename => return false,
        FieldKind::Leaf(slot) => (slot, None),
        FieldKind::Object(slot, inner) => (slot, Some(inner)),
    };
    let place = Place { position: input.position, row, slot };
    let Some(table) = store.tables.get_mut(place.position as usize) else { return false };
    let old = table.slot(row, slot);
    if !old.has_value() {
        table.raise(row, slot, Slot::failed(error));
        return true;
    }
    let below = inner.is_some_and(|inner| place_below(compiled, store, (inner, old), rest, error));
    if !below {
        store.note(place, error);
    }
    true
}

/// The same from an object or list.
fn place_below(
    compiled: &Compiled,
    store: &mut Store,
    (input, old): (InputId, Slot),
    path: &[Json],
    error: ErrorId,
) -> bool {
    match (old.value(), path) {
        (_, []) => false,
        (Value::Record(row), _) => place_in(compiled, store, (input, row), path, error),
        (Value::List(items), [number, rest @ ..]) => {
            let Some(number) = number.as_u64().filter(|n| *n < u64::from(items.len)) else {
                return false;
            };
            let index = items.start as usize + number as usize;
            let Some(item) = store.items.get_mut(index) else { return false };
            if !item.has_value() {
                *item = item.or_higher(Slot::failed(error));
                return true;
            }
            let item = *item;
            place_below(compiled, store, (input, item), rest, error)
        }
        _ => false,
    }
}
