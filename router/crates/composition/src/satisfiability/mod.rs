//! Satisfiability: whether every query of the API schema can be answered by the subgraphs.
//!
//! Input is the supergraph that merging made. [`check`] walks the API schema from its roots with
//! the set of places where a query may stand in the subgraphs, and reports each field that no place
//! leads to: with the shortest query that needs it, and for each subgraph why not.
//!
//! Nothing here plans a query; one way to answer it is as good as another.

use supergraph::Supergraph;
use supergraph::graph::QueryGraph;

use crate::diagnostic::Report;
use crate::subgraph::Subgraph;

mod alone;
mod context;
mod example;
mod explain;
mod place;
mod reach;
mod report;
mod resolve;
mod runtime_types;
mod state;
mod step;
mod walk;

/// Checks a supergraph. The subgraphs tell where things are written; any of them may be missing.
pub(crate) fn check(supergraph: &Supergraph, subgraphs: &[Subgraph]) -> Report {
    let graph = QueryGraph::new(supergraph);
    let outcome = walk::walk(&graph);
    report::report(&graph, subgraphs, outcome)
}
