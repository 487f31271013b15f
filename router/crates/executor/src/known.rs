//! Entities that a subgraph has told of before, at another place of the same answer, with all that
//! is asked of it now: they are taken from there instead of being asked for.

use hashbrown::HashMap;

use crate::compiled::inputs::FieldKind;
use crate::compiled::requests::{KnownPlace, Source};
use crate::forms::{Asked, FormWriter};
use crate::store::Store;

/// Most records that are looked at for one `_entities` field.
const RECORDS_MAX: usize = 1000;

/// Records that have all that is asked for, by the text that represents them.
#[derive(Debug, Default)]
pub(crate) struct KnownEntities(HashMap<Box<[u8]>, Known>);

#[derive(Debug, Clone, Copy)]
struct Known {
    /// Index of its place in the group.
    place: usize,
    row: u32,
}

impl KnownEntities {
    /// Finds the records that serve a group, and forgets all others.
    pub(crate) fn find(&mut self, asked: &Asked<'_>, store: &Store) {
        self.0.clear();
        let mut left = RECORDS_MAX;
        let mut text = Vec::new();
        for (index, place) in asked.group.known.iter().enumerate() {
            let table = store.table(place.position);
            // An error may belong to a part of a value.
            let rows = if table.noted { 0 } else { table.rows().min(left as u32) };
            left -= rows as usize;
            for row in 0..rows {
                text.clear();
                if is_known(asked, store, (place, row), &mut text) {
                    self.0.insert(text.as_slice().into(), Known { place: index, row });
                }
            }
        }
    }

    /// Fills a record from that which its representation stands for, if there is one.
    pub(crate) fn fill(
        &self,
        asked: &Asked<'_>,
        store: &mut Store,
        (source, row): (&Source, u32),
        representation: &[u8],
    ) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let Some(known) = self.0.get(representation) else { return false };
        let Some(place) = asked.group.known.get(known.place) else { return false };
        let fields = &asked.compiled.inputs.get(source.input).fields;
        for (field, from) in fields.iter().zip(&place.values) {
            let value = store.table(place.position).slot(known.row, *from);
            if let FieldKind::Leaf(to) = field.kind {
                store.table_mut(source.position).raise(row, to, value);
            }
        }
        true
    }
}

/// Whether a record has all that is asked for; writes how it is represented.
fn is_known(
    asked: &Asked<'_>,
    store: &Store,
    (place, row): (&KnownPlace, u32),
    out: &mut Vec<u8>,
) -> bool {
    let table = store.table(place.position);
    place.values.iter().all(|slot| table.slot(row, *slot).has_value())
        && table.type_of(row).is_in(place.form.types.as_ref())
        && FormWriter { asked, store, out }.form(&place.form, (place.position, row)).is_ok()
}
