//! Runs a plan: sends its fetches as early as their dependencies allow, on one task, and answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use futures_util::stream::{FuturesUnordered, StreamExt};
use query_plan::{FetchKind, OperationKind, QueryPlan};

use crate::compiled::Compiled;
use crate::request::Request;
use crate::run::{Run, Scratch, Sending, Ticket};
use crate::transport::{FetchError, Transport};

/// Scratches of finished executions, for all plans of the process: what a plan would keep for
/// itself would be kept for every plan of a cache. It holds memory only, never an answer.
static POOL: Mutex<Vec<Scratch>> = Mutex::new(Vec::new());

/// Most scratches in the pool, and how large one may be.
const POOL_LEN_MAX: usize = 32;
const POOLED_BYTES_MAX: usize = 512 << 10;

/// A plan made ready to run, any number of times at once.
#[derive(Debug)]
pub struct PreparedPlan {
    compiled: Compiled,
    /// How long the longest answer of late was.
    answer_len: AtomicUsize,
}

/// The answer to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// `{"data":…}`, with `errors` if there are any.
    pub body: Bytes,
    /// How many errors there are.
    pub errors: usize,
    /// Whether `data` is an object, not null.
    pub has_data: bool,
    /// How many requests were sent to subgraphs.
    pub fetches: usize,
}

impl PreparedPlan {
    /// Prepares a plan.
    #[must_use]
    pub fn new(plan: Arc<QueryPlan>) -> Self {
        let compiled = Compiled::new(plan);
        Self { compiled, answer_len: AtomicUsize::new(256) }
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Arc<QueryPlan> {
        &self.compiled.plan
    }

    fn finish(&self, run: Run<'_>) -> Response {
        let before = self.answer_len.load(Ordering::Relaxed);
        let (completed, fetches) = run.finish(before + before / 8);
        let len = completed.body.len();
        // Falls slowly, so that one small answer does not make the next one grow step by step.
        self.answer_len.store(len.max(before - before / 8), Ordering::Relaxed);
        Response {
            body: completed.body.into(),
            errors: completed.errors,
            has_data: completed.has_data,
            fetches,
        }
    }
}

fn take_scratch() -> Scratch {
    POOL.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
}

fn put_back(mut scratch: Scratch) {
    if scratch.capacity_bytes() > POOLED_BYTES_MAX {
        return;
    }
    scratch.clear();
    let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    if pool.len() < POOL_LEN_MAX {
        pool.push(scratch);
    }
}

/// Runs a plan. Dropping the future cancels all that is under way.
pub async fn execute<T: Transport>(
    prepared: &PreparedPlan,
    request: &Request,
    transport: &T,
) -> Response {
    run(prepared, request, None, transport).await
}

/// Completes an event of a subscription: `event` is what the plan's root fetch would have brought.
pub async fn execute_event<T: Transport>(
    prepared: &PreparedPlan,
    request: &Request,
    event: Bytes,
    transport: &T,
) -> Response {
    run(prepared, request, Some(event), transport).await
}

async fn run<T: Transport>(
    prepared: &PreparedPlan,
    request: &Request,
    mut event: Option<Bytes>,
    transport: &T,
) -> Response {
    let mut scratch = take_scratch();
    let mut run = Run::start(&prepared.compiled, request, &mut scratch);
    let mut running = FuturesUnordered::new();
    run.advance();
    loop {
        while let Some(Sending { ticket, request }) = run.sending.pop_front() {
            let given =
                if request.kind == OperationKind::Subscription { event.take() } else { None };
            if let Some(event) = given {
                run.receive(&ticket, Ok(event));
                run.advance();
            } else {
                running.push(with_ticket(ticket, transport.fetch(request)));
            }
        }
        let Some((ticket, answer)) = running.next().await else { break };
        run.receive(&ticket, answer);
        run.advance();
    }
    drop(running);
    let response = prepared.finish(run);
    put_back(scratch);
    response
}

async fn with_ticket(
    ticket: Ticket,
    answer: impl Future<Output = Result<Bytes, FetchError>>,
) -> (Ticket, Result<Bytes, FetchError>) {
    (ticket, answer.await)
}

impl PreparedPlan {
    /// The operation of the subgraph whose events drive a subscription: its request, to be sent
    /// by a transport that can stream, and answered event by event with [`execute_event`].
    #[must_use]
    pub fn subscription_request(&self, request: &Request) -> Option<crate::SubgraphRequest> {
        let is_stream = |fetch: &query_plan::Fetch| {
            fetch.kind == OperationKind::Subscription && matches!(fetch.target, FetchKind::Root(_))
        };
        self.plan().fetches.iter().find(|fetch| is_stream(fetch))?;
        let mut scratch = take_scratch();
        let mut run = Run::start(&self.compiled, request, &mut scratch);
        run.advance();
        let sending = run.sending.drain(..);
        sending.map(|sending| sending.request).find(|r| r.kind == OperationKind::Subscription)
    }
}
