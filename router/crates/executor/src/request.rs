//! What an execution is given besides the plan: values of variables and answers to introspection.

use bytes::Bytes;
use query_plan::ConditionId;

/// One request of a client, for a plan.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The values of the operation's variables.
    pub variables: Variables,
    /// The answers to the plan's introspection fields, in their order: JSON.
    pub introspection: Vec<Bytes>,
}

/// Whether a condition holds, by what was decided of each.
pub(crate) fn holds(conditions: &[bool], id: Option<ConditionId>) -> bool {
    id.is_none_or(|id| conditions.get(usize::from(id.0)).copied().unwrap_or(false))
}

/// Values of variables, coerced and with their defaults, as JSON text.
#[derive(Debug, Clone, Default)]
pub struct Variables {
    values: Vec<(String, Bytes)>,
}

impl Variables {
    /// Sets the value of a variable (`name` without `$`); `json` has to be valid JSON.
    pub fn set(&mut self, name: impl Into<String>, json: impl Into<Bytes>) {
        self.values.push((name.into(), json.into()));
    }

    /// The value of a variable, if it has one.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Bytes> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, json)| json)
    }

    /// Whether the variable is `true`.
    #[must_use]
    pub fn is_true(&self, name: &str) -> bool {
        self.value(name).is_some_and(|json| json.as_ref() == b"true")
    }
}

impl<N: Into<String>, V: Into<Bytes>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(values: I) -> Self {
        let values = values.into_iter().map(|(name, json)| (name.into(), json.into()));
        Self { values: values.collect() }
    }
}
