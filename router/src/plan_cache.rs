//! Prepared operations by the text they came in: one cache, bounded by weight, in which identical
//! operations that come at the same time are prepared once.
//!
//! A key is found by comparing all of it; a hash alone is no identity.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

use crate::prepared::Prepared;
use crate::rejection::Rejection;

/// What an operation is, as the client wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    query: Box<str>,
    operation_name: Option<Box<str>>,
}

/// A key that is borrowed, for looking up without copying.
#[derive(Debug, Clone, Copy)]
struct KeyRef<'a> {
    query: &'a str,
    operation_name: Option<&'a str>,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let operation_name = self.operation_name.as_deref();
        KeyRef { query: &self.query, operation_name }.hash(state);
    }
}

impl Hash for KeyRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.query.hash(state);
        self.operation_name.hash(state);
    }
}

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.query == &*key.query && self.operation_name == key.operation_name.as_deref()
    }
}

#[derive(Debug, Clone)]
struct Weight;

impl Weighter<Key, Arc<Prepared>> for Weight {
    fn weight(&self, key: &Key, prepared: &Arc<Prepared>) -> u64 {
        (key.query.len() as u64).saturating_add(prepared.weight())
    }
}

/// Prepared operations by their text.
#[derive(Debug)]
pub(crate) struct PlanCache {
    cache: Cache<Key, Arc<Prepared>, Weight>,
}

impl PlanCache {
    /// A cache that holds at most `bytes_max`, estimated.
    pub(crate) fn new(bytes_max: u64) -> Self {
        /// What an operation and its plan are expected to weigh, to size the cache's own tables.
        const BYTES_TYPICAL: u64 = 32 << 10;
        let count = usize::try_from(bytes_max / BYTES_TYPICAL).unwrap_or(usize::MAX).max(1);
        Self { cache: Cache::with_weighter(count, bytes_max, Weight) }
    }

    /// The prepared operation of a text, if it is there.
    pub(crate) fn get(&self, query: &str, operation_name: Option<&str>) -> Option<Arc<Prepared>> {
        self.cache.get(&KeyRef { query, operation_name })
    }

    /// The prepared operation of a text; prepared by `prepare` if it is not there and nobody is
    /// preparing it already.
    pub(crate) async fn get_or_prepare(
        &self,
        query: &str,
        operation_name: Option<&str>,
        prepare: impl Future<Output = Result<Arc<Prepared>, Rejection>>,
    ) -> Result<Arc<Prepared>, Rejection> {
        let key = Key { query: query.into(), operation_name: operation_name.map(Into::into) };
        self.cache.get_or_insert_async(&key, prepare).await
    }
}
