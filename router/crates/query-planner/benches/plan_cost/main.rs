//! What planning costs: CPU time and the greatest memory, against the size of the operation and
//! the number of subgraphs, and for operations made to be hard.
//!
//! ```sh
//! cargo bench -p query-planner --bench plan_cost
//! ```
//!
//! Each has to stay below 100 ms and 64 MB, or to be refused by a limit.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a bench stops at what it did not expect")]

mod cases;

use std::collections::BTreeSet;
use std::sync::Arc;

use apollo_compiler::ExecutableDocument;
use cases::Case;
use peak_alloc::PeakAlloc;
use query_planner::{Limits, Planner};
use rustix::time::{ClockId, clock_gettime};
use supergraph::Supergraph;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Each case is run so often; the fastest counts.
const ROUNDS: usize = 3;
const MS_MAX: f64 = 100.0;
const MB_MAX: f64 = 64.0;

fn main() {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let is_wanted = |case: &Case| filter.as_ref().is_none_or(|filter| case.name.contains(filter));
    println!("{:<42} {:>9} {:>9} {:>8}  outcome", "operation", "validate", "plan", "peak");
    let mut too_much = 0;
    for case in cases::sizes().iter().chain(&cases::adversaries()).filter(|case| is_wanted(case)) {
        too_much += usize::from(!is_cheap(case));
    }
    assert_eq!(too_much, 0, "operations cost more than {MS_MAX} ms or {MB_MAX} MB");
}

/// Plans an operation and prints what it cost; whether that is below the limits.
fn is_cheap(case: &Case) -> bool {
    let supergraph = Supergraph::parse(&case.supergraph).unwrap_or_else(|e| panic!("{e:?}"));
    let supergraph = Arc::new(supergraph);
    let planner = Planner::new(Arc::clone(&supergraph), Limits::default());
    let (mut validating, mut planning, mut peak) = (f64::MAX, f64::MAX, 0.0_f64);
    let mut outcome = String::new();
    for _ in 0..ROUNDS {
        let api_schema = &supergraph.api_schema;
        let (parsed, ms) = cpu_ms(|| {
            ExecutableDocument::parse_and_validate(api_schema, &*case.operation, "operation")
                .map_err(|invalid| invalid.errors.to_string())
        });
        let document = parsed.unwrap_or_else(|errors| panic!("{}: {errors}", case.name));
        validating = validating.min(ms);
        ALLOCATOR.reset_peak_usage();
        let before = ALLOCATOR.current_usage_as_mb();
        let (plan, ms) = cpu_ms(|| planner.plan(&document, None, &BTreeSet::new()));
        planning = planning.min(ms);
        peak = peak.max(f64::from(ALLOCATOR.peak_usage_as_mb() - before));
        outcome = match plan {
            Ok(planned) => {
                let plan = planned.plan;
                let bytes: usize = plan.fetches.iter().map(query_plan::Fetch::text_len).sum();
                format!("{} fetches of {bytes} bytes", plan.fetches.len())
            }
            Err(error) => format!("refused: {error}"),
        };
    }
    let name = &case.name;
    println!("{name:<42} {validating:>6.1} ms {planning:>6.1} ms {peak:>5.1} MB  {outcome}");
    planning <= MS_MAX && peak <= MB_MAX
}

/// What a function returns, and the CPU time of this thread that it took.
fn cpu_ms<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
    };
    let before = now();
    let result = work();
    (result, now() - before)
}
