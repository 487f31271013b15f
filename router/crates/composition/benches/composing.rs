//! What composing costs by number of subgraphs, of types and of fields: anew, and again after one
//! of the subgraphs has changed.
//!
//! ```sh
//! cargo bench -p composition                          # generated subgraphs
//! cargo bench -p composition -- --input subgraphs.json
//! ```
//!
//! An input is `{"subgraphs": [{"name", "url", "sdl"}]}`. The figures are milliseconds of CPU,
//! the average of several rounds.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a bench stops at what it did not expect")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use composition::composer::Composer;
use composition::{Options, SubgraphSource, compose};
use serde_json::Value;

/// The router's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Each figure is measured for so long, but over at least so many rounds.
const DURATION: Duration = Duration::from_secs(1);
const ROUNDS_MIN: u32 = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let input = arguments.iter().position(|argument| argument == "--input");
    println!("subgraphs  types  fields     kB |  anew ms  again ms");
    if let Some(file) = input.and_then(|at| arguments.get(at + 1)) {
        let input: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        return row(&input["subgraphs"].as_array().unwrap().iter().map(source).collect::<Vec<_>>());
    }
    for subgraphs in [2, 10, 50, 200] {
        row(&generated(Size { subgraphs, types: 20, fields: 8 }));
    }
    for types in [5, 50, 500] {
        row(&generated(Size { subgraphs: 10, types, fields: 8 }));
    }
    for fields in [4, 40, 200] {
        row(&generated(Size { subgraphs: 10, types: 20, fields }));
    }
}

fn source(subgraph: &Value) -> SubgraphSource {
    let text = |key: &str| subgraph[key].as_str().unwrap_or_default().to_owned();
    SubgraphSource { name: text("name"), url: text("url"), sdl: text("sdl"), file: None }
}

struct Size {
    subgraphs: usize,
    /// Of each subgraph.
    types: usize,
    /// Of each type.
    fields: usize,
}

/// Every third type is an entity that the next subgraph adds to; the others are the subgraph's own,
/// or values that all share.
fn generated(size: Size) -> Vec<SubgraphSource> {
    (0..size.subgraphs).map(|at| generated_subgraph(at, &size)).collect()
}

fn generated_subgraph(at: usize, size: &Size) -> SubgraphSource {
    let mut sdl = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.3\", \
         import: [\"@key\", \"@shareable\"])\n"
        .to_owned();
    writeln!(sdl, "type Query {{ q{at}: E{at}x0 }}").unwrap();
    let before = (at + size.subgraphs - 1) % size.subgraphs;
    let name = |ty: usize, owner: usize| match ty % 3 {
        0 => format!("E{owner}x{ty}"),
        1 => format!("O{owner}x{ty}"),
        _ => format!("V{ty}"),
    };
    for ty in 0..size.types {
        let head = match ty % 3 {
            0 => "@key(fields: \"id\") { id: ID!",
            1 => "{",
            _ => "@shareable {",
        };
        write!(sdl, "type {} {head}", name(ty, at)).unwrap();
        // Of a value only values: all subgraphs have it whole.
        let step = if ty % 3 == 2 { 3 } else { 1 };
        let below = (ty + step < size.types).then(|| name(ty + step, at));
        for field in 0..size.fields {
            let below = below.as_deref().filter(|_| field == 0).unwrap_or("String");
            write!(sdl, " f{field}(first: Int = {field}): {below}").unwrap();
        }
        sdl.push_str(" }\n");
        if ty % 3 == 0 && size.subgraphs > 1 {
            let entity = name(ty, before);
            writeln!(sdl, "type {entity} @key(fields: \"id\") {{ id: ID! from{at}: Int }}")
                .unwrap();
        }
    }
    SubgraphSource { name: format!("s{at}"), url: format!("http://s{at}"), sdl, file: None }
}

fn row(sources: &[SubgraphSource]) {
    let options = Options::default();
    let composed = compose(sources, &options).unwrap_or_else(|f| panic!("{}", f.errors[0]));
    let anew = average(|| {
        let outcome = compose(sources, &options);
        assert!(outcome.is_ok());
    });
    let mut composer = Composer::default();
    composer.compose(sources, &options).unwrap();
    let mut changing = sources.to_vec();
    let mut round = 0;
    let again = average(|| {
        let changed = round % changing.len();
        changing[changed].sdl.push_str("\n# changed");
        round += 1;
        assert!(composer.compose(&changing, &options).unwrap() == composed);
    });
    let bytes: usize = sources.iter().map(|source| source.sdl.len()).sum();
    let lines = || composed.api_schema_sdl.lines();
    let types = lines().filter(|line| line.starts_with("type ")).count();
    let fields = lines().filter(|line| line.starts_with("  ") && line.contains(": ")).count();
    let (count, kilobytes) = (sources.len(), bytes / 1000);
    println!("{count:9} {types:6} {fields:7} {kilobytes:6} | {anew:8.1} {again:9.1}");
}

/// Milliseconds of a round, on average.
fn average(mut run: impl FnMut()) -> f64 {
    let begun = Instant::now();
    let before = spent(begun);
    let mut rounds = 0;
    while rounds < ROUNDS_MIN || begun.elapsed() < DURATION {
        run();
        rounds += 1;
    }
    (spent(begun) - before).as_secs_f64() * 1000.0 / f64::from(rounds)
}

/// CPU time where Linux tells it, so that others on the machine do not count; time, elsewhere.
fn spent(begun: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| begun.elapsed(), Duration::from_nanos)
}
