//! Runs a world: its operations, each with several values of its variables, one by one and many
//! at a time, over networks that keep no order, and over such where a subgraph fails.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::case::{Case, NoPair, Pair, Parts, problem, problem_of_failure};
use crate::deferred::{needs_more_initially, wrong_in_parts};
use crate::disturbance::{Disturbance, WRONG};
use crate::objects::Objects;
use crate::operation::{Operation, operation};
use crate::random::Random;
use crate::simulated::{Network, Outcome, same};
use crate::split::split;
use crate::world::World;

/// Operations of a world.
const OPERATIONS: usize = 40;
/// How many are under way at once.
const BATCH: usize = 6;

/// What was done.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    worlds: u64,
    /// Answers that were compared.
    pub(crate) answers: u64,
    /// Of these, with a subgraph that fails.
    disturbed: u64,
    /// Answers without something that only a key that is null would have led to, or where a
    /// subgraph promises too much.
    less: u64,
    /// Executions that were given up half-way.
    cancelled: u64,
    /// Operations whose initial answer needs more fetches for the sake of what is deferred.
    pub(crate) more: u64,
    /// Operations that were not valid.
    invalid: u64,
    /// Worlds that do not compose.
    pub(crate) rejected: u64,
    /// Their errors.
    codes: BTreeMap<String, u64>,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.worlds += other.worlds;
        self.answers += other.answers;
        self.disturbed += other.disturbed;
        self.less += other.less;
        self.cancelled += other.cancelled;
        self.more += other.more;
        self.invalid += other.invalid;
        self.rejected += other.rejected;
        for (code, count) in &other.codes {
            *self.codes.entry(code.clone()).or_default() += count;
        }
    }
}

/// What went wrong in a world.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) problem: String,
    /// The case, if it can be had again.
    pub(crate) case: Option<Case>,
    /// All about it.
    pub(crate) text: String,
}

impl Failure {
    /// How much there is to read.
    pub(crate) fn len(&self) -> usize {
        self.case.as_ref().map_or(usize::MAX, |case| case.query.len())
    }
}

/// A federation while some labels of progressive overrides are on.
struct Side {
    parts: Parts,
    pair: Arc<Pair>,
}

/// What is asked, and of whom.
struct Asked {
    side: usize,
    operation: Operation,
    expected: Value,
}

struct Runner {
    /// All with one engine.
    sides: Vec<Side>,
    /// The one that is asked now.
    side: usize,
    names: Vec<String>,
    random: Random,
    tally: Tally,
}

/// Runs a world, with operations that defer or without.
pub(crate) async fn run_world(seed: u64, with_defer: bool) -> (Tally, Option<Failure>) {
    let mut random = Random::new(seed);
    let world = World::new(&mut random);
    let objects = Objects::new(&world, &mut random);
    let mut tally = Tally { worlds: 1, ..Tally::default() };
    let sides = match sides(&world, &objects) {
        Ok(sides) => sides,
        Err(NoPair::Rejected(errors)) => {
            tally.rejected += 1;
            let all = std::env::var_os("DIFFERENTIAL_REJECTED").is_some();
            for (code, message) in errors {
                if all {
                    println!("seed {seed}: {code} {message}");
                }
                *tally.codes.entry(code).or_default() += 1;
            }
            return (tally, None);
        }
        Err(NoPair::Broken(problem)) => {
            let parts = split(&world, &objects, &world.labels[0]);
            let text = parts.iter().map(|p| format!("# {}\n{}\n", p.name, p.sdl)).collect();
            let problem = format!("no federation: {problem}");
            return (tally, Some(Failure { problem, case: None, text }));
        }
    };
    let mut ids: Vec<String> = world.entities.iter().flat_map(|e| e.ids.clone()).collect();
    ids.push("nobody".to_owned());
    let names = sides[0].parts.parts.iter().map(|part| part.name.clone()).collect();
    let mut runner = Runner { sides, side: 0, names, random, tally };
    let failure = match with_defer {
        true => runner.run_deferred(&ids, seed).await,
        false => runner.run(&ids).await,
    };
    (runner.tally, failure)
}

