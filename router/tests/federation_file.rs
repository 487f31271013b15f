//! `supergraph.yaml`: what is understood, and what is refused in which words.

use std::path::{Path, PathBuf};

use router::supergraph_yaml::{Federation, SchemaSource};

fn parse(text: &str) -> Result<Federation, String> {
    Federation::parse(text, Path::new("graph/supergraph.yaml")).map_err(|error| error.to_string())
}

fn refusal(text: &str) -> String {
    parse(text).expect_err("it should be refused")
}

#[test]
fn the_format_of_rover_is_understood() {
    let federation = parse(
        "federation_version: =2.9.3
subgraphs:
  a:
    routing_url: http://a:1/graphql
    schema: { file: a.graphql }
  b:
    schema:
      subgraph_url: http://b:2
      introspection_headers: { Authorization: secret }
  c:
    routing_url: http://c:3
    schema:
      sdl: |
        type Query { c: Int }
",
    )
    .unwrap();
    assert_eq!(federation.folder, PathBuf::from("graph"));
    let schemas: Vec<&SchemaSource> = federation.subgraphs.values().map(|s| &s.schema).collect();
    assert!(matches!(schemas[0], SchemaSource::File(file) if file == Path::new("a.graphql")));
    assert!(matches!(schemas[1], SchemaSource::Introspect { url, headers }
        if url == "http://b:2" && headers["Authorization"] == "secret"));
    assert!(matches!(schemas[2], SchemaSource::Sdl(sdl) if sdl == "type Query { c: Int }\n"));
    assert_eq!(federation.subgraphs["b"].url(), Some("http://b:2"));
}

#[test]
fn the_federation_of_this_repository_is_understood() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../supergraph.yaml");
    let federation = Federation::read(&path).unwrap();
    let names: Vec<&String> = federation.subgraphs.keys().collect();
    assert_eq!(names, ["addresses", "courses", "customers", "employees"]);
    assert_eq!(federation.dev.subgraphs.len(), 4);
}

#[test]
fn unknown_keys_are_refused_with_a_suggestion() {
    assert_eq!(
        refusal("subgraph:\n  a: {}\n"),
        "graph/supergraph.yaml:1:1: unknown key `subgraph`; did you mean `subgraphs`? \
         (known here: `federation_version`, `subgraphs`, `x-dev`)"
    );
    assert_eq!(
        refusal("subgraphs:\n  a:\n    routing-url: http://a\n    schema: { file: a }\n"),
        "graph/supergraph.yaml:3:5: unknown key `routing-url`; did you mean `routing_url`? \
         (known here: `routing_url`, `schema`)"
    );
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let subgraph = |body: &str| format!("subgraphs:\n  a:\n{body}");
    let cases = [
        (subgraph("    routing_url: http://a\n    schema: {}\n"), "exactly one of"),
        (subgraph("    schema: { file: a.graphql }\n"), "needs a `routing_url`"),
        (
            subgraph("    routing_url: a\n    schema: { file: a.graphql }\n"),
            "not a URL that starts",
        ),
        (subgraph("    routing_url: https://a\n    schema: { file: a.graphql }\n"), "TLS"),
        (subgraph("    schema: { graphref: g@v, subgraph: a }\n"), "registry"),
        (
            subgraph(
                "    routing_url: http://a\n    routing_url: http://b\n    schema: {file: a}\n",
            ),
            "duplicate",
        ),
        (
            "subgraphs: {}\nx-dev: { subgraphs: { a: { command: [x] } } }\n".to_owned(),
            "not one of the subgraphs",
        ),
        ("federation_version: 2\n".to_owned(), "`subgraphs` is missing"),
        ("subgraphs: {}\n".to_owned(), "there are no subgraphs"),
    ];
    for (text, expected) in cases {
        let refusal = refusal(&text);
        assert!(refusal.contains(expected), "{refusal}");
    }
}
