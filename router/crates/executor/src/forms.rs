//! How a record is written as a representation, from the slices that its values are.

use query_plan::ConditionId;

use crate::compiled::Compiled;
use crate::compiled::requests::{Form, FormField, FormObject, Group, Source};
use crate::slot::{ErrorId, LeafKind, Value};
use crate::store::{Place, Spot, Store, Table, TypeTag};

/// Why a record can't be sent; the order is how near it came to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unsendable {
    /// Something of it was not brought: it was not there when it should have been asked for, or
    /// that was never asked.
    Missing,
    /// There is nothing to send.
    Nothing,
    /// Something of it has an error.
    Failed(ErrorId),
}

/// What comes of writing something to send.
pub(crate) type Written = Result<(), Unsendable>;

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
    pub(crate) fn any_form(&mut self, source: &Source, table: &Table, row: u32) -> Written {
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
    pub(crate) fn form(&mut self, form: &Form, record: (u32, u32)) -> Written {
        self.out.extend_from_slice(&form.head);
        self.fields(&form.fields, record)?;
        self.out.push(b'}');
        Ok(())
    }

    fn fields(&mut self, fields: &[FormField], (position, row): (u32, u32)) -> Written {
        let tag = self.store.table(position).type_of(row);
        for field in fields {
            let is_wanted = field.condition.is_none() || (self.asked.holds)(field.condition);
            if !is_wanted || !tag.is_in(field.types.as_ref()) {
                continue;
            }
            let first = self.out.last() == Some(&b'{');
            self.out.extend_from_slice(field.key.get(usize::from(first)..).unwrap_or_default());
            let spot = Spot::Slot(Place { position, row, slot: field.slot });
            let Self { asked, store, .. } = *self;
            let object =
                |object: &_, row, out: &mut _| FormWriter { asked, store, out }.object(object, row);
            ValueWriter { store, nullable: false, object: &object }.value(spot, field, self.out)?;
        }
        Ok(())
    }

    fn object(&mut self, object: &FormObject, row: u32) -> Written {
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

/// How values are written.
pub(crate) struct ValueWriter<'a> {
    pub(crate) store: &'a Store,
    /// Whether null is written where there is nothing.
    pub(crate) nullable: bool,
    /// Writes an object.
    pub(crate) object: &'a dyn Fn(&FormObject, u32, &mut Vec<u8>) -> Written,
}

impl ValueWriter<'_> {
    pub(crate) fn value(&self, spot: Spot, field: &FormField, out: &mut Vec<u8>) -> Written {
        let start = out.len();
        let written = self.write(spot, field, out);
        let is_null = || self.nullable && (out.ends_with(b"null") || out.ends_with(b"null]"));
        match (written, self.store.notes(spot)) {
            // Who has nothing of an object that another subgraph brought may have said why.
            (Err(Unsendable::Nothing), [error, ..]) => Err(Unsendable::Failed(*error)),
            (Ok(()), [error, ..]) if is_null() => Err(Unsendable::Failed(*error)),
            (Err(Unsendable::Nothing), []) if self.nullable => {
                out.truncate(start);
                out.extend_from_slice(b"null");
                Ok(())
            }
            _ => written,
        }
    }

    fn write(&self, spot: Spot, field: &FormField, out: &mut Vec<u8>) -> Written {
        match (self.store.slot(spot).value(), &field.object) {
            // An error within a list of leaves; one with a null is of no kind.
            (Value::Raw(_, LeafKind::Other), None) if !self.store.notes(spot).is_empty() => {
                return Err(Unsendable::Nothing);
            }
            (Value::Raw(text, _), None) => out.extend_from_slice(self.store.text(text)),
            (Value::Record(row), Some(object)) => (self.object)(object, row, out)?,
            (Value::List(items), Some(_)) => {
                out.push(b'[');
                for item in items.range() {
                    if item > items.start as usize {
                        out.push(b',');
                    }
                    self.value(Spot::Item(item), field, out)?;
                }
                out.push(b']');
            }
            (Value::Null, _) if !field.is_key => out.extend_from_slice(b"null"),
            (Value::Failed(e) | Value::Lost(e), _) => return Err(Unsendable::Failed(e)),
            (Value::Unset, _) => return Err(Unsendable::Missing),
            _ => return Err(Unsendable::Nothing),
        }
        Ok(())
    }
}
