//! Loads for the resolvers of one level at once: each kind is one statement, however many ask.

use async_graphql::Context;
use service::{
    AppError, PageArguments, batch,
    page::{Slice, load_by_parent},
};

use crate::{
    domain::{
        course::{Course, CourseId},
        enrollment::{Enrollment, EnrollmentId},
        person::{CustomerId, EmployeeId},
    },
    store::Store,
};

/// A course.
pub(super) async fn load_course(
    ctx: &Context<'_>,
    id: CourseId,
) -> Result<Option<Course>, AppError> {
    let store = ctx.data_unchecked::<Store>();
    batch::load(ctx, id, async |ids| store.courses_by_ids(ids).await).await
}

/// An enrollment.
pub(super) async fn load_enrollment(
    ctx: &Context<'_>,
    id: EnrollmentId,
) -> Result<Option<Enrollment>, AppError> {
    let store = ctx.data_unchecked::<Store>();
    batch::load(ctx, id, async |ids| store.enrollments_by_ids(ids).await).await
}

/// A page of the courses of an instructor.
pub(super) async fn load_courses_of_instructor(
    ctx: &Context<'_>,
    instructor: EmployeeId,
    arguments: PageArguments,
) -> Result<Slice<Course>, AppError> {
    let store = ctx.data_unchecked::<Store>();
    let read = |page, instructors: Vec<_>| async move {
        store.courses_of_instructors(page, &instructors).await
    };
    load_by_parent(ctx, instructor, arguments, read).await
}

/// A page of the enrollments of a course.
pub(super) async fn load_enrollments_of_course(
    ctx: &Context<'_>,
    course: CourseId,
    arguments: PageArguments,
) -> Result<Slice<Enrollment>, AppError> {
    let store = ctx.data_unchecked::<Store>();
    let read =
        |page, courses: Vec<_>| async move { store.enrollments_of_courses(page, &courses).await };
    load_by_parent(ctx, course, arguments, read).await
}

/// A page of the enrollments of a customer.
pub(super) async fn load_enrollments_of_customer(
    ctx: &Context<'_>,
    customer: CustomerId,
    arguments: PageArguments,
) -> Result<Slice<Enrollment>, AppError> {
    let store = ctx.data_unchecked::<Store>();
    let read = |page, customers: Vec<_>| async move {
        store.enrollments_of_customers(page, &customers).await
    };
    load_by_parent(ctx, customer, arguments, read).await
}
