//! What clients send, and its way into the domain: all rules are checked, and all broken ones told.

use async_graphql::{ID, InputObject, MaybeUndefined};
use service::{AppError, Violations, text::Email};

use crate::domain::{CustomerChange, Name, NewCustomer};

/// A customer to be signed up.
#[derive(Debug, InputObject)]
pub(super) struct CreateCustomerInput {
    /// The full name, at most 200 characters.
    name: String,
    /// The e-mail address.
    email: String,
}

/// A change of a customer. What is left out stays as it is.
#[derive(Debug, InputObject)]
pub(super) struct UpdateCustomerInput {
    /// Who is changed.
    pub(super) id: ID,
    /// The version the change is based on.
    pub(super) expected_version: i32,
    /// The full name, at most 200 characters.
    name: MaybeUndefined<String>,
    /// The e-mail address.
    email: MaybeUndefined<String>,
}

impl CreateCustomerInput {
    pub(super) fn parse(self) -> Result<NewCustomer, AppError> {
        let mut violations = Violations::default();
        let name = violations.check("name", Name::parse(&self.name));
        let email = violations.check("email", Email::parse(&self.email));
        violations.finish(|| Some(NewCustomer { name: name?, email: email? }))
    }
}

impl UpdateCustomerInput {
    pub(super) fn parse(self) -> Result<CustomerChange, AppError> {
        let mut violations = Violations::default();
        let name = violations.check_change("name", self.name, |name| Name::parse(&name));
        let email = violations.check_change("email", self.email, |email| Email::parse(&email));
        violations.finish(|| Some(CustomerChange { name, email }))
    }
}
