//! Cases as text: a plan, what the subgraphs are asked and answer, and the client's answer.
//!
//! A case that lists a request twice, or whose requests are not exactly those that are sent, fails.
//! `UPDATE_CASES=1` writes what was sent and answered instead of comparing.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use std::path::Path;

use bytes::Bytes;
use executor::{FetchError, Request, Variables};
use support::plan_text::plan;
use support::scripted::{Exchange, run};

struct Case {
    head: String,
    plan: String,
    request: Request,
    exchanges: Vec<Exchange>,
    answers: Vec<String>,
    response: String,
}

fn parse(text: &str) -> Case {
    let (head, rest) = text.split_at(text.find("> ").unwrap());
    let mut request = Request::default();
    let mut plan = String::new();
    for line in head.lines() {
        if let Some(variables) = line.strip_prefix("variables ") {
            let values: serde_json::Value = serde_json::from_str(variables).unwrap();
            let values = values.as_object().unwrap().iter();
            request.variables =
                values.map(|(k, v)| (k.clone(), v.to_string())).collect::<Variables>();
        } else if let Some(answer) = line.strip_prefix("introspection ") {
            request.introspection.push(Bytes::from(answer.to_owned()));
        } else {
            plan += &format!("{line}\n");
        }
    }
    let (mut exchanges, mut answers) = (Vec::<Exchange>::new(), Vec::new());
    let mut response = String::new();
    for line in rest.lines() {
        if let Some(asked) = line.strip_prefix("> ") {
            let (subgraph, request) = asked.split_once(' ').unwrap();
            let exchange = Exchange {
                subgraph: subgraph.to_owned(),
                request: Some(request.to_owned()),
                answer: Err(FetchError::Unreachable),
            };
            exchanges.push(exchange);
        } else if let Some(answer) = line.strip_prefix("< ") {
            answers.push(answer.to_owned());
            exchanges.last_mut().unwrap().answer = match answer {
                "!timeout" => Err(FetchError::Timeout),
                "!status 503" => Err(FetchError::Status(503)),
                "!too large" => Err(FetchError::TooLarge),
                body => Ok(Bytes::from(body.to_owned())),
            };
        } else if let Some(expected) = line.strip_prefix("= ") {
            response = expected.to_owned();
        }
    }
    Case { head: head.to_owned(), plan, request, exchanges, answers, response }
}

fn check(path: &Path) {
    let mut case = parse(&std::fs::read_to_string(path).unwrap());
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let asked: Vec<String> = case
        .exchanges
        .iter()
        .map(|e| format!("{} {}", e.subgraph, e.request.as_ref().unwrap()))
        .collect();
    if update {
        case.exchanges.iter_mut().for_each(|e| e.request = None);
    }
    let (response, mut sent) = run(plan(&case.plan), &case.request, case.exchanges);
    let body = String::from_utf8(response.body.concat()).unwrap();
    // An answer may have halves of surrogate pairs, which the parser does not take.
    let json: serde_json::Value = serde_json::from_str(&body.replace("\\u", "u")).unwrap();
    assert_eq!(json["errors"].as_array().map_or(0, Vec::len), response.errors);
    assert_eq!(json["data"].is_object(), response.has_data);
    if update {
        let mut text = case.head;
        for (request, answer) in sent.iter().zip(&case.answers) {
            text += &format!("> {request}\n< {answer}\n");
        }
        std::fs::write(path, format!("{text}= {body}\n")).unwrap();
        return;
    }
    let mut asked = asked;
    asked.sort();
    sent.sort();
    assert_eq!(sent, asked, "{path:?}");
    assert_eq!(body, case.response, "{path:?}");
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 10);
    paths.iter().for_each(|path| check(path));
}
