//! One case: subgraphs with their data, an operation, and what a monolith answers. As a folder:
//!
//! - `subgraphs/NAME.graphql` and `data.json`: the subgraphs, and the data of each by its name;
//! - `operation.graphql` and `variables.json`;
//! - `labels.json`: the labels of progressive overrides that are on, if any are;
//! - `expected.json`: the data of the answer, whether there are errors, and the least data that
//!   there may be instead, if that is less.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use composition::{Composed, Options, SubgraphSource, compose};
use serde_json::{Map, Value, json};
use subgraph_simulator::Subgraph;

use crate::ancestors::Ancestors;
use crate::part::{Counter, Part};
use crate::promises::with_promises;
use crate::simulated::{Federation, Network, Outcome, same};

const DEFER: &str = "directive @defer(if: Boolean! = true, label: String)
  on FRAGMENT_SPREAD | INLINE_FRAGMENT";

/// Subgraphs and the monolith that has all that they have.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    pub(crate) parts: Vec<Part>,
    /// The monolith's data.
    pub(crate) whole: Value,
    /// The labels of progressive overrides that are on.
    pub(crate) labels: BTreeSet<String>,
    /// References to objects of which any part may be null, and they themselves.
    pub(crate) holes: BTreeSet<String>,
}

/// A federation and its monolith, ready to answer.
pub(crate) struct Pair {
    pub(crate) federation: Federation,
    pub(crate) schema: Valid<Schema>,
    monolith: Subgraph,
    /// The monolith without what may be null, and with what subgraphs promise not to be.
    least: Option<Subgraph>,
    /// Whether something may be null without an error.
    may_be_silent: bool,
    counter: Counter,
    monolith_counter: Counter,
}

/// Why there is no pair.
#[derive(Debug)]
pub(crate) enum NoPair {
    /// The subgraphs do not compose: codes and messages.
    Rejected(Vec<(String, String)>),
    /// Anything else.
    Broken(String),
}

/// Makes null what refers to one of these.
fn without(references: &BTreeSet<String>, value: &mut Value) {
    if value.get("$ref").and_then(Value::as_str).is_some_and(|to| references.contains(to)) {
        *value = Value::Null;
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| without(references, item)),
        Value::Object(fields) => fields.values_mut().for_each(|item| without(references, item)),
        _ => {}
    }
}

fn compose_parts(parts: &[Part]) -> Result<Composed, NoPair> {
    let source = |part: &Part| SubgraphSource {
        name: part.name.clone(),
        url: format!("http://{}.example/graphql", part.name),
        sdl: part.sdl.clone(),
        file: None,
    };
    let sources: Vec<_> = parts.iter().map(source).collect();
    compose(&sources, &Options::default()).map_err(|failure| {
        let errors = failure.errors.iter();
        NoPair::Rejected(errors.map(|e| (format!("{:?}", e.code), e.message.clone())).collect())
    })
}

/// What the monolith and subgraphs say of an object whose type they do not know, before its name.
const UNKNOWN: &str = "resolver returned an object of type ";

impl Parts {
    /// Whether clients cannot see a type.
    fn hides(&self, type_name: &str) -> bool {
        let start = format!("type {type_name} ");
        let hides = |line: &str| line.starts_with(&start) && line.contains("@inaccessible");
        self.parts.iter().any(|part| part.sdl.lines().any(hides))
    }

    /// Whether keys are in the order of the monolith's. Where the runtime type is not known, as it
    /// is not of interface objects, it is not asked for only to know the order.
    pub(crate) fn are_in_order(&self) -> bool {
        !self.parts.iter().any(|part| part.sdl.contains("@interfaceObject @key"))
    }

