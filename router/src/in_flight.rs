//! Work that is under way, by what it is for: who asks for the same joins it instead of doing it
//! again. Nothing is kept once it is done.
//!
//! Work belongs to all who wait for it: it goes on when the one who started it is gone, and is
//! dropped with the last of them.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use rustc_hash::FxBuildHasher;

/// By what it is for, the work that is under way. There are never more entries than waiters, so
/// what clients can choose of a key makes no long search.
type Works<K, T> = HashMap<K, WeakShared<BoxFuture<'static, T>>, FxBuildHasher>;

/// Work that is under way. A key has to hold all that the outcome depends on; keys are compared
/// in full.
pub(crate) struct InFlight<K, T: Clone>(Mutex<Works<K, T>>);

impl<K, T> InFlight<K, T>
where
    K: Clone + Eq + Hash + Send + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// The outcome of the work for `key`: of what is under way or, if there is none, of `work`.
    pub(crate) fn join<F>(
        self: &Arc<Self>,
        key: K,
        work: impl FnOnce() -> F,
    ) -> Shared<BoxFuture<'static, T>>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut works = self.works();
        if let Some(work) = works.get(&key).and_then(WeakShared::upgrade) {
            return work;
        }
        let entry = Entry { works: Arc::clone(self), key: key.clone() };
        let work = work();
        let work = async move {
            let _entry = entry;
            work.await
        };
        let work = work.boxed().shared();
        if let Some(weak) = work.downgrade() {
            works.insert(key, weak);
        }
        work
    }
}

impl<K, T: Clone> InFlight<K, T> {
    fn works(&self) -> MutexGuard<'_, Works<K, T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A part of a key that is equal to nothing but itself.
#[derive(Debug)]
pub(crate) struct Same<T>(pub(crate) Arc<T>);

impl<T> Clone for Same<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> PartialEq for Same<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Eq for Same<T> {}

impl<T> Hash for Same<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
    }
}

/// The entry of some work, which goes with it.
struct Entry<K: Eq + Hash, T: Clone> {
    works: Arc<InFlight<K, T>>,
    key: K,
}

impl<K: Eq + Hash, T: Clone> Drop for Entry<K, T> {
    fn drop(&mut self) {
        self.works.works().remove(&self.key);
    }
}

impl<K, T: Clone> Default for InFlight<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::FutureExt;
    use tokio::sync::oneshot;

    use super::InFlight;

    #[tokio::test]
    async fn work_outlives_who_started_it_and_is_dropped_with_the_last_who_waits() {
        let works: Arc<InFlight<u8, u8>> = Arc::default();
        let (sender, receiver) = oneshot::channel::<u8>();
        let mut first = works.join(1, || async move { receiver.await.unwrap_or(0) });
        assert_eq!((&mut first).now_or_never(), None);
        let second = works.join(1, || async { 9 });
        let other = works.join(2, || async { 2 });
        assert_eq!(other.await, 2);
        drop(first);
        assert!(sender.send(7).is_ok());
        assert_eq!(second.await, 7);

        let (sender, receiver) = oneshot::channel::<u8>();
        drop(works.join(1, || async move { receiver.await.unwrap_or(0) }));
        assert!(sender.is_closed());
        assert_eq!(works.join(1, || async { 8 }).await, 8);
        assert!(works.works().is_empty());
    }
}
