//! How many fetches a plan has; and long chains of them are planned on a small stack.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use composition::{Options, SubgraphSource, compose};
use router::limits::{RequestLimits, SubgraphLimits};
use router::pipeline::Engine;

/// The stack of a thread, unless something else is asked for.
const STACK_BYTES: usize = 2 << 20;

const LINK: &str = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.3\", \
                    import: [\"@key\", \"@external\", \"@requires\", \"@shareable\"])\n";

/// Composing is not what is tested.
const LARGE_STACK_BYTES: usize = 64 << 20;

fn on_stack<T: Send + 'static>(bytes: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(bytes).spawn(work).unwrap().join().unwrap()
}

fn engine(subgraphs: Vec<String>) -> Engine {
    let source = |(number, sdl): (usize, String)| SubgraphSource {
        name: format!("s{number}"),
        url: format!("http://s{number}.example"),
        sdl: format!("{LINK}{sdl}"),
        file: None,
    };
    let sources: Vec<_> = subgraphs.into_iter().enumerate().map(source).collect();
    let composed = compose(&sources, &Options::default())
        .unwrap_or_else(|failure| panic!("{:#?}", failure.errors));
    let (requests, subgraphs) = (RequestLimits::default(), SubgraphLimits::default());
    Engine::new(&composed.supergraph_sdl, &requests, &subgraphs).unwrap()
}

/// How many fetches the plan has, made on a small stack; or why there is none.
fn fetches(subgraphs: impl Iterator<Item = String>, query: String) -> Result<usize, String> {
    let subgraphs = subgraphs.collect();
    let engine = on_stack(LARGE_STACK_BYTES, move || engine(subgraphs));
    on_stack(STACK_BYTES, move || {
        let plan = engine.plan(&query, None, &BTreeSet::new());
        plan.map(|plan| plan.fetches.len()).map_err(|rejection| format!("{rejection:?}"))
    })
}

#[test]
fn entities_in_entities() {
    let sdl = |query: &str, field: &str| {
        format!("{query} type Node @key(fields: \"id\") {{ id: ID! {field}: Node }}")
    };
    let subgraphs = [sdl("type Query { start: Node }", "left"), sdl("", "right")];
    let query: String = (0..40).rev().fold("id".to_owned(), |inner, level| {
        format!("{} {{ {inner} }}", if level % 2 == 0 { "left" } else { "right" })
    });
    assert_eq!(fetches(subgraphs.into_iter(), format!("{{ start {{ {query} }} }}")), Ok(40));
}

#[test]
fn keys_for_keys() {
    let subgraph = |number: usize| match number {
        0 => "type Query { start: T } type T @key(fields: \"k0\") { k0: ID! }".to_owned(),
        _ => {
            let (old, new) = (format!("k{}", number - 1), format!("k{number}"));
            format!(
                "type T @key(fields: \"{old}\") @key(fields: \"{new}\") \
                 {{ {old}: ID! {new}: ID! f{number}: Int }}"
            )
        }
    };
    assert_eq!(fetches((0..=40).map(subgraph), "{ start { f40 } }".to_owned()), Ok(41));
}

#[test]
fn requirements_of_requirements() {
    let subgraph = |number: usize| match number {
        0 => "type Query { start: T } type T @key(fields: \"id\") { id: ID! f0: Int }".to_owned(),
        _ => {
            let required = format!("f{}", number - 1);
            format!(
                "type T @key(fields: \"id\") {{ id: ID! {required}: Int @external \
                 f{number}: Int @requires(fields: \"{required}\") }}"
            )
        }
    };
    assert_eq!(fetches((0..=40).map(subgraph), "{ start { f40 } }".to_owned()), Ok(41));
}

