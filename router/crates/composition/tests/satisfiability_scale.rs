//! Families of subgraphs whose queries can be answered in exponentially many ways, or fail on one
//! of exponentially many paths. Each composes, or is refused, while somebody waits.

#![allow(clippy::unwrap_used, reason = "writing to a string cannot fail")]

use std::fmt::Write as _;

use composition::diagnostic::Code;
use composition::{Options, SubgraphSource, compose};

const LINK: &str = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.9\", \
     import: [\"@key\", \"@shareable\", \"@override\"])\n";

/// Subgraph `i` knows the entities by the keys `k<i>` and `k<i + 1>`, so that the last one is
/// reached by a chain through all; every entity refers to every other, everywhere.
#[test]
fn chains_of_keys() {
    let subgraphs = subgraphs(12, |i| {
        let mut sdl = String::new();
        for ty in 0..8 {
            let next = i + 1;
            write!(
                sdl,
                "type T{ty} @key(fields: \"k{i}\") @key(fields: \"k{next}\") @shareable {{ "
            )
            .unwrap();
            write!(sdl, "k{i}: ID! k{next}: ID! x{i}: Int ").unwrap();
            (0..8).for_each(|other| write!(sdl, "r{other}: T{other} ").unwrap());
            sdl.push_str("}\n");
        }
        if i == 0 {
            sdl.push_str("type Query { t: T0 }\n");
        }
        sdl
    });
    assert_eq!(codes(&subgraphs), []);
}

/// Types without keys; each field is missing in one subgraph, except that the first one has all.
#[test]
fn shrinking_sets_around_one_that_suffices() {
    assert_eq!(codes(&levels(16, |field, subgraph| field != subgraph || subgraph == 0)), []);
}

/// The same, but no subgraph has all: the path that leaves out each of them fails.
#[test]
fn shrinking_sets_to_nothing() {
    let found = codes(&levels(8, |field, subgraph| field != subgraph));
    assert!(!found.is_empty());
    assert!(found.iter().all(|code| *code == Code::SatisfiabilityError));
}

/// Two subgraphs together have all fields, none has them alone, and those beside them drop out in
/// every order: more sets than can be looked at.
#[test]
fn too_many_sets() {
    let has = |field: usize, subgraph: usize| field != subgraph;
    assert_eq!(codes(&wide_levels(26, 7, has)), [Code::MaxValidationSubgraphPathsExceeded]);
    assert_eq!(codes(&wide_levels(26, 2, has)), []);
}

/// A label for each field of each entity, all of them undecided.
#[test]
fn labels_everywhere() {
    let subgraphs = subgraphs(2, |i| {
        let mut sdl = String::new();
        for ty in 0..8 {
            write!(sdl, "type T{ty} @key(fields: \"id\") {{ id: ID! ").unwrap();
            for other in 0..8 {
                write!(sdl, "r{other}: T{other} ").unwrap();
                if i == 1 {
                    write!(sdl, "@override(from: \"s0\", label: \"l{ty}x{other}\") ").unwrap();
                }
            }
            sdl.push_str("}\n");
        }
        if i == 0 {
            sdl.push_str("type Query { t: T0 }\n");
        }
        sdl
    });
    assert_eq!(codes(&subgraphs), []);
}

/// As many subgraphs as levels; on each level a field for each subgraph, which leads to the next.
fn levels(count: usize, has: impl Fn(usize, usize) -> bool) -> Vec<SubgraphSource> {
    wide_levels(count, count, has)
}

fn wide_levels(
    count: usize,
    levels: usize,
    has: impl Fn(usize, usize) -> bool,
) -> Vec<SubgraphSource> {
    subgraphs(count, |subgraph| {
        let mut sdl = "type Query { l: L0 @shareable }\n".to_owned();
        for level in 0..levels {
            write!(sdl, "type L{level} @shareable {{ a: Int ").unwrap();
            for field in (0..count).filter(|field| has(*field, subgraph)) {
                write!(sdl, "f{field}: L{} ", level + 1).unwrap();
            }
            sdl.push_str("}\n");
        }
        writeln!(sdl, "type L{levels} @shareable {{ a: Int }}").unwrap();
        sdl
    })
}

fn subgraphs(count: usize, sdl: impl Fn(usize) -> String) -> Vec<SubgraphSource> {
    let source = |index: usize| SubgraphSource {
        name: format!("s{index}"),
        url: String::new(),
        sdl: LINK.to_owned() + &sdl(index),
        file: None,
    };
    (0..count).map(source).collect()
}

fn codes(subgraphs: &[SubgraphSource]) -> Vec<Code> {
    match compose(subgraphs, &Options::default()) {
        Ok(_) => Vec::new(),
        Err(failure) => failure.errors.iter().map(|error| error.code).collect(),
    }
}
