//! The courses subgraph: what is taught, by whom, to whom, and at what price.
//!
//! - [`mod@schema`] what clients see: it translates, and holds no SQL
//! - [`domain`] what a course, an enrollment and a quote are, and what makes one valid
//! - [`store`] the only place that talks to the database
//! - [`entity`] the tables
//! - [`error`] what can go wrong in this domain
//! - `demo` the courses an empty database can be filled with
//!
//! Two rules about money. *A quote* is the list price, less 20 % for a customer whom the customers
//! service calls new; it learns that through the federation (`@requires`), never from a client. *An
//! enrollment* costs the list price of its moment: a mutation has no entity whose fields another
//! service could vouch for, and a discount that a client may claim is one that everybody claims.

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
pub const SERVICE: Service = Service { name: "courses", port: 4003 };

/// The schema of this service.
pub type Schema = service::Schema<Query, Mutation>;

/// Builds the schema over a store.
pub fn schema(store: Store, limits: Limits) -> Schema {
    Schema::new(service::schema::build(Query, Mutation, limits).data(store))
}
