//! Runs a plan: sends its fetches as early as their dependencies allow, on one task, and answers.

use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use async_stream::stream;
use bytes::Bytes;
use futures_util::stream::{FuturesUnordered, Stream, StreamExt, once};
use query_plan::{FetchKind, OperationKind, QueryPlan};

use crate::compiled::Compiled;
use crate::delivery::Delivery;
use crate::request::Request;
use crate::run::{Run, Scratch, Sending};
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
    /// `{"data":…}`, with `errors` if there are any; a long one in pieces.
    pub body: Vec<Bytes>,
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
        let (completed, fetches) = run.finish(before);
        let len = completed.body.iter().map(Bytes::len).sum::<usize>();
        // Falls slowly, so that one small answer does not make the next one grow step by step.
        self.answer_len.store(len.max(before - before / 8), Ordering::Relaxed);
        Response {
            body: completed.body,
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

/// Completes an event of a subscription: `event` is what came of the plan's root fetch.
pub async fn execute_event<T: Transport>(
    prepared: &PreparedPlan,
    request: &Request,
    event: Result<Bytes, FetchError>,
    transport: &T,
) -> Response {
    run(prepared, request, Some(event), transport).await
}

async fn run<T: Transport>(
    prepared: &PreparedPlan,
    request: &Request,
    mut event: Option<Result<Bytes, FetchError>>,
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
                run.receive(&ticket, event);
                run.advance();
            } else {
                let answer = transport.fetch(request);
                running.push(async { (ticket, answer.await) });
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

/// Runs a plan and delivers the answer in parts: the initial one as soon as all is there that is
/// not deferred, then what is deferred as it comes. Fetches that only deferred parts need start as
/// early as all others, and the initial answer waits for none of them. Dropping the stream cancels
/// all that is under way.
///
/// Where nothing turns out to be deferred, there is one item, as of [`execute`].
pub fn execute_incremental<T: Transport>(
    prepared: Arc<PreparedPlan>,
    request: Request,
    transport: T,
) -> impl Stream<Item = Bytes> {
    stream! {
        let mut scratch = take_scratch();
        let mut run = Run::start(&prepared.compiled, &request, &mut scratch);
        let mut delivery = Delivery::new(run.parts());
        let mut running = FuturesUnordered::new();
        run.advance();
        loop {
            while let Some(Sending { ticket, request }) = run.sending.pop_front() {
                let answer = transport.fetch(request);
                running.push(async { (ticket, answer.await) });
            }
            while let Some(payload) = run.next_payload(&mut delivery) {
                yield payload.into();
            }
            if delivery.is_complete() {
                break;
            }
            let Some((ticket, answer)) = running.next().await else { break };
            run.receive(&ticket, answer);
            run.advance();
        }
        drop(running);
        drop(run);
        put_back(scratch);
    }
}

/// Runs a subscription: opens its source and completes each event over the other subgraphs, one at
/// a time; the source is not asked for the next before this one was taken. What goes wrong with
/// the source is an answer with errors. Dropping the stream cancels all.
pub fn subscribe<T: Transport>(
    prepared: Arc<PreparedPlan>,
    request: Request,
    transport: T,
) -> impl Stream<Item = Response> {
    stream! {
        let Some(source) = prepared.subscription_request(&request) else { return };
        let mut events = match transport.subscribe(source).await {
            Ok(events) => events,
            Err(error) => once(ready(Err(error))).boxed(),
        };
        while let Some(event) = events.next().await {
            yield execute_event(&prepared, &request, event, &transport).await;
        }
    }
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
