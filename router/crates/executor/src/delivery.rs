//! Delivers an answer in parts: which deferred fragments the client knows of, what of them is
//! written, and the payloads that say so.
//!
//! An *instance* is a deferred fragment at one record; it is *pending* from when the client is told
//! of it until it is completed. A *part* is what several instances have in common; it comes with
//! the first of them that is completed. See <https://github.com/graphql/graphql-spec/pull/1110>.

use std::cmp::Reverse;
use std::collections::HashMap;

use query_plan::{DeferId, FetchId};

use crate::complete::errors::Errors;
use crate::complete::memo::Memo;
use crate::complete::split::{Found, Split};
use crate::complete::{Completed, Known, OUTPUT_LEN_MAX, complete, complete_part, too_large};
use crate::parts::{INITIAL, Parts};

/// A payload that is longer is sent before it is complete.
const PAYLOAD_LEN: usize = 1 << 20;

/// What is delivered, and what is still to be delivered.
pub(crate) struct Delivery {
    parts: Parts,
    /// The initial answer is written.
    is_begun: bool,
    /// There are too many parts: the answer comes in one piece.
    is_whole: bool,
    outstanding: Vec<Part>,
    instances: Vec<Instance>,
    by_place: HashMap<(DeferId, Box<[u8]>), usize>,
    /// Instances that the client knows of and that are not completed, in the order of their ids.
    pending: Vec<usize>,
    /// Instances that the client does not know of.
    hidden: Vec<usize>,
    ids: usize,
    /// How many parts there were, as [`Split`] counts them.
    count: usize,
    /// Fetches whose errors without a place were delivered.
    reported: Vec<FetchId>,
    written: usize,
}

/// What several instances have in common at one object.
struct Part {
    found: Found,
    instances: Vec<usize>,
    state: State,
}

enum State {
    /// Not yet written.
    Open,
    /// Written, but an instance that it should come with failed.
    Written(Vec<u8>, Errors),
    /// Null went up to it.
    Failed(Errors),
    Delivered,
}

struct Instance {
    defer: DeferId,
    path_len: usize,
    parent: Option<usize>,
    /// What the client knows it by.
    id: Option<usize>,
    parts: Vec<usize>,
    outcome: Option<Outcome>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Completed,
    Failed,
}

/// A payload after the first.
#[derive(Default)]
struct Payload {
    pending: Vec<u8>,
    incremental: Vec<u8>,
    completed: Vec<u8>,
    /// How many instances are completed.
    count: usize,
}

