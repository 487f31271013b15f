//! The query root, and customers as other subgraphs refer to them.

use async_graphql::{Context, ID, Object, connection::Connection};
use service::{AppError, EntityAt, Page, PageArguments, entity, page::Cursor};

use super::customer::{Customer, load_customer};
use crate::{domain::CustomerId, store::Store};

/// The query root.
pub struct Query;

// A field that fails is null and leaves its siblings alone; hence `Option<Result<…>>`.
#[Object]
impl Query {
    /// A customer by id.
    async fn customer(&self, ctx: &Context<'_>, id: ID) -> Option<Result<Customer, AppError>> {
        load_customer(ctx, CustomerId::parse(&id)?).await.transpose()
    }

    /// All customers, in the order in which they were added.
    #[graphql(complexity = "service::page::complexity(first, last, child_complexity)")]
    async fn customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100 [default: 20]")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor")] before: Option<String>,
    ) -> Option<Result<Connection<Cursor, Customer>, AppError>> {
        Some(list(ctx, PageArguments { first, after, last, before }).await)
    }

    #[graphql(entity)]
    async fn customer_by_id(&self, ctx: &Context<'_>, id: ID) -> Option<EntityAt<Customer>> {
        let find = async |id| load_customer(ctx, id).await;
        entity::resolve(ctx, &id, CustomerId::parse, find).await
    }
}

async fn list(
    ctx: &Context<'_>,
    arguments: PageArguments,
) -> Result<Connection<Cursor, Customer>, AppError> {
    let customers = ctx.data_unchecked::<Store>().page(Page::parse(arguments)?).await?;
    Ok(customers.connect(|customer| customer.id.0))
}