/// The world with some labels on, and with others if there are any.
fn sides(world: &World, objects: &Objects) -> Result<Vec<Side>, NoPair> {
    let mut sides: Vec<Side> = Vec::new();
    for labels in &world.labels {
        let parts = Parts {
            parts: split(world, objects, labels),
            whole: objects.monolith(world, "").data,
            labels: labels.clone(),
            holes: objects.holes.clone(),
        };
        let mut pair = parts.pair()?;
        if let Some(first) = sides.first() {
            pair.federation = first.pair.federation.beside(pair.federation);
        }
        let has_labels = parts.parts.iter().any(|part| part.sdl.contains("label: "));
        sides.push(Side { parts, pair: Arc::new(pair) });
        if !has_labels {
            break;
        }
    }
    Ok(sides)
}

impl Runner {
    fn pair(&self) -> &Arc<Pair> {
        &self.sides[self.side].pair
    }

    fn parts(&self) -> &Parts {
        &self.sides[self.side].parts
    }

    /// An operation, for the side that is asked next.
    fn operation(&mut self, ids: &[String], with_defer: bool) -> Operation {
        self.side = self.random.below(self.sides.len());
        let pair = Arc::clone(self.pair());
        operation(&pair.schema, ids, &mut self.random, with_defer)
    }

    async fn run(&mut self, ids: &[String]) -> Option<Failure> {
        let mut batch: Vec<Asked> = Vec::new();
        for _ in 0..OPERATIONS {
            let operation = self.operation(ids, false);
            if !self.pair().is_valid(&operation.query) {
                self.tally.invalid += 1;
                continue;
            }
            for operation in assignments(&operation) {
                let expected = self.pair().expected(&operation.query, &operation.variables);
                // Variables that do not fit are refused by both.
                if expected.get("data").is_none() {
                    continue;
                }
                if let Some(failure) = self.alone(&operation, &expected).await {
                    return Some(failure);
                }
                if operation.query.starts_with("query") {
                    batch.push(Asked { side: self.side, operation, expected });
                }
            }
            if batch.len() >= BATCH
                && let Some(failure) = self.at_once(std::mem::take(&mut batch)).await
            {
                return Some(failure);
            }
        }
        None
    }

    /// Runs operations that defer: in one piece, and in parts.
    async fn run_deferred(&mut self, ids: &[String], seed: u64) -> Option<Failure> {
        for _ in 0..OPERATIONS {
            let operation = self.operation(ids, true);
            if !self.pair().is_valid(&operation.query) {
                self.tally.invalid += 1;
                continue;
            }
            let mut variables = operation.variables.clone();
            variables.as_object_mut().unwrap().retain(|name, _| !name.starts_with("defer"));
            let expected = self.pair().expected(&operation.whole, &variables);
            if expected.get("data").is_none() {
                continue;
            }
            // The runtime type of an interface object decides what is deferred.
            let may_need_more = !self.parts().are_in_order();
            let federation = &self.pair().federation;
            if !may_need_more && needs_more_initially(federation, &operation) {
                self.tally.more += 1;
            }
            if let Some(failure) = self.whole(&operation, &expected).await {
                // The monolith does not defer.
                let case = failure.case.filter(|_| failure.problem == "plan");
                return Some(Failure { case, ..failure });
            }
            if let Some(text) = wrong_in_parts(&self.pair().federation, &operation, seed).await {
                let problem = text.lines().next().unwrap_or_default();
                let failure = self.failure(problem, &operation, text.clone());
                return Some(Failure { case: None, ..failure });
            }
        }
        None
    }

    fn case(&self, operation: &Operation) -> Case {
        let Operation { query, variables, .. } = operation.clone();
        Case { parts: self.parts().clone(), query, variables }
    }

    fn failure(&self, problem: &str, operation: &Operation, text: String) -> Failure {
        let text = format!("{}\n{}\n{text}", operation.query, operation.variables);
        Failure { problem: problem.to_owned(), case: Some(self.case(operation)), text }
    }

    /// Runs an operation.
    async fn whole(&mut self, operation: &Operation, expected: &Value) -> Option<Failure> {
        let Operation { query, variables, .. } = operation;
        if let Some(fault) = self.pair().federation.plan_fault(query) {
            return Some(self.failure("plan", operation, self.with_plan(query, fault)));
        }
        let delays = Some(self.random.below(1 << 30) as u64);
        let network = Network { delays, ..Network::default() };
        let outcome = self.pair().got(network, query, variables).await;
        self.tally.answers += 1;
        let is_less = !same(&expected["data"], &outcome.response["data"]);
        self.tally.less += u64::from(is_less && expected.get("least").is_some());
        let problem = problem(expected, &outcome, self.parts().are_in_order())?;
        Some(self.failure(problem, operation, describe(expected, &outcome)))
    }

