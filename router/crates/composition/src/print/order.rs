//! The order of definitions: by name as a person would sort, `_` first, then digits, then letters
//! whatever their case; of names that differ in case only, lower case first.

use std::cmp::Ordering;

/// Compares two names.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let primary = |name: &str| -> Vec<(u8, u8)> { name.bytes().map(weight).collect() };
    let case = |name: &str| -> Vec<bool> { name.bytes().map(|b| b.is_ascii_uppercase()).collect() };
    primary(a).cmp(&primary(b)).then_with(|| case(a).cmp(&case(b)))
}

fn weight(byte: u8) -> (u8, u8) {
    match byte {
        b'_' => (0, 0),
        b'0'..=b'9' => (1, byte),
        other => (2, other.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_like_words() {
        let mut names = ["b", "B", "a_b", "ab", "a1", "_z", "A"];
        names.sort_by(|a, b| compare(a, b));
        assert_eq!(names, ["_z", "A", "a_b", "a1", "ab", "b", "B"]);
    }
}
