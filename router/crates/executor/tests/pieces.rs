//! Answers that are longer than one piece.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "support/plan_text.rs"]
#[allow(dead_code, clippy::panic, unreachable_pub)]
mod plan_text;

use std::future::ready;
use std::sync::Arc;

use bytes::Bytes;
use executor::{FetchError, PreparedPlan, Request, Response, SubgraphRequest, Transport, execute};
use futures_executor::block_on;
use plan_text::plan;
use serde_json::{Value, json};

struct One(Bytes);

impl Transport for One {
    fn fetch(&self, _: SubgraphRequest) -> impl Future<Output = Result<Bytes, FetchError>> + Send {
        ready(Ok(self.0.clone()))
    }
}

/// The answer, twice: what is kept of the first makes no difference.
fn answer(text: &str, body: &Value) -> Response {
    let (prepared, transport) =
        (PreparedPlan::new(Arc::new(plan(text))), One(body.to_string().into()));
    let first = block_on(execute(&prepared, &Request::default(), &transport));
    let second = block_on(execute(&prepared, &Request::default(), &transport));
    assert_eq!(first.body.concat(), second.body.concat());
    second
}

const USERS: &str = "types Query User Post
    output { users:[User]! { id:ID! posts:[Post!]! { n:Int! text:String! } } }
    fetch a { users { id posts { n text } } }";

fn user(id: usize, posts: usize) -> Value {
    let post = |n: usize| json!({"n": n, "text": format!("post {n} of the user {id}")});
    json!({"id": id.to_string(), "posts": (0..posts).map(post).collect::<Vec<_>>()})
}

#[test]
fn a_short_answer_is_one_piece_and_a_long_one_is_the_same_text_in_several() {
    for (users, is_long) in [(10, false), (900, false), (9000, true), (40_000, true)] {
        let users: Vec<Value> = (0..users).map(|id| user(id, 5)).collect();
        let body = json!({"data": {"users": users}});
        let response = answer(USERS, &body);
        assert!(response.body.concat() == body.to_string().as_bytes());
        assert_eq!(response.body.len() > 1, is_long);
        assert!(response.body.iter().all(|piece| piece.len() < 256 << 10));
    }
}

#[test]
fn null_goes_up_over_the_borders_of_pieces() {
    for posts in [1, 700, 5000, 30_000] {
        let mut users: Vec<Value> = (0..2000).map(|id| user(id, 3)).collect();
        for (at, fails) in [(900, 0), (901, posts / 2), (1500, posts - 1)] {
            users[at] = user(at, posts);
            users[at]["posts"][fails]["n"] = json!("none");
        }
        let response = answer(USERS, &json!({"data": {"users": users}}));
        let got: Value = serde_json::from_slice(&response.body.concat()).unwrap();
        [900, 901, 1500].into_iter().for_each(|at| users[at] = Value::Null);
        assert!(got["data"]["users"] == json!(users), "{posts}");
        let path = |at: usize| got["errors"][at]["path"].clone();
        assert_eq!(path(0), json!(["users", 900, "posts", 0, "n"]));
        assert_eq!(path(1), json!(["users", 901, "posts", posts / 2, "n"]));
        assert_eq!(path(2), json!(["users", 1500, "posts", posts - 1, "n"]));
    }
}

#[test]
fn records_that_are_shared_are_written_in_every_piece() {
    let users: Vec<Value> = (0..20_000).map(|at| user(at % 3, at % 3 * 4)).collect();
    let body = json!({"data": {"users": users}});
    let response = answer(USERS, &body);
    assert!(response.body.len() > 10);
    assert!(response.body.concat() == body.to_string().as_bytes());
}

#[test]
fn a_position_that_is_shown_twice_is_kept() {
    let text = "types Query User output { users:[User]! { id:ID! } again=users:[User]! { id:ID! } }
        fetch a { users { id } }";
    let users: Vec<Value> = (0..5000).map(|id| json!({"id": format!("{id}")})).collect();
    let got: Value =
        serde_json::from_slice(&answer(text, &json!({"data": {"users": users}})).body.concat())
            .unwrap();
    assert!(got["data"]["users"] == json!(users) && got["data"]["again"] == json!(users));
}

#[test]
fn a_long_list_of_leaves_is_in_several_pieces() {
    let text = "types Query output { rows:[[Int]]! } fetch a { rows }";
    let rows = vec![json!([1, null, 3]); 100_000];
    let body = json!({"data": {"rows": rows}});
    let response = answer(text, &body);
    assert!(response.body.len() > 10);
    assert!(response.body.concat() == body.to_string().as_bytes());
}
