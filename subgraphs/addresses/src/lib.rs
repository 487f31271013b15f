//! The addresses subgraph: where employees and customers live, work, and get their letters.
//!
//! - [`mod@schema`] what clients see: it translates, and holds no SQL
//! - [`domain`] what an address is, and what makes one valid
//! - [`store`] the only place that talks to the database
//! - [`entity`] the tables
//! - [`error`] what can go wrong in this domain
//! - `demo` the addresses an empty database can be filled with

mod demo;
pub mod domain;
pub mod entity;
pub mod error;
pub mod schema;
pub mod store;

pub use schema::{mutation::Mutation, query::Query};
pub use store::Store;

use service::{Limits, Service};

/// What this service is called and where it listens.
pub const SERVICE: Service = Service { name: "addresses", port: 4004 };

/// The schema of this service.
pub type Schema = service::Schema<Query, Mutation>;

/// Builds the schema over a store.
pub fn schema(store: Store, limits: Limits) -> Schema {
    Schema::new(service::schema::build(Query, Mutation, limits).data(store))
}
