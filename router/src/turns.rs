//! How many may do something at once, and how many more may wait for it.

use tokio::sync::{Semaphore, SemaphorePermit};

/// Turns, and a queue of bounded length for those that have to wait for one.
#[derive(Debug)]
pub(crate) struct Turns {
    free: Semaphore,
    places: Semaphore,
}

impl Turns {
    /// So many at once, so many waiting.
    pub(crate) fn new(count_max: usize, queued_max: usize) -> Self {
        let semaphore = |count: usize| Semaphore::new(count.min(Semaphore::MAX_PERMITS));
        Self { free: semaphore(count_max), places: semaphore(queued_max) }
    }

    /// How many could be taken now.
    pub(crate) fn free(&self) -> usize {
        self.free.available_permits()
    }

    /// Waits for a turn, which ends when what is returned is dropped. None: the queue is full.
    pub(crate) async fn take(&self) -> Option<SemaphorePermit<'_>> {
        if let Ok(turn) = self.free.try_acquire() {
            return Some(turn);
        }
        let _place = self.places.try_acquire().ok()?;
        Some(self.free.acquire().await.expect("the semaphore is never closed"))
    }
}
