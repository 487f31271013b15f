//! Batching: many loads of one kind, asked for at the same time by one request, become one.
//!
//! async-graphql runs the resolvers of one level side by side in one task. A load therefore joins
//! the open *wave* of its kind and lets the others run first; once a whole round has brought no new
//! key, the wave closes and is loaded. There is no timer to wait for, and nothing is kept after the
//! wave, so a mutation's payload never shows what was read before it.

use std::{
    any::{Any, TypeId},
    collections::{HashMap, HashSet},
    future::poll_fn,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
};

use async_graphql::Context;
use tokio::sync::OnceCell;

use crate::error::AppError;

/// The open waves of one request; every request is given its own.
#[derive(Default)]
pub struct Waves(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

/// Loads the value of a key together with all keys of the same kind that are asked for now.
///
/// The type of the key is the kind: each SQL statement has its own key type. `load_all` gets every
/// distinct key of the wave; a key it has no answer for is `None`.
pub async fn load<K, V, L>(ctx: &Context<'_>, key: K, load_all: L) -> Result<Option<V>, AppError>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    L: AsyncFnOnce(Vec<K>) -> Result<HashMap<K, V>, AppError>,
{
    let waves = ctx.data_opt::<Waves>().expect("every request is given its waves");
    let wave = waves.join(key.clone());
    wave.settle().await;
    // If the resolver that loads is dropped because a sibling failed, the next waiter loads.
    let answer = wave.answer.get_or_init(async || load_all(wave.close()).await).await;
    answer.as_ref().map(|values| values.get(&key).cloned()).map_err(Clone::clone)
}

impl Waves {
    fn join<K, V>(&self, key: K) -> Arc<Wave<K, V>>
    where
        K: Hash + Eq + Clone + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
    {
        let mut open = lock(&self.0);
        let kind = TypeId::of::<Wave<K, V>>();
        let current = open.get(&kind).and_then(|wave| wave.clone().downcast::<Wave<K, V>>().ok());
        if let Some(wave) = current.filter(|wave| wave.add(&key)) {
            return wave;
        }
        let wave = Arc::new(Wave::new(key));
        open.insert(kind, wave.clone());
        wave
    }
}

struct Wave<K, V> {
    keys: Mutex<Keys<K>>,
    answer: OnceCell<Result<HashMap<K, V>, AppError>>,
}

struct Keys<K> {
    asked: Vec<K>,
    closed: bool,
}

impl<K: Hash + Eq + Clone, V> Wave<K, V> {
    fn new(key: K) -> Self {
        Self { keys: Mutex::new(Keys { asked: vec![key], closed: false }), answer: OnceCell::new() }
    }

    /// Adds a key unless the wave is closed.
    fn add(&self, key: &K) -> bool {
        let mut keys = lock(&self.keys);
        if !keys.closed {
            keys.asked.push(key.clone());
        }
        !keys.closed
    }

    /// Waits until every resolver that is ready to run has run without adding a key.
    async fn settle(&self) {
        let mut seen = 0;
        loop {
            let (asked, closed) = {
                let keys = lock(&self.keys);
                (keys.asked.len(), keys.closed)
            };
            if closed || asked == seen {
                return;
            }
            seen = asked;
            let_others_run().await;
        }
    }

    /// Closes the wave; its distinct keys, in the order they were asked for.
    fn close(&self) -> Vec<K> {
        let mut keys = lock(&self.keys);
        keys.closed = true;
        let mut distinct = HashSet::new();
        keys.asked.iter().filter(|key| distinct.insert(*key)).cloned().collect()
    }
}

/// Returns once every other ready branch of this task was polled.
///
/// tokio's `yield_now` would not do: it wakes through the scheduler, in no order of this task.
async fn let_others_run() {
    let mut yielded = false;
    poll_fn(|cx| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A panic elsewhere leaves these collections whole, so the lock stays usable.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
