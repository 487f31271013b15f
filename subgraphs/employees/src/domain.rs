//! What an employee is. Values of these types are valid; they know neither GraphQL nor SQL.

use service::{
    Date, Money,
    text::{Email, Line},
};

service::id_type! {
    /// Identifies an employee.
    EmployeeId
}

/// A person's name, a job title, or the name of a department.
pub type Name = Line<200>;

/// An employee as stored.
#[derive(Debug, Clone)]
pub struct Employee {
    /// Who it is.
    pub id: EmployeeId,
    /// The full name.
    pub name: String,
    /// The work e-mail address; no two employees share one.
    pub email: String,
    /// The job title.
    pub title: String,
    /// The department.
    pub department: String,
    /// Whom the employee reports to; nobody reports to themselves, however indirectly.
    pub manager: Option<EmployeeId>,
    /// The first day of work.
    pub hired_on: Date,
    /// The yearly salary, never negative.
    pub salary: Money,
    /// How often the employee was changed, plus one.
    pub version: i32,
}

/// An employee to be created.
#[derive(Debug, Clone)]
pub struct NewEmployee {
    /// The full name.
    pub name: Name,
    /// The work e-mail address.
    pub email: Email,
    /// The job title.
    pub title: Name,
    /// The department.
    pub department: Name,
    /// Whom the employee reports to.
    pub manager: Option<EmployeeId>,
    /// The first day of work.
    pub hired_on: Date,
    /// The yearly salary.
    pub salary: Money,
}

/// A change of an employee; what is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct EmployeeChange {
    /// The full name.
    pub name: Option<Name>,
    /// The work e-mail address.
    pub email: Option<Email>,
    /// The job title.
    pub title: Option<Name>,
    /// The department.
    pub department: Option<Name>,
    /// Whom the employee reports to; `Some(None)` is nobody any more.
    pub manager: Option<Option<EmployeeId>>,
    /// The first day of work.
    pub hired_on: Option<Date>,
    /// The yearly salary.
    pub salary: Option<Money>,
}
