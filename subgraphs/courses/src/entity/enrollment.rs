//! The table `enrollments`.

use sea_orm::entity::prelude::*;
use service::{AppError, Money};

use crate::domain::{
    course::CourseId,
    enrollment::{Enrollment, EnrollmentId},
    person::CustomerId,
};

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enrollments")]
pub struct Model {
    /// UUIDv7: later rows have greater ids, which is the order of lists.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The course: `fk_enrollments_course_id`.
    pub course_id: Uuid,
    /// A customer, in another service's database; with the course unique:
    /// `uq_enrollments_course_id_customer_id`.
    pub customer_id: Uuid,
    /// What was paid, in minor units.
    pub price_minor: i64,
    /// The currency it was paid in.
    pub price_currency: String,
    /// When.
    pub enrolled_at: ChronoDateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Enrollment {
    type Error = AppError;

    fn try_from(row: Model) -> Result<Self, AppError> {
        let price_paid = Money::from_stored(row.price_minor, &row.price_currency)
            .map_err(|cause| AppError::corrupt("enrollments.price_currency", &cause))?;
        Ok(Self {
            id: EnrollmentId(row.id),
            course: CourseId(row.course_id),
            customer: CustomerId(row.customer_id),
            price_paid,
            enrolled_at: row.enrolled_at.into(),
        })
    }
}
