//! What a simulated subgraph answers, and what it refuses.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::{Value, json};
use subgraph_simulator::Subgraph;

const SDL: &str = r#"
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",
      import: [{ name: "@key", as: "@entity" }, "@external", "@requires", "@fromContext"])
    type Query { users: [User], user(id: ID!): User }
    type User @entity(fields: "id") @entity(fields: "org { name } nr") {
      id: ID!
      org: Org
      nr: Int
      price: Int @external
      dear: Boolean @requires(fields: "price")
      greeting(in: String @fromContext(field: "$org { language }")): String
    }
    type Org { name: String }
"#;

fn subgraph() -> Subgraph {
    let data = json!({
        "roots": { "Query": { "users": [{ "$ref": "User/ada" }] } },
        "objects": { "User": { "ada": { "id": "1", "org": { "name": "x" }, "nr": 7 } } },
        "rules": {
            "Query.user": [{ "arguments": { "id": "1" }, "value": { "$ref": "User/ada" } }],
            "User.dear": [{ "object": { "price": 9 }, "value": true }],
            "User.greeting": [{ "arguments": { "in": null }, "value": "?" }],
        },
    });
    Subgraph::new("users", SDL, &serde_json::from_value(data).unwrap()).unwrap()
}

fn answer(subgraph: &Subgraph, request: &Value) -> Value {
    serde_json::from_slice(&subgraph.answer(request.to_string().as_bytes())).unwrap()
}

fn entities(representations: &Value, selection: &str) -> Value {
    let query = format!("query($r: [_Any!]!) {{ _entities(representations: $r) {selection} }}");
    json!({ "query": query, "variables": { "r": representations } })
}

#[test]
fn an_external_object_of_a_key_has_what_it_has_here() {
    let sdl = "type Query { a: Int }
        extend type User @key(fields: \"org { name }\") { org: Org @external }
        type Org { name: String city: String }";
    let user = json!({ "org": { "name": "x", "city": "y" } });
    let data = json!({ "objects": { "User": { "ada": user } } });
    let subgraph = Subgraph::new("users", sdl, &serde_json::from_value(data).unwrap()).unwrap();
    let by_key = json!([{ "__typename": "User", "org": { "name": "x" } }]);
    let response = answer(&subgraph, &entities(&by_key, "{ ... on User { org { name city } } }"));
    assert_eq!(response, json!({ "data": { "_entities": [user] } }));
}

#[test]
fn answers_from_data_rules_and_representations() {
    let subgraph = subgraph();
    let query = json!({ "query": "{ users { id } user(id: \"1\") { org { name } dear } }" });
    let response = answer(&subgraph, &query);
    assert_eq!(response["data"]["users"], json!([{ "id": "1" }]));
    assert_eq!(response["data"]["user"], json!({ "org": { "name": "x" }, "dear": null }));
    assert_eq!(response["errors"][0]["path"], json!(["user", "dear"]));

    let by_second_key = json!([
        { "__typename": "User", "org": { "name": "x" }, "nr": 7, "price": 9 },
        { "__typename": "User", "id": "2" },
    ]);
    let response = answer(&subgraph, &entities(&by_second_key, "{ ... on User { id dear } }"));
    assert_eq!(response, json!({ "data": { "_entities": [{ "id": "1", "dear": true }, null] } }));

    let user = json!([{ "__typename": "User", "id": "1" }]);
    let response = answer(&subgraph, &entities(&user, "{ ... on User { greeting(in: null) } }"));
    assert_eq!(response, json!({ "data": { "_entities": [{ "greeting": "?" }] } }));
    assert_eq!(subgraph.take_requests(), 3);
    assert!(subgraph.take_rejections().is_empty());
}

#[test]
fn refuses_what_a_router_must_not_send() {
    let on_user = "{ ... on User { id } }";
    let user = json!({ "__typename": "User", "id": "1" });
    let null_key = json!([{ "__typename": "User", "id": null, "nr": 7 }]);
    let requests = [
        json!({ "query": "{ users { age } }" }),
        json!({ "query": "{ user(id: 1) { id: nr id } }" }),
        json!({ "query": "{ users { id } }", "variables": { "more": 1 } }),
        json!({ "query": "query($i: ID!) { user(id: $i) { id } }", "variables": {} }),
        entities(&null_key, on_user),
        entities(&json!([{ "__typename": "User", "nr": 7 }]), on_user),
        entities(&json!([{ "__typename": "Org", "name": "x" }]), on_user),
        entities(&json!([user, user]), on_user),
        entities(&json!([user]), "{ ... on User { greeting } }"),
    ];
    for request in requests {
        let subgraph = subgraph();
        answer(&subgraph, &request);
        assert_eq!(subgraph.take_rejections().len(), 1, "{request}");
    }
}

#[test]
fn null_goes_up_as_far_as_the_type_says_that_a_field_has_on_the_object() {
    let sdl = "type Query { all: [I] }
        interface I { v: [V] }
        type A implements I { v: [V!] }
        type B implements I { v: [V] }
        type V { x: Int! }";
    let v = json!([{ "x": 1 }, { "x": null }]);
    let all = json!([{ "__typename": "A", "v": v }, { "__typename": "B", "v": v }]);
    let data = json!({ "roots": { "Query": { "all": all } } });
    let subgraph = Subgraph::new("all", sdl, &serde_json::from_value(data).unwrap()).unwrap();
    let request = json!({ "query": "{ all { ...on I { v { x } } } }" });
    let expected = json!([{ "v": null }, { "v": [{ "x": 1 }, null] }]);
    assert_eq!(answer(&subgraph, &request)["data"]["all"], expected);
}

#[test]
fn literals_may_have_variables_in_them() {
    let sdl =
        "type Query { f(any: Any, in: In): Any } input In { a: Int = 7, b: [Int] } scalar Any";
    let subgraph = Subgraph::new("f", sdl, &serde_json::from_str("{}").unwrap()).unwrap();
    let subgraph = subgraph.with_rule("Query.f", |inputs| Ok(inputs.arguments.clone().into()));
    let query = "query($x: String, $y: Int, $n: Any) {
        f(any: {k: $x, l: [1, {m: $y}], n: [$n]}, in: {a: $y, b: [2, $y]}) }";
    let variables = json!({ "x": "X" });
    let given = answer(&subgraph, &json!({ "query": query, "variables": variables }));
    let expected = json!({
        "any": { "k": "X", "l": [1, {}], "n": [null] },
        "in": { "a": 7, "b": [2, null] },
    });
    assert_eq!(given["data"]["f"], expected, "{given}");
}
