//! Prepared operations by the text they came in: one cache, bounded by weight, in which identical
//! operations that come at the same time are prepared once.
//!
//! A key is found by comparing all of it; a hash alone is no identity.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

use crate::prepared::{Asked, Prepared};
use crate::rejection::Rejection;

/// What an operation is, as the client wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    query: Box<str>,
    operation_name: Option<Box<str>>,
    /// The labels of progressive overrides that the plan was made with.
    labels: BTreeSet<String>,
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { query, operation_name, labels } = self;
        Asked { query, operation_name: operation_name.as_deref(), labels }.hash(state);
    }
}

impl Equivalent<Key> for Asked<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.query == &*key.query
            && self.operation_name == key.operation_name.as_deref()
            && *self.labels == key.labels
    }
}

#[derive(Debug, Clone)]
struct Weight;

impl Weighter<Key, Arc<Prepared>> for Weight {
    fn weight(&self, key: &Key, prepared: &Arc<Prepared>) -> u64 {
        let labels: usize = key.labels.iter().map(|label| label.len() + 64).sum();
        ((key.query.len() + labels) as u64).saturating_add(prepared.weight)
    }
}

/// What a cache of plans holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CachedPlans {
    /// How many plans.
    pub count: usize,
    /// How many bytes they take, estimated.
    pub bytes: u64,
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

    /// What it holds.
    pub(crate) fn cached(&self) -> CachedPlans {
        CachedPlans { count: self.cache.len(), bytes: self.cache.weight() }
    }

    /// The prepared operation of a text, if it is there.
    pub(crate) fn get(&self, asked: Asked<'_>) -> Option<Arc<Prepared>> {
        self.cache.get(&asked)
    }

    /// The prepared operation of a text; prepared by `prepare` if it is not there and nobody is
    /// preparing it already.
    pub(crate) async fn get_or_prepare(
        &self,
        asked: Asked<'_>,
        prepare: impl Future<Output = Result<Arc<Prepared>, Rejection>>,
    ) -> Result<Arc<Prepared>, Rejection> {
        let Asked { query, operation_name, labels } = asked;
        let (query, operation_name) = (query.into(), operation_name.map(Into::into));
        let key = Key { query, operation_name, labels: labels.clone() };
        self.cache.get_or_insert_async(&key, prepare).await
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use query_planner::{Limits, Planner};
    use supergraph::Supergraph;

    use super::PlanCache;
    use crate::limits::RequestLimits;
    use crate::prepared::{Asked, prepare};

    #[tokio::test]
    async fn what_is_asked_for_at_the_same_time_is_prepared_once() {
        let sdl = include_str!("../tests/endpoint/supergraph.graphql");
        let supergraph = Supergraph::parse(sdl).expect("it is a supergraph");
        let planner = Planner::new(Arc::new(supergraph), Limits::default());
        let cache = PlanCache::new(1 << 20);
        let count = Cell::new(0);
        let labels = BTreeSet::new();
        let asked = |query| Asked { query, operation_name: None, labels: &labels };
        let get = async |query| {
            let prepare = async {
                count.set(count.get() + 1);
                // So that the others come while this one is at work.
                tokio::task::yield_now().await;
                prepare(&planner, asked(query), &RequestLimits::default()).map(Arc::new)
            };
            cache.get_or_prepare(asked(query), prepare).await
        };
        let same = "{ me { name } }";
        let (one, two, three, other) =
            tokio::join!(get(same), get(same), get(same), get("{ me { id } }"));
        assert_eq!(count.get(), 2);
        let one = one.expect("it can be planned");
        assert!(Arc::ptr_eq(&one, &two.expect("it can be planned")));
        assert!(Arc::ptr_eq(&one, &three.expect("it can be planned")));
        assert!(!Arc::ptr_eq(&one, &other.expect("it can be planned")));
        assert_eq!(cache.cached().count, 2);
        // What could not be prepared leaves nothing behind, and the next one tries again.
        for _ in 0..2 {
            assert!(get("{ nothing }").await.is_err());
        }
        assert_eq!(count.get(), 4);
    }
}
