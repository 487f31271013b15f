//! What clients send, and its way into the domain: all rules are checked, and all broken ones told.

use async_graphql::{Enum, ID, InputObject, MaybeUndefined};
use service::{AppError, Violations, entity::parse_reference};

use super::object::AddressKind;
use crate::domain::{
    address::{AddressChange, Lines, NewAddress, Place, PostalCode},
    country::Country,
    owner::{CustomerId, EmployeeId, Owner},
};

/// An address to be created.
#[derive(Debug, InputObject)]
pub(super) struct CreateAddressInput {
    /// Whose it is; that never changes.
    owner: AddressOwnerInput,
    /// Street, house, floor: one to four lines of at most 200 characters.
    lines: Vec<String>,
    /// The city, at most 100 characters.
    city: String,
    /// The state, province or county, at most 100 characters.
    region: Option<String>,
    /// The postal code, at most 20 characters.
    postal_code: Option<String>,
    /// The ISO 3166-1 alpha-2 code of the country.
    country: String,
    /// What the address is for.
    kind: AddressKind,
}

/// The one whose an address is.
#[derive(Debug, InputObject)]
pub(super) struct AddressOwnerInput {
    /// What the owner is.
    kind: AddressOwnerKind,
    /// Identifies the owner in all services.
    id: ID,
}

/// What can own an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub(super) enum AddressOwnerKind {
    /// An employee.
    Employee,
    /// A customer.
    Customer,
}

/// A change of an address. What is left out stays as it is.
#[derive(Debug, InputObject)]
pub(super) struct UpdateAddressInput {
    /// What is changed.
    pub(super) id: ID,
    /// The version the change is based on.
    pub(super) expected_version: i32,
    /// Street, house, floor: one to four lines of at most 200 characters.
    lines: MaybeUndefined<Vec<String>>,
    /// The city, at most 100 characters.
    city: MaybeUndefined<String>,
    /// The state, province or county, at most 100 characters; null is none.
    region: MaybeUndefined<String>,
    /// The postal code, at most 20 characters; null is none.
    postal_code: MaybeUndefined<String>,
    /// The ISO 3166-1 alpha-2 code of the country.
    country: MaybeUndefined<String>,
    /// What the address is for.
    kind: MaybeUndefined<AddressKind>,
}

impl CreateAddressInput {
    pub(super) fn parse(self) -> Result<NewAddress, AppError> {
        let mut violations = Violations::default();
        let owner = violations.check("owner.id", self.owner.parse());
        let lines = violations.check("lines", Lines::parse(&self.lines));
        let city = violations.check("city", Place::parse(&self.city));
        let region =
            self.region.and_then(|region| violations.check("region", Place::parse(&region)));
        let postal_code = self
            .postal_code
            .and_then(|code| violations.check("postalCode", PostalCode::parse(&code)));
        let country = violations.check("country", Country::parse(&self.country));
        violations.finish(|| {
            Some(NewAddress {
                owner: owner?,
                lines: lines?,
                city: city?,
                region,
                postal_code,
                country: country?,
                kind: self.kind.into(),
            })
        })
    }
}

impl AddressOwnerInput {
    fn parse(&self) -> Result<Owner, String> {
        match self.kind {
            AddressOwnerKind::Employee => {
                parse_reference(&self.id, EmployeeId::parse).map(Owner::Employee)
            }
            AddressOwnerKind::Customer => {
                parse_reference(&self.id, CustomerId::parse).map(Owner::Customer)
            }
        }
    }
}

impl UpdateAddressInput {
    pub(super) fn parse(self) -> Result<AddressChange, AppError> {
        let mut violations = Violations::default();
        let lines = violations.check_change("lines", self.lines, |lines| Lines::parse(&lines));
        let city = violations.check_change("city", self.city, |city| Place::parse(&city));
        let region = match self.region {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(text) => Some(violations.check("region", Place::parse(&text))),
        };
        let postal_code = match self.postal_code {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(text) => {
                Some(violations.check("postalCode", PostalCode::parse(&text)))
            }
        };
        let country =
            violations.check_change("country", self.country, |code| Country::parse(&code));
        let kind = violations.check_change("kind", self.kind, |kind| Ok::<_, String>(kind.into()));
        violations
            .finish(|| Some(AddressChange { lines, city, region, postal_code, country, kind }))
    }
}
