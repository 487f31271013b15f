//! Which labels of progressive overrides are on for a request.
//!
//! A label `percent(x)` is on for x percent of the requests, at random; whether any other is on the
//! program says that embeds the router, or its command line. Each label is decided at most once a
//! request, and only when the plan of the operation depends on it.

use std::collections::BTreeSet;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use http::HeaderMap;

type Rule = dyn Fn(&str, &HeaderMap) -> Option<bool> + Send + Sync;
type Random = dyn Fn() -> f64 + Send + Sync;

/// Decides which labels are on.
#[derive(Clone)]
pub struct OverrideLabels {
    rule: Arc<Rule>,
    random: Arc<Random>,
}

impl OverrideLabels {
    /// Labels that are on, or off, as `rule` says by the label and the request's headers. When it
    /// says nothing, a label `percent(x)` is left to chance and any other is off.
    #[must_use]
    pub fn new(rule: impl Fn(&str, &HeaderMap) -> Option<bool> + Send + Sync + 'static) -> Self {
        Self { rule: Arc::new(rule), random: Arc::new(random) }
    }

    /// Takes chance from `random`: numbers from 0 up to but not including 1.
    #[must_use]
    pub fn with_random(mut self, random: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    fn is_on(&self, label: &str, headers: &HeaderMap) -> bool {
        (self.rule)(label, headers).unwrap_or_else(|| {
            percentage(label).is_some_and(|percent| (self.random)() * 100.0 < percent)
        })
    }
}

impl Default for OverrideLabels {
    fn default() -> Self {
        Self::new(|_, _| None)
    }
}

impl fmt::Debug for OverrideLabels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OverrideLabels").finish_non_exhaustive()
    }
}

/// The x of `percent(x)`.
fn percentage(label: &str) -> Option<f64> {
    label.strip_prefix("percent(")?.strip_suffix(')')?.parse().ok()
}

/// A random number from 0 up to but not including 1: each hasher of the standard library begins
/// with keys of its own.
fn random() -> f64 {
    let bits = RandomState::new().hash_one(()) >> (u64::BITS - f64::MANTISSA_DIGITS);
    bits as f64 / (1_u64 << f64::MANTISSA_DIGITS) as f64
}

/// What has been decided for one request.
pub(crate) struct Decisions<'a> {
    labels: &'a OverrideLabels,
    headers: &'a HeaderMap,
    decided: BTreeSet<String>,
    on: BTreeSet<String>,
}

impl<'a> Decisions<'a> {
    pub(crate) fn new(labels: &'a OverrideLabels, headers: &'a HeaderMap) -> Self {
        Self { labels, headers, decided: BTreeSet::new(), on: BTreeSet::new() }
    }

    /// The labels that were found to be on.
    pub(crate) fn on(&self) -> &BTreeSet<String> {
        &self.on
    }

    /// Decides these labels; whether all that are on were known to be.
    pub(crate) fn settle(&mut self, labels: &BTreeSet<String>) -> bool {
        let before = self.on.len();
        for label in labels {
            if self.decided.insert(label.clone()) && self.labels.is_on(label, self.headers) {
                self.on.insert(label.clone());
            }
        }
        self.on.len() == before
    }
}
