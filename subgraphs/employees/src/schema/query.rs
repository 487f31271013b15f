//! The query root, and employees as other subgraphs refer to them.

use async_graphql::{Context, ID, Object, connection::Connection};
use service::{AppError, EntityAt, Page, PageArguments, entity, page::Cursor};

use super::employee::{Employee, load_employee};
use crate::{domain::EmployeeId, store::Store};

/// The query root.
pub struct Query;

// A field that fails is null and leaves its siblings alone; hence `Option<Result<…>>`.
#[Object]
impl Query {
    /// An employee by id.
    async fn employee(&self, ctx: &Context<'_>, id: ID) -> Option<Result<Employee, AppError>> {
        load_employee(ctx, EmployeeId::parse(&id)?).await.transpose()
    }

    /// All employees, in the order in which they were added.
    #[graphql(complexity = "service::page::complexity(first, last, child_complexity)")]
    async fn employees(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100 [default: 20]")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor")] before: Option<String>,
    ) -> Option<Result<Connection<Cursor, Employee>, AppError>> {
        Some(list(ctx, PageArguments { first, after, last, before }).await)
    }

    #[graphql(entity)]
    async fn employee_by_id(&self, ctx: &Context<'_>, id: ID) -> Option<EntityAt<Employee>> {
        let find = async |id| load_employee(ctx, id).await;
        entity::resolve(ctx, &id, EmployeeId::parse, find).await
    }
}

async fn list(
    ctx: &Context<'_>,
    arguments: PageArguments,
) -> Result<Connection<Cursor, Employee>, AppError> {
    let employees = ctx.data_unchecked::<Store>().page(Page::parse(arguments)?).await?;
    Ok(employees.connect(|employee| employee.id.0))
}
