//! One client connection's patience: how long its bytes may be waited for.
//!
//! hyper's own timeout for the head of a request also runs while a connection is idle, so it
//! cannot be short without closing connections that are only kept for later; and it sets a timer
//! for every request. Here a head has a short time from its first byte on, an idle connection a
//! long one, and a connection has one timer, which is set anew only when it goes off.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::tcp::OwnedReadHalf;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::limits::RequestLimits;

/// What the service tells the stream below it about requests.
#[derive(Debug, Default)]
pub(super) struct Progress {
    started: AtomicU32,
    is_answering: AtomicBool,
}

/// A request that is being answered; until this is dropped.
pub(super) struct Answering<'a>(&'a Progress);

impl Progress {
    /// A head is complete: a request is being answered.
    pub(super) fn start(&self) -> Answering<'_> {
        self.started.fetch_add(1, Ordering::Relaxed);
        self.is_answering.store(true, Ordering::Relaxed);
        Answering(self)
    }
}

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        self.0.is_answering.store(false, Ordering::Relaxed);
    }
}

/// What comes from a client; it ends with an error when patience is at an end.
#[derive(Debug)]
pub(super) struct PatientReader {
    stream: OwnedReadHalf,
    progress: Arc<Progress>,
    head_duration_max: std::time::Duration,
    idle_duration_max: std::time::Duration,
    /// The value of `progress.started` when it was last looked at.
    started: u32,
    /// When the first byte came of a head that is not complete.
    head_since: Option<Instant>,
    /// When something last happened.
    active_at: Instant,
    alarm: Pin<Box<Sleep>>,
}

impl PatientReader {
    pub(super) fn new(
        stream: OwnedReadHalf,
        progress: Arc<Progress>,
        limits: &RequestLimits,
    ) -> Self {
        let now = Instant::now();
        Self {
            stream,
            progress,
            head_duration_max: limits.head_duration_max,
            idle_duration_max: limits.idle_duration_max,
            started: 0,
            head_since: None,
            active_at: now,
            alarm: Box::pin(sleep_until(now + limits.head_duration_max)),
        }
    }

    /// Takes notice of requests that were started since the last look.
    fn look(&mut self) {
        let started = self.progress.started.load(Ordering::Relaxed);
        if started != self.started {
            self.started = started;
            self.head_since = None;
            self.active_at = Instant::now();
        }
    }

    fn note_bytes(&mut self) {
        self.active_at = Instant::now();
        if !self.progress.is_answering.load(Ordering::Relaxed) && self.head_since.is_none() {
            self.head_since = Some(self.active_at);
        }
    }

    /// Waits on; ready when patience is at an end.
    fn poll_patience(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(since) = self.head_since {
            let due = since + self.head_duration_max;
            if due < self.alarm.deadline() {
                self.alarm.as_mut().reset(due);
            }
        }
        loop {
            ready!(self.alarm.as_mut().poll(cx));
            let now = Instant::now();
            if self.progress.is_answering.load(Ordering::Relaxed) {
                self.active_at = now;
            }
            let due = match self.head_since {
                Some(since) => since + self.head_duration_max,
                None => self.active_at + self.idle_duration_max,
            };
            if due <= now {
                return Poll::Ready(());
            }
            self.alarm.as_mut().reset(due);
        }
    }
}

impl AsyncRead for PatientReader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        this.look();
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut this.stream).poll_read(cx, buffer);
        if outcome.is_ready() {
            if buffer.filled().len() > before {
                this.note_bytes();
            }
            return outcome;
        }
        ready!(this.poll_patience(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}
