//! The only place that talks to the database.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, ExprTrait,
    PaginatorTrait, QueryFilter, QuerySelect,
    prelude::Uuid,
    sea_query::Expr,
};
use service::{
    AppError, Database, Page,
    error::{Broken, explain_write},
    page::Slice,
};

use crate::{
    demo,
    domain::{Employee, EmployeeChange, EmployeeId, NewEmployee},
    entity::employee::{ActiveModel, Column, Entity, Model},
    error::Error,
};

/// How many managers an employee can have above them.
const MANAGERS_MAX: usize = 64;

/// The employees.
#[derive(Debug, Clone)]
pub struct Store {
    database: Database,
}

impl Store {
    /// The employees in a database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// Those of `ids` that exist.
    pub(crate) async fn by_ids(
        &self,
        ids: Vec<EmployeeId>,
    ) -> Result<HashMap<EmployeeId, Employee>, AppError> {
        let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
        let rows = Entity::find().filter(self.database.any_of(Column::Id, &ids));
        let rows = rows.all(self.database.connection()).await?;
        rows.into_iter().map(|row| Ok((EmployeeId(row.id), Employee::try_from(row)?))).collect()
    }

    /// A page of all employees.
    pub(crate) async fn page(&self, page: Page) -> Result<Slice<Employee>, AppError> {
        let rows = page.read(&self.database, Entity::find(), Column::Id).await?;
        rows.try_map(Employee::try_from)
    }

    /// For each manager the same page of those who report to them.
    pub(crate) async fn reports(
        &self,
        page: Page,
        managers: &[EmployeeId],
    ) -> Result<HashMap<EmployeeId, Slice<Employee>>, AppError> {
        let managers: Vec<Uuid> = managers.iter().map(|manager| manager.0).collect();
        let columns = (Column::ManagerId, Column::Id);
        let reports = page
            .read_by_parent::<Entity>(&self.database, columns, &managers, |row| row.manager_id)
            .await?;
        let by_manager = reports.into_iter();
        by_manager
            .map(|(id, rows)| Ok((EmployeeId(id), rows.try_map(Employee::try_from)?)))
            .collect()
    }

    /// Adds an employee.
    pub(crate) async fn create(&self, new: NewEmployee) -> Result<Employee, AppError> {
        let row = new_row(EmployeeId::generate(), new);
        let row = Entity::insert(row).exec_with_returning(self.database.connection()).await;
        row.map_err(explain)?.try_into()
    }

    /// Changes an employee that still is as the client has seen it.
    pub(crate) async fn update(
        &self,
        id: EmployeeId,
        expected_version: i32,
        change: EmployeeChange,
    ) -> Result<Employee, AppError> {
        let transaction = self.database.begin_write().await?;
        if let Some(Some(manager)) = change.manager {
            check_managers(&transaction, id, manager).await?;
        }
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
        row.try_into()
    }

    /// Removes an employee that still is as the client has seen it.
    pub(crate) async fn delete(
        &self,
        id: EmployeeId,
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
                    (broken == Broken::ForeignKey).then(|| Error::HasReports.into())
                })
            })?;
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
            let rows = demo::employees().into_iter().map(|(id, new)| new_row(id, new));
            Entity::insert_many(rows).exec(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

fn new_row(id: EmployeeId, new: NewEmployee) -> ActiveModel {
    ActiveModel {
        id: Set(id.0),
        name: Set(new.name.into_string()),
        email: Set(new.email.into_string()),
        title: Set(new.title.into_string()),
        department: Set(new.department.into_string()),
        manager_id: Set(new.manager.map(|manager| manager.0)),
        hired_on: Set(new.hired_on.0),
        salary_minor: Set(new.salary.minor),
        salary_currency: Set(new.salary.currency.code().to_owned()),
        version: Set(1),
    }
}

fn changed_columns(change: EmployeeChange) -> ActiveModel {
    ActiveModel {
        id: NotSet,
        name: change.name.map_or(NotSet, |name| Set(name.into_string())),
        email: change.email.map_or(NotSet, |email| Set(email.into_string())),
        title: change.title.map_or(NotSet, |title| Set(title.into_string())),
        department: change.department.map_or(NotSet, |name| Set(name.into_string())),
        manager_id: change.manager.map_or(NotSet, |manager| Set(manager.map(|id| id.0))),
        hired_on: change.hired_on.map_or(NotSet, |day| Set(day.0)),
        salary_minor: change.salary.map_or(NotSet, |salary| Set(salary.minor)),
        salary_currency: change
            .salary
            .map_or(NotSet, |salary| Set(salary.currency.code().to_owned())),
        version: NotSet,
    }
}

/// What a failed insert or update says about the employee.
fn explain(error: DbErr) -> AppError {
    explain_write(error, |broken, text| match broken {
        Broken::Unique => text.contains("email").then(|| Error::EmailTaken.into()),
        Broken::ForeignKey => Some(Error::UnknownManager.into()),
    })
}

/// Why no row had both this id and this version.
async fn missing_or_stale(
    connection: &impl ConnectionTrait,
    id: EmployeeId,
    expected: i32,
) -> Result<AppError, DbErr> {
    let row: Option<Model> = Entity::find_by_id(id.0).one(connection).await?;
    Ok(match row {
        Some(row) => AppError::StaleVersion { expected, actual: row.version },
        None => Error::Unknown(id).into(),
    })
}

/// Walks up from the new manager and refuses to meet the employee again.
///
/// The rows are locked on the way (SQLite's write transactions exclude each other anyway), so two
/// changes at once can't close a circle.
async fn check_managers(
    transaction: &DatabaseTransaction,
    employee: EmployeeId,
    manager: EmployeeId,
) -> Result<(), AppError> {
    manager_of(transaction, employee).await?;
    let mut above = Some(manager);
    for _ in 0..MANAGERS_MAX {
        match above {
            None => return Ok(()),
            Some(id) if id == employee => return Err(Error::ManagerCycle.into()),
            Some(id) => above = manager_of(transaction, id).await?,
        }
    }
    Err(Error::ManagerChainTooLong.into())
}

async fn manager_of(
    transaction: &DatabaseTransaction,
    id: EmployeeId,
) -> Result<Option<EmployeeId>, DbErr> {
    let manager = Entity::find_by_id(id.0)
        .select_only()
        .column(Column::ManagerId)
        .lock_exclusive()
        .into_tuple::<Option<Uuid>>()
        .one(transaction)
        .await?;
    Ok(manager.flatten().map(EmployeeId))
}
