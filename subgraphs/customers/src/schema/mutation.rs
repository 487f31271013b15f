//! The mutation root.

use async_graphql::{Context, ID, Object};
use service::AppError;

use super::{
    customer::Customer,
    input::{CreateCustomerInput, UpdateCustomerInput},
};
use crate::{domain::CustomerId, store::Store};

/// The mutation root.
pub struct Mutation;

// A mutation that fails is null and leaves those before it visible; hence `Option<Result<…>>`.
#[Object]
impl Mutation {
    /// Signs a customer up.
    async fn create_customer(
        &self,
        ctx: &Context<'_>,
        input: CreateCustomerInput,
    ) -> Option<Result<Customer, AppError>> {
        Some(create(ctx, input).await)
    }

    /// Changes a customer, unless somebody else did since the version that the change is based on.
    async fn update_customer(
        &self,
        ctx: &Context<'_>,
        input: UpdateCustomerInput,
    ) -> Option<Result<Customer, AppError>> {
        Some(update(ctx, input).await)
    }

    /// Removes a customer; returns the id.
    async fn delete_customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is removed")] id: ID,
        #[graphql(desc = "The version the removal is based on")] expected_version: i32,
    ) -> Option<Result<ID, AppError>> {
        Some(delete(ctx, id, expected_version).await)
    }
}

async fn create(ctx: &Context<'_>, input: CreateCustomerInput) -> Result<Customer, AppError> {
    Ok(ctx.data_unchecked::<Store>().create(input.parse()?).await?.into())
}

async fn update(ctx: &Context<'_>, input: UpdateCustomerInput) -> Result<Customer, AppError> {
    let (id, expected_version) = (parse_id(&input.id)?, input.expected_version);
    let change = input.parse()?;
    Ok(ctx.data_unchecked::<Store>().update(id, expected_version, change).await?.into())
}

async fn delete(ctx: &Context<'_>, id: ID, expected_version: i32) -> Result<ID, AppError> {
    let customer = parse_id(&id)?;
    ctx.data_unchecked::<Store>().delete(customer, expected_version).await?;
    Ok(id)
}

fn parse_id(id: &ID) -> Result<CustomerId, AppError> {
    let missing = || AppError::NotFound { what: "Customer", id: id.to_string() };
    CustomerId::parse(id).ok_or_else(missing)
}
