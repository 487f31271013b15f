//! The arguments of fields as a subgraph writes them.

use serde_json::{Value, json};

use crate::split::Splitter;
use crate::world::Field;

/// What an argument or a field of an input is by default that clients do not know.
const OWN: i64 = 5;

impl<'w> Splitter<'w> {
    /// The arguments of a field that come from contexts.
    pub(crate) fn contextual(&self, field: &'w Field) -> &'w str {
        if field.owners.contains(&self.index) { &field.contextual } else { "" }
    }

    /// The arguments of a field, with some that only this subgraph has, or that clients cannot see.
    pub(crate) fn arguments(&self, field: &'w Field) -> String {
        let contextual = self.contextual(field);
        let Some(all) = field.arguments.strip_suffix(')') else {
            return if contextual.is_empty() { String::new() } else { format!("({contextual})") };
        };
        let contextual = if contextual.is_empty() { "" } else { &format!(", {contextual}") };
        let all = self.required_by_some(field, all);
        let own = match field.owners.len() {
            1 => String::new(),
            _ => format!(", {}", self.own()),
        };
        let default = if field.name.ends_with(['1', '3']) { " = {e: 1}" } else { "" };
        let hidden = format!(", h: In{default} @inaccessible");
        let is_hidden = self.world.hides_inputs && all.contains("In");
        let hidden = if is_hidden { &hidden } else { "" };
        format!("{all}{own}{hidden}{contextual})")
    }

    /// Arguments of which one subgraph says that they are required, where others do not. An
    /// interface's are the same for all.
    fn required_by_some(&self, field: &Field, all: &str) -> String {
        if field.owners.len() == 1 || !field.name.starts_with('f') {
            return all.to_owned();
        }
        match field.owners.iter().position(|owner| *owner == self.index) {
            Some(0) => all.replace("n: Int = 3", "n: Int! = 3"),
            Some(_) => all.replace("o: Boolean!", "o: Boolean").replace("[Int!]", "[Int]"),
            None => all.to_owned(),
        }
    }

    /// What no other subgraph knows, so that clients do not, either: with a default or without.
    pub(crate) fn own(&self) -> String {
        let default =
            if self.index.is_multiple_of(2) { format!(" = {OWN}") } else { String::new() };
        format!("own{}: Int{default}", self.index)
    }
}

/// Leaves out what is as it is by default, and what clients cannot know of.
pub(crate) fn without_own(arguments: &mut Value) {
    match arguments {
        Value::Array(items) => items.iter_mut().for_each(without_own),
        Value::Object(fields) => {
            fields.retain(|name, value| !name.starts_with("own") || *value != json!(OWN));
            fields.values_mut().for_each(without_own);
            fields.retain(|name, value| name != "h" || *value != json!({ "e": 1 }));
        }
        _ => {}
    }
}
