//! Which known name is closest to a misspelt one.

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
