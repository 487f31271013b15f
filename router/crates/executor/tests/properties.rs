//! What must hold of every execution: it agrees with a plain reference on value completion,
//! sharing records makes no difference, and no bytes of a subgraph do harm.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use bytes::Bytes;
use executor::{FetchError, PreparedPlan, Request, SubgraphRequest, Transport, execute};
use proptest::prelude::*;
use query_plan::QueryPlan;
use serde_json::{Value, json};
use support::plan_text::plan;
use support::scripted::answers;

// Value completion against a reference that is as plain as the specification.

#[derive(Debug, Clone)]
enum Type {
    Named(&'static str, bool),
    List(Box<Type>, bool),
}

impl Type {
    fn text(&self) -> String {
        match self {
            Self::Named(name, non_null) => format!("{name}{}", if *non_null { "!" } else { "" }),
            Self::List(of, non_null) => {
                format!("[{}]{}", of.text(), if *non_null { "!" } else { "" })
            }
        }
    }

    fn complete(
        &self,
        value: &Value,
        path: &[Value],
        errors: &mut Vec<Value>,
    ) -> Result<Value, ()> {
        let (done, non_null) = match self {
            Self::Named(name, non_null) => (Self::leaf(name, value), *non_null),
            Self::List(of, non_null) => {
                let done = value.as_array().ok_or(true).and_then(|items| {
                    let item = |(index, item): (usize, &Value)| {
                        let path = [path, &[json!(index)]].concat();
                        of.complete(item, &path, errors)
                    };
                    items.iter().enumerate().map(item).collect::<Result<_, _>>().map_err(|()| false)
                });
                (done, *non_null)
            }
        };
        match done {
            Ok(value) => return Ok(value),
            // Null is an error only where it is not allowed; an error below was told there.
            Err(here) if here && (non_null || !value.is_null()) => errors.push(json!(path)),
            Err(_) => {}
        }
        if non_null { Err(()) } else { Ok(Value::Null) }
    }

