//! What can go wrong in this domain, and what the client is told.

use service::AppError;

use crate::domain::EmployeeId;

/// A rule of the domain that a change would break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// There is no such employee.
    Unknown(EmployeeId),
    /// Another employee has this e-mail address.
    EmailTaken,
    /// The manager is no employee.
    UnknownManager,
    /// The employee would report to themselves.
    ManagerCycle,
    /// The chain of managers would be too long.
    ManagerChainTooLong,
    /// Somebody still reports to the employee.
    HasReports,
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::Unknown(id) => Self::NotFound { what: "Employee", id: id.to_string() },
            Error::EmailTaken => {
                Self::Conflict("another employee has this e-mail address".to_owned())
            }
            Error::UnknownManager => Self::invalid("managerId", "must be the id of an employee"),
            Error::ManagerCycle => {
                Self::invalid("managerId", "must not be the employee or anyone who reports to them")
            }
            Error::ManagerChainTooLong => {
                Self::invalid("managerId", "has too many managers above them")
            }
            Error::HasReports => {
                Self::Conflict("somebody still reports to this employee".to_owned())
            }
        }
    }
}
