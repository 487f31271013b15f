//! The tables of this service's database, as `migrations::addresses` made them.

pub mod address;
