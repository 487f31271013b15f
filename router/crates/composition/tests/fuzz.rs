//! Whatever it is given, composition answers: with a supergraph that can be read again, or with
//! errors that point into what was given. Cases are damaged at random and composed; the damage is
//! the same in every run. `ROUNDS=100000 cargo test --release -p composition --test fuzz` does more.

#![allow(clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use apollo_compiler::Schema;
use composition::diagnostic::Diagnostic;
use composition::{Options, SubgraphSource, compose};
use supergraph::Supergraph;

const ROUNDS: usize = 400;

/// What is not found in any case.
const STRANGE: [&str; 28] = [
    "\u{0}",
    "\u{feff}",
    "é",
    "😀",
    "\"",
    "\"\"\"",
    "\\",
    "\\u{110000}",
    "#",
    "$",
    "&",
    "...",
    "@",
    "|",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "=",
    "!",
    "-1",
    "1e400",
    "null",
    "extend",
    "_",
];

#[test]
fn damaged_cases_are_answered() {
    let cases = cases();
    let rounds = match std::env::var("ROUNDS") {
        Ok(rounds) => rounds.parse().expect("ROUNDS is a number"),
        Err(_) => ROUNDS,
    };
    for round in 0..rounds {
        let mut random = Random::new(round as u64);
        let mut subgraphs = random.pick(&cases);
        if random.one_in(8) {
            subgraphs.extend(random.pick(&cases));
        }
        for _ in 0..=random.below(3) {
            let target = random.below(subgraphs.len());
            let donor = random.pick(&cases);
            let donor = random.pick(&donor).sdl;
            let sdl = &subgraphs[target].sdl;
            subgraphs[target].sdl = match random.below(4) {
                0 => damage_characters(&mut random, sdl),
                1 => damage_pieces(&mut random, &lines(sdl), &lines(&donor)),
                _ => damage_pieces(&mut random, &tokens(sdl), &tokens(&donor)),
            };
        }
        check(&subgraphs, round);
    }
}

/// Composes, and holds the answer to what is promised of every answer.
fn check(subgraphs: &[SubgraphSource], round: usize) {
    let given = || {
        let each = subgraphs.iter().map(|s| format!("=== {}\n{}\n", s.name, s.sdl));
        format!("round {round}:\n{}", each.collect::<String>())
    };
    let answer = catch_unwind(|| compose(subgraphs, &Options::default()));
    let answer = answer.unwrap_or_else(|_| panic!("composition panics in {}", given()));
    match &answer {
        Ok(composed) => {
            let unread = Supergraph::parse(&composed.supergraph_sdl).err().unwrap_or_default();
            // Connectors are composed, although not executed.
            let is_supergraph = unread.iter().all(|e| e.code == "UNSUPPORTED_LINKED_FEATURE");
            assert!(is_supergraph, "no supergraph: {unread:?} in {}", given());
            let read = Schema::parse_and_validate(&composed.api_schema_sdl, "api");
            assert!(read.is_ok(), "no schema: {:?} in {}", read.err(), given());
            composed.hints.iter().for_each(|hint| check_places(hint, subgraphs, &given));
        }
        Err(failure) => {
            assert!(!failure.errors.is_empty(), "no error in {}", given());
            failure.errors.iter().for_each(|error| check_places(error, subgraphs, &given));
        }
    }
    let reversed: Vec<_> = subgraphs.iter().rev().cloned().collect();
    let has_duplicates =
        (1..subgraphs.len()).any(|i| subgraphs[..i].iter().any(|s| s.name == subgraphs[i].name));
    assert!(
        has_duplicates || compose(&reversed, &Options::default()) == answer,
        "the order of subgraphs matters in {}",
        given()
    );
}

fn check_places(found: &Diagnostic, subgraphs: &[SubgraphSource], given: &dyn Fn() -> String) {
    assert!(!found.message.is_empty(), "{} without a message in {}", found.code.name(), given());
    for place in &found.locations {
        let mut named = subgraphs.iter().filter(|subgraph| subgraph.name == place.subgraph);
        let is_there = named.any(|s| place.line <= s.sdl.split('\n').count());
        assert!(is_there, "{place:?} of {found} is nowhere in {}", given());
    }
}

/// Deletes, inserts or repeats some characters.
fn damage_characters(random: &mut Random, text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let from = random.below(characters.len() + 1);
    let to = (from + random.below(12)).min(characters.len());
    let (head, middle, tail) = (&characters[..from], &characters[from..to], &characters[to..]);
    let inserted: Vec<char> = match random.below(3) {
        0 => Vec::new(),
        1 => random.pick(&STRANGE).chars().collect(),
        _ => [middle, middle].concat(),
    };
    head.iter().chain(&inserted).chain(tail).collect()
}

/// Deletes, repeats, exchanges or replaces one piece of a text.
fn damage_pieces(random: &mut Random, pieces: &[&str], others: &[&str]) -> String {
    let mut pieces = pieces.to_vec();
    if pieces.is_empty() || others.is_empty() {
        return random.pick(&STRANGE).to_string();
    }
    let (at, other) = (random.below(pieces.len()), random.below(pieces.len()));
    match random.below(6) {
        0 => drop(pieces.remove(at)),
        1 => pieces.insert(at, pieces[at]),
        2 => pieces.swap(at, other),
        3 => pieces[at] = random.pick(&STRANGE),
        4 => pieces[at] = random.pick(others),
        _ => pieces.insert(at, random.pick(others)),
    }
    pieces.concat()
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Names and single other characters; what is between quotes is pieces, too.
fn tokens(text: &str) -> Vec<&str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if is_name(first) { rest.find(|c| !is_name(c)) } else { Some(first.len_utf8()) };
        let (token, after) = rest.split_at(end.unwrap_or(rest.len()));
        tokens.push(token);
        rest = after;
    }
    tokens
}

/// The subgraphs of every case.
fn cases() -> Vec<Vec<SubgraphSource>> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of cases can be read") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
        .iter()
        .map(|path| subgraphs(&fs::read_to_string(path).expect("a case can be read")))
        .collect()
}

fn subgraphs(case: &str) -> Vec<SubgraphSource> {
    let sections = case.split("=== ").skip(1).filter_map(|section| section.split_once('\n'));
    let subgraphs = sections.filter(|(name, _)| *name != "expected" && *name != "contract");
    let source = |(name, sdl): (&str, &str)| SubgraphSource {
        name: name.to_owned(),
        url: format!("http://{name}"),
        sdl: sdl.to_owned(),
        file: None,
    };
    subgraphs.map(source).collect()
}

/// Numbers that look random and are the same every time (SplitMix64).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit.max(1) as u64) as usize
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}
