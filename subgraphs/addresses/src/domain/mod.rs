//! What an address is. Values of these types are valid; they know neither GraphQL nor SQL.

pub mod address;
pub mod country;
pub mod owner;
