//! The database of the addresses service.

use sea_orm_migration::prelude::*;

use crate::columns::Columns;

/// All migrations of this database, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(CreateAddresses)]
    }
}

struct CreateAddresses;

impl MigrationName for CreateAddresses {
    fn name(&self) -> &str {
        "addresses_0001_create_addresses"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateAddresses {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let has_employee = Expr::col("employee_id").is_not_null();
        let has_customer = Expr::col("customer_id").is_not_null();
        let table = Table::create()
            .table("addresses")
            .id()
            // One to four lines of at most 200 characters, a line feed between them.
            .text("lines", 803)
            .text("city", 100)
            .col(ColumnDef::new("region").string_len(100).null())
            .col(ColumnDef::new("postal_code").string_len(20).null())
            .col(ColumnDef::new("country").char_len(2).not_null())
            .text("kind", 16)
            // The owner: one of the two, in another service's database.
            .col(ColumnDef::new("employee_id").uuid().null())
            .col(ColumnDef::new("customer_id").uuid().null())
            .version()
            .check(has_employee.ne(has_customer))
            .take();
        manager.create_table(table).await?;
        for (name, owner) in [
            ("ix_addresses_employee_id_id", "employee_id"),
            ("ix_addresses_customer_id_id", "customer_id"),
        ] {
            let index = Index::create().name(name).table("addresses").col(owner).col("id").take();
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("addresses").take()).await
    }
}
