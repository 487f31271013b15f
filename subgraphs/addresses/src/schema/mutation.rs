//! The mutation root.

use async_graphql::{Context, ID, Object};
use service::AppError;

use super::{
    input::{CreateAddressInput, UpdateAddressInput},
    object::Address,
};
use crate::{domain::address::AddressId, store::Store};

/// The mutation root.
pub struct Mutation;

// A mutation that fails is null and leaves those before it visible; hence `Option<Result<…>>`.
#[Object]
impl Mutation {
    /// Adds an address.
    async fn create_address(
        &self,
        ctx: &Context<'_>,
        input: CreateAddressInput,
    ) -> Option<Result<Address, AppError>> {
        Some(create(ctx, input).await)
    }

    /// Changes an address, unless somebody else did since the version that the change is based on.
    async fn update_address(
        &self,
        ctx: &Context<'_>,
        input: UpdateAddressInput,
    ) -> Option<Result<Address, AppError>> {
        Some(update(ctx, input).await)
    }

    /// Removes an address; returns the id.
    async fn delete_address(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is removed")] id: ID,
        #[graphql(desc = "The version the removal is based on")] expected_version: i32,
    ) -> Option<Result<ID, AppError>> {
        Some(delete(ctx, id, expected_version).await)
    }
}

async fn create(ctx: &Context<'_>, input: CreateAddressInput) -> Result<Address, AppError> {
    Ok(ctx.data_unchecked::<Store>().create(input.parse()?).await?.into())
}

async fn update(ctx: &Context<'_>, input: UpdateAddressInput) -> Result<Address, AppError> {
    let (id, expected_version) = (parse_id(&input.id)?, input.expected_version);
    let change = input.parse()?;
    Ok(ctx.data_unchecked::<Store>().update(id, expected_version, change).await?.into())
}

async fn delete(ctx: &Context<'_>, id: ID, expected_version: i32) -> Result<ID, AppError> {
    let address = parse_id(&id)?;
    ctx.data_unchecked::<Store>().delete(address, expected_version).await?;
    Ok(id)
}

fn parse_id(id: &ID) -> Result<AddressId, AppError> {
    let missing = || AppError::NotFound { what: "Address", id: id.to_string() };
    AddressId::parse(id).ok_or_else(missing)
}