impl Delivery {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            parts,
            is_begun: false,
            is_whole: false,
            outstanding: Vec::new(),
            instances: Vec::new(),
            by_place: HashMap::new(),
            pending: Vec::new(),
            hidden: Vec::new(),
            ids: 0,
            count: 0,
            reported: Vec::new(),
            written: 0,
        }
    }

    /// Whether there is nothing to come.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_begun && self.pending.is_empty()
    }

    /// Writes what can be delivered since the last time, if there is anything: first the initial
    /// answer. `is_done` says whether all of some fetches are done.
    pub(crate) fn next(
        &mut self,
        known: Known<'_>,
        memo: &mut Memo,
        is_done: impl Fn(&[FetchId]) -> bool,
    ) -> Option<Vec<u8>> {
        if self.is_begun {
            return self.subsequent(known, memo, is_done);
        }
        if !self.is_whole && is_done(self.parts.fetches(None)) {
            let initial = self.initial(known, memo);
            (self.is_begun, self.is_whole) = (initial.is_some(), initial.is_none());
            if self.is_begun {
                return initial;
            }
        }
        let all: Vec<FetchId> = (0..known.compiled.fetches.len() as u32).map(FetchId).collect();
        self.is_begun = self.is_whole && is_done(&all);
        self.is_begun.then(|| complete(known, memo, 0, None).body.concat())
    }

    /// Nothing if there are too many parts.
    fn initial(&mut self, known: Known<'_>, memo: &mut Memo) -> Option<Vec<u8>> {
        let split = Split::new(&self.parts, INITIAL, 0);
        let Completed { body, overflow, found, .. } = complete(known, memo, 0, Some(split));
        let mut body: Vec<u8> = body.into_iter().next().unwrap_or_default().into();
        self.reported.extend_from_slice(self.parts.fetches(None));
        self.written = body.len();
        self.add(found);
        let mut pending = Vec::new();
        self.announce(&mut pending);
        if !pending.is_empty() {
            body.pop();
            body.extend_from_slice(b",\"pending\":[");
            body.extend_from_slice(&pending);
            body.extend_from_slice(b"],\"hasNext\":true}");
        }
        (!overflow).then_some(body)
    }

    fn subsequent(
        &mut self,
        known: Known<'_>,
        memo: &mut Memo,
        is_done: impl Fn(&[FetchId]) -> bool,
    ) -> Option<Vec<u8>> {
        let mut payload = Payload::default();
        let mut count = usize::MAX;
        // One that is completed may complete others, and uncover some.
        while std::mem::replace(&mut count, payload.count) != payload.count {
            let mut pending = std::mem::take(&mut self.pending);
            pending.retain(|instance| {
                let is_full = payload.incremental.len() > PAYLOAD_LEN;
                let waits = is_full || !self.can_complete(*instance, &is_done);
                if !waits {
                    self.deliver(*instance, known, memo, &mut payload);
                }
                waits
            });
            self.pending = pending;
            self.announce(&mut payload.pending);
        }
        (payload.count > 0).then(|| payload.text(!self.is_complete()))
    }

    fn can_complete(&self, instance: usize, is_done: impl Fn(&[FetchId]) -> bool) -> bool {
        let Some(instance) = self.instances.get(instance) else { return false };
        let states = || instance.parts.iter().filter_map(|part| self.outstanding.get(*part));
        is_done(self.parts.fetches(Some(instance.defer)))
            || states().any(|part| matches!(part.state, State::Failed(_)))
            || states().all(|part| !matches!(part.state, State::Open))
    }

    /// Writes what is left of an instance. All of it is delivered, or that it failed.
    fn deliver(&mut self, id: usize, known: Known<'_>, memo: &mut Memo, payload: &mut Payload) {
        let mut next = 0;
        while let Some(part) = self.instances.get(id).and_then(|i| i.parts.get(next)).copied() {
            self.write(part, known, memo);
            next += 1;
            let Some(Part { state: State::Failed(errors), .. }) = self.outstanding.get(part) else {
                continue;
            };
            payload.complete(self.client_id(id), Some(errors));
            self.close(id, Outcome::Failed);
            return;
        }
        let defer = self.instances.get(id).map(|instance| instance.defer);
        let mut unplaced = self.take_unplaced(defer, known);
        for part in self.instances.get(id).map_or_else(Vec::new, |i| i.parts.clone()) {
            let (client_id, path_len) = self.best_instance(part, id);
            let Some(part) = self.outstanding.get_mut(part) else { continue };
            if let State::Written(data, mut errors) =
                std::mem::replace(&mut part.state, State::Delivered)
            {
                unplaced.drain(..).for_each(|failure| errors.push(failure, None));
                payload.add(client_id, part.found.path.rest(path_len), (&data, &errors));
            }
        }
        payload.complete(self.client_id(id), None);
        self.close(id, Outcome::Completed);
    }

    fn write(&mut self, id: usize, known: Known<'_>, memo: &mut Memo) {
        let Some(part) = self.outstanding.get_mut(id) else { return };
        if !matches!(part.state, State::Open) {
            return;
        }
        if self.written > OUTPUT_LEN_MAX {
            let mut errors = Errors::default();
            errors.push(&too_large(), None);
            part.state = State::Failed(errors);
            return;
        }
        let split = Split::new(&self.parts, part.found.set, self.count);
        match complete_part(known, memo, &part.found, split) {
            Ok((data, errors, found)) => {
                self.written += data.len();
                part.state = State::Written(data, errors);
                self.add(found);
            }
            Err(errors) => part.state = State::Failed(errors),
        }
    }

    /// Errors without a place, of fetches that nobody else needed.
    fn take_unplaced<'k>(
        &mut self,
        defer: Option<DeferId>,
        known: Known<'k>,
    ) -> Vec<&'k crate::failure::Failure> {
        let mut fetches = self.parts.fetches(defer).to_vec();
        fetches.retain(|id| !self.reported.contains(id));
        self.reported.extend_from_slice(&fetches);
        known.store.unplaced(Some(&fetches))
    }

    /// The pending instance by which the path of a part is shortest, and the length of its own.
    /// `completed` is one of them.
    fn best_instance(&self, part: usize, completed: usize) -> (usize, usize) {
        let instances = self.outstanding.get(part).into_iter().flat_map(|part| &part.instances);
        let known = instances.filter_map(|id| {
            let instance = self.instances.get(*id)?;
            let is_pending = instance.outcome.is_none();
            Some((instance.path_len, *id == completed, instance.id.filter(|_| is_pending)?))
        });
        let best = known.max_by_key(|(len, is_completed, id)| (*len, *is_completed, Reverse(*id)));
        best.map_or((0, 0), |(len, _, id)| (id, len))
    }

    fn client_id(&self, instance: usize) -> usize {
        self.instances.get(instance).and_then(|instance| instance.id).unwrap_or(0)
    }

    fn close(&mut self, instance: usize, outcome: Outcome) {
        if let Some(instance) = self.instances.get_mut(instance) {
            instance.outcome = Some(outcome);
        }
    }

    /// Takes in parts that were found.
    fn add(&mut self, found: Vec<Found>) {
        for found in found {
            self.count += self.parts.weight(found.set);
            let part = self.outstanding.len();
            let set = self.parts.set(found.set).to_vec();
            let instances: Vec<_> = set.iter().map(|id| self.instance(*id, &found)).collect();
            for id in &instances {
                if let Some(instance) = self.instances.get_mut(*id) {
                    instance.parts.push(part);
                }
            }
            self.outstanding.push(Part { found, instances, state: State::Open });
        }
    }

    /// The instance of a fragment that a part belongs to.
    fn instance(&mut self, defer: DeferId, found: &Found) -> usize {
        let path_len = self.parts.path_len(defer);
        let place = (defer, found.path.start(path_len).into());
        if let Some(known) = self.by_place.get(&place) {
            return *known;
        }
        let parent = self.parts.parent(defer).map(|parent| self.instance(parent, found));
        let id = self.instances.len();
        let (parts, outcome) = (Vec::new(), None);
        self.instances.push(Instance { defer, path_len, parent, id: None, parts, outcome });
        self.by_place.insert(place, id);
        self.hidden.push(id);
        id
    }

    /// Tells of instances whose surroundings are there.
    fn announce(&mut self, out: &mut Vec<u8>) {
        for index in std::mem::take(&mut self.hidden) {
            let Some(instance) = self.instances.get(index) else { continue };
            if !self.has_parts(instance) || !self.is_there(instance.parent) {
                self.hidden.push(index);
                continue;
            }
            let path = instance.parts.first().and_then(|part| self.outstanding.get(*part));
            let path = path.map_or(&[][..], |part| part.found.path.start(instance.path_len));
            separate(out);
            out.extend_from_slice(format!("{{\"id\":\"{}\",\"path\":[", self.ids).as_bytes());
            out.extend_from_slice(path);
            out.push(b']');
            if let Some(label) = self.parts.label(instance.defer) {
                out.extend_from_slice(b",\"label\":");
                out.extend_from_slice(label.as_bytes());
            }
            out.push(b'}');
            if let Some(instance) = self.instances.get_mut(index) {
                instance.id = Some(self.ids);
            }
            self.pending.push(index);
            self.ids += 1;
        }
    }

    fn has_parts(&self, instance: &Instance) -> bool {
        let parts = instance.parts.iter().filter_map(|part| self.outstanding.get(*part));
        parts.into_iter().any(|part| !matches!(part.state, State::Delivered))
    }

    /// Whether all around an instance is delivered. What has nothing of its own is not told of.
    fn is_there(&self, around: Option<usize>) -> bool {
        let Some(around) = around.and_then(|id| self.instances.get(id)) else { return true };
        match around.outcome {
            Some(outcome) => outcome == Outcome::Completed,
            None => around.id.is_none() && !self.has_parts(around) && self.is_there(around.parent),
        }
    }
}

