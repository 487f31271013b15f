//! Values from contexts: for each record that needs one, the record further up that sets it, and
//! the value as JSON.

use query_plan::OnDemand;

use crate::compiled::requests::{ContextPlace, FormField, FormObject, Source};
use crate::forms::{Unsendable, ValueWriter, Written};
use crate::slot::{Slot, Value};
use crate::store::{Place, Spot, Store};

/// The record that sets a context is not known, or there is none.
const NONE: u32 = u32::MAX;

/// The values of a record as JSON, in the order of the variables.
pub(crate) type Values = Vec<Vec<u8>>;

/// Where the records of a source have their values.
pub(crate) struct Contexts<'a> {
    store: &'a Store,
    on_demand: &'a OnDemand,
    /// By variable and place, by record: the row of the record that sets the context.
    setters: Vec<Vec<(&'a ContextPlace, Vec<u32>)>>,
}

impl<'a> Contexts<'a> {
    pub(crate) fn new(store: &'a Store, on_demand: &'a OnDemand, source: &'a Source) -> Self {
        let rows = store.table(source.position).rows() as usize;
        let place = |place: &'a ContextPlace| {
            let mut setters = vec![NONE; rows];
            find_setters(store, place, &mut setters);
            (place, setters)
        };
        let contexts = source.contexts.iter();
        let setters = contexts.map(|places| places.iter().map(place).collect()).collect();
        Self { store, on_demand, setters }
    }

    /// The values of a record.
    pub(crate) fn values(&self, row: u32) -> Result<Values, Unsendable> {
        let variables = self.on_demand.contexts.iter().zip(&self.setters);
        let values = variables.map(|(variable, places)| {
            let mut value = Vec::new();
            self.value(places, row, &mut value)?;
            if variable.non_null && value == b"null" { Err(Unsendable::Nothing) } else { Ok(value) }
        });
        values.collect()
    }

    fn value(&self, places: &[(&ContextPlace, Vec<u32>)], row: u32, out: &mut Vec<u8>) -> Written {
        let setter = |setters: &Vec<u32>| setters.get(row as usize).copied().filter(|r| *r != NONE);
        let found = places.iter().find_map(|(place, setters)| Some((place, setter(setters)?)));
        let Some((place, setter)) = found else {
            out.extend_from_slice(b"null");
            return Ok(());
        };
        self.only_field((place.position, setter), &place.values, out)
    }

    /// Writes the value of the field that a record has.
    fn only_field(
        &self,
        (position, row): (u32, u32),
        fields: &[FormField],
        out: &mut Vec<u8>,
    ) -> Written {
        let table = self.store.table(position);
        let tag = table.type_of(row);
        match fields.iter().find(|field| tag.is_in(field.types.as_ref())) {
            Some(field) => {
                let spot = Spot::Slot(Place { position, row, slot: field.slot });
                let object = |object: &FormObject, row, out: &mut _| {
                    self.only_field((object.position, row), &object.fields, out)
                };
                let writer = ValueWriter { store: self.store, nullable: true, object: &object };
                writer.value(spot, field, out)
            }
            None => {
                out.extend_from_slice(b"null");
                Ok(())
            }
        }
    }
}

/// Finds the records below those that set a context.
fn find_setters(store: &Store, place: &ContextPlace, setters: &mut [u32]) {
    let table = store.table(place.position);
    let Some(((_, slot), path)) = place.path.split_first() else { return };
    for row in 0..table.rows() {
        if table.type_of(row).is_in(place.types.as_ref()) {
            descend(store, table.slot(row, *slot), path, (row, setters));
        }
    }
}

/// Walks down the path; it is as long as the operation is deep at most.
fn descend(store: &Store, slot: Slot, path: &[(u32, u32)], (setter, setters): (u32, &mut [u32])) {
    match (slot.value(), path.split_first()) {
        (Value::List(items), _) => {
            for item in store.items(items) {
                descend(store, *item, path, (setter, &mut *setters));
            }
        }
        (Value::Record(row), None) => {
            if let Some(known) = setters.get_mut(row as usize) {
                *known = setter;
            }
        }
        (Value::Record(row), Some(((position, slot), path))) => {
            let slot = store.table(*position).slot(row, *slot);
            descend(store, slot, path, (setter, setters));
        }
        _ => {}
    }
}
