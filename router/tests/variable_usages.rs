//! Which variables may stand where in a document.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use composition::{Options, SubgraphSource, compose};
use router::limits::{RequestLimits, SubgraphLimits};
use router::pipeline::Engine;

const SDL: &str = "
  type Query { f(by: Filter, all: [Filter!], es: [E!], any: Any): Query }
  input Filter { x: Int! d: Int! = 1 xs: [[Int!]] and: Filter }
  scalar Any
  enum E { A }";

const ALLOWED: [&str; 9] = [
    "query($x: Int!) { f(by: {x: $x}) { __typename } }",
    "query($x: Int = 1) { f(by: {x: $x}) { __typename } }",
    "query($d: Int) { f(by: {x: 1, d: $d}) { __typename } }",
    "query($e: E!) { f(es: [A, $e]) { __typename } }",
    "query($e: [E!]) { f(es: $e) { __typename } }",
    "query($x: [Int!]) { f(by: {x: 1, xs: [$x, [2]]}) { __typename } }",
    "query($by: Filter) { f(by: {x: 1, and: $by}) { __typename } }",
    "query($x: Int) { f(any: {x: [$x]}) { __typename } }",
    "query N($x: Int!) { ...F } query O($x: Int! = 1) { ...F } fragment F on Query { f(by: {x: $x}) { __typename } }",
];

const NOT_ALLOWED: [(&str, &str); 9] = [
    (
        "query($x: Int) { f(by: {x: $x}) { __typename } }",
        "`$x` of type `Int` cannot be used as `Int!`",
    ),
    ("query($x: Int = null) { f(by: {x: $x}) { __typename } }", "`$x` of type `Int`"),
    ("query($e: E) { f(es: [$e]) { __typename } }", "`$e` of type `E` cannot be used as `E!`"),
    ("query($x: Int) { f(all: [{x: $x}]) { __typename } }", "`$x` of type `Int`"),
    ("query($x: Int) { f(all: {x: $x}) { __typename } }", "`$x` of type `Int`"),
    ("query($x: [Int]) { f(by: {x: 1, xs: [$x]}) { __typename } }", "as `[Int!]`"),
    ("query($x: Int!) { f(by: {x: 1, xs: [$x]}) { __typename } }", "as `[Int!]`"),
    ("query($by: [Filter]) { f(by: {x: 1, and: $by}) { __typename } }", "as `Filter`"),
    (
        "query N($x: Int!) { ...F } query O($x: Int) { f { ...F } } \
         fragment F on Query { f { ... { f(by: {x: $x}) { __typename } } } }",
        "`$x` of type `Int` cannot be used as `Int!`",
    ),
];

#[test]
fn variables_inside_of_values_are_of_the_types_that_are_expected_there() {
    let source = SubgraphSource {
        name: "a".to_owned(),
        url: "http://a.example".to_owned(),
        sdl: SDL.to_owned(),
        file: None,
    };
    let composed = compose(&[source], &Options::default())
        .unwrap_or_else(|failure| panic!("{:#?}", failure.errors));
    let (requests, subgraphs) = (RequestLimits::default(), SubgraphLimits::default());
    let engine = Engine::new(&composed.supergraph_sdl, &requests, &subgraphs).unwrap();
    let plan = |query: &str| {
        let name = query.contains("query O").then_some("O");
        engine.plan(query, name, &BTreeSet::new())
    };
    for query in ALLOWED {
        assert!(plan(query).is_ok(), "{query}");
    }
    for (query, why) in NOT_ALLOWED {
        let rejection = plan(query).expect_err(query);
        assert_eq!(rejection.code().as_str(), "GRAPHQL_VALIDATION_FAILED", "{query}");
        assert!(rejection.message().contains(why), "{query}: {}", rejection.message());
    }
}
