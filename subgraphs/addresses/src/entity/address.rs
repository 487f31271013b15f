//! The table `addresses`.

use sea_orm::entity::prelude::*;
use service::AppError;

use crate::domain::{
    address::{Address, AddressId, Kind, Lines},
    country::Country,
    owner::{CustomerId, EmployeeId, Owner},
};

/// A row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "addresses")]
pub struct Model {
    /// UUIDv7: later rows have greater ids, which is the order of lists.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// One to four, a line feed between them.
    pub lines: String,
    /// The city.
    pub city: String,
    /// The state, province or county.
    pub region: Option<String>,
    /// The postal code.
    pub postal_code: Option<String>,
    /// The ISO 3166-1 alpha-2 code.
    pub country: String,
    /// What the address is for, by name.
    pub kind: String,
    /// The owner, if it is an employee; they live in another service's database.
    pub employee_id: Option<Uuid>,
    /// The owner, if it is a customer; they live in another service's database.
    pub customer_id: Option<Uuid>,
    /// For optimistic locking.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Address {
    type Error = AppError;

    fn try_from(row: Model) -> Result<Self, AppError> {
        let owner = match (row.employee_id, row.customer_id) {
            (Some(id), None) => Owner::Employee(EmployeeId(id)),
            (None, Some(id)) => Owner::Customer(CustomerId(id)),
            (Some(_), Some(_)) | (None, None) => {
                return Err(AppError::corrupt("addresses", "not exactly one owner"));
            }
        };
        let country = Country::parse(&row.country)
            .map_err(|cause| AppError::corrupt("addresses.country", &cause))?;
        let kind =
            Kind::parse(&row.kind).map_err(|cause| AppError::corrupt("addresses.kind", &cause))?;
        Ok(Self {
            id: AddressId(row.id),
            owner,
            lines: Lines::from_stored(&row.lines),
            city: row.city,
            region: row.region,
            postal_code: row.postal_code,
            country,
            kind,
            version: row.version,
        })
    }
}
