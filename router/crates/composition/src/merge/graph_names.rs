//! The values of `join__Graph`: an enum value for each subgraph name.
//!
//! <https://specs.apollo.dev/join/v0.3/#join__Graph>

use std::collections::HashMap;

use apollo_compiler::Name;

/// The enum value of each subgraph, in the order given.
pub(crate) fn graph_names(subgraphs: &[&str]) -> Vec<Name> {
    let sanitized: Vec<String> = subgraphs.iter().map(|name| sanitize(name)).collect();
    let mut total: HashMap<&str, usize> = HashMap::new();
    for name in &sanitized {
        *total.entry(name).or_default() += 1;
    }
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut names = Vec::with_capacity(sanitized.len());
    for name in &sanitized {
        let nth = seen.entry(name).or_default();
        *nth += 1;
        let unique = total.get(name.as_str()) == Some(&1);
        let text = if unique { name.clone() } else { format!("{name}_{nth}") };
        names.push(Name::new_unchecked(&text));
    }
    names
}

/// A name that is an enum value and cannot end like one made unique by a number.
fn sanitize(name: &str) -> String {
    let valid = |unit: u16| u8::try_from(unit).is_ok_and(|b| b.is_ascii_alphanumeric());
    let to_char = |unit: u16| match u8::try_from(unit) {
        Ok(byte) if valid(unit) => char::from(byte.to_ascii_uppercase()),
        _ => '_',
    };
    let mut text: String = name.encode_utf16().map(to_char).collect();
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        text.insert(0, '_');
    }
    let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    if digits > 0 && text[..text.len() - digits].ends_with('_') {
        text.push('_');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_enum_values() {
        let names = graph_names(&["a-b", "a_b", "1x", "y_2", "é"]);
        let names: Vec<&str> = names.iter().map(Name::as_str).collect();
        assert_eq!(names, ["A_B_1", "A_B_2", "_1X", "Y_2_", "_"]);
    }
}
