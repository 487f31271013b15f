//! The specifications federation is made of: which directives and types they have in which
//! version. It knows nothing about any one schema.

pub mod connect;
pub mod core;
pub mod definitions;
pub mod federation;
