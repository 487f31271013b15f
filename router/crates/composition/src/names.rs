//! GraphQL names: what is one, and which known one is closest to a misspelt one.

/// Whether a text is a GraphQL name.
pub(crate) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    let first = bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
    first && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The candidate closest to `name`, if any is close enough to have been meant.
pub(crate) fn closest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = name.len() / 3 + 1;
    let lower = name.to_lowercase();
    let distances =
        candidates.into_iter().map(|c| (strsim::levenshtein(&lower, &c.to_lowercase()), c));
    distances.filter(|(distance, _)| *distance <= limit).min().map(|(_, candidate)| candidate)
}
