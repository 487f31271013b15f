//! What can go wrong in this domain, and what the client is told.

use service::AppError;

use crate::domain::CustomerId;

/// A rule of the domain that a change would break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// There is no such customer.
    Unknown(CustomerId),
    /// Another customer has this e-mail address.
    EmailTaken,
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::Unknown(id) => Self::NotFound { what: "Customer", id: id.to_string() },
            Error::EmailTaken => {
                Self::Conflict("another customer has this e-mail address".to_owned())
            }
        }
    }
}
