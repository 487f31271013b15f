//! What an enrollment is.

use service::{Money, Timestamp};

use super::{course::CourseId, person::CustomerId};

service::id_type! {
    /// Identifies an enrollment.
    EnrollmentId
}

/// A customer's place in a course, as stored. It never changes; it can only be cancelled.
#[derive(Debug, Clone)]
pub struct Enrollment {
    /// Which one it is.
    pub id: EnrollmentId,
    /// The course.
    pub course: CourseId,
    /// Who takes it; once only.
    pub customer: CustomerId,
    /// What was paid: the list price of that moment.
    pub price_paid: Money,
    /// When.
    pub enrolled_at: Timestamp,
}

/// An enrollment to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewEnrollment {
    /// The course.
    pub course: CourseId,
    /// Who takes it.
    pub customer: CustomerId,
}
