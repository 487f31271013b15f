//! What clients send, and its way into the domain: all rules are checked, and all broken ones told.

use async_graphql::{ID, InputObject, MaybeUndefined};
use service::{
    AppError, Date, Money, MoneyInput, Violations, entity::parse_reference, text::Email,
};

use crate::domain::{EmployeeChange, EmployeeId, Name, NewEmployee};

/// An employee to be created.
#[derive(Debug, InputObject)]
pub(super) struct CreateEmployeeInput {
    /// The full name, at most 200 characters.
    name: String,
    /// The work e-mail address.
    email: String,
    /// The job title, at most 200 characters.
    title: String,
    /// The department, at most 200 characters.
    department: String,
    /// Whom the employee reports to.
    manager_id: Option<ID>,
    /// The first day of work.
    hired_on: Date,
    /// The yearly salary, not negative.
    salary: MoneyInput,
}

/// A change of an employee. What is left out stays as it is.
#[derive(Debug, InputObject)]
pub(super) struct UpdateEmployeeInput {
    /// Who is changed.
    pub(super) id: ID,
    /// The version the change is based on.
    pub(super) expected_version: i32,
    /// The full name, at most 200 characters.
    name: MaybeUndefined<String>,
    /// The work e-mail address.
    email: MaybeUndefined<String>,
    /// The job title, at most 200 characters.
    title: MaybeUndefined<String>,
    /// The department, at most 200 characters.
    department: MaybeUndefined<String>,
    /// Whom the employee reports to; null is nobody.
    manager_id: MaybeUndefined<ID>,
    /// The first day of work.
    hired_on: MaybeUndefined<Date>,
    /// The yearly salary, not negative.
    salary: MaybeUndefined<MoneyInput>,
}

impl CreateEmployeeInput {
    pub(super) fn parse(self) -> Result<NewEmployee, AppError> {
        let mut violations = Violations::default();
        let name = violations.check("name", Name::parse(&self.name));
        let email = violations.check("email", Email::parse(&self.email));
        let title = violations.check("title", Name::parse(&self.title));
        let department = violations.check("department", Name::parse(&self.department));
        let manager = self
            .manager_id
            .and_then(|id| violations.check("managerId", parse_reference(&id, EmployeeId::parse)));
        let salary = violations.check("salary", Money::parse_unsigned(&self.salary));
        violations.finish(|| {
            Some(NewEmployee {
                name: name?,
                email: email?,
                title: title?,
                department: department?,
                manager,
                hired_on: self.hired_on,
                salary: salary?,
            })
        })
    }
}

impl UpdateEmployeeInput {
    pub(super) fn parse(self) -> Result<EmployeeChange, AppError> {
        let mut violations = Violations::default();
        let parse_name = |name: String| Name::parse(&name);
        let name = violations.check_change("name", self.name, parse_name);
        let email = violations.check_change("email", self.email, |email| Email::parse(&email));
        let title = violations.check_change("title", self.title, parse_name);
        let department = violations.check_change("department", self.department, parse_name);
        let manager = match self.manager_id {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(id) => {
                Some(violations.check("managerId", parse_reference(&id, EmployeeId::parse)))
            }
        };
        let hired_on = violations.check_change("hiredOn", self.hired_on, Ok::<_, String>);
        let salary =
            violations.check_change("salary", self.salary, |salary| Money::parse_unsigned(&salary));
        violations.finish(|| {
            Some(EmployeeChange { name, email, title, department, manager, hired_on, salary })
        })
    }
}
