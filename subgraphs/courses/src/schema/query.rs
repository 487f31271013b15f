//! The query root, and what other subgraphs refer to.

use async_graphql::{Context, ID, Object, connection::Connection};
use service::{AppError, EntityAt, Page, PageArguments, entity, page::Cursor};

use super::{
    load::{load_course, load_enrollment},
    object::{Course, Customer, Employee, Enrollment},
};
use crate::{
    domain::{
        course::CourseId,
        enrollment::EnrollmentId,
        person::{CustomerId, EmployeeId},
    },
    store::Store,
};

/// The query root.
pub struct Query;

// A field that fails is null and leaves its siblings alone; hence `Option<Result<…>>`.
#[Object]
impl Query {
    /// A course by id.
    async fn course(&self, ctx: &Context<'_>, id: ID) -> Option<Result<Course, AppError>> {
        find_course(ctx, CourseId::parse(&id)?).await.transpose()
    }

    /// All courses, in the order in which they were added.
    #[graphql(complexity = "service::page::complexity(first, last, child_complexity)")]
    async fn courses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100 [default: 20]")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor")] before: Option<String>,
    ) -> Option<Result<Connection<Cursor, Course>, AppError>> {
        Some(list(ctx, PageArguments { first, after, last, before }).await)
    }

    /// An enrollment by id.
    async fn enrollment(&self, ctx: &Context<'_>, id: ID) -> Option<Result<Enrollment, AppError>> {
        find_enrollment(ctx, EnrollmentId::parse(&id)?).await.transpose()
    }

    #[graphql(entity)]
    async fn course_by_id(&self, ctx: &Context<'_>, id: ID) -> Option<EntityAt<Course>> {
        let find = async |id| find_course(ctx, id).await;
        entity::resolve(ctx, &id, CourseId::parse, find).await
    }

    #[graphql(entity)]
    async fn enrollment_by_id(&self, ctx: &Context<'_>, id: ID) -> Option<EntityAt<Enrollment>> {
        let find = async |id| find_enrollment(ctx, id).await;
        entity::resolve(ctx, &id, EnrollmentId::parse, find).await
    }

    // Whether they exist is for their own service to say; here they are whoever has this id.

    #[graphql(entity)]
    async fn employee_by_id(&self, ctx: &Context<'_>, id: ID) -> Option<EntityAt<Employee>> {
        let find = async |id| Ok(Some(Employee(id)));
        entity::resolve(ctx, &id, EmployeeId::parse, find).await
    }

    #[graphql(entity)]
    async fn customer_by_id(
        &self,
        ctx: &Context<'_>,
        #[graphql(key)] id: ID,
        is_new: Option<bool>,
    ) -> Option<EntityAt<Customer>> {
        let find = async |id| Ok(Some(Customer { id, is_new }));
        entity::resolve(ctx, &id, CustomerId::parse, find).await
    }
}

async fn find_course(ctx: &Context<'_>, id: CourseId) -> Result<Option<Course>, AppError> {
    Ok(load_course(ctx, id).await?.map(Course::from))
}

async fn find_enrollment(
    ctx: &Context<'_>,
    id: EnrollmentId,
) -> Result<Option<Enrollment>, AppError> {
    Ok(load_enrollment(ctx, id).await?.map(Enrollment::from))
}

async fn list(
    ctx: &Context<'_>,
    arguments: PageArguments,
) -> Result<Connection<Cursor, Course>, AppError> {
    let courses = ctx.data_unchecked::<Store>().courses(Page::parse(arguments)?).await?;
    Ok(courses.connect(|course| course.id.0))
}
