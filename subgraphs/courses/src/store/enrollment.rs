//! The enrollments in the database.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    prelude::Uuid,
};
use service::{
    AppError, Page,
    error::{Broken, explain_write},
    page::Slice,
};

use super::Store;
use crate::{
    domain::{
        course::{Course, CourseId},
        enrollment::{Enrollment, EnrollmentId, NewEnrollment},
        person::CustomerId,
    },
    entity::{
        course,
        enrollment::{ActiveModel, Column, Entity},
    },
    error::Error,
};

impl Store {
    /// Those of `ids` that exist.
    pub(crate) async fn enrollments_by_ids(
        &self,
        ids: Vec<EnrollmentId>,
    ) -> Result<HashMap<EnrollmentId, Enrollment>, AppError> {
        let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
        let rows = Entity::find().filter(self.database.any_of(Column::Id, &ids));
        let rows = rows.all(self.database.connection()).await?;
        rows.into_iter().map(|row| Ok((EnrollmentId(row.id), Enrollment::try_from(row)?))).collect()
    }

    /// For each course the same page of its enrollments.
    pub(crate) async fn enrollments_of_courses(
        &self,
        page: Page,
        courses: &[CourseId],
    ) -> Result<HashMap<CourseId, Slice<Enrollment>>, AppError> {
        let courses: Vec<Uuid> = courses.iter().map(|course| course.0).collect();
        let columns = (Column::CourseId, Column::Id);
        let enrollments = page
            .read_by_parent::<Entity>(&self.database, columns, &courses, |row| Some(row.course_id))
            .await?;
        let by_course = enrollments.into_iter();
        by_course
            .map(|(id, rows)| Ok((CourseId(id), rows.try_map(Enrollment::try_from)?)))
            .collect()
    }

    /// For each customer the same page of their enrollments.
    pub(crate) async fn enrollments_of_customers(
        &self,
        page: Page,
        customers: &[CustomerId],
    ) -> Result<HashMap<CustomerId, Slice<Enrollment>>, AppError> {
        let customers: Vec<Uuid> = customers.iter().map(|customer| customer.0).collect();
        let columns = (Column::CustomerId, Column::Id);
        let enrollments = page
            .read_by_parent::<Entity>(&self.database, columns, &customers, |row| {
                Some(row.customer_id)
            })
            .await?;
        let by_customer = enrollments.into_iter();
        by_customer
            .map(|(id, rows)| Ok((CustomerId(id), rows.try_map(Enrollment::try_from)?)))
            .collect()
    }

    /// Takes a seat for a customer at the list price, if there is one.
    ///
    /// The course is locked first (SQLite's write transactions exclude each other anyway), so of
    /// two customers who want the last seat one gets it, at the price that both saw.
    pub(crate) async fn enroll(&self, new: NewEnrollment) -> Result<Enrollment, AppError> {
        let transaction = self.database.begin_write().await?;
        let course = course::Entity::find_by_id(new.course.0).lock_exclusive();
        let Some(course) = course.one(&transaction).await? else {
            return Err(Error::UnknownCourse.into());
        };
        let course = Course::try_from(course)?;
        let enrollment = Enrollment {
            id: EnrollmentId::generate(),
            course: course.id,
            customer: new.customer,
            price_paid: course.price,
            enrolled_at: self.clock.now(),
        };
        let inserted = Entity::insert(row(&enrollment)).exec_without_returning(&transaction).await;
        inserted.map_err(explain)?;
        let taken = Entity::find().filter(Column::CourseId.eq(new.course.0));
        if !course.capacity.holds(taken.count(&transaction).await?) {
            return Err(Error::Full.into());
        }
        transaction.commit().await?;
        Ok(enrollment)
    }

    /// Gives a seat back.
    pub(crate) async fn cancel_enrollment(&self, id: EnrollmentId) -> Result<(), AppError> {
        let deleted = Entity::delete_by_id(id.0).exec(self.database.connection()).await?;
        if deleted.rows_affected == 0 {
            return Err(Error::UnknownEnrollment(id).into());
        }
        Ok(())
    }
}

/// The row of an enrollment.
pub(super) fn row(enrollment: &Enrollment) -> ActiveModel {
    ActiveModel {
        id: Set(enrollment.id.0),
        course_id: Set(enrollment.course.0),
        customer_id: Set(enrollment.customer.0),
        price_minor: Set(enrollment.price_paid.minor),
        price_currency: Set(enrollment.price_paid.currency.code().to_owned()),
        enrolled_at: Set(enrollment.enrolled_at.into()),
    }
}

/// What a failed insert says about the enrollment.
fn explain(error: DbErr) -> AppError {
    explain_write(error, |broken, text| match broken {
        Broken::Unique => text.contains("customer_id").then(|| Error::AlreadyEnrolled.into()),
        Broken::ForeignKey => Some(Error::UnknownCourse.into()),
    })
}