    /// Runs an operation, and then with a subgraph that fails.
    async fn alone(&mut self, operation: &Operation, expected: &Value) -> Option<Failure> {
        let Operation { query, variables, .. } = operation;
        if let Some(failure) = self.whole(operation, expected).await {
            return Some(failure);
        }
        if !self.random.percent(30) {
            return None;
        }
        let disturbance = Disturbance::new(&self.names, &mut self.random);
        let disturb = |subgraph: &str, answer| disturbance.answer(subgraph, answer);
        let delays = Some(self.random.below(1 << 30) as u64);
        let network = Network { delays, disturb: Some(&disturb) };
        let mut outcome = self.pair().got(network, query, variables).await;
        // What is made of a wrong value is not what a monolith makes of the right one.
        let is_used = |request: &String| {
            let sent = request.split("\n      -> ").next();
            sent.is_some_and(|sent| sent.contains(WRONG))
        };
        if outcome.requests.iter().any(is_used) {
            return None;
        }
        outcome.rejections.clear();
        self.tally.answers += 1;
        self.tally.disturbed += 1;
        problem_of_failure(expected, &outcome).map(|problem| {
            let text = format!("{disturbance:?}\n{}", describe(expected, &outcome));
            let failure = self.failure(problem, operation, text);
            Failure { case: None, text: self.with_plan(query, failure.text), ..failure }
        })
    }

    fn with_plan(&self, query: &str, text: String) -> String {
        let parts = self.parts().parts.iter().map(|p| format!("# {}\n{}\n", p.name, p.sdl));
        format!("{text}\n{}\n{}", self.pair().federation.plan(query), parts.collect::<String>())
    }

    /// Runs operations at once on this thread, some of them twice, where the second is given up.
    async fn at_once(&mut self, batch: Vec<Asked>) -> Option<Failure> {
        let mut running = Vec::new();
        for Asked { side, operation, expected } in batch {
            let start = |delays: u64| {
                let (pair, operation) = (Arc::clone(&self.sides[side].pair), operation.clone());
                tokio::spawn(async move {
                    let network = Network { delays: Some(delays), ..Network::default() };
                    let Operation { query, variables, .. } = &operation;
                    pair.federation.answer_over(network, query, variables).await
                })
            };
            let delays = self.random.below(1 << 30) as u64;
            let given_up = self.random.percent(30).then(|| start(delays.wrapping_mul(7)));
            let answer = start(delays);
            running.push((answer, Asked { side, operation, expected }));
            if let Some(given_up) = given_up {
                for _ in 0..self.random.below(12) {
                    tokio::task::yield_now().await;
                }
                given_up.abort();
                self.tally.cancelled += 1;
            }
        }
        for (answer, Asked { side, operation, expected }) in running {
            let outcome = answer.await.unwrap();
            self.side = side;
            self.tally.answers += 1;
            if let Some(problem) = problem(&expected, &outcome, self.parts().are_in_order()) {
                let problem = format!("among others: {problem}");
                let failure = self.failure(&problem, &operation, describe(&expected, &outcome));
                return Some(Failure { case: None, ..failure });
            }
        }
        None
    }
}

fn describe(expected: &Value, outcome: &Outcome) -> String {
    format!(
        "expected {expected}\n     got {}\nrefused {:#?}\nrequests {}",
        outcome.response,
        outcome.rejections,
        outcome.requests.join("\n")
    )
}

/// The operation with all values of the variables that conditions depend on.
fn assignments(operation: &Operation) -> Vec<Operation> {
    let names: Vec<String> = operation
        .variables
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .filter(|name| name.starts_with("if"))
        .collect();
    (0..1usize << names.len())
        .map(|bits| {
            let mut operation = operation.clone();
            for (index, name) in names.iter().enumerate() {
                operation.variables[name] = json!(bits >> index & 1 == 1);
            }
            operation
        })
        .collect()
}