impl Payload {
    fn add(&mut self, id: usize, sub_path: &[u8], (data, errors): (&[u8], &Errors)) {
        let out = &mut self.incremental;
        separate(out);
        out.extend_from_slice(format!("{{\"id\":\"{id}\"").as_bytes());
        if !sub_path.is_empty() {
            out.extend_from_slice(b",\"subPath\":[");
            out.extend_from_slice(sub_path);
            out.push(b']');
        }
        out.extend_from_slice(b",\"data\":");
        out.extend_from_slice(data);
        errors.write(out);
        out.push(b'}');
    }

    fn complete(&mut self, id: usize, errors: Option<&Errors>) {
        self.count += 1;
        let out = &mut self.completed;
        separate(out);
        out.extend_from_slice(format!("{{\"id\":\"{id}\"").as_bytes());
        if let Some(errors) = errors {
            errors.write(out);
        }
        out.push(b'}');
    }

    fn text(&self, has_next: bool) -> Vec<u8> {
        let mut out = b"{".to_vec();
        let lists = [
            ("pending", &self.pending),
            ("incremental", &self.incremental),
            ("completed", &self.completed),
        ];
        for (name, items) in lists {
            if !items.is_empty() {
                out.extend_from_slice(format!("\"{name}\":[").as_bytes());
                out.extend_from_slice(items);
                out.extend_from_slice(b"],");
            }
        }
        out.extend_from_slice(format!("\"hasNext\":{has_next}}}").as_bytes());
        out
    }
}

fn separate(out: &mut Vec<u8>) {
    if !out.is_empty() {
        out.push(b',');
    }
}
