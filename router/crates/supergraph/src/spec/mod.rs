//! The specifications federation is made of: which directives and types they have in which
//! version. It knows nothing about any one schema. Definitions are GraphQL files in `sdl`.

pub mod core;
pub mod definitions;
pub mod federation;