    pub(crate) fn pair(&self) -> Result<Pair, NoPair> {
        let composed = compose_parts(&self.parts)?;
        let (counter, monolith_counter) = (Counter::default(), Counter::default());
        let subgraphs = self.parts.iter().map(|part| part.subgraph(&counter));
        let subgraphs = subgraphs.collect::<Result<Vec<_>, _>>().map_err(NoPair::Broken)?;
        let federation = Federation::new(&composed.supergraph_sdl, subgraphs);
        let federation = federation.map_err(NoPair::Broken)?.with_labels_on(&self.labels);
        let schema = Schema::parse_and_validate(
            format!("{}\n{DEFER}", composed.api_schema_sdl),
            "api.graphql",
        )
        .map_err(|invalid| NoPair::Broken(invalid.to_string()))?;
        let promises = with_promises(&composed.api_schema_sdl, &self.parts);
        let (name, sdl) = ("monolith".to_owned(), composed.api_schema_sdl);
        let mut data = self.whole.clone();
        if let Some(rules) = data["rules"].as_object_mut() {
            let has = |path: &str| path.split_once('.').map(|(t, f)| schema.type_field(t, f));
            rules.retain(|path, _| has(path).is_some_and(|field| field.is_ok()));
        }
        let monolith = Part { name, sdl, data };
        let may_be_silent = !self.holes.is_empty();
        let mut least = (may_be_silent || promises.is_some()).then(|| monolith.clone());
        if let Some(least) = &mut least {
            without(&self.holes, &mut least.data);
            least.sdl = promises.clone().unwrap_or_else(|| monolith.sdl.clone());
        }
        let ancestors = Arc::new(Ancestors::new(&self.parts, &self.whole));
        let ready = |part: Part| part.with_ancestors(&monolith_counter, &ancestors);
        let least = least.map(ready).transpose();
        let least = least.map_err(NoPair::Broken)?;
        let monolith = ready(monolith).map_err(NoPair::Broken)?;
        Ok(Pair { federation, schema, monolith, least, may_be_silent, counter, monolith_counter })
    }
}

impl Pair {
    pub(crate) fn is_valid(&self, query: &str) -> bool {
        ExecutableDocument::parse_and_validate(&self.schema, query, "op").is_ok()
    }

    /// What the monolith answers; and what it answers at least, if some of it may be null.
    pub(crate) fn expected(&self, query: &str, variables: &Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let answer = |monolith: &Subgraph| -> Value {
            self.monolith_counter.store(0, Ordering::Relaxed);
            serde_json::from_slice(&monolith.answer(body.as_bytes())).unwrap()
        };
        let mut expected = answer(&self.monolith);
        if let Some(least) = &self.least
            && let Some(data) = expected.get("data")
        {
            let least = answer(least).get("data").cloned();
            if let Some(least) = least.filter(|least| !same(data, least)) {
                expected["least"] = least;
            }
            if self.may_be_silent {
                expected["may_be_silent"] = json!(true);
            }
        }
        expected
    }

    /// What the federation answers.
    pub(crate) async fn got(
        &self,
        network: Network<'_>,
        query: &str,
        variables: &Value,
    ) -> Outcome {
        self.counter.store(0, Ordering::Relaxed);
        self.federation.answer_over(network, query, variables).await
    }
}

pub(crate) fn has_errors(response: &Value) -> bool {
    response.get("errors").is_some_and(|errors| errors != &json!([]))
}

/// What is wrong with an answer; `in_order`: the order of keys counts.
pub(crate) fn problem(expected: &Value, outcome: &Outcome, in_order: bool) -> Option<&'static str> {
    if !outcome.rejections.is_empty() {
        return Some("refused");
    }
    // Where an object without a key is null, nothing below it fails.
    let may_be_silent = expected.get("may_be_silent").is_some();
    if let Some(least) = expected.get("least")
        && !same(&expected["data"], &outcome.response["data"])
    {
        let got = &outcome.response["data"];
        let is_between = is_with_nulls(&expected["data"], got) && is_with_nulls(got, least);
        let is_told = may_be_silent || has_errors(&outcome.response);
        return (!is_between || !is_told).then_some("other data or less than there has to be");
    }
    if !same(&expected["data"], &outcome.response["data"]) {
        Some("other data")
    } else if in_order && !is_in_order(&expected["data"], &outcome.response["data"]) {
        Some("other order")
    } else if may_be_silent && !has_errors(&outcome.response) {
        None
    } else if has_errors(expected) != has_errors(&outcome.response) {
        Some("errors")
    } else {
        None
    }
}

