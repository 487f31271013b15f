//! The table `customers`.

use sea_orm::entity::prelude::*;

use crate::domain::{Customer, CustomerId};

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customers")]
pub struct Model {
    /// UUIDv7: later rows have greater ids, which is the order of lists.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The full name.
    pub name: String,
    /// Unique: `uq_customers_email`.
    #[sea_orm(unique)]
    pub email: String,
    /// When the customer signed up.
    pub signed_up_at: DateTimeUtc,
    /// For optimistic locking.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Customer {
    fn from(row: Model) -> Self {
        Self {
            id: CustomerId(row.id),
            name: row.name,
            email: row.email,
            signed_up_at: row.signed_up_at.into(),
            version: row.version,
        }
    }
}
