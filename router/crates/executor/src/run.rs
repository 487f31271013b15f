//! The state of one execution: which fetches are done, which can go, what they send. It does no
//! waiting; whoever drives it sends the requests and brings back the answers.

use std::collections::VecDeque;
use std::ops::Range;

use bytes::Bytes;
use query_plan::{FetchId, FetchVariable, VariableSource};

use crate::answer::Receiver;
use crate::compiled::Compiled;
use crate::compiled::requests::{CompiledFetch, Target};
use crate::complete::memo::Memo;
use crate::complete::pieces::FIRST_LEN_MAX;
use crate::complete::{Completed, Known, complete};
use crate::delivery::Delivery;
use crate::failure::Failure;
use crate::parts::Parts;
use crate::representations::{Batch, Entities};
use crate::request::{Request, holds};
use crate::settle::settle;
use crate::sharing::Sharing;
use crate::slot::{BODIES_MAX, Slot};
use crate::store::Store;
use crate::transport::{FetchError, SubgraphRequest};

/// Most requests of one fetch at a time.
const PARTS_MAX: u32 = 8;

/// What an execution works with; it can be used again, for any plan.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    store: Store,
    sharing: Sharing,
    memo: Memo,
    batches: Vec<Batch>,
    progress: Vec<Progress>,
    ready: VecDeque<FetchId>,
    conditions: Vec<bool>,
}

/// How far a fetch is.
#[derive(Debug, Default)]
struct Progress {
    /// Fetches that have to be done before.
    waits: u32,
    /// The representations that are not sent yet.
    unsent: Range<u32>,
    /// Requests that are not answered yet.
    running: u32,
    is_done: bool,
}

/// A request to be sent.
#[derive(Debug)]
pub(crate) struct Sending {
    pub(crate) ticket: Ticket,
    pub(crate) request: SubgraphRequest,
}

/// What an answer has to be brought back with.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    fetch: FetchId,
    part: Range<u32>,
}

/// One execution.
pub(crate) struct Run<'a> {
    compiled: &'a Compiled,
    request: &'a Request,
    scratch: &'a mut Scratch,
    pub(crate) sending: VecDeque<Sending>,
    sent: usize,
}

impl Scratch {
    /// Lets go of what belongs to the execution; what is allocated stays.
    pub(crate) fn clear(&mut self) {
        self.store.clear();
    }

    /// How many bytes it keeps when it is empty, roughly.
    pub(crate) fn capacity_bytes(&self) -> usize {
        let batches: usize = self.batches.iter().map(Batch::capacity_bytes).sum();
        let Self { store, memo, sharing, .. } = self;
        batches + store.capacity_bytes() + memo.capacity_bytes() + sharing.capacity_bytes()
    }
}

impl<'a> Run<'a> {
    /// Starts with those fetches that need no other.
    pub(crate) fn start(
        compiled: &'a Compiled,
        request: &'a Request,
        scratch: &'a mut Scratch,
    ) -> Self {
        scratch.store.begin(&compiled.layouts);
        let holds = |condition: &query_plan::Condition| {
            condition.holds(|variable| request.variables.is_true(variable))
        };
        scratch.conditions.clear();
        scratch.conditions.extend(compiled.plan.conditions.iter().map(holds));
        scratch.progress.clear();
        scratch.ready.clear();
        scratch.batches.resize_with(compiled.fetches.len(), Batch::default);
        for (index, fetch) in compiled.fetches.iter().enumerate() {
            scratch.progress.push(Progress { waits: fetch.after, ..Progress::default() });
            if fetch.after == 0 {
                scratch.ready.push_back(FetchId(index as u32));
            }
        }
        Self { compiled, request, scratch, sending: VecDeque::new(), sent: 0 }
    }

    /// Makes the requests of all fetches that can go.
    pub(crate) fn advance(&mut self) {
        while let Some(id) = self.scratch.ready.pop_front() {
            let Some(fetch) = self.compiled.fetches.get(id.0 as usize) else { continue };
            self.begin(id, fetch);
        }
    }

    /// Makes the requests of a fetch, or finds that it is done without any.
    fn begin(&mut self, id: FetchId, fetch: &'a CompiledFetch) {
        let Scratch { store, batches, conditions, progress, .. } = &mut *self.scratch;
        let runs = holds(conditions, fetch.condition);
        let parts = match &fetch.target {
            Target::Root(input) => {
                let position = self.compiled.inputs.get(*input).position;
                let rows = store.table(position).rows();
                if !runs {
                    for row in 0..rows {
                        settle(self.compiled, store, (*input, row), Slot::ABSENT);
                    }
                }
                u32::from(runs && rows > 0)
            }
            Target::Entities(groups) => {
                let Some(batch) = batches.get_mut(id.0 as usize) else { return };
                let holds = |id| runs && holds(conditions, id);
                batch.collect(self.compiled, store, groups, &holds);
                batch.len()
            }
        };
        if let Some(progress) = progress.get_mut(id.0 as usize) {
            progress.unsent = 0..parts;
        }
        self.send(id, fetch);
    }

