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