/// Whether the keys of equal values are in the same order.
fn is_in_order(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => {
            let mut pairs = expected.iter().zip(got);
            pairs.all(|((key, value), (other, got))| key == other && is_in_order(value, got))
        }
        (Value::Array(expected), Value::Array(got)) => {
            expected.iter().zip(got).all(|(value, got)| is_in_order(value, got))
        }
        _ => true,
    }
}

/// What is wrong with an answer when subgraphs fail: it may have null for anything else, but
/// nothing else for anything; and each root field that has, has errors.
pub(crate) fn problem_of_failure(expected: &Value, outcome: &Outcome) -> Option<&'static str> {
    let expected_data = &expected["data"];
    let got = &with_anything(expected_data, &outcome.response["data"]);
    if !is_with_nulls(expected_data, got) {
        Some("other data than null")
    } else if expected.get("may_be_silent").is_none()
        && !is_told(expected_data, got, &outcome.response["errors"])
    {
        Some("null without an error")
    } else {
        None
    }
}

/// Most errors that are told.
const ERRORS_MAX: usize = 50;

/// Whether each root field that has null for something else has errors. In a subgraph null may have
/// gone up from elsewhere in the same field.
fn is_told(expected: &Value, got: &Value, errors: &Value) -> bool {
    let errors = errors.as_array().map_or(&[][..], Vec::as_slice);
    let is_of = |key: &str, error: &Value| error.get("path").is_none_or(|path| path[0] == key);
    let is_told = |key: &str| errors.iter().any(|error| is_of(key, error));
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) if errors.len() < ERRORS_MAX => {
            expected.iter().all(|(key, value)| same(value, &got[key]) || is_told(key))
        }
        _ => same(expected, got) || !errors.is_empty(),
    }
}

/// An answer with what is expected of scalars that may be anything, as nothing is wrong for them.
fn with_anything(expected: &Value, got: &Value) -> Value {
    match (expected, got) {
        (_, Value::Null) => Value::Null,
        (Value::Object(object), _) if object.contains_key("json") => expected.clone(),
        (Value::Object(object), Value::Object(fields)) => {
            let none = Value::Null;
            let field = |(key, value): (&String, &Value)| {
                (key.clone(), with_anything(object.get(key).unwrap_or(&none), value))
            };
            Value::Object(fields.iter().map(field).collect())
        }
        (Value::Array(expected), Value::Array(got)) if expected.len() == got.len() => {
            expected.iter().zip(got).map(|(e, g)| with_anything(e, g)).collect()
        }
        _ => got.clone(),
    }
}

/// Whether a value is the expected one, but for nulls.
pub(crate) fn is_with_nulls(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (_, Value::Null) => true,
        (Value::Object(expected), Value::Object(got)) => {
            expected.len() == got.len()
                && expected.iter().all(|(key, e)| got.get(key).is_some_and(|g| is_with_nulls(e, g)))
        }
        (Value::Array(expected), Value::Array(got)) => {
            expected.len() == got.len()
                && expected.iter().zip(got).all(|(e, g)| is_with_nulls(e, g))
        }
        (expected, got) => same(expected, got),
    }
}

/// A case.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) parts: Parts,
    pub(crate) query: String,
    pub(crate) variables: Value,
}

impl Case {
    /// What is wrong with the answer, if it is wrong and can be asked for at all.
    pub(crate) async fn problem(&self) -> Option<String> {
        let pair = self.parts.pair().ok()?;
        if !pair.is_valid(&self.query) {
            return None;
        }
        if let Some(fault) = pair.federation.plan_fault(&self.query) {
            return Some(format!("plan: {}", fault.split(' ').next().unwrap_or_default()));
        }
        let expected = pair.expected(&self.query, &self.variables);
        expected.get("data")?;
        let outcome = pair.got(Network::default(), &self.query, &self.variables).await;
        // A subgraph without a type that its data has is no smaller case, but another one.
        let expected_text = expected.to_string();
        let mut unknown = expected_text.split(UNKNOWN).skip(1);
        let name = |after: &'_ str| after.split([' ', ',']).next().unwrap_or_default().to_owned();
        if outcome.requests.iter().any(|answer| answer.contains(UNKNOWN))
            || unknown.any(|after| !self.parts.hides(&name(after)))
        {
            return None;
        }
        problem(&expected, &outcome, self.parts.are_in_order()).map(str::to_owned)
    }

