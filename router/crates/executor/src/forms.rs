//! How a record is written as a representation, from the slices that its values are.

use query_plan::ConditionId;

use crate::compiled::Compiled;
use crate::compiled::requests::{Form, FormField, FormObject, Group, Source};
use crate::contexts::Unsendable;
use crate::slot::Value;
use crate::store::{Place, Spot, Store, Table, TypeTag};

/// A group of which records are collected.
pub(crate) struct Asked<'a> {
    pub(crate) compiled: &'a Compiled,
    pub(crate) index: usize,
    pub(crate) group: &'a Group,
    /// Whether a condition holds.
    pub(crate) holds: &'a dyn Fn(Option<ConditionId>) -> bool,
}

/// Writes representations from raw slices.
pub(crate) struct FormWriter<'a> {
    pub(crate) asked: &'a Asked<'a>,
    pub(crate) store: &'a Store,
    pub(crate) out: &'a mut Vec<u8>,
}

impl FormWriter<'_> {
    /// Writes the first form that the record can have; or says what is wrong with that which came
    /// nearest.
    pub(crate) fn any_form(
        &mut self,
        source: &Source,
        table: &Table,
        row: u32,
    ) -> Result<(), Unsendable> {
        let (tag, start) = (table.type_of(row), self.out.len());
        let mut nearest = None;
        for form in source.forms.iter().filter(|form| tag.is_in(form.types.as_ref())) {
            self.out.truncate(start);
            match self.form(form, (source.position, row)) {
                Ok(()) => return Ok(()),
                Err(unsendable) => nearest = nearest.max(Some(unsendable)),
            }
        }
        let untyped = || self.store.untyped(source.position, row).map(Unsendable::Failed);
        Err(nearest.unwrap_or_else(|| match tag {
            TypeTag::UNKNOWN => untyped().unwrap_or(Unsendable::Missing),
            _ => Unsendable::Nothing,
        }))
    }

    /// Writes one form of the record at a position.
    pub(crate) fn form(&mut self, form: &Form, record: (u32, u32)) -> Result<(), Unsendable> {
        self.out.extend_from_slice(&form.head);
        self.fields(&form.fields, record)?;
        self.out.push(b'}');
        Ok(())
    }

    fn fields(
        &mut self,
        fields: &[FormField],
        (position, row): (u32, u32),
    ) -> Result<(), Unsendable> {
        let tag = self.store.table(position).type_of(row);
        for field in fields {
            let is_wanted = field.condition.is_none() || (self.asked.holds)(field.condition);
            if !is_wanted || !tag.is_in(field.types.as_ref()) {
                continue;
            }
            let first = self.out.last() == Some(&b'{');
            self.out.extend_from_slice(field.key.get(usize::from(first)..).unwrap_or_default());
            self.value(Spot::Slot(Place { position, row, slot: field.slot }), field)?;
        }
        Ok(())
    }

    fn value(&mut self, spot: Spot, field: &FormField) -> Result<(), Unsendable> {
        self.write(spot, field).map_err(|why| match (why, self.store.notes(spot)) {
            // Who has nothing of an object that another subgraph brought may have said why.
            (Unsendable::Nothing, [error, ..]) => Unsendable::Failed(*error),
            (why, _) => why,
        })
    }

    fn write(&mut self, spot: Spot, field: &FormField) -> Result<(), Unsendable> {
        match (self.store.slot(spot).value(), &field.object) {
            (Value::Raw(text, _), None) => self.out.extend_from_slice(self.store.text(text)),
            (Value::Record(row), Some(object)) => self.object(object, row)?,
            (Value::List(items), Some(_)) => {
                self.out.push(b'[');
                for item in items.range() {
                    if item > items.start as usize {
                        self.out.push(b',');
                    }
                    self.value(Spot::Item(item), field)?;
                }
                self.out.push(b']');
            }
            (Value::Null, _) if !field.is_key => self.out.extend_from_slice(b"null"),
            (Value::Failed(e) | Value::Lost(e), _) => return Err(Unsendable::Failed(e)),
            (Value::Unset, _) => return Err(Unsendable::Missing),
            _ => return Err(Unsendable::Nothing),
        }
        Ok(())
    }

    fn object(&mut self, object: &FormObject, row: u32) -> Result<(), Unsendable> {
        self.out.push(b'{');
        if object.typename {
            let id =
                self.store.table(object.position).type_of(row).id().ok_or(Unsendable::Nothing)?;
            self.out.extend_from_slice(b"\"__typename\":");
            self.out.extend_from_slice(self.asked.compiled.types.quoted(id));
        }
        self.fields(&object.fields, (object.position, row))?;
        self.out.push(b'}');
        Ok(())
    }
}
