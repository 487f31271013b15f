//! A map whose keys are fields: pairs of type name and field name.

use std::collections::HashMap;

use apollo_compiler::Name;

/// Values by (type, field), looked up by borrowed names.
#[derive(Debug, Clone)]
pub(crate) struct FieldMap<T> {
    by_type: HashMap<Name, HashMap<Name, T>>,
}

impl<T> Default for FieldMap<T> {
    fn default() -> Self {
        Self { by_type: HashMap::new() }
    }
}

impl<T> FieldMap<T> {
    /// The value of a field.
    pub(crate) fn get(&self, ty: &str, field: &str) -> Option<&T> {
        self.by_type.get(ty)?.get(field)
    }

    /// Whether the field has a value.
    pub(crate) fn contains(&self, ty: &str, field: &str) -> bool {
        self.get(ty, field).is_some()
    }

    /// Sets the value of a field.
    pub(crate) fn insert(&mut self, ty: &Name, field: &Name, value: T) {
        self.by_type.entry(ty.clone()).or_default().insert(field.clone(), value);
    }

    /// The value of a field, to be changed.
    pub(crate) fn entry(&mut self, ty: &Name, field: &Name) -> &mut T
    where
        T: Default,
    {
        self.by_type.entry(ty.clone()).or_default().entry(field.clone()).or_default()
    }
}

/// A set of fields.
pub(crate) type FieldNames = FieldMap<()>;
