//! The table `courses`.

use sea_orm::entity::prelude::*;
use service::{AppError, Money};

use crate::domain::{
    course::{Capacity, Course, CourseId},
    person::EmployeeId,
};

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "courses")]
pub struct Model {
    /// UUIDv7: later rows have greater ids, which is the order of lists.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// The list price in minor units.
    pub price_minor: i64,
    /// The list price's currency.
    pub price_currency: String,
    /// How many can enroll.
    pub capacity: i32,
    /// An employee, in another service's database.
    pub instructor_id: Option<Uuid>,
    /// For optimistic locking.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Course {
    type Error = AppError;

    fn try_from(row: Model) -> Result<Self, AppError> {
        let price = Money::from_stored(row.price_minor, &row.price_currency)
            .map_err(|cause| AppError::corrupt("courses.price_currency", &cause))?;
        let capacity = Capacity::parse(row.capacity)
            .map_err(|cause| AppError::corrupt("courses.capacity", &cause))?;
        Ok(Self {
            id: CourseId(row.id),
            title: row.title,
            description: row.description,
            price,
            capacity,
            instructor: row.instructor_id.map(EmployeeId),
            version: row.version,
        })
    }
}
