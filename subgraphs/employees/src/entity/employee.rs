//! The table `employees`.

use sea_orm::entity::prelude::*;
use service::{AppError, Date, Money};

use crate::domain::{Employee, EmployeeId};

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "employees")]
pub struct Model {
    /// UUIDv7: later rows have greater ids, which is the order of lists.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The full name.
    pub name: String,
    /// Unique: `uq_employees_email`.
    #[sea_orm(unique)]
    pub email: String,
    /// The job title.
    pub title: String,
    /// The department.
    pub department: String,
    /// Another row: `fk_employees_manager_id`.
    pub manager_id: Option<Uuid>,
    /// The first day of work.
    pub hired_on: ChronoDate,
    /// The yearly salary in minor units.
    pub salary_minor: i64,
    /// The salary's currency.
    pub salary_currency: String,
    /// For optimistic locking.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Employee {
    type Error = AppError;

    fn try_from(row: Model) -> Result<Self, AppError> {
        let salary = Money::from_stored(row.salary_minor, &row.salary_currency)
            .map_err(|cause| AppError::corrupt("employees.salary_currency", &cause))?;
        Ok(Self {
            id: EmployeeId(row.id),
            name: row.name,
            email: row.email,
            title: row.title,
            department: row.department,
            manager: row.manager_id.map(EmployeeId),
            hired_on: Date(row.hired_on),
            salary,
            version: row.version,
        })
    }
}
