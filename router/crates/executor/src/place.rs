//! Finds the slot that the path of a subgraph's error leads to.

use serde_json::Value as Json;

use crate::compiled::Compiled;
use crate::compiled::inputs::{FieldKind, InputId};
use crate::failure::Below;
use crate::settle::{say, settle};
use crate::slot::{ErrorId, Slot, Value};
use crate::store::{Place, Spot, Store};

/// Puts an error to the slot that the path leads to from a record: as its value where it has
/// none, else as a note. A path that leads further than is known ends at the last slot that is;
/// the error knows the way on. False if the path leads nowhere.
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
    let place = Place { position, row, slot };
    let old = store.slot(place);
    if !old.has_value() {
        store.set(place, old.or_higher(Slot::failed(error)));
        if let Some(inner) = inner {
            say(compiled, store, (inner, Spot::Slot(place)), (Slot::failed(error), Some(rest)));
        }
        if old == Slot::ABSENT {
            // The object is null as a whole, because of this field.
            settle(compiled, store, (id, row), Slot::lost(error));
        }
        return true;
    }
    let below = inner.is_some_and(|inner| place_below(compiled, store, (inner, old), rest, error));
    if !below {
        store.note(place, error);
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
            let index = items.start as usize + number as usize;
            let Some(item) = store.items.get_mut(index) else { return false };
            if !item.has_value() {
                *item = item.or_higher(Slot::failed(error));
                say(compiled, store, (input, Spot::Item(index)), (Slot::failed(error), Some(rest)));
                return true;
            }
            let item = *item;
            place_below(compiled, store, (input, item), rest, error)
        }
        _ => false,
    }
}
