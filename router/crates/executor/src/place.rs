//! Finds the slot that the path of a subgraph's error leads to.

use serde_json::Value as Json;

use crate::compiled::Compiled;
use crate::compiled::inputs::{FieldKind, InputId};
use crate::failure::Below;
use crate::settle::{say, settle};
use crate::slot::{ErrorId, Slot, Value};
use crate::store::{Place, Spot, Store};

/// Puts an error to the slot that the path leads to from a record: as its value where it has
/// neither one nor an error, else as a note. A path that leads further than is known ends at the
/// last slot that is; the error knows the way on. False if the path leads nowhere.
pub(crate) fn place_in(
    compiled: &Compiled,
    store: &mut Store,
    (id, row): (InputId, u32),
    path: &[Json],
    error: ErrorId,
) -> bool {
    let Some((key, rest)) = path.split_first() else {
        return settle(compiled, store, (id, row), Slot::failed(error));
    };
    let Some((position, slot, inner)) = find(compiled, id, key) else { return false };
    if let Some(failure) = store.failure_mut(error) {
        let mut selection = Some(id);
        let way = path.iter().map_while(|step| {
            if let Some(index) = step.as_u64() {
                return Some(Below::Index(index as usize));
            }
            let (position, slot, inner) = find(compiled, selection?, step)?;
            selection = inner;
            Some(Below::Slot(position, slot))
        });
        failure.lead(Below::Slot(position, slot), way);
    }
    let spot = Spot::Slot(Place { position, row, slot });
    let old = store.slot(spot);
    if !old.has_value() {
        fail(compiled, store, (inner, spot), (rest, error));
        if old == Slot::ABSENT {
            // The object is null as a whole, because of this field.
            settle(compiled, store, (id, row), Slot::lost(error));
        }
        return true;
    }
    let below = inner.is_some_and(|inner| place_below(compiled, store, (inner, old), rest, error));
    if !below {
        store.note(spot, error);
    }
    true
}

/// The field of a selection with this key: its position and slot, and the selection below it.
fn find(compiled: &Compiled, id: InputId, key: &Json) -> Option<(u32, u32, Option<InputId>)> {
    let input = compiled.inputs.get(id);
    match input.find_name(key.as_str()?)?.kind {
        FieldKind::Typename => None,
        FieldKind::Leaf(slot) => Some((input.position, slot, None)),
        FieldKind::Object(slot, inner) => Some((input.position, slot, Some(inner))),
    }
}

/// The same from an object or list.
pub(crate) fn place_below(
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
            let spot = Spot::Item(items.start as usize + number as usize);
            let item = store.slot(spot);
            if item.has_value() {
                return place_below(compiled, store, (input, item), rest, error);
            }
            fail(compiled, store, (Some(input), spot), (rest, error));
            true
        }
        _ => false,
    }
}

/// Puts an error to a spot without a value; `path` is the way on from there. The first error stays,
/// those after it are notes.
fn fail(
    compiled: &Compiled,
    store: &mut Store,
    (input, spot): (Option<InputId>, Spot),
    (path, error): (&[Json], ErrorId),
) {
    let failed = Slot::failed(error);
    let new = store.slot(spot).or_higher(failed);
    store.set(spot, new);
    if new != failed {
        store.note(spot, error);
    }
    if let Some(input) = input {
        say(compiled, store, (input, spot), (failed, Some(path)));
    }
}
