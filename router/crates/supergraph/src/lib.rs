//! The vocabulary of Apollo Federation: links and specification versions, directive definitions,
//! field sets, and the supergraph as a model.
//!
//! Nothing here composes, plans or executes; nothing here reads the outside world.

pub mod link;
pub mod spec;

pub mod executable;
pub mod field_set;
pub mod implementer;

pub mod graph;
pub mod model;
pub use model::Supergraph;
