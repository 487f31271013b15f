//! The query root, and what other subgraphs refer to.

use async_graphql::{Context, ID, Object, connection::Connection};
use service::{AppError, EntityAt, Page, PageArguments, entity, page::Cursor};

use super::{
    load::load_address,
    object::{Address, Customer, Employee},
};
use crate::{
    domain::{
        address::AddressId,
        owner::{CustomerId, EmployeeId},
    },
    store::Store,
};

/// The query root.
pub struct Query;

// A field that fails is null and leaves its siblings alone; hence `Option<Result<…>>`.
#[Object]
impl Query {
    /// An address by id.
    async fn address(&self, ctx: &Context<'_>, id: ID) -> Option<Result<Address, AppError>> {
        find_address(ctx, AddressId::parse(&id)?).await.transpose()
    }

    /// All addresses, in the order in which they were added.
    #[graphql(complexity = "service::page::complexity(first, last, child_complexity)")]
    async fn addresses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100 [default: 20]")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor")] before: Option<String>,
    ) -> Option<Result<Connection<Cursor, Address>, AppError>> {
        Some(list(ctx, PageArguments { first, after, last, before }).await)
    }

    #[graphql(entity)]
    async fn address_by_id(&self, ctx: &Context<'_>, id: ID) -> Option<EntityAt<Address>> {
        let find = async |id| find_address(ctx, id).await;
        entity::resolve(ctx, &id, AddressId::parse, find).await
    }

    // Whether they exist is for their own service to say; here they are whoever has this id.

    #[graphql(entity)]
    async fn employee_by_id(&self, ctx: &Context<'_>, id: ID) -> Option<EntityAt<Employee>> {
        let find = async |id| Ok(Some(Employee(id)));
        entity::resolve(ctx, &id, EmployeeId::parse, find).await
    }

    #[graphql(entity)]
    async fn customer_by_id(&self, ctx: &Context<'_>, id: ID) -> Option<EntityAt<Customer>> {
        let find = async |id| Ok(Some(Customer(id)));
        entity::resolve(ctx, &id, CustomerId::parse, find).await
    }
}

async fn find_address(ctx: &Context<'_>, id: AddressId) -> Result<Option<Address>, AppError> {
    Ok(load_address(ctx, id).await?.map(Address::from))
}

async fn list(
    ctx: &Context<'_>,
    arguments: PageArguments,
) -> Result<Connection<Cursor, Address>, AppError> {
    let addresses = ctx.data_unchecked::<Store>().page(Page::parse(arguments)?).await?;
    Ok(addresses.connect(|address| address.id.0))
}
