//! Composing again after a change says what composing anew would say: the same schemas, errors and
//! hints, byte for byte. Random schemas change at random, few names make them depend on each other.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use composition::composer::Composer;
use composition::{Composed, Failure, Options, SubgraphSource, compose};

/// Numbers that are the same every time. <https://en.wikipedia.org/wiki/Xorshift>
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % count as u64).unwrap_or_default()
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

const FEDERATION_2: &str = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.3\", \
     import: [\"@key\", \"@external\", \"@extends\", \"@requires\", \"@provides\", \"@tag\"])\n";

/// Mostly of federation 1, whose upgrade depends on the other subgraphs.
fn schema(random: &mut Random) -> String {
    let mut sdl = String::new();
    if random.one_in(5) {
        sdl.push_str(FEDERATION_2);
    }
    let query = random.one_of(&["type", "extend type"]);
    let (field, target) = (random.below(3), random.below(3));
    writeln!(sdl, "{query} Query {{ q{field}: String t{target}: T{target} }}").unwrap_or_default();
    for ty in 0..3 {
        if ty != target && random.one_in(3) {
            continue;
        }
        let head = random.one_of(&["type", "type", "type", "type", "type", "extend type"]);
        write!(sdl, "{head} T{ty}").unwrap_or_default();
        let key = random.one_of(&["id", "id", "id", "id", "id", "code", ""]);
        if !key.is_empty() {
            write!(sdl, " @key(fields: \"{key}\")").unwrap_or_default();
        }
        if random.one_in(12) {
            sdl.push_str(" @extends");
        }
        sdl.push_str(" {\n");
        for name in ["id", "code", "a", "b"] {
            if name == key || name == "id" || random.one_in(2) {
                field_of(&mut sdl, name, random);
            }
        }
        sdl.push_str("}\n");
    }
    sdl
}

fn field_of(sdl: &mut String, name: &str, random: &mut Random) {
    write!(sdl, "  {name}: String").unwrap_or_default();
    let directives =
        ["@external", "@requires(fields: \"a\")", "@tag(name: \"x\")", "@key(fields: 1)"];
    for (directive, rarity) in directives.into_iter().zip([8, 20, 4, 300]) {
        if random.one_in(rarity) {
            write!(sdl, " {directive}").unwrap_or_default();
        }
    }
    sdl.push('\n');
}

fn source(name: usize, sdl: String) -> SubgraphSource {
    SubgraphSource { name: format!("s{name}"), url: String::new(), sdl, file: None }
}

/// Composes both ways and compares.
fn check(composer: &mut Composer, sources: &[SubgraphSource]) -> Result<Composed, Failure> {
    let options = Options::default();
    let anew = compose(sources, &options);
    assert_eq!(composer.compose(sources, &options), anew, "{sources:#?}");
    anew
}

#[test]
fn changes_of_random_schemas() {
    let mut random = Random(0x5eed);
    let mut composer = Composer::default();
    let mut sources: Vec<_> = (0..3).map(|name| source(name, schema(&mut random))).collect();
    let (mut composed, mut rejected) = (0, 0);
    for _ in 0..1000 {
        let at = random.below(sources.len());
        match random.below(12) {
            0 => sources.swap(0, at),
            1 => sources[at].url.push('x'),
            2 if sources.len() > 2 => drop(sources.remove(at)),
            3 if sources.len() < 4 => {
                sources.push(source(random.below(9), schema(&mut random)));
            }
            4 => sources[at].sdl.push('}'),
            _ => sources[at].sdl = schema(&mut random),
        }
        match check(&mut composer, &sources) {
            Ok(_) => composed += 1,
            Err(_) => rejected += 1,
        }
    }
    assert!(composed > 50 && rejected > 50, "{composed} composed, {rejected} rejected");
}

#[test]
fn changes_from_case_to_case() {
    let cases = cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"));
    assert!(cases.len() > 100);
    let mut random = Random(0xca5e);
    let mut composer = Composer::default();
    let mut sources: Vec<SubgraphSource> = Vec::new();
    for case in &cases {
        sources.truncate(3);
        // One subgraph of the case after the other takes its place among those of the last.
        for subgraph in case {
            sources.retain(|source| source.name != subgraph.name);
            sources.insert(random.below(sources.len() + 1), subgraph.clone());
            let _ = check(&mut composer, &sources);
        }
        let _ = check(&mut composer, case);
    }
}

/// The subgraphs of each case below a folder.
fn cases(folder: &Path) -> Vec<Vec<SubgraphSource>> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("a folder of cases can be read")
        .map(|entry| entry.expect("an entry can be read").path())
        .collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            found.extend(cases(&path));
            continue;
        }
        let text = fs::read_to_string(&path).expect("a case can be read");
        let sections = text.split("=== ").skip(1).filter_map(|section| section.split_once('\n'));
        let subgraphs = sections.filter(|(name, _)| !["expected", "contract"].contains(name));
        let source = |(name, sdl): (&str, &str)| SubgraphSource {
            name: name.to_owned(),
            url: format!("http://{name}"),
            sdl: sdl.to_owned(),
            file: Some(format!("{name}.graphql")),
        };
        found.push(subgraphs.map(source).collect());
    }
    found
}
