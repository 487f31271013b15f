//! Schemas that are deep, long, wide or go in circles are composed or refused, and neither take the
//! stack nor for ever.

#![allow(clippy::unwrap_used, reason = "writing to a string cannot fail")]

use std::fmt::Write as _;

use composition::diagnostic::Code;
use composition::{Options, SubgraphSource, compose};

const LINK: &str = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.9\", import: \
     [\"@key\", \"@shareable\", \"@requires\", \"@external\", \"@provides\", \"@tag\"])\n";

#[test]
fn nesting_is_limited() {
    let nested = |open: &str, middle: &str, close: &str| {
        format!("{}{middle}{}", open.repeat(10_000), close.repeat(10_000))
    };
    let list = nested("[", "Int", "]");
    assert_eq!(codes(&[format!("type Query {{ a: {list} }}")]), [Code::InvalidGraphql]);
    let value = nested("{a: [", "1", "]}");
    let given = format!("scalar S type Query {{ a(s: S = {value}): Int }}");
    assert_eq!(codes(&[given]), [Code::InvalidGraphql]);
    let selection = nested("t { ", "id", " }");
    let given = format!(
        "{LINK} type Query {{ t: T }} type T @key(fields: \"{selection}\") {{ id: ID! t: T }}"
    );
    assert_eq!(codes(&[given]), [Code::KeyInvalidFields]);
    let given = format!("{LINK} type Query {{ t(a: Int @tag(name: {value})): Int }}");
    assert_eq!(codes(&[given]), [Code::InvalidGraphql]);
}

#[test]
fn names_and_texts_may_be_long() {
    let name = "a".repeat(100_000);
    let given = format!(
        "\"{name}\" type Query {{ {name}({name}: Int = 1): {name} }} type {name} {{ {name}: Int }}"
    );
    assert_eq!(codes(&[given.clone(), given]), []);
}

#[test]
fn there_may_be_many_types() {
    let mut given = format!("{LINK} type Query {{ t0: T0 @shareable }} ");
    for i in 0..2_000 {
        write!(
            given,
            "type T{i} @key(fields: \"id\") {{ id: ID! next: T{} @shareable ",
            (i + 1) % 2_000
        )
        .unwrap();
        write!(given, "back: T{} @shareable }} ", (i * 7) % 2_000).unwrap();
    }
    assert_eq!(codes(&[given.clone(), given]), []);
}

#[test]
fn there_may_be_many_subgraphs() {
    let part = |i: usize| {
        format!(
            "{LINK} type Query {{ f{i}: T }} type T @key(fields: \"id\") {{ id: ID! x{i}: Int }}"
        )
    };
    let given: Vec<String> = (0..200).map(part).collect();
    assert_eq!(codes(&given), []);
}

/// Each type leads to the next one: what is walked recursively would take the stack.
#[test]
fn chains_may_be_long() {
    let mut inputs = "type Query { t(i: I0!): T0 } ".to_owned();
    let mut needed = "type Query { t(i: I0!): Int } ".to_owned();
    let mut interfaces = format!("{LINK} type Query {{ i: N0 }} ");
    for i in 0..3_000 {
        let next = i + 1;
        write!(inputs, "input I{i} {{ i: I{next} }} type T{i} {{ t: T{next} }} ").unwrap();
        write!(needed, "input I{i} {{ i: I{next}! }} ").unwrap();
        write!(interfaces, "interface N{i} {{ n: N{next} }} ").unwrap();
        write!(interfaces, "type O{i} implements N{i} {{ n: N{next} }} ").unwrap();
    }
    inputs.push_str("input I3000 { a: Int } type T3000 { a: Int }");
    needed.push_str("input I3000 { a: Int }");
    interfaces.push_str("interface N3000 { a: Int } type O3000 implements N3000 { a: Int }");
    assert_eq!(codes(&[inputs.clone()]), []);
    assert_eq!(
        codes(&[inputs, format!("{LINK} type T3000 {{ b: Int }}")]),
        [Code::SatisfiabilityError]
    );
    assert_eq!(codes(&[interfaces]), []);
    // Nobody could write such a value.
    assert_eq!(codes(&[needed]), [Code::InvalidGraphql]);
}

#[test]
fn circles_end() {
    let inputs =
        "type Query { a(i: I): Int } input I { i: I! } input J { k: K! } input K { j: [J!]! }";
    assert_eq!(codes(&[inputs.to_owned()]), [Code::InvalidGraphql]);
    let directives = "directive @a(x: Int @b) on ARGUMENT_DEFINITION directive @b(x: Int @a) on ARGUMENT_DEFINITION type Query { a(x: Int @a): Int }";
    assert!(codes(&[directives.to_owned()]).iter().all(|code| *code == Code::InvalidGraphql));
    let interfaces = "type Query { a: Int } interface A implements B { a: Int } interface B implements A { a: Int }";
    assert!(codes(&[interfaces.to_owned()]).iter().all(|code| *code == Code::InvalidGraphql));
    let requirements = [
        format!(
            "{LINK} type Query {{ t: T }} type T @key(fields: \"id\") {{ id: ID! a: Int @requires(fields: \"b\") b: Int @external }}"
        ),
        format!(
            "{LINK} type T @key(fields: \"id\") {{ id: ID! b: Int @requires(fields: \"a\") a: Int @external }}"
        ),
    ];
    assert!(codes(&requirements).contains(&Code::SatisfiabilityError));
    let keys = [
        format!(
            "{LINK} type Query {{ t: T }} type T @key(fields: \"t {{ id }}\") {{ id: ID! t: T }}"
        ),
        format!(
            "{LINK} type T @key(fields: \"t {{ t {{ id }} }}\") {{ id: ID! @shareable t: T x: Int }}"
        ),
    ];
    assert_eq!(codes(&keys), []);
}

/// A field set that fans out on every level is as large as what is written, and no larger.
#[test]
fn field_sets_may_be_wide() {
    let mut selection = "id".to_owned();
    for _ in 0..10 {
        selection = format!("id a {{ {selection} }} b {{ {selection} }}");
    }
    let part = |field: &str| {
        format!("{LINK} type T @key(fields: \"{selection}\") {{ id: ID! a: T b: T {field} }}")
    };
    let given = [format!("type Query {{ t: T }} {}", part("x: Int")), part("y: Int")];
    assert_eq!(codes(&given), []);
}

fn codes(given: &[String]) -> Vec<Code> {
    let source = |(index, sdl): (usize, &String)| SubgraphSource {
        name: format!("s{index}"),
        url: String::new(),
        sdl: sdl.clone(),
        file: None,
    };
    let subgraphs: Vec<_> = given.iter().enumerate().map(source).collect();
    match compose(&subgraphs, &Options::default()) {
        Ok(_) => Vec::new(),
        Err(failure) => {
            let mut codes: Vec<Code> = failure.errors.iter().map(|error| error.code).collect();
            codes.dedup();
            codes
        }
    }
}
