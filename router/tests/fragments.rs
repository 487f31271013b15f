//! Selections that would be written by type again and again are written once, as fragments.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod simulated;

use serde_json::{Value, json};
use simulated::{Federation, composed};
use subgraph_simulator::Subgraph;

const KINDS: usize = 10;
const LEVELS: usize = 8;

/// A subgraph with an interface that has these fields, and `KINDS` types that implement it.
fn sdl(fields: &str, more: &str) -> String {
    let kind = |i: usize| {
        format!(
            "type T{i} implements I @key(fields: \"id\") {{ id: ID! next: I @shareable {more} }}\n"
        )
    };
    let kinds: String = (0..KINDS).map(kind).collect();
    format!(
        "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.3\", \
         import: [\"@key\", \"@shareable\"])\ninterface I {{ id: ID! {fields} }}\n{kinds}"
    )
}

/// Objects, each of the next type, and each with the next one.
fn objects(more: &str) -> Value {
    let object = |i: usize| {
        let next = (i + 1) % KINDS;
        let mut object = json!({ "id": i.to_string(), "next": { "$ref": format!("T{next}/t") } });
        if !more.is_empty() {
            object[more] = i.into();
        }
        (format!("T{i}"), json!({ "t": object }))
    };
    (0..KINDS).map(object).collect::<serde_json::Map<_, _>>().into()
}

#[tokio::test]
async fn a_field_of_all_types_but_not_of_their_interface_does_not_multiply() {
    let first = sdl("", "") + "type Query { i: I }";
    let second = sdl("next: I x: Int", "x: Int");
    let roots = json!({ "Query": { "i": { "$ref": "T0/t" } } });
    let data = |value: Value| serde_json::from_value(value).unwrap();
    let subgraphs = vec![
        Subgraph::new("a", &first, &data(json!({ "roots": roots, "objects": objects("") })))
            .unwrap(),
        Subgraph::new("b", &second, &data(json!({ "objects": objects("x") }))).unwrap(),
    ];
    let federation = Federation::new(&composed(&subgraphs).unwrap(), subgraphs).unwrap();
    let query =
        format!("{{ i {} }}", "{ next ".repeat(LEVELS) + "{ __typename x }" + &"}".repeat(LEVELS));
    let outcome = federation.answer(&query, &json!({})).await;
    assert!(outcome.rejections.is_empty(), "{outcome:?}");
    let mut object = &outcome.response["data"]["i"];
    for _ in 0..LEVELS {
        object = &object["next"];
    }
    assert_eq!(*object, json!({ "__typename": "T8", "x": 8 }), "{outcome:?}");
    let sent: usize = outcome.requests.iter().map(String::len).sum();
    assert!(sent < 10_000, "{sent} bytes, and it would be 10^{LEVELS} without fragments");
}
