//! The order of definitions: by name as a person would sort, `_` first, then digits, then letters
//! whatever their case; of names that differ in case only, lower case first.

use std::cmp::Ordering;

/// Compares two names.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let case = |byte: u8| byte.is_ascii_uppercase();
    let primary = a.bytes().map(weight).cmp(b.bytes().map(weight));
    primary.then_with(|| a.bytes().map(case).cmp(b.bytes().map(case)))
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
