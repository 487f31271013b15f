//! The type `Customer`.

use async_graphql::{Context, ID, Object};
use service::{AppError, Timestamp, batch};

use crate::{
    domain::{self, CustomerId},
    store::Store,
};

/// A customer.
#[derive(Debug, Clone)]
pub struct Customer(domain::Customer);

impl From<domain::Customer> for Customer {
    fn from(customer: domain::Customer) -> Self {
        Self(customer)
    }
}

/// Loads a customer, together with all that are asked for now.
pub(super) async fn load_customer(
    ctx: &Context<'_>,
    id: CustomerId,
) -> Result<Option<Customer>, AppError> {
    let store = ctx.data_unchecked::<Store>();
    let customer = batch::load(ctx, id, async |ids| store.by_ids(ids).await).await?;
    Ok(customer.map(Customer))
}

/// Someone who buys courses.
#[Object]
impl Customer {
    /// Identifies the customer in all services.
    async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The full name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The e-mail address; no two customers share one.
    async fn email(&self) -> &str {
        &self.0.email
    }

    /// When the customer signed up.
    async fn signed_up_at(&self) -> Timestamp {
        self.0.signed_up_at
    }

    /// Whether the customer signed up so recently that the promotion for new customers applies.
    async fn is_new(&self, ctx: &Context<'_>) -> bool {
        ctx.data_unchecked::<Store>().promotion().includes(self.0.signed_up_at)
    }

    /// Grows with every change; a change names the version it is based on.
    async fn version(&self) -> i32 {
        self.0.version
    }
}
