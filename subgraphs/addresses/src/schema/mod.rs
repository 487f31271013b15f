//! What clients see. It translates between GraphQL and the domain, and holds no SQL.

mod input;
mod load;
pub mod mutation;
pub mod object;
pub mod query;
