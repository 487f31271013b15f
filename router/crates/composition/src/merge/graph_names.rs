//! The values of `join__Graph`: an enum value for each subgraph name.
//!
//! <https://specs.apollo.dev/join/v0.3/#join__Graph>

use apollo_compiler::Name;

use super::wording::grouped;

/// The enum value of each subgraph, in the order given.
pub(crate) fn graph_names(subgraphs: &[&str]) -> Vec<Name> {
    let sanitized: Vec<String> = subgraphs.iter().map(|name| sanitize(name)).collect();
    let same = grouped(sanitized.iter().enumerate().map(|(index, name)| (name, index)));
    let unique = sanitized.iter().enumerate().map(|(index, name)| {
        let nth = same[name].iter().position(|same| *same == index).map_or(0, |nth| nth + 1);
        let is_alone = same[name].len() == 1;
        Name::new_unchecked(&if is_alone { name.clone() } else { format!("{name}_{nth}") })
    });
    unique.collect()
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
