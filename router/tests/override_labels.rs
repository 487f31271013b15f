//! Progressive overrides: which subgraph is asked for a field as labels are on or off, and that
//! no request gets the plan of another state.
//!
//! In `override_labels/` every subgraph answers with its own name.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod simulated;

use std::path::Path;
use std::sync::Mutex;

use http::{HeaderMap, HeaderValue};
use router::override_labels::OverrideLabels;
use serde_json::{Value, json};
use simulated::{Federation, composed};
use subgraph_simulator::load_folder;

fn federation(labels: OverrideLabels) -> Federation {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/override_labels");
    let subgraphs = load_folder(&folder).unwrap();
    let supergraph = composed(&subgraphs).unwrap();
    Federation::new(&supergraph, subgraphs).unwrap().with_override_labels(labels)
}

/// Labels that the header `labels` names are on, and no others.
fn by_header() -> OverrideLabels {
    OverrideLabels::new(|label, headers| {
        let named = headers["labels"].to_str().unwrap();
        Some(named.split(' ').any(|name| name == label))
    })
}

async fn data(federation: &Federation, query: &str, labels: &str) -> Value {
    let mut headers = HeaderMap::new();
    headers.insert("labels", HeaderValue::from_str(labels).unwrap());
    let outcome = federation.respond(&json!({ "query": query }), &headers).await;
    assert!(outcome.rejections.is_empty(), "{outcome:?}");
    assert_eq!(outcome.response.get("errors"), None, "{outcome:?}");
    outcome.response["data"].clone()
}

/// The numbers from 0 to 1 that a linear congruential generator makes of a seed.
fn seeded(seed: u64) -> impl Fn() -> f64 + Send + Sync {
    let state = Mutex::new(seed);
    move || {
        let mut state = state.lock().unwrap();
        *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (*state >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[tokio::test]
async fn a_label_says_which_subgraph_has_the_field() {
    let federation = federation(by_header());
    let query = "{ name user { plain name address { zip } } }";
    let fields = ["root:c", "percent(30)", "moved", "zip:c"];
    // Every state twice, so that the second time it comes from the cache, in two orders.
    for state in (0..16_u32).chain((0..16).rev()) {
        let is_on = |index: usize| state >> index & 1 == 1;
        let labels: Vec<&str> = (0..4).filter(|i| is_on(*i)).map(|i| fields[i]).collect();
        let zip = match (is_on(2), is_on(3)) {
            (false, _) => "a",
            (true, false) => "b",
            (true, true) => "c",
        };
        let expected = json!({
            "name": if is_on(0) { "c" } else { "a" },
            "user": {
                "plain": "a",
                "name": if is_on(1) { "b" } else { "a" },
                "address": { "zip": zip },
            },
        });
        assert_eq!(data(&federation, query, &labels.join(" ")).await, expected, "{labels:?}");
    }
    // Where `zip` is matters only when `address` has moved.
    assert_eq!(federation.cached_plans(), 4 * 3);
}

#[tokio::test]
async fn a_label_counts_only_where_the_plan_depends_on_it() {
    let federation = federation(by_header());
    let every = "root:c percent(30) percent(0.5) moved zip:c";
    for labels in ["", "moved", "zip:c", "percent(30) root:c", every, "nobody"] {
        assert_eq!(data(&federation, "{ user { plain } }", labels).await["user"]["plain"], "a");
    }
    assert_eq!(federation.cached_plans(), 1);
    let zip = "{ user { address { zip } } }";
    for _ in 0..2 {
        for (labels, expected) in [
            ("zip:c", "a"),
            ("moved zip:c", "c"),
            ("percent(30)", "a"),
            ("moved", "b"),
            (every, "c"),
            ("", "a"),
        ] {
            let data = data(&federation, zip, labels).await;
            assert_eq!(data["user"]["address"]["zip"], expected, "{labels}");
        }
    }
    assert_eq!(federation.cached_plans(), 1 + 3);
}

#[tokio::test]
async fn percentages_come_out() {
    let federation = federation(OverrideLabels::default().with_random(seeded(7)));
    let (mut names, mut emails, mut both) = (0, 0, 0);
    for _ in 0..10_000 {
        let user = data(&federation, "{ user { name again: name email } }", "").await;
        let moved = |field: &str| user["user"][field] == "b";
        assert_eq!(moved("name"), moved("again"), "one draw a label");
        names += i32::from(moved("name"));
        emails += i32::from(moved("email"));
        both += i32::from(moved("name") && moved("email"));
    }
    // Three standard deviations; the draws are the same each time.
    assert!((2863..=3137).contains(&names), "{names}");
    assert!((29..=71).contains(&emails), "{emails}");
    assert!(both < emails, "the labels are drawn apart: {both}");
    assert_eq!(federation.cached_plans(), 4);
}

#[tokio::test]
async fn chance_is_not_always_the_same_where_none_is_given() {
    let federation = federation(OverrideLabels::default());
    let mut moved = 0;
    for _ in 0..200 {
        let user = data(&federation, "{ user { name } }", "").await;
        moved += i32::from(user["user"]["name"] == "b");
    }
    // It is outside once in more than 10^16 runs.
    assert!((5..=195).contains(&moved), "{moved}");
}
