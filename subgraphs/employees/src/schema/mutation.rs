//! The mutation root.

use async_graphql::{Context, ID, Object};
use service::AppError;

use super::{
    employee::Employee,
    input::{CreateEmployeeInput, UpdateEmployeeInput},
};
use crate::{domain::EmployeeId, store::Store};

/// The mutation root.
pub struct Mutation;

// A mutation that fails is null and leaves those before it visible; hence `Option<Result<…>>`.
#[Object]
impl Mutation {
    /// Adds an employee.
    async fn create_employee(
        &self,
        ctx: &Context<'_>,
        input: CreateEmployeeInput,
    ) -> Option<Result<Employee, AppError>> {
        Some(create(ctx, input).await)
    }

    /// Changes an employee, unless somebody else did since the version that the change is based on.
    async fn update_employee(
        &self,
        ctx: &Context<'_>,
        input: UpdateEmployeeInput,
    ) -> Option<Result<Employee, AppError>> {
        Some(update(ctx, input).await)
    }

    /// Removes an employee whom nobody reports to; returns the id.
    async fn delete_employee(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is removed")] id: ID,
        #[graphql(desc = "The version the removal is based on")] expected_version: i32,
    ) -> Option<Result<ID, AppError>> {
        Some(delete(ctx, id, expected_version).await)
    }
}

async fn create(ctx: &Context<'_>, input: CreateEmployeeInput) -> Result<Employee, AppError> {
    Ok(ctx.data_unchecked::<Store>().create(input.parse()?).await?.into())
}

async fn update(ctx: &Context<'_>, input: UpdateEmployeeInput) -> Result<Employee, AppError> {
    let (id, expected_version) = (parse_id(&input.id)?, input.expected_version);
    let change = input.parse()?;
    Ok(ctx.data_unchecked::<Store>().update(id, expected_version, change).await?.into())
}

async fn delete(ctx: &Context<'_>, id: ID, expected_version: i32) -> Result<ID, AppError> {
    let employee = parse_id(&id)?;
    ctx.data_unchecked::<Store>().delete(employee, expected_version).await?;
    Ok(id)
}

fn parse_id(id: &ID) -> Result<EmployeeId, AppError> {
    let missing = || AppError::NotFound { what: "Employee", id: id.to_string() };
    EmployeeId::parse(id).ok_or_else(missing)
}
