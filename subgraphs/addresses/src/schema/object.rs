//! The object types. They refer to each other in a circle, so they live in one module.

use async_graphql::{Context, Enum, ID, Object, Union, connection::Connection};
use service::{AppError, PageArguments, page::Cursor};

use super::load::{load_addresses_of_customer, load_addresses_of_employee};
use crate::domain::{
    self,
    address::Kind,
    owner::{CustomerId, EmployeeId, Owner},
};

/// An address.
#[derive(Debug, Clone)]
pub struct Address(domain::address::Address);

impl From<domain::address::Address> for Address {
    fn from(address: domain::address::Address) -> Self {
        Self(address)
    }
}

/// Where somebody can be found or written to.
#[Object]
impl Address {
    /// Identifies the address in all services.
    async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Street, house, floor: one to four lines.
    async fn lines(&self) -> &[String] {
        &self.0.lines
    }

    /// The city.
    async fn city(&self) -> &str {
        &self.0.city
    }

    /// The state, province or county, where it is part of an address.
    async fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// The postal code, where there are any.
    async fn postal_code(&self) -> Option<&str> {
        self.0.postal_code.as_deref()
    }

    /// The ISO 3166-1 alpha-2 code of the country.
    async fn country(&self) -> &str {
        self.0.country.code()
    }

    /// What the address is for.
    async fn kind(&self) -> AddressKind {
        self.0.kind.into()
    }

    /// Whose it is.
    async fn owner(&self) -> Option<AddressOwner> {
        Some(match self.0.owner {
            Owner::Employee(id) => AddressOwner::Employee(Employee(id)),
            Owner::Customer(id) => AddressOwner::Customer(Customer(id)),
        })
    }

    /// Grows with every change; a change names the version it is based on.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Kind")]
pub enum AddressKind {
    /// Where somebody lives.
    Home,
    /// Where somebody works.
    Work,
    /// Where bills go.
    Billing,
    /// Where parcels go.
    Shipping,
}

/// The one whose an address is.
#[derive(Debug, Clone, Copy, Union)]
pub enum AddressOwner {
    /// An employee.
    Employee(Employee),
    /// A customer.
    Customer(Customer),
}

/// An employee, of whom this service knows the addresses.
#[derive(Debug, Clone, Copy)]
pub struct Employee(pub(super) EmployeeId);

/// Someone who works here.
#[Object]
impl Employee {
    /// Identifies the employee in all services.
    async fn id(&self) -> ID {
        ID(self.0.to_string())
    }

    /// Where to find the employee, in the order in which the addresses were added.
    #[graphql(complexity = "service::page::complexity(first, last, child_complexity)")]
    async fn addresses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100 [default: 20]")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor")] before: Option<String>,
    ) -> Option<Result<Connection<Cursor, Address>, AppError>> {
        let arguments = PageArguments { first, after, last, before };
        let addresses = load_addresses_of_employee(ctx, self.0, arguments).await;
        Some(addresses.map(|addresses| addresses.connect(|address| address.id.0)))
    }
}

/// A customer, of whom this service knows the addresses.
#[derive(Debug, Clone, Copy)]
pub struct Customer(pub(super) CustomerId);

/// Someone who buys courses.
#[Object]
impl Customer {
    /// Identifies the customer in all services.
    async fn id(&self) -> ID {
        ID(self.0.to_string())
    }

    /// Where to find the customer, in the order in which the addresses were added.
    #[graphql(complexity = "service::page::complexity(first, last, child_complexity)")]
    async fn addresses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100 [default: 20]")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor")] before: Option<String>,
    ) -> Option<Result<Connection<Cursor, Address>, AppError>> {
        let arguments = PageArguments { first, after, last, before };
        let addresses = load_addresses_of_customer(ctx, self.0, arguments).await;
        Some(addresses.map(|addresses| addresses.connect(|address| address.id.0)))
    }
}
