//! What plans take in memory, in truth and as the cache estimates.

use router::limits::RequestLimits;
use tokio::runtime::Runtime;

use crate::{ALLOCATOR, answer, engine};

/// Distinct operations of a kind.
const COUNT: usize = 1_000;

/// An operation by its number.
type Operation = fn(usize) -> String;

const KINDS: [(&str, Operation); 6] = [
    ("small", |i| format!("query A{i} {{ me {{ id }} }}")),
    ("small, variables", |i| format!("query A{i}($v: Int) {{ topProducts(first: $v) {{ upc }} }}")),
    ("usual", |i| format!("query A{i} {{ {PRODUCTS} }}")),
    ("usual, variables", |i| {
        let products = PRODUCTS.replace("first: 5", "first: $v");
        format!("query A{i}($v: Int = 5) {{ {products} }}")
    }),
    ("large", |i| {
        let fields: String = (0..20)
            .map(|a| PRODUCTS.replace("topProducts(", &format!("a{a}: topProducts(")))
            .collect();
        format!("query A{i} {{ {fields} }}")
    }),
    ("introspection", |i| {
        format!(
            "query A{i} {{ __schema {{ types {{ name isOneOf fields {{ name type {{ name }} }} }} }} }}"
        )
    }),
];

const PRODUCTS: &str = "topProducts(first: 5) { upc name price weight inStock shippingEstimate \
                        reviews { id body author { id name username reviews { id product { upc name } } } } } ";

/// Compares what the cache holds with what it says, for each kind and for a full cache.
pub(crate) fn compare(runtime: &Runtime) {
    let supergraph = include_str!("../store/supergraph.graphql");
    println!("\n{:<24} {:>7} {:>12} {:>12} {:>6}", "plans", "count", "real", "estimated", "ratio");
    let unbounded = RequestLimits { plan_cache_bytes_max: 1 << 32, ..RequestLimits::default() };
    for (kind, operation) in KINDS {
        fill(runtime, supergraph, &unbounded, kind, (0..COUNT).map(operation));
    }
    let usual = RequestLimits::default();
    let all = (0..10 * COUNT).map(|i| KINDS[i % KINDS.len()].1(i));
    let (real, max) =
        (fill(runtime, supergraph, &usual, "all kinds, 10,000", all), usual.plan_cache_bytes_max);
    assert!(real <= max, "a full cache takes {real} bytes, and may take {max}");
}

/// Prepares operations; how many bytes more are in use then.
fn fill(
    runtime: &Runtime,
    supergraph: &str,
    limits: &RequestLimits,
    kind: &str,
    operations: impl Iterator<Item = String>,
) -> u64 {
    let engine = engine(supergraph, limits);
    // What is made once is not counted.
    answer(runtime, &engine, "{ me { id } __typename }").unwrap();
    let before = (ALLOCATOR.current_usage(), engine.cached_plans());
    for operation in operations {
        answer(runtime, &engine, &operation).unwrap();
    }
    let after = engine.cached_plans();
    let real = (ALLOCATOR.current_usage().saturating_sub(before.0)) as u64;
    let estimated = after.bytes - before.1.bytes;
    println!(
        "{kind:<24} {:>7} {:>9} KB {:>9} KB {:>6.2}",
        after.count,
        real / 1024,
        estimated / 1024,
        real as f64 / estimated as f64,
    );
    real
}
