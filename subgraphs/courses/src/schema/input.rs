//! What clients send, and its way into the domain: all rules are checked, and all broken ones told.

use async_graphql::{ID, InputObject, MaybeUndefined};
use service::{AppError, Money, MoneyInput, Violations, entity::parse_reference};

use crate::domain::{
    course::{Capacity, CourseChange, CourseId, Description, NewCourse, Title},
    enrollment::NewEnrollment,
    person::{CustomerId, EmployeeId},
};

/// A course to be created.
#[derive(Debug, InputObject)]
pub(super) struct CreateCourseInput {
    /// The title, at most 200 characters.
    title: String,
    /// What it is about, at most 4000 characters.
    #[graphql(default)]
    description: String,
    /// The list price, not negative.
    price: MoneyInput,
    /// How many can enroll, 1 to 10000.
    capacity: i32,
    /// Who teaches it: an employee.
    instructor_id: Option<ID>,
}

/// A change of a course. What is left out stays as it is.
#[derive(Debug, InputObject)]
pub(super) struct UpdateCourseInput {
    /// What is changed.
    pub(super) id: ID,
    /// The version the change is based on.
    pub(super) expected_version: i32,
    /// The title, at most 200 characters.
    title: MaybeUndefined<String>,
    /// What it is about, at most 4000 characters.
    description: MaybeUndefined<String>,
    /// The list price, not negative; nobody who is enrolled pays more or gets money back.
    price: MaybeUndefined<MoneyInput>,
    /// How many can enroll, 1 to 10000, but not fewer than already have.
    capacity: MaybeUndefined<i32>,
    /// Who teaches it: an employee; null is nobody.
    instructor_id: MaybeUndefined<ID>,
}

/// An enrollment to be made, at the list price.
#[derive(Debug, InputObject)]
pub(super) struct EnrollInput {
    /// The course.
    course_id: ID,
    /// Who takes it: a customer.
    customer_id: ID,
}

impl CreateCourseInput {
    pub(super) fn parse(self) -> Result<NewCourse, AppError> {
        let mut violations = Violations::default();
        let title = violations.check("title", Title::parse(&self.title));
        let description = violations.check("description", Description::parse(&self.description));
        let price = violations.check("price", Money::parse_unsigned(&self.price));
        let capacity = violations.check("capacity", Capacity::parse(self.capacity));
        let instructor = self.instructor_id.and_then(|id| {
            violations.check("instructorId", parse_reference(&id, EmployeeId::parse))
        });
        violations.finish(|| {
            Some(NewCourse {
                title: title?,
                description: description?,
                price: price?,
                capacity: capacity?,
                instructor,
            })
        })
    }
}

impl UpdateCourseInput {
    pub(super) fn parse(self) -> Result<CourseChange, AppError> {
        let mut violations = Violations::default();
        let title = violations.check_change("title", self.title, |title| Title::parse(&title));
        let description = violations
            .check_change("description", self.description, |text| Description::parse(&text));
        let price =
            violations.check_change("price", self.price, |price| Money::parse_unsigned(&price));
        let capacity = violations.check_change("capacity", self.capacity, Capacity::parse);
        let instructor = match self.instructor_id {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(id) => {
                Some(violations.check("instructorId", parse_reference(&id, EmployeeId::parse)))
            }
        };
        violations.finish(|| Some(CourseChange { title, description, price, capacity, instructor }))
    }
}

impl EnrollInput {
    pub(super) fn parse(self) -> Result<NewEnrollment, AppError> {
        let mut violations = Violations::default();
        let course =
            violations.check("courseId", parse_reference(&self.course_id, CourseId::parse));
        let customer =
            violations.check("customerId", parse_reference(&self.customer_id, CustomerId::parse));
        violations.finish(|| Some(NewEnrollment { course: course?, customer: customer? }))
    }
}
