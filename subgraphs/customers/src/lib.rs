//! The customers subgraph: who signed up, and who is new.
//!
//! - [`mod@schema`] what clients see: it translates, and holds no SQL
//! - [`domain`] what a customer is, and what makes one valid and new
//! - [`store`] the only place that talks to the database
//! - [`entity`] the tables
//! - [`error`] what can go wrong in this domain
//! - `demo` the customers an empty database can be filled with

mod demo;
pub mod domain;
pub mod entity;
pub mod error;
pub mod schema;
pub mod store;

pub use domain::Promotion;
pub use schema::{mutation::Mutation, query::Query};
pub use store::Store;

use service::{Limits, Service};

/// What this service is called and where it listens.
pub const SERVICE: Service = Service { name: "customers", port: 4002 };

/// The schema of this service.
pub type Schema = service::Schema<Query, Mutation>;

/// Builds the schema over a store.
pub fn schema(store: Store, limits: Limits) -> Schema {
    Schema::new(service::schema::build(Query, Mutation, limits).data(store))
}
