//! What clients see. It translates between GraphQL and the domain, and holds no SQL.

pub mod customer;
mod input;
pub mod mutation;
pub mod query;