    /// Makes as many requests of a fetch as may run; when there are none left, it is done.
    fn send(&mut self, id: FetchId, fetch: &'a CompiledFetch) {
        loop {
            let Some(progress) = self.scratch.progress.get_mut(id.0 as usize) else { return };
            if progress.unsent.is_empty() && progress.running == 0 {
                progress.is_done = true;
                return self.done(fetch);
            }
            if progress.unsent.is_empty() || progress.running == PARTS_MAX {
                return;
            }
            let start = progress.unsent.start;
            let end = self.scratch.batches.get(id.0 as usize).map(|batch| batch.part_end(start));
            // A fetch from a root type is one part.
            let part = start..end.filter(|end| *end > start).unwrap_or(progress.unsent.end);
            progress.unsent.start = part.end;
            progress.running += 1;
            let ticket = Ticket { fetch: id, part };
            if self.sent == BODIES_MAX {
                self.take_in(&ticket, Err(FetchError::TooManyRequests));
                continue;
            }
            self.sent += 1;
            let body = self.body(fetch, &ticket);
            let request =
                SubgraphRequest { fetch: id, subgraph: fetch.subgraph, kind: fetch.kind, body };
            self.sending.push_back(Sending { ticket, request });
        }
    }

    fn body(&self, fetch: &CompiledFetch, ticket: &Ticket) -> Bytes {
        let Scratch { batches, conditions, .. } = &*self.scratch;
        let mut out = Vec::new();
        let entities = match (&fetch.target, batches.get(ticket.fetch.0 as usize)) {
            (Target::Entities(groups), Some(batch)) => Some(Entities { groups, batch }),
            _ => None,
        };
        let added = entities.map(|entities| entities.on_demand(&ticket.part)).unwrap_or_default();
        let mut more: Vec<&(FetchVariable, String)> = Vec::new();
        for variable in added.iter().flat_map(|(on_demand, _)| &on_demand.variables) {
            if !more.contains(&variable) {
                more.push(variable);
            }
        }
        fetch.write_head(&mut out, &added, &more);
        if fetch.is_constant() {
            out.push(b'}');
            return out.into();
        }
        for variable in fetch.variables.iter().chain(more.into_iter().map(|(variable, _)| variable))
        {
            let value: &[u8] = match &variable.source {
                VariableSource::Client(name) => match self.request.variables.value(name) {
                    Some(json) => json,
                    None => continue,
                },
                VariableSource::Condition(id) if holds(conditions, Some(*id)) => b"true",
                VariableSource::Condition(_) => b"false",
            };
            out.extend_from_slice(format!("\"{}\":", variable.name).as_bytes());
            out.extend_from_slice(value);
            out.push(b',');
        }
        if let Some(entities) = entities {
            entities.write_variables(&mut out, &ticket.part);
        }
        if out.last() == Some(&b',') {
            out.pop();
        }
        out.extend_from_slice(b"}}");
        out.into()
    }

    /// Takes in the answer to a request.
    pub(crate) fn receive(&mut self, ticket: &Ticket, answer: Result<Bytes, FetchError>) {
        self.take_in(ticket, answer);
        if let Some(fetch) = self.compiled.fetches.get(ticket.fetch.0 as usize) {
            self.send(ticket.fetch, fetch);
        }
    }

    fn take_in(&mut self, ticket: &Ticket, answer: Result<Bytes, FetchError>) {
        let index = ticket.fetch.0 as usize;
        let Some(request) = self.compiled.fetches.get(index) else { return };
        let Scratch { store, sharing, batches, progress, .. } = &mut *self.scratch;
        let (Some(batch), Some(progress)) = (batches.get(index), progress.get_mut(index)) else {
            return;
        };
        progress.running = progress.running.saturating_sub(1);
        let mut receiver = Receiver {
            compiled: self.compiled,
            fetch: ticket.fetch,
            request,
            store,
            sharing,
            batch,
            part: ticket.part.clone(),
        };
        match answer {
            Ok(body) => receiver.receive(&body),
            Err(error) => {
                let service = self.compiled.subgraph(request.subgraph);
                receiver.fail(Failure::of_fetch(error, service));
            }
        }
    }

    /// Lets go those that waited for nothing but this fetch.
    fn done(&mut self, fetch: &CompiledFetch) {
        for id in &fetch.dependents {
            let Some(progress) = self.scratch.progress.get_mut(id.0 as usize) else { continue };
            progress.waits = progress.waits.saturating_sub(1);
            if progress.waits == 0 {
                self.scratch.ready.push_back(*id);
            }
        }
    }

    /// Writes the next payload of an answer in parts, if what it needs is there.
    pub(crate) fn next_payload(&mut self, delivery: &mut Delivery) -> Option<Vec<u8>> {
        let Scratch { store, memo, conditions, progress, .. } = &mut *self.scratch;
        let introspection = &self.request.introspection;
        let known = Known { compiled: self.compiled, store, conditions, introspection };
        let is_done = |id: &FetchId| progress.get(id.0 as usize).is_some_and(|p| p.is_done);
        delivery.next(known, memo, |fetches| fetches.iter().all(is_done))
    }

    /// Which values belong to which part of the answer.
    pub(crate) fn parts(&self) -> Parts {
        Parts::new(self.compiled, &self.scratch.conditions)
    }

    /// Writes the client's answer, `before` is how long the last ones were; the result also tells how
    /// many requests were sent.
    pub(crate) fn finish(self, before: usize) -> (Completed, usize) {
        let Scratch { store, memo, conditions, .. } = self.scratch;
        let known = Known {
            compiled: self.compiled,
            store,
            conditions,
            introspection: &self.request.introspection,
        };
        (complete(known, memo, before.min(FIRST_LEN_MAX) * 9 / 8, None), self.sent)
    }
}
