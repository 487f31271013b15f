//! What waits for what.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::Hops;

/// Whether `later` is `earlier`, or waits for it; `after` says what is done right before another.
pub(crate) fn waits_for<'a, T: Copy + Ord + 'a>(
    later: T,
    earlier: T,
    after: impl Fn(T) -> &'a BTreeSet<T>,
) -> bool {
    let (mut open, mut seen) = (vec![later], BTreeSet::new());
    while let Some(id) = open.pop() {
        if id == earlier {
            return true;
        }
        if seen.insert(id) {
            open.extend(after(id));
        }
    }
    false
}

/// How many have to be done before, one after another.
pub(crate) fn depth<'a, T: Copy + Ord + 'a>(
    id: T,
    after: &impl Fn(T) -> &'a BTreeSet<T>,
    known: &mut BTreeMap<T, Hops>,
) -> Hops {
    if let Some(depth) = known.get(&id) {
        return *depth;
    }
    // Should some wait for each other, there is no end to it otherwise.
    known.insert(id, 0);
    let before = after(id).iter();
    let depth = before.map(|id| depth(*id, after, known) + 1).max().unwrap_or(0);
    known.insert(id, depth);
    depth
}
