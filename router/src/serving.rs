//! What is being served: the engine of the current schema, swapped as a whole when the schema
//! changes, and how many requests are answered at once.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use arc_swap::{ArcSwapOption, Guard};
use tokio::sync::SemaphorePermit;
use tokio::time::Instant;

use crate::error_code::ErrorCode;
use crate::limits::{RequestLimits, SubgraphLimits};
use crate::pipeline::Engine;
use crate::rejection::Rejection;
use crate::turns::Turns;

/// What identical queries share while they are under way at the same time. None of it is kept,
/// and none of it is shared with a query that came after a mutation was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Sharing {
    /// Nothing.
    Nothing,
    /// Requests to subgraphs.
    #[default]
    Fetches,
    /// Whole answers, and requests to subgraphs.
    Answers,
}

/// What is being served, shared by all workers.
#[derive(Debug)]
pub struct Serving {
    engine: ArcSwapOption<Engine>,
    limits: RequestLimits,
    sharing: Sharing,
    /// How many mutations subgraphs have answered.
    mutations: AtomicU64,
    turns: Turns,
    is_draining: AtomicBool,
}

impl Serving {
    /// Serves nothing yet.
    #[must_use]
    pub fn new(limits: RequestLimits, sharing: Sharing) -> Self {
        Self {
            engine: ArcSwapOption::empty(),
            sharing,
            mutations: AtomicU64::new(0),
            turns: Turns::new(limits.in_flight_max, limits.queued_max),
            limits,
            is_draining: AtomicBool::new(false),
        }
    }

    /// Limits on requests.
    #[must_use]
    pub fn limits(&self) -> &RequestLimits {
        &self.limits
    }

    /// What identical queries share.
    #[must_use]
    pub fn sharing(&self) -> Sharing {
        self.sharing
    }

    /// How many mutations subgraphs have answered so far: queries share nothing when one was
    /// answered between them, or the later one would be told what was before.
    #[must_use]
    pub fn mutations(&self) -> u64 {
        self.mutations.load(Ordering::Acquire)
    }

    /// A subgraph has answered a mutation, or may have carried it out.
    pub fn count_mutation(&self) {
        self.mutations.fetch_add(1, Ordering::Release);
    }

    /// Serves a supergraph from now on, by an engine that `complete` has completed. It is made
    /// elsewhere, because that may take long.
    ///
    /// # Errors
    /// The supergraph cannot be served, and what was served still is.
    pub async fn load(
        &self,
        supergraph_sdl: String,
        complete: impl FnOnce(Engine) -> Engine,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let limits = self.limits.clone();
        let work = tokio::task::spawn_blocking(move || {
            Engine::new(&supergraph_sdl, &limits, &SubgraphLimits::default())
        });
        self.replace(complete(work.await??));
        Ok(())
    }

    /// Serves `engine` from now on. Requests that are being answered finish with the one they
    /// started with, which is dropped with the last of them, its plans with it.
    pub fn replace(&self, engine: Engine) {
        self.engine.store(Some(Arc::new(engine)));
    }

    /// Requests that are being answered.
    #[must_use]
    pub fn running(&self) -> usize {
        self.limits.in_flight_max - self.turns.free()
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
        let overloaded = |message| Rejection::new(ErrorCode::Overloaded, message);
        tokio::time::timeout_at(deadline, self.turns.take())
            .await
            .map_err(|_| overloaded("too many requests were waiting"))?
            .ok_or_else(|| overloaded("too many requests are waiting"))
    }
}
