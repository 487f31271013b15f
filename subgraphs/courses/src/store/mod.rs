//! The only place that talks to the database.

mod course;
mod enrollment;
mod seed;

use service::{Clock, Database};

/// The courses and who is enrolled in them.
#[derive(Debug, Clone)]
pub struct Store {
    database: Database,
    clock: Clock,
}

impl Store {
    /// The courses in a database; `clock` tells when somebody enrolls.
    pub fn new(database: Database, clock: Clock) -> Self {
        Self { database, clock }
    }
}
