//! The tables of this service's database, as `migrations::customers` made them.

pub mod customer;