/// Requirements through so many objects, each of which requires the one before.
fn deep_requirements(links: usize, levels: usize) -> Result<usize, String> {
    let subgraph = move |number: usize| {
        let key = "type T @key(fields: \"id\") { id: ID!";
        let Some(before) = number.checked_sub(1) else {
            return format!("type Query {{ start: T }} {key} f0: Int e: T }}");
        };
        let inner = (0..levels).fold(format!("f{before}"), |inner, _| format!("e {{ {inner} }}"));
        format!(
            "{key} f{before}: Int @external e: T @external \
             f{number}: Int @requires(fields: \"{inner}\") }}"
        )
    };
    fetches((0..=links).map(subgraph), format!("{{ start {{ f{links} }} }}"))
}

#[test]
fn objects_of_requirements() {
    assert_eq!(deep_requirements(40, 4), Ok(41));
    assert!(deep_requirements(60, 10).unwrap_err().contains("nested deeper than 256"));
}

#[test]
fn keys_of_many_types() {
    const TYPES: usize = 1000;
    let subgraph = |number: usize| {
        let ty = |ty: usize| {
            let next = ty + 1;
            format!(
                "type T{ty} @key(fields: \"p {{ id }}\") \
                 {{ id: ID! @shareable p: T{next} @shareable f{number}: Int }}\n"
            )
        };
        let query = if number == 0 { "type Query { start: T0 }\n" } else { "" };
        let types: String = (0..TYPES).map(ty).collect();
        format!("{query}{types}type T{TYPES} @key(fields: \"id\") {{ id: ID! }}")
    };
    assert_eq!(fetches((0..2).map(subgraph), "{ start { f1 } }".to_owned()), Ok(2));
}

#[test]
fn two_places_ask_the_subgraph_that_both_can_ask() {
    let type_in = |name: &str, field: &str| {
        format!("type {name} @key(fields: \"id\") {{ id: ID! {field}: Int @shareable }}")
    };
    let entities =
        "type X @key(fields: \"id\") { id: ID! } type Y @key(fields: \"id\") { id: ID! }";
    let subgraphs = [
        format!("type Query {{ x: X y: Y }} {entities}"),
        type_in("X", "f"),
        type_in("X", "f") + &type_in("Y", "g"),
        type_in("Y", "g"),
    ];
    let query = "{ x { f } y { g } }".to_owned();
    assert_eq!(fetches(subgraphs.into_iter(), query), Ok(2));
}

#[test]
fn a_fetch_comes_later_where_another_is_as_late_anyway() {
    let own = |name: &str, field: &str| {
        format!("type {name} @key(fields: \"id\") {{ id: ID! {field} @shareable }}")
    };
    let entities =
        "type X @key(fields: \"id\") { id: ID! } type Y @key(fields: \"id\") { id: ID! }";
    // `y.f` could come from `s2`; `s3` has it, too, and is asked for `x.y.h` later.
    let subgraphs = [
        format!("type Query {{ x: X y: Y }} {entities}"),
        format!("type X @key(fields: \"id\") {{ id: ID! y: Y }} {}", own("Y", "g: Int")),
        own("Y", "f: Int"),
        own("Y", "h: Int f: Int"),
    ];
    let query = "{ x { y { f h } } y { f } }".to_owned();
    assert_eq!(fetches(subgraphs.into_iter(), query), Ok(3));
}

#[test]
fn selections_of_an_interface_count_for_each_object_type() {
    let types = (0..25).map(|n| format!("type T{n} implements I {{ next: I x: Int }} "));
    let sdl = format!("type Query {{ i: I }} interface I {{ next: I x: Int }} {}", {
        types.collect::<String>()
    });
    let plan = |levels: usize, wide: usize| {
        let wide = (0..wide).map(|_| "next { x } ").collect::<String>();
        let query =
            (0..levels).fold("x".to_owned(), |inner, _| format!("{wide} next {{ {inner} }}"));
        fetches([sdl.clone()].into_iter(), format!("{{ i {{ {query} }} }}"))
    };
    assert_eq!(plan(30, 10), Ok(1));
    let refused = plan(40, 12).unwrap_err();
    assert!(refused.contains("each counts once for each object type"), "{refused}");
}
