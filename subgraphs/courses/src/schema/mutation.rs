//! The mutation root.

use async_graphql::{Context, ID, Object};
use service::AppError;

use super::{
    input::{CreateCourseInput, EnrollInput, UpdateCourseInput},
    object::{Course, Enrollment},
};
use crate::{
    domain::{course::CourseId, enrollment::EnrollmentId},
    store::Store,
};

/// The mutation root.
pub struct Mutation;

// A mutation that fails is null and leaves those before it visible; hence `Option<Result<…>>`.
#[Object]
impl Mutation {
    /// Adds a course.
    async fn create_course(
        &self,
        ctx: &Context<'_>,
        input: CreateCourseInput,
    ) -> Option<Result<Course, AppError>> {
        Some(create(ctx, input).await)
    }

    /// Changes a course, unless somebody else did since the version that the change is based on.
    async fn update_course(
        &self,
        ctx: &Context<'_>,
        input: UpdateCourseInput,
    ) -> Option<Result<Course, AppError>> {
        Some(update(ctx, input).await)
    }

    /// Removes a course that nobody is enrolled in; returns the id.
    async fn delete_course(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is removed")] id: ID,
        #[graphql(desc = "The version the removal is based on")] expected_version: i32,
    ) -> Option<Result<ID, AppError>> {
        Some(delete(ctx, id, expected_version).await)
    }

    /// Takes a seat in a course for a customer, once, while there are seats. It costs the list
    /// price: a discount is never taken on a client's word.
    async fn enroll(
        &self,
        ctx: &Context<'_>,
        input: EnrollInput,
    ) -> Option<Result<Enrollment, AppError>> {
        Some(enroll(ctx, input).await)
    }

    /// Gives a seat back; returns the id of the enrollment.
    async fn cancel_enrollment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is cancelled")] id: ID,
    ) -> Option<Result<ID, AppError>> {
        Some(cancel(ctx, id).await)
    }
}

async fn create(ctx: &Context<'_>, input: CreateCourseInput) -> Result<Course, AppError> {
    Ok(ctx.data_unchecked::<Store>().create_course(input.parse()?).await?.into())
}

async fn update(ctx: &Context<'_>, input: UpdateCourseInput) -> Result<Course, AppError> {
    let (id, expected_version) = (parse_course(&input.id)?, input.expected_version);
    let change = input.parse()?;
    Ok(ctx.data_unchecked::<Store>().update_course(id, expected_version, change).await?.into())
}

async fn delete(ctx: &Context<'_>, id: ID, expected_version: i32) -> Result<ID, AppError> {
    let course = parse_course(&id)?;
    ctx.data_unchecked::<Store>().delete_course(course, expected_version).await?;
    Ok(id)
}

async fn enroll(ctx: &Context<'_>, input: EnrollInput) -> Result<Enrollment, AppError> {
    Ok(ctx.data_unchecked::<Store>().enroll(input.parse()?).await?.into())
}

async fn cancel(ctx: &Context<'_>, id: ID) -> Result<ID, AppError> {
    let missing = || AppError::NotFound { what: "Enrollment", id: id.to_string() };
    let enrollment = EnrollmentId::parse(&id).ok_or_else(missing)?;
    ctx.data_unchecked::<Store>().cancel_enrollment(enrollment).await?;
    Ok(id)
}

fn parse_course(id: &ID) -> Result<CourseId, AppError> {
    let missing = || AppError::NotFound { what: "Course", id: id.to_string() };
    CourseId::parse(id).ok_or_else(missing)
}
