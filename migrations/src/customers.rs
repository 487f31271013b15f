//! The database of the customers service.

use sea_orm_migration::prelude::*;

use crate::columns::Columns;

/// All migrations of this database, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(CreateCustomers)]
    }
}

struct CreateCustomers;

impl MigrationName for CreateCustomers {
    fn name(&self) -> &str {
        "customers_0001_create_customers"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateCustomers {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("customers")
            .id()
            .text("name", 200)
            .email("email")
            .instant("signed_up_at")
            .version()
            .take();
        manager.create_table(table).await?;
        let unique_email = Index::create()
            .name("uq_customers_email")
            .table("customers")
            .col("email")
            .unique()
            .take();
        manager.create_index(unique_email).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("customers").take()).await
    }
}
