//! A plan made ready to run: trees flattened, keys as the bytes that are compared and written,
//! constant text of requests. Made once per plan, never changed.

pub(crate) mod inputs;
pub(crate) mod outputs;
pub(crate) mod requests;
pub(crate) mod type_names;

use std::sync::Arc;

use query_plan::{FetchId, QueryPlan, SubgraphId};

use crate::store::{Layout, TypeTag};
use inputs::Inputs;
use outputs::Outputs;
use requests::CompiledFetch;
use type_names::TypeNames;

/// A plan made ready to run.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) plan: Arc<QueryPlan>,
    pub(crate) layouts: Vec<Layout>,
    pub(crate) types: TypeNames,
    pub(crate) inputs: Inputs,
    pub(crate) outputs: Outputs,
    pub(crate) fetches: Vec<CompiledFetch>,
}

impl Compiled {
    pub(crate) fn new(plan: Arc<QueryPlan>) -> Self {
        let layout = |position: &query_plan::Position| Layout {
            stride: position.slots.len() as u32,
            known_type: position.known_type.map_or(TypeTag::UNKNOWN, TypeTag::of),
        };
        let mut inputs = Inputs::default();
        let compile = |fetch| CompiledFetch::new(fetch, &plan, &mut inputs);
        let mut fetches: Vec<_> = plan.fetches.iter().map(compile).collect();
        for (index, fetch) in plan.fetches.iter().enumerate() {
            for before in &fetch.after {
                if let Some(before) = fetches.get_mut(before.0 as usize) {
                    before.dependents.push(FetchId(index as u32));
                }
            }
        }
        Self {
            layouts: plan.positions.iter().map(layout).collect(),
            types: TypeNames::new(&plan.types),
            outputs: Outputs::new(&plan),
            inputs,
            fetches,
            plan,
        }
    }

    /// The name of a subgraph.
    pub(crate) fn subgraph(&self, id: SubgraphId) -> &str {
        self.plan.subgraphs.get(usize::from(id.0)).map_or("", String::as_str)
    }
}
