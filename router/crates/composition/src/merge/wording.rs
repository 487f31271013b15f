//! What reports say of subgraphs, and where they point.

use std::hash::Hash;

use apollo_compiler::collections::IndexMap;

use super::sources::{At, InSubgraph, Located};
use crate::diagnostic::Location;

/// Names in a sentence: `"a"`, `"a" and "b"`, `"a", "b" and "c"`.
pub(crate) fn quoted<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("\"{name}\"")).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// Subgraphs in a sentence: `subgraph "a"`, `subgraphs "a" and "b"`.
pub(crate) fn subgraphs<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let noun = if names.len() == 1 { "subgraph" } else { "subgraphs" };
    format!("{noun} {}", quoted(names))
}

/// The subgraphs of sources in a sentence.
pub(crate) fn in_subgraphs<S: InSubgraph>(sources: &[S]) -> String {
    subgraphs(sources.iter().map(|source| source.at().subgraph.name.as_str()))
}

/// Who has something in a sentence: `in subgraph "a" but not in subgraph "b"`.
pub(crate) fn in_some(having: &[impl InSubgraph], missing: &[impl InSubgraph]) -> String {
    format!("in {} but not in {}", in_subgraphs(having), in_subgraphs(missing))
}

/// What subgraphs say in a sentence, each with who says it: `x in subgraph "a" and y in …`.
pub(crate) fn said<'a>(
    said: impl IntoIterator<Item = (String, At<'a>)>,
    conjunction: &str,
) -> String {
    let described = grouped(said).into_iter().map(|(text, at)| {
        format!("{text} in {}", subgraphs(at.iter().map(|at| at.subgraph.name.as_str())))
    });
    described.collect::<Vec<String>>().join(conjunction)
}

/// Where sources are written.
pub(crate) fn places<S: Located>(
    sources: impl IntoIterator<Item = S>,
) -> impl Iterator<Item = Location> {
    sources.into_iter().filter_map(|source| source.location())
}

/// The sources of a type that are in none of the subgraphs that have something.
pub(crate) fn without<S: InSubgraph + Copy>(all: &[S], having: &[impl InSubgraph]) -> Vec<S> {
    let has = |source: &S| having.iter().any(|h| h.at().index == source.at().index);
    all.iter().copied().filter(|source| !has(source)).collect()
}

/// Items by key, in the order first seen.
pub(crate) fn grouped<K: Hash + Eq, V>(
    items: impl IntoIterator<Item = (K, V)>,
) -> IndexMap<K, Vec<V>> {
    let mut groups: IndexMap<K, Vec<V>> = IndexMap::default();
    for (key, item) in items {
        groups.entry(key).or_default().push(item);
    }
    groups
}
