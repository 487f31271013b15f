//! Names of object types, as the JSON strings that subgraphs send.

use query_plan::TypeId;
use rustc_hash::FxHashMap;

use crate::decode::unescape;
use crate::store::TypeTag;

/// The names of a plan's types.
#[derive(Debug, Default)]
pub(crate) struct TypeNames {
    quoted: Vec<Box<[u8]>>,
    ids: FxHashMap<Box<[u8]>, TypeId>,
}

impl TypeNames {
    pub(crate) fn new(names: &[String]) -> Self {
        let quoted: Vec<Box<[u8]>> =
            names.iter().map(|name| format!("\"{name}\"").into_bytes().into()).collect();
        let ids = quoted.iter().cloned().zip((0..=u16::MAX).map(TypeId)).collect();
        Self { quoted, ids }
    }

    /// The name as a JSON string.
    pub(crate) fn quoted(&self, id: TypeId) -> &[u8] {
        self.quoted.get(usize::from(id.0)).map_or(b"\"\"", AsRef::as_ref)
    }

    /// The type that a JSON value names; `guess` is tried first.
    #[inline]
    pub(crate) fn find(&self, text: &[u8], guess: TypeTag) -> Option<TypeTag> {
        if guess.id().is_some_and(|id| self.quoted(id) == text) {
            return Some(guess);
        }
        let [b'"', raw @ .., b'"'] = text else { return None };
        let id = match self.ids.get(text) {
            None if raw.contains(&b'\\') => {
                self.ids.get(format!("\"{}\"", unescape(raw)).as_bytes()).copied()
            }
            found => found.copied(),
        };
        Some(id.map_or(TypeTag::FOREIGN, TypeTag::of))
    }
}
