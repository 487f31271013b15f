//! Fills an empty database.

use sea_orm::{EntityTrait, PaginatorTrait};
use service::AppError;

use super::{Store, course, enrollment};
use crate::{demo, entity};

impl Store {
    /// Fills an empty database with demo data; otherwise changes nothing.
    pub async fn seed(&self) -> Result<(), AppError> {
        let transaction = self.database.begin_write().await?;
        if entity::course::Entity::find().count(&transaction).await? == 0 {
            let courses = demo::courses().into_iter();
            let courses = courses.map(|(id, new)| course::new_row(id, new));
            entity::course::Entity::insert_many(courses).exec(&transaction).await?;
            let enrollments = demo::enrollments(self.clock.now());
            let enrollments = enrollments.iter().map(enrollment::row);
            entity::enrollment::Entity::insert_many(enrollments).exec(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}
