//! A subgraph made of an SDL and JSON data: what tests and benches put a router in front of.
//!
//! It answers like a real subgraph, and refuses what one would refuse and what no router may ever
//! send: invalid operations, unknown variables, representations without a whole key or with one
//! twice, fields without what `@fromContext` says. What it refused, and how often it was asked, can be read afterwards.
//!
//! - `schema`: the SDL completed with what federation adds to a subgraph.
//! - `keys`: entity keys; a key's fields of an object or a representation as one text.
//! - `data`: the objects, and references between them.
//! - `rules`: fields that depend on arguments or on other fields.
//! - `narrowing`: fields that promise more on objects than on their interface.
//! - `literals`: variables within literals.
//! - `contents`: all of these together.
//! - `object`: an object under execution.
//! - `subgraph`: a request in, a response out.
//! - `folder`: the subgraphs of a folder of files.
//!
//! Nothing in production depends on it.

mod contents;
mod data;
mod error;
mod folder;
mod keys;
mod literals;
mod narrowing;
mod object;
mod rules;
mod schema;
mod subgraph;

pub use error::LoadError;
pub use folder::load_folder;
pub use rules::Inputs;
pub use subgraph::Subgraph;
