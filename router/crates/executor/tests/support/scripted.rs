//! Subgraphs that answer by a script.
use bytes::Bytes;
use executor::{FetchError, PreparedPlan, Request, Response, SubgraphRequest, Transport, execute};
use query_plan::QueryPlan;
use std::sync::{Arc, Mutex};

/// One request and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    pub subgraph: String,
    /// `None` answers any request to the subgraph.
    pub request: Option<String>,
    pub answer: Result<Bytes, FetchError>,
}

pub struct Scripted {
    pub names: Vec<String>,
    pub exchanges: Vec<Exchange>,
    pub log: Mutex<Vec<String>>,
}

impl Scripted {
    pub fn new(plan: &QueryPlan, exchanges: Vec<Exchange>) -> Self {
        Self { names: plan.subgraphs.clone(), exchanges, log: Mutex::default() }
    }
}

impl Transport for Scripted {
    async fn fetch(&self, request: SubgraphRequest) -> Result<Bytes, FetchError> {
        let name = &self.names[usize::from(request.subgraph.0)];
        let body = String::from_utf8(request.body.to_vec()).unwrap();
        let line = format!("{name} {body}");
        self.log.lock().unwrap().push(line.clone());
        let fits =
            |e: &&Exchange| e.subgraph == *name && e.request.as_ref().is_none_or(|r| *r == body);
        let found = self.exchanges.iter().find(fits);
        found.unwrap_or_else(|| panic!("not in the script: {line}")).answer.clone()
    }
}

pub fn run(
    plan: QueryPlan,
    request: &Request,
    exchanges: Vec<Exchange>,
) -> (Response, Vec<String>) {
    let scripted = Scripted::new(&plan, exchanges);
    let prepared = PreparedPlan::new(Arc::new(plan));
    let first = futures_executor::block_on(execute(&prepared, request, &scripted));
    let log = std::mem::take(&mut *scripted.log.lock().unwrap());
    // What is kept from one execution to the next makes no difference.
    let second = futures_executor::block_on(execute(&prepared, request, &scripted));
    assert_eq!(first, second);
    (first, log)
}

/// Runs a plan whose subgraphs each give one answer.
pub fn answers(plan: QueryPlan, answers: &[(&str, &str)]) -> String {
    let exchanges = answers
        .iter()
        .map(|(subgraph, answer)| Exchange {
            subgraph: (*subgraph).to_owned(),
            request: None,
            answer: Ok(Bytes::copy_from_slice(answer.as_bytes())),
        })
        .collect();
    let (response, _) = run(plan, &Request::default(), exchanges);
    String::from_utf8(response.body.concat()).unwrap()
}
