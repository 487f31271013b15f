//! The tables of this service's database, as `migrations::courses` made them.

pub mod course;
pub mod enrollment;
