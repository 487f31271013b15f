//! How JSON objects fill records: input selections, flattened.

use query_plan::{InputKind, InputSelection, QueryPlan};

use crate::decode::unescape;
use crate::json::Expected;

/// Index of an input selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InputId(pub(crate) u32);

/// How a JSON object fills a record.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) position: u32,
    /// Objects with the same text are one record.
    pub(crate) share: bool,
    /// All objects below may be shared: a record filled by this can be copied slot by slot.
    pub(crate) copyable: bool,
    pub(crate) fields: Box<[Field]>,
    /// Indexes of the fields, by key.
    sorted: Box<[u32]>,
}

/// A key of a JSON object.
#[derive(Debug)]
pub(crate) struct Field {
    /// `"key":`
    key: Expected,
    pub(crate) kind: FieldKind,
}

/// What to do with a key's value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FieldKind {
    Typename,
    Leaf(u32),
    Object(u32, InputId),
}

/// The input selections of a plan.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    all: Vec<Input>,
}

impl Inputs {
    pub(crate) fn add(&mut self, selection: &InputSelection, plan: &QueryPlan) -> InputId {
        let shared = |position: u32| {
            plan.positions.get(position as usize).is_some_and(|position| position.shared)
        };
        let mut copyable = true;
        let mut field = |field: &query_plan::InputField| {
            let kind = match &field.kind {
                InputKind::Typename => FieldKind::Typename,
                InputKind::Leaf(slot) => FieldKind::Leaf(slot.0),
                InputKind::Object(slot, inner) => {
                    let inner = self.add(inner, plan);
                    let input = self.get(inner);
                    copyable &= input.copyable && shared(input.position);
                    FieldKind::Object(slot.0, inner)
                }
            };
            Field { key: Expected::new(&format!("\"{}\":", field.response_key)), kind }
        };
        let fields: Box<[Field]> = selection.fields.iter().map(&mut field).collect();
        let mut sorted: Box<[u32]> = (0..fields.len() as u32).collect();
        sorted.sort_by_key(|index| fields.get(*index as usize).map(Field::name));
        let id = InputId(self.all.len() as u32);
        let position = selection.position.0;
        self.all.push(Input { position, share: shared(position), copyable, fields, sorted });
        id
    }

    #[inline]
    pub(crate) fn get(&self, id: InputId) -> &Input {
        self.all.get(id.0 as usize).expect("an InputId comes from `add`")
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }
}

impl Input {
    /// The field with this key (the text between the quotes); `next` is where to look first.
    pub(crate) fn find(&self, key: &[u8], next: usize) -> Option<usize> {
        let near = self.fields.iter().enumerate().skip(next).take(4);
        if let Some((index, _)) = near.into_iter().find(|(_, field)| field.name() == key) {
            return Some(index);
        }
        let name_at = |index: &u32| self.fields.get(*index as usize).map(Field::name);
        if let Ok(found) = self.sorted.binary_search_by_key(&Some(key), name_at) {
            return self.sorted.get(found).map(|index| *index as usize);
        }
        if key.contains(&b'\\') {
            return self.find(unescape(key).as_bytes(), next);
        }
        None
    }

    /// The field with this key, as it is in a path.
    pub(crate) fn find_name(&self, name: &str) -> Option<&Field> {
        self.find(name.as_bytes(), 0).and_then(|index| self.fields.get(index))
    }
}

impl Field {
    /// The key as it usually is in JSON.
    #[inline]
    pub(crate) fn key(&self) -> &Expected {
        &self.key
    }

    fn name(&self) -> &[u8] {
        let text = self.key.text();
        text.get(1..text.len() - 2).unwrap_or_default()
    }
}
