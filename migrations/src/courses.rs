//! The database of the courses service.

use sea_orm_migration::prelude::*;

use crate::columns::Columns;

/// All migrations of this database, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(CreateCourses), Box::new(CreateEnrollments)]
    }
}

struct CreateCourses;

impl MigrationName for CreateCourses {
    fn name(&self) -> &str {
        "courses_0001_create_courses"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateCourses {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("courses")
            .id()
            .text("title", 200)
            .text("description", 4000)
            .money("price_minor", "price_currency")
            .col(ColumnDef::new("capacity").integer().not_null())
            // An employee; they live in another service's database.
            .col(ColumnDef::new("instructor_id").uuid().null())
            .version()
            .check(Expr::col("price_minor").gte(0))
            .check(Expr::col("capacity").gte(1))
            .take();
        manager.create_table(table).await?;
        let by_instructor = Index::create()
            .name("ix_courses_instructor_id_id")
            .table("courses")
            .col("instructor_id")
            .col("id")
            .take();
        manager.create_index(by_instructor).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("courses").take()).await
    }
}

struct CreateEnrollments;

impl MigrationName for CreateEnrollments {
    fn name(&self) -> &str {
        "courses_0002_create_enrollments"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateEnrollments {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("enrollments")
            .id()
            .col(ColumnDef::new("course_id").uuid().not_null())
            // A customer; they live in another service's database.
            .col(ColumnDef::new("customer_id").uuid().not_null())
            .money("price_minor", "price_currency")
            .instant("enrolled_at")
            .foreign_key(
                ForeignKey::create()
                    .name("fk_enrollments_course_id")
                    .from("enrollments", "course_id")
                    .to("courses", "id")
                    .on_delete(ForeignKeyAction::NoAction),
            )
            .check(Expr::col("price_minor").gte(0))
            .take();
        manager.create_table(table).await?;
        let once = Index::create()
            .name("uq_enrollments_course_id_customer_id")
            .table("enrollments")
            .col("course_id")
            .col("customer_id")
            .unique()
            .take();
        manager.create_index(once).await?;
        for (name, parent) in [
            ("ix_enrollments_course_id_id", "course_id"),
            ("ix_enrollments_customer_id_id", "customer_id"),
        ] {
            let index =
                Index::create().name(name).table("enrollments").col(parent).col("id").take();
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("enrollments").take()).await
    }
}