    /// All of it, for people.
    pub(crate) async fn report(&self) -> String {
        let mut text = format!("{}\n{}\n", self.query, self.variables);
        for part in &self.parts.parts {
            text.push_str(&format!("# {}\n{}{}\n", part.name, part.sdl, part.data));
        }
        let Ok(pair) = self.parts.pair() else { return text };
        let outcome = pair.got(Network::default(), &self.query, &self.variables).await;
        text.push_str(&format!(
            "expected {}\n     got {}\nrefused {:#?}\nfault {:?}\nrequests {}\n{}",
            pair.expected(&self.query, &self.variables),
            outcome.response,
            outcome.rejections,
            pair.federation.plan_fault(&self.query),
            outcome.requests.join("\n"),
            pair.federation.plan(&self.query)
        ));
        text
    }

    /// Writes the case as a folder.
    pub(crate) fn write(&self, folder: &Path) {
        fs::create_dir_all(folder.join("subgraphs")).unwrap();
        let mut data = Map::new();
        for part in &self.parts.parts {
            let file = folder.join("subgraphs").join(format!("{}.graphql", part.name));
            fs::write(file, &part.sdl).unwrap();
            data.insert(part.name.clone(), part.data.clone());
        }
        let pair = self.parts.pair().unwrap_or_else(|error| panic!("{error:?}"));
        let answer = pair.expected(&self.query, &self.variables);
        let mut expected = json!({ "data": answer["data"], "errors": has_errors(&answer) });
        if let Some(least) = answer.get("least") {
            expected["least"] = least.clone();
        }
        let write = |name: &str, value: &Value| {
            let text = serde_json::to_string_pretty(value).unwrap();
            fs::write(folder.join(name), text + "\n").unwrap();
        };
        write("data.json", &Value::Object(data));
        write("variables.json", &self.variables);
        write("expected.json", &expected);
        if !self.parts.labels.is_empty() {
            write("labels.json", &json!(self.parts.labels));
        }
        fs::write(folder.join("operation.graphql"), format!("{}\n", self.query.trim_end()))
            .unwrap();
    }
}

/// What is wrong with the answer to the case in a folder.
pub(crate) async fn problem_of_folder(folder: &Path) -> Option<String> {
    let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let json = |name: &str| -> Value { serde_json::from_str(&text(name)).unwrap() };
    let mut parts = Vec::new();
    for (name, data) in json("data.json").as_object().unwrap() {
        let sdl = text(&format!("subgraphs/{name}.graphql"));
        parts.push(Part { name: name.clone(), sdl, data: data.clone() });
    }
    let composed = match compose_parts(&parts) {
        Ok(composed) => composed,
        Err(error) => return Some(format!("{error:?}")),
    };
    let counter = Counter::default();
    let subgraphs = parts.iter().map(|part| part.subgraph(&counter).unwrap()).collect();
    let labels = fs::read_to_string(folder.join("labels.json"));
    let labels = labels.map(|text| serde_json::from_str(&text).unwrap()).unwrap_or_default();
    let federation = Federation::new(&composed.supergraph_sdl, subgraphs).unwrap();
    let federation = federation.with_labels_on(&labels);
    let (query, variables) = (text("operation.graphql"), json("variables.json"));
    if let Some(fault) = federation.plan_fault(&query) {
        return Some(fault);
    }
    let expected = json("expected.json");
    let in_order =
        Parts { parts, whole: Value::Null, labels, holes: BTreeSet::new() }.are_in_order();
    for seed in 0..4 {
        counter.store(0, Ordering::Relaxed);
        let network = Network { delays: Some(seed), ..Network::default() };
        let outcome = federation.answer_over(network, &query, &variables).await;
        let errors = if expected["errors"] == json!(true) { json!(["some"]) } else { json!([]) };
        let mut expected = expected.clone();
        expected["errors"] = errors;
        if let Some(problem) = problem(&expected, &outcome, in_order) {
            return Some(format!(
                "{problem}\nexpected {expected}\n     got {}\nrefused {:?}\n{}\n{}",
                outcome.response,
                outcome.rejections,
                outcome.requests.join("\n"),
                federation.plan(&query)
            ));
        }
    }
    None
}
