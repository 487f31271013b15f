//! What can go wrong in this domain, and what the client is told.

use service::AppError;

use crate::domain::{course::CourseId, enrollment::EnrollmentId};

/// A rule of the domain that a change would break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// There is no such course.
    Unknown(CourseId),
    /// There is no such enrollment.
    UnknownEnrollment(EnrollmentId),
    /// What is to be enrolled in is no course.
    UnknownCourse,
    /// Every seat of the course is taken.
    Full,
    /// The customer is enrolled in the course already.
    AlreadyEnrolled,
    /// More customers are enrolled than the course would have seats.
    TooManyEnrolled,
    /// Somebody is enrolled in the course.
    HasEnrollments,
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::Unknown(id) => Self::NotFound { what: "Course", id: id.to_string() },
            Error::UnknownEnrollment(id) => {
                Self::NotFound { what: "Enrollment", id: id.to_string() }
            }
            Error::UnknownCourse => Self::invalid("courseId", "must be the id of a course"),
            Error::Full => Self::Conflict("every seat of this course is taken".to_owned()),
            Error::AlreadyEnrolled => {
                Self::Conflict("the customer is enrolled in this course already".to_owned())
            }
            Error::TooManyEnrolled => {
                Self::Conflict("more customers are enrolled than there would be seats".to_owned())
            }
            Error::HasEnrollments => {
                Self::Conflict("somebody is enrolled in this course".to_owned())
            }
        }
    }
}
