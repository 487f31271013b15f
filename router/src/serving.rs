//! What is being served: the engine of the current schema, swapped as a whole when the schema
//! changes, and how many requests are answered at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use arc_swap::{ArcSwapOption, Guard};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use crate::error_code::ErrorCode;
use crate::limits::RequestLimits;
use crate::pipeline::Engine;
use crate::rejection::Rejection;

/// What is being served, shared by all workers.
#[derive(Debug)]
pub struct Serving {
    engine: ArcSwapOption<Engine>,
    limits: RequestLimits,
    running: Semaphore,
    waiting: AtomicUsize,
    is_draining: AtomicBool,
}

impl Serving {
    /// Serves nothing yet.
    #[must_use]
    pub fn new(limits: RequestLimits) -> Self {
        Self {
            engine: ArcSwapOption::empty(),
            running: Semaphore::new(limits.in_flight_max),
            limits,
            waiting: AtomicUsize::new(0),
            is_draining: AtomicBool::new(false),
        }
    }

    /// Limits on requests.
    #[must_use]
    pub fn limits(&self) -> &RequestLimits {
        &self.limits
    }

    /// Serves `engine` from now on. Requests that are being answered finish with the one they
    /// started with, which is dropped with the last of them, its plans with it.
    pub fn replace(&self, engine: Engine) {
        self.engine.store(Some(Arc::new(engine)));
    }

    /// Whether requests can be answered.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.is_draining.load(Ordering::Relaxed) && self.engine.load().is_some()
    }

    /// From now on the router is not ready; what it is asked all the same it answers.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    /// The engine of the current schema.
    ///
    /// # Errors
    /// There is none yet.
    pub fn engine(&self) -> Result<Arc<Engine>, Rejection> {
        Guard::into_inner(self.engine.load()).ok_or_else(|| {
            Rejection::new(ErrorCode::ServiceUnavailable, "there is no schema to serve yet")
        })
    }

    /// Waits for a request's turn to be answered, in a queue of bounded length.
    ///
    /// # Errors
    /// The queue is full, or its turn has not come by `deadline`.
    pub async fn turn(&self, deadline: Instant) -> Result<SemaphorePermit<'_>, Rejection> {
        if let Ok(permit) = self.running.try_acquire() {
            return Ok(permit);
        }
        let place = Waiting(&self.waiting);
        if place.0.fetch_add(1, Ordering::Relaxed) >= self.limits.queued_max {
            return Err(Rejection::new(ErrorCode::Overloaded, "too many requests are waiting"));
        }
        match tokio::time::timeout_at(deadline, self.running.acquire()).await {
            Ok(permit) => Ok(permit.expect("the semaphore is never closed")),
            Err(_) => Err(Rejection::new(ErrorCode::Overloaded, "too many requests were waiting")),
        }
    }
}

/// A place in the queue, given back when dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
