//! The tables of this service's database, as `migrations::employees` made them.

pub mod employee;
