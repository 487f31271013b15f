//! What is taught and sold here. Values of these types are valid; they know neither GraphQL nor SQL.

pub mod course;
pub mod enrollment;
pub mod person;
pub mod quote;
