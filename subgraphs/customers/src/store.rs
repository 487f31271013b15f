//! The only place that talks to the database.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    prelude::Uuid,
    sea_query::Expr,
};
use service::{
    AppError, Database, Page, Timestamp,
    error::{Broken, explain_write},
    page::Slice,
};

use crate::{
    demo,
    domain::{Customer, CustomerChange, CustomerId, NewCustomer, Promotion},
    entity::customer::{ActiveModel, Column, Entity, Model},
    error::Error,
};

/// The customers, and the promotion that makes some of them new.
#[derive(Debug, Clone)]
pub struct Store {
    database: Database,
    promotion: Promotion,
}

impl Store {
    /// The customers in a database.
    pub fn new(database: Database, promotion: Promotion) -> Self {
        Self { database, promotion }
    }

    /// What makes a customer new.
    pub(crate) fn promotion(&self) -> &Promotion {
        &self.promotion
    }

    /// Those of `ids` that exist.
    pub(crate) async fn by_ids(
        &self,
        ids: Vec<CustomerId>,
    ) -> Result<HashMap<CustomerId, Customer>, AppError> {
        let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
        let rows = Entity::find().filter(self.database.any_of(Column::Id, &ids));
        let rows = rows.all(self.database.connection()).await?;
        Ok(rows.into_iter().map(|row| (CustomerId(row.id), row.into())).collect())
    }

    /// A page of all customers.
    pub(crate) async fn page(&self, page: Page) -> Result<Slice<Customer>, AppError> {
        let rows = page.read(&self.database, Entity::find(), Column::Id).await?;
        rows.try_map(|row| Ok(row.into()))
    }

    /// Signs a customer up, now.
    pub(crate) async fn create(&self, new: NewCustomer) -> Result<Customer, AppError> {
        let row = new_row(CustomerId::generate(), new, self.promotion.now());
        let row = Entity::insert(row).exec_with_returning(self.database.connection()).await;
        Ok(row.map_err(explain)?.into())
    }

    /// Changes a customer that still is as the client has seen it.
    pub(crate) async fn update(
        &self,
        id: CustomerId,
        expected_version: i32,
        change: CustomerChange,
    ) -> Result<Customer, AppError> {
        let transaction = self.database.begin_write().await?;
        let updated = Entity::update_many()
            .set(changed_columns(change))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::Id.eq(id.0))
            .filter(Column::Version.eq(expected_version))
            .exec_with_returning(&transaction)
            .await
            .map_err(explain)?;
        let Some(row) = updated.into_iter().next() else {
            return Err(missing_or_stale(&transaction, id, expected_version).await?);
        };
        transaction.commit().await?;
        Ok(row.into())
    }

    /// Removes a customer that still is as the client has seen it.
    pub(crate) async fn delete(
        &self,
        id: CustomerId,
        expected_version: i32,
    ) -> Result<(), AppError> {
        let transaction = self.database.begin_write().await?;
        let deleted = Entity::delete_many()
            .filter(Column::Id.eq(id.0))
            .filter(Column::Version.eq(expected_version))
            .exec(&transaction)
            .await?;
        if deleted.rows_affected == 0 {
            return Err(missing_or_stale(&transaction, id, expected_version).await?);
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Fills an empty database with demo data; otherwise changes nothing.
    pub async fn seed(&self) -> Result<(), AppError> {
        let transaction = self.database.begin_write().await?;
        if Entity::find().count(&transaction).await? == 0 {
            let customers = demo::customers(self.promotion.now()).into_iter();
            let rows = customers.map(|(id, new, signed_up_at)| new_row(id, new, signed_up_at));
            Entity::insert_many(rows).exec(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

fn new_row(id: CustomerId, new: NewCustomer, signed_up_at: Timestamp) -> ActiveModel {
    ActiveModel {
        id: Set(id.0),
        name: Set(new.name.into_string()),
        email: Set(new.email.into_string()),
        signed_up_at: Set(signed_up_at.into()),
        version: Set(1),
    }
}

fn changed_columns(change: CustomerChange) -> ActiveModel {
    ActiveModel {
        id: NotSet,
        name: change.name.map_or(NotSet, |name| Set(name.into_string())),
        email: change.email.map_or(NotSet, |email| Set(email.into_string())),
        signed_up_at: NotSet,
        version: NotSet,
    }
}

/// What a failed insert or update says about the customer.
fn explain(error: DbErr) -> AppError {
    explain_write(error, |broken, text| match broken {
        Broken::Unique => text.contains("email").then(|| Error::EmailTaken.into()),
        Broken::ForeignKey => None,
    })
}

/// Why no row had both this id and this version.
async fn missing_or_stale(
    connection: &impl ConnectionTrait,
    id: CustomerId,
    expected: i32,
) -> Result<AppError, DbErr> {
    let row: Option<Model> = Entity::find_by_id(id.0).one(connection).await?;
    Ok(match row {
        Some(row) => AppError::StaleVersion { expected, actual: row.version },
        None => Error::Unknown(id).into(),
    })
}