    fn leaf(name: &str, value: &Value) -> Result<Value, bool> {
        let good = match name {
            "Int" if value == &json!(1.0) => return Ok(json!(1)),
            "Int" => value.as_i64().is_some_and(|i| i32::try_from(i).is_ok()),
            "Float" => value.is_number(),
            "String" => value.is_string(),
            "Boolean" => value.is_boolean(),
            "ID" if value.is_i64() || value.is_u64() => return Ok(json!(value.to_string())),
            "ID" => value.is_string(),
            "(RED)" => value == "RED",
            _ => !value.is_null(),
        };
        if good { Ok(value.clone()) } else { Err(true) }
    }
}

fn types() -> impl Strategy<Value = Type> {
    let names = vec!["Int", "Float", "String", "Boolean", "ID", "(RED)", "JSON"];
    let named = (prop::sample::select(names), any::<bool>()).prop_map(|(n, b)| Type::Named(n, b));
    named.prop_recursive(2, 3, 1, |of| {
        (of, any::<bool>()).prop_map(|(of, non_null)| Type::List(Box::new(of), non_null))
    })
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop::sample::select(vec![
        Value::Null,
        json!(true),
        json!(7),
        json!(-3_000_000_000_i64),
        json!(1.0),
        json!(2.5e-3),
        json!("RED"),
        json!("é\"\\\n"),
        json!(""),
    ]);
    leaf.prop_recursive(3, 12, 3, |value| {
        prop_oneof![
            prop::collection::vec(value.clone(), 0..3).prop_map(Value::Array),
            value.prop_map(|value| json!({ "k": value })),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn completion_agrees_with_a_reference(of in types(), value in values(), pretty in any::<bool>()) {
        let plan = plan(&format!(
            "types Query Box output {{ box:Box {{ v:{} }} }} fetch a {{ box {{ v }} }}", of.text()
        ));
        let data = json!({"data": {"box": {"v": value}}});
        let text = if pretty { serde_json::to_string_pretty(&data).unwrap() } else { data.to_string() };
        let answer: Value = serde_json::from_str(&answers(plan, &[("a", &text)])).unwrap();
        let mut errors = Vec::new();
        let done = of.complete(&value, &[json!("box"), json!("v")], &mut errors);
        let expected = done.map_or(Value::Null, |v| json!({ "v": v }));
        prop_assert_eq!(&answer["data"]["box"], &expected);
        let none = Vec::new();
        let found = answer["errors"].as_array().unwrap_or(&none).iter().map(|e| e["path"].clone());
        prop_assert_eq!(found.collect::<Vec<_>>(), errors);
    }
}

// A small world of entities that refer to one another, with faults.

const WORLD: &str = "
types Query User Product Tag Point
output {
  users:[User] {
    id:ID! name:String! age:Int home:Point { x:Int y:Int } ways:[Point!] { x:Int y:Int! }
    posts:[Product] { id:ID! price:Int tag:Tag { label:String! } owner:User {
      id:ID! name:String age:Int home:Point { x:Int! y:Int } posts:[Product!] { id:ID! price:Int! tag:Tag! { label:String } }
    } }
  }
}
fetch a { users { __typename id home { x } ways { x } posts { __typename id tag { label } owner {
  __typename id home { x } posts { __typename id tag { label } } } } } }
fetch b after 0 group _e0
  at users as User User { id } fill { name home { y } ways { y } }
  at users.posts.owner as User User { id } fill { name home { y } }
end
fetch c after 0 group _entities
  at users.posts as Product Product { id } fill { price }
  at users.posts.owner.posts as Product Product { id } fill { price }
end
fetch d after 1 2 group _entities
  at users as User User { id name? } fill { age }
  at users.posts.owner as User User { id name? } fill { age }
end";

/// Deterministic choices.
struct Dice(u64);

impl Dice {
    fn of(seed: u64, what: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        (seed, what).hash(&mut hasher);
        Self(hasher.finish())
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn user(seed: u64, id: u64, depth: u32) -> Value {
    let mut dice = Dice::of(seed, ("user", id));
    if dice.roll(9) == 0 {
        return Value::Null;
    }
    let posts: Vec<Value> = (0..dice.roll(4)).map(|_| product(seed, dice.roll(4), depth)).collect();
    let home =
        [json!({ "x": id }), json!({ "x": null }), Value::Null][dice.roll(3) as usize].clone();
    let ways = vec![json!({ "x": 1 }); dice.roll(3) as usize];
    json!({"__typename": "User", "id": id, "home": home, "ways": ways, "posts": posts})
}

fn product(seed: u64, id: u64, depth: u32) -> Value {
    let mut dice = Dice::of(seed, ("product", id));
    let label = [json!("new"), json!("a longer label"), Value::Null, json!(5)]
        [dice.roll(4) as usize]
        .clone();
    let tag = if dice.roll(5) == 0 { Value::Null } else { json!({ "label": label }) };
    let mut product = json!({"__typename": "Product", "id": format!("p{id}"), "tag": tag});
    if depth == 0 {
        product["owner"] = user(seed, dice.roll(3), 1);
    }
    product
}

struct World(u64);

impl World {
    fn answer(&self, request: &SubgraphRequest) -> Result<Value, FetchError> {
        let World(seed) = *self;
        let fetch = request.fetch.0;
        let mut dice = Dice::of(seed, fetch);
        let fate = dice.roll(12);
        if fate == 0 {
            return Err(FetchError::Timeout);
        }
        if fetch == 0 {
            let users: Vec<Value> =
                (0..2 + dice.roll(6)).map(|_| user(seed, dice.roll(4), 0)).collect();
            let mut answer = json!({"data": {"users": users}});
            if fate < 3 {
                answer["errors"] =
                    json!([{"message": "m", "path": ["users", 0, "posts", 0, "tag", "label"]}]);
            }
            return Ok(answer);
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let (_, sent) = body["variables"].as_object().unwrap().iter().next().unwrap();
        let sent = sent.as_array().unwrap();
        let mut seen = std::collections::HashSet::new();
        assert!(sent.iter().all(|r| !r["id"].is_null() && seen.insert(r.to_string())));
        let key = if fetch == 1 { "_e0" } else { "_entities" };
        let entity = |representation: &Value| {
            let mut dice = Dice::of(seed, (fetch, representation.to_string()));
            let number = json!(dice.roll(100));
            match (dice.roll(8), fetch) {
                (0, _) => Value::Null,
                (1, 1) => json!({ "name": null }),
                (1, _) => json!({"price": "x", "age": "x"}),
                (2, 1) => json!({"name": "n", "home": null, "ways": [{"y": 2}]}),
                (_, 1) => {
                    let ways = vec![json!({ "y": number }); dice.roll(3) as usize];
                    json!({"name": format!("n{number}"), "home": {"y": number}, "ways": ways})
                }
                (_, 2) => json!({ "price": number }),
                _ => json!({ "age": number }),
            }
        };
        let mut entities: Vec<Value> = sent.iter().map(entity).collect();
        let mut answer = json!({});
        if fate == 1 {
            entities.pop();
        }
        if fate == 2 {
            answer["errors"] = json!([{"message": "e", "path": [key, 0]}, {"message": "f"}]);
        }
        answer["data"] = json!({ key: entities });
        Ok(answer)
    }
}

impl Transport for World {
    async fn fetch(&self, request: SubgraphRequest) -> Result<Bytes, FetchError> {
        self.answer(&request).map(|answer| Bytes::from(answer.to_string()))
    }
}

fn execute_world(plan: QueryPlan, transport: &impl Transport) -> String {
    let prepared = PreparedPlan::new(Arc::new(plan));
    let request = Request::default();
    let response = futures_executor::block_on(execute(&prepared, &request, transport));
    String::from_utf8(response.body.concat()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn sharing_makes_no_difference(seed in any::<u64>()) {
        let shared = plan(WORLD);
        let mut unshared = shared.clone();
        unshared.positions.iter_mut().for_each(|position| position.shared = false);
        prop_assert_eq!(
            execute_world(shared, &World(seed)),
            execute_world(unshared, &World(seed))
        );
    }
}

// Bytes that are no answer.

struct Mutating(World, u32, Vec<(prop::sample::Index, u8)>, Option<prop::sample::Index>);

impl Transport for Mutating {
    async fn fetch(&self, request: SubgraphRequest) -> Result<Bytes, FetchError> {
        let Self(world, fetch, changes, cut) = self;
        let mut bytes = world.fetch(request.clone()).await?.to_vec();
        if request.fetch.0 == *fetch {
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
        }
        Ok(bytes.into())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]
    #[test]
    fn mutated_answers_do_no_harm(
        seed in any::<u64>(),
        fetch in 0u32..4,
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), prop_oneof![
                any::<u8>(), prop::sample::select(b"{}[]\",:\\nt0-".to_vec())
            ]), 0..3),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let text = execute_world(plan(WORLD), &Mutating(World(seed), fetch, changes, cut));
        let answer: Value = serde_json::from_str(&text).unwrap();
        let users = answer["data"]["users"].as_array();
        for user in users.into_iter().flatten().filter(|user| !user.is_null()) {
            let keys: Vec<_> = user.as_object().unwrap().keys().map(String::as_str).collect();
            prop_assert_eq!(keys, ["id", "name", "age", "home", "ways", "posts"]);
        }
    }

    #[test]
    fn random_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let plan = plan("types Query Box output { box:[Box] { v:JSON } } fetch a { box { v } }");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        serde_json::from_str::<Value>(&answers(plan, &[("a", &text)])).unwrap();
    }
}

#[test]
fn deep_nesting_is_refused() {
    let plan = plan("types Query Box output { box:[Box] { v:JSON } } fetch a { box { v } }");
    for text in ["[".repeat(100_000), "{\"box\":".repeat(100_000)] {
        let body = format!("{{\"data\":{{\"box\":{text}");
        assert!(answers(plan.clone(), &[("a", &body)]).contains("nested too deeply"));
        let body = format!("{{\"data\":{{\"box\":[{{\"v\":{text}");
        assert!(answers(plan.clone(), &[("a", &body)]).contains("nested too deeply"));
    }
}

#[test]
fn many_representations_are_several_requests() {
    let text = "types Query User output { users:[User] { id:ID! name:String } }
        fetch a { users { __typename id } }
        fetch b after 0 group _entities at users as User User { id } fill { name } end";
    struct Counting(std::sync::Mutex<Vec<usize>>);
    impl Transport for Counting {
        async fn fetch(&self, request: SubgraphRequest) -> Result<Bytes, FetchError> {
            if request.fetch.0 == 0 {
                let user = |id| json!({"__typename": "User", "id": id});
                let users: Vec<Value> = (0..12_345).map(user).collect();
                return Ok(json!({"data": {"users": users}}).to_string().into());
            }
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            let sent = body["variables"]["r_entities"].as_array().unwrap();
            self.0.lock().unwrap().push(sent.len());
            let name = |r: &Value| json!({"name": format!("n{}", r["id"])});
            let entities: Vec<Value> = sent.iter().map(name).collect();
            Ok(json!({"data": {"_entities": entities}}).to_string().into())
        }
    }
    let counting = Counting(std::sync::Mutex::default());
    let answer: Value = serde_json::from_str(&execute_world(plan(text), &counting)).unwrap();
    let mut counts = counting.0.into_inner().unwrap();
    counts.sort_unstable();
    assert_eq!(counts, [&[345][..], &[1000; 12]].concat());
    for (id, user) in answer["data"]["users"].as_array().unwrap().iter().enumerate() {
        assert_eq!(user["name"], json!(format!("n{id}")));
    }
    assert!(answer.get("errors").is_none());
}

#[test]
fn of_many_records_only_those_of_a_body_that_was_cut_off_are_missing() {
    struct CutOff;
    impl Transport for CutOff {
        async fn fetch(&self, request: SubgraphRequest) -> Result<Bytes, FetchError> {
            if request.fetch.0 == 0 {
                let user = |id| json!({"__typename": "User", "id": id});
                let users: Vec<Value> = (0..5_000).map(user).collect();
                return Ok(json!({"data": {"users": users}}).to_string().into());
            }
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            let sent = body["variables"]["r_entities"].as_array().unwrap();
            let friend = |r: &Value| json!({"friend": {"id": format!("f{}", r["id"])}});
            let entities: Vec<Value> = sent.iter().map(friend).collect();
            let mut text = json!({"data": {"_entities": entities}}).to_string();
            if sent[0]["id"] == json!(2000) {
                text.truncate(text.len() - 3);
            }
            Ok(text.into())
        }
    }
    let text = "types Query User output { users:[User] { id:ID! friend:User { id:ID! } } }
        fetch a { users { __typename id } }
        fetch b after 0 group _entities at users as User User { id } fill { friend { id } } end";
    let answer: Value = serde_json::from_str(&execute_world(plan(text), &CutOff)).unwrap();
    for (id, user) in answer["data"]["users"].as_array().unwrap().iter().enumerate() {
        let friend = json!({"id": format!("f{id}")});
        let is_cut_off = (2000..3000).contains(&id);
        assert_eq!(user["friend"], if is_cut_off { Value::Null } else { friend }, "{id}");
    }
    assert_eq!(answer["errors"][0]["path"], json!(["users", 2000, "friend"]));
}

#[test]
fn an_answer_that_explodes_is_refused() {
    // A thousand records of the same entity, whose subgraph sends a text of a megabyte.
    struct Exploding;
    impl Transport for Exploding {
        async fn fetch(&self, request: SubgraphRequest) -> Result<Bytes, FetchError> {
            let body = if request.fetch.0 == 0 {
                json!({"data": {"users": vec![json!({"__typename": "User", "id": 1}); 1000]}})
            } else {
                json!({"data": {"_entities": [{"name": "x".repeat(1 << 20)}]}})
            };
            Ok(body.to_string().into())
        }
    }
    let text = "types Query User output { users:[User] { id:ID! name:String } }
        fetch a { users { __typename id } }
        fetch b after 0 group _entities at users as User User { id } fill { name } end";
    let answer: Value = serde_json::from_str(&execute_world(plan(text), &Exploding)).unwrap();
    assert_eq!(answer["data"], Value::Null);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "RESPONSE_TOO_LARGE");
}

#[test]
fn an_event_is_completed_by_the_other_fetches() {
    let text = "types Subscription User subscription output { joined:User { id:ID! name:String } }
        fetch a stream $room=$room { joined { __typename id } }
        fetch b after 0 group _entities at joined as User User { id } fill { name } end";
    struct Entities;
    impl Transport for Entities {
        async fn fetch(&self, request: SubgraphRequest) -> Result<Bytes, FetchError> {
            assert_eq!(request.fetch.0, 1);
            Ok(json!({"data": {"_entities": [{"name": "Ann"}]}}).to_string().into())
        }
    }
    let prepared = PreparedPlan::new(Arc::new(plan(text)));
    let mut request = Request::default();
    request.variables.set("room", "7");
    let stream = prepared.subscription_request(&request).unwrap();
    assert_eq!(stream.body, r#"{"query":"f0","variables":{"room":7}}"#);
    for (event, expected) in [
        (
            r#"{"data":{"joined":{"__typename":"User","id":"1"}}}"#,
            r#"{"data":{"joined":{"id":"1","name":"Ann"}}}"#,
        ),
        (r#"{"data":{"joined":null}}"#, r#"{"data":{"joined":null}}"#),
    ] {
        let event = Bytes::from_static(event.as_bytes());
        let done = executor::execute_event(&prepared, &request, Ok(event), &Entities);
        assert_eq!(futures_executor::block_on(done).body.concat(), expected.as_bytes());
    }
}
