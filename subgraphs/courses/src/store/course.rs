//! The courses in the database.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    prelude::Uuid,
    sea_query::Expr,
};
use service::{
    AppError, Page,
    error::{Broken, explain_write},
    page::Slice,
};

use super::Store;
use crate::{
    domain::{
        course::{Capacity, Course, CourseChange, CourseId, NewCourse},
        person::EmployeeId,
    },
    entity::{
        course::{ActiveModel, Column, Entity, Model},
        enrollment,
    },
    error::Error,
};

impl Store {
    /// Those of `ids` that exist.
    pub(crate) async fn courses_by_ids(
        &self,
        ids: Vec<CourseId>,
    ) -> Result<HashMap<CourseId, Course>, AppError> {
        let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
        let rows = Entity::find().filter(self.database.any_of(Column::Id, &ids));
        let rows = rows.all(self.database.connection()).await?;
        rows.into_iter().map(|row| Ok((CourseId(row.id), Course::try_from(row)?))).collect()
    }

    /// A page of all courses.
    pub(crate) async fn courses(&self, page: Page) -> Result<Slice<Course>, AppError> {
        let rows = page.read(&self.database, Entity::find(), Column::Id).await?;
        rows.try_map(Course::try_from)
    }

    /// For each instructor the same page of the courses they teach.
    pub(crate) async fn courses_of_instructors(
        &self,
        page: Page,
        instructors: &[EmployeeId],
    ) -> Result<HashMap<EmployeeId, Slice<Course>>, AppError> {
        let instructors: Vec<Uuid> = instructors.iter().map(|instructor| instructor.0).collect();
        let columns = (Column::InstructorId, Column::Id);
        let courses = page
            .read_by_parent::<Entity>(&self.database, columns, &instructors, |row| {
                row.instructor_id
            })
            .await?;
        let by_instructor = courses.into_iter();
        by_instructor
            .map(|(id, rows)| Ok((EmployeeId(id), rows.try_map(Course::try_from)?)))
            .collect()
    }

    /// Adds a course.
    pub(crate) async fn create_course(&self, new: NewCourse) -> Result<Course, AppError> {
        let row = new_row(CourseId::generate(), new);
        Entity::insert(row).exec_with_returning(self.database.connection()).await?.try_into()
    }

    /// Changes a course that still is as the client has seen it.
    pub(crate) async fn update_course(
        &self,
        id: CourseId,
        expected_version: i32,
        change: CourseChange,
    ) -> Result<Course, AppError> {
        let transaction = self.database.begin_write().await?;
        let new_capacity = change.capacity;
        let updated = Entity::update_many()
            .set(changed_columns(change))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::Id.eq(id.0))
            .filter(Column::Version.eq(expected_version))
            .exec_with_returning(&transaction)
            .await?;
        let Some(row) = updated.into_iter().next() else {
            return Err(missing_or_stale(&transaction, id, expected_version).await?);
        };
        // From here on the row is locked: nobody enrolls until this is decided.
        if let Some(capacity) = new_capacity {
            check_seats(&transaction, id, capacity).await?;
        }
        transaction.commit().await?;
        row.try_into()
    }

    /// Removes a course that still is as the client has seen it.
    pub(crate) async fn delete_course(
        &self,
        id: CourseId,
        expected_version: i32,
    ) -> Result<(), AppError> {
        let transaction = self.database.begin_write().await?;
        let deleted = Entity::delete_many()
            .filter(Column::Id.eq(id.0))
            .filter(Column::Version.eq(expected_version))
            .exec(&transaction)
            .await
            .map_err(|error| {
                explain_write(error, |broken, _| {
                    (broken == Broken::ForeignKey).then(|| Error::HasEnrollments.into())
                })
            })?;
        if deleted.rows_affected == 0 {
            return Err(missing_or_stale(&transaction, id, expected_version).await?);
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// The row of a course to be added.
pub(super) fn new_row(id: CourseId, new: NewCourse) -> ActiveModel {
    ActiveModel {
        id: Set(id.0),
        title: Set(new.title.into_string()),
        description: Set(new.description.into_string()),
        price_minor: Set(new.price.minor),
        price_currency: Set(new.price.currency.code().to_owned()),
        capacity: Set(new.capacity.seats()),
        instructor_id: Set(new.instructor.map(|instructor| instructor.0)),
        version: Set(1),
    }
}

fn changed_columns(change: CourseChange) -> ActiveModel {
    ActiveModel {
        id: NotSet,
        title: change.title.map_or(NotSet, |title| Set(title.into_string())),
        description: change.description.map_or(NotSet, |text| Set(text.into_string())),
        price_minor: change.price.map_or(NotSet, |price| Set(price.minor)),
        price_currency: change.price.map_or(NotSet, |price| Set(price.currency.code().to_owned())),
        capacity: change.capacity.map_or(NotSet, |capacity| Set(capacity.seats())),
        instructor_id: change.instructor.map_or(NotSet, |person| Set(person.map(|id| id.0))),
        version: NotSet,
    }
}

/// Why no row had both this id and this version.
async fn missing_or_stale(
    connection: &impl ConnectionTrait,
    id: CourseId,
    expected: i32,
) -> Result<AppError, DbErr> {
    let row: Option<Model> = Entity::find_by_id(id.0).one(connection).await?;
    Ok(match row {
        Some(row) => AppError::StaleVersion { expected, actual: row.version },
        None => Error::Unknown(id).into(),
    })
}

/// Refuses a capacity that those who are enrolled already exceed.
async fn check_seats(
    connection: &impl ConnectionTrait,
    id: CourseId,
    capacity: Capacity,
) -> Result<(), AppError> {
    let enrolled = enrollment::Entity::find().filter(enrollment::Column::CourseId.eq(id.0));
    if capacity.holds(enrolled.count(connection).await?) {
        Ok(())
    } else {
        Err(Error::TooManyEnrolled.into())
    }
}
