//! What can go wrong in this domain, and what the client is told.

use service::AppError;

use crate::domain::address::AddressId;

/// A rule of the domain that a change would break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// There is no such address.
    Unknown(AddressId),
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::Unknown(id) => Self::NotFound { what: "Address", id: id.to_string() },
        }
    }
}
