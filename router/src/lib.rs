//! A federation router: the one crate that knows HTTP, YAML and the command line.
//!
//! - [`pipeline`]: the whole way of a request: parse, validate, plan (cached), execute; and for
//!   programs that embed the router, answers that come in several payloads.
//! - [`override_labels`]: which labels of progressive overrides are on for a request.
//! - [`serving`]: the engine of the current schema, swapped as a whole.
//! - [`http`]: the endpoint, health, and the playground.
//! - [`subgraph_client`]: requests to subgraphs.
//! - [`supergraph_yaml`], [`sdl_source`]: which subgraphs there are, and their schemas.
//! - [`live_federation`]: looks at these again and again and composes what has changed.
//! - [`operation_log`], [`operation_files`]: which operations clients send.
//! - [`dev`]: starts subgraphs and keeps them running.
//! - [`cli`]: the commands of the binary.

pub mod error_code;
pub mod limits;
pub mod rejection;

pub mod graphql_request;
pub mod override_labels;

mod document;
mod in_flight;
mod introspection;
pub mod operation_log;
mod plan_cache;
mod prepared;
mod variable_usages;
mod variables;

pub mod pipeline;

mod subgraph_connections;
mod turns;

pub mod subgraph_client;

pub mod serving;
mod subgraph_transport;

pub mod http;

pub mod sdl_source;
pub mod supergraph_yaml;

pub mod fallback;
pub mod live_federation;
pub mod schemas;
pub mod whole_file;

pub mod composition_report;
pub mod operation_files;
pub mod plan_json;
pub mod schema_report;

pub mod dev;

pub mod cli;
