//! The database of the employees service.

use sea_orm_migration::prelude::*;

use crate::columns::Columns;

/// All migrations of this database, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(CreateEmployees)]
    }
}

struct CreateEmployees;

impl MigrationName for CreateEmployees {
    fn name(&self) -> &str {
        "employees_0001_create_employees"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateEmployees {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("employees")
            .id()
            .text("name", 200)
            .email("email")
            .text("title", 200)
            .text("department", 200)
            .col(ColumnDef::new("manager_id").uuid().null())
            .col(ColumnDef::new("hired_on").date().not_null())
            .money("salary_minor", "salary_currency")
            .version()
            .foreign_key(
                ForeignKey::create()
                    .name("fk_employees_manager_id")
                    .from("employees", "manager_id")
                    .to("employees", "id")
                    .on_delete(ForeignKeyAction::NoAction),
            )
            .check(Expr::col("salary_minor").gte(0))
            .take();
        manager.create_table(table).await?;
        let unique_email = Index::create()
            .name("uq_employees_email")
            .table("employees")
            .col("email")
            .unique()
            .take();
        manager.create_index(unique_email).await?;
        let reports = Index::create()
            .name("ix_employees_manager_id_id")
            .table("employees")
            .col("manager_id")
            .col("id")
            .take();
        manager.create_index(reports).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("employees").take()).await
    }
}
