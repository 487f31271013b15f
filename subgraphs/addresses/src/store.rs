//! The only place that talks to the database.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    prelude::Uuid,
    sea_query::Expr,
};
use service::{AppError, Database, Page, page::Slice};

use crate::{
    demo,
    domain::{
        address::{Address, AddressChange, AddressId, NewAddress},
        owner::{CustomerId, EmployeeId, Owner},
    },
    entity::address::{ActiveModel, Column, Entity, Model},
    error::Error,
};

/// The addresses.
#[derive(Debug, Clone)]
pub struct Store {
    database: Database,
}

impl Store {
    /// The addresses in a database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// Those of `ids` that exist.
    pub(crate) async fn by_ids(
        &self,
        ids: Vec<AddressId>,
    ) -> Result<HashMap<AddressId, Address>, AppError> {
        let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
        let rows = Entity::find().filter(self.database.any_of(Column::Id, &ids));
        let rows = rows.all(self.database.connection()).await?;
        rows.into_iter().map(|row| Ok((AddressId(row.id), Address::try_from(row)?))).collect()
    }

    /// A page of all addresses.
    pub(crate) async fn page(&self, page: Page) -> Result<Slice<Address>, AppError> {
        let rows = page.read(&self.database, Entity::find(), Column::Id).await?;
        rows.try_map(Address::try_from)
    }

    /// For each employee the same page of their addresses.
    pub(crate) async fn of_employees(
        &self,
        page: Page,
        employees: &[EmployeeId],
    ) -> Result<HashMap<EmployeeId, Slice<Address>>, AppError> {
        let employees: Vec<Uuid> = employees.iter().map(|employee| employee.0).collect();
        let columns = (Column::EmployeeId, Column::Id);
        let addresses = page
            .read_by_parent::<Entity>(&self.database, columns, &employees, |row| row.employee_id)
            .await?;
        let by_employee = addresses.into_iter();
        by_employee
            .map(|(id, rows)| Ok((EmployeeId(id), rows.try_map(Address::try_from)?)))
            .collect()
    }

    /// For each customer the same page of their addresses.
    pub(crate) async fn of_customers(
        &self,
        page: Page,
        customers: &[CustomerId],
    ) -> Result<HashMap<CustomerId, Slice<Address>>, AppError> {
        let customers: Vec<Uuid> = customers.iter().map(|customer| customer.0).collect();
        let columns = (Column::CustomerId, Column::Id);
        let addresses = page
            .read_by_parent::<Entity>(&self.database, columns, &customers, |row| row.customer_id)
            .await?;
        let by_customer = addresses.into_iter();
        by_customer
            .map(|(id, rows)| Ok((CustomerId(id), rows.try_map(Address::try_from)?)))
            .collect()
    }

    /// Adds an address.
    pub(crate) async fn create(&self, new: NewAddress) -> Result<Address, AppError> {
        let row = new_row(AddressId::generate(), new);
        Entity::insert(row).exec_with_returning(self.database.connection()).await?.try_into()
    }

    /// Changes an address that still is as the client has seen it.
    pub(crate) async fn update(
        &self,
        id: AddressId,
        expected_version: i32,
        change: AddressChange,
    ) -> Result<Address, AppError> {
        let transaction = self.database.begin_write().await?;
        let updated = Entity::update_many()
            .set(changed_columns(change))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::Id.eq(id.0))
            .filter(Column::Version.eq(expected_version))
            .exec_with_returning(&transaction)
            .await?;
        let Some(row) = updated.into_iter().next() else {
            return Err(missing_or_stale(&transaction, id, expected_version).await?);
        };
        transaction.commit().await?;
        row.try_into()
    }

    /// Removes an address that still is as the client has seen it.
    pub(crate) async fn delete(
        &self,
        id: AddressId,
        expected_version: i32,
    ) -> Result<(), AppError> {
        let transaction = self.database.begin_write().await?;
        let deleted = Entity::delete_many()
            .filter(Column::Id.eq(id.0))
            .filter(Column::Version.eq(expected_version))
            .exec(&transaction)
            .await?;
        if deleted.rows_affected == 0 {
            return Err(missing_or_stale(&transaction, id, expected_version).await?);
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Fills an empty database with demo data; otherwise changes nothing.
    pub async fn seed(&self) -> Result<(), AppError> {
        let transaction = self.database.begin_write().await?;
        if Entity::find().count(&transaction).await? == 0 {
            let rows = demo::addresses().into_iter().map(|(id, new)| new_row(id, new));
            Entity::insert_many(rows).exec(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

fn new_row(id: AddressId, new: NewAddress) -> ActiveModel {
    let (employee, customer) = match new.owner {
        Owner::Employee(id) => (Some(id.0), None),
        Owner::Customer(id) => (None, Some(id.0)),
    };
    ActiveModel {
        id: Set(id.0),
        lines: Set(new.lines.into_stored()),
        city: Set(new.city.into_string()),
        region: Set(new.region.map(|region| region.into_string())),
        postal_code: Set(new.postal_code.map(|code| code.into_string())),
        country: Set(new.country.code().to_owned()),
        kind: Set(new.kind.name().to_owned()),
        employee_id: Set(employee),
        customer_id: Set(customer),
        version: Set(1),
    }
}

fn changed_columns(change: AddressChange) -> ActiveModel {
    let region = change.region.map(|region| region.map(|region| region.into_string()));
    let postal_code = change.postal_code.map(|code| code.map(|code| code.into_string()));
    ActiveModel {
        id: NotSet,
        lines: change.lines.map_or(NotSet, |lines| Set(lines.into_stored())),
        city: change.city.map_or(NotSet, |city| Set(city.into_string())),
        region: region.map_or(NotSet, Set),
        postal_code: postal_code.map_or(NotSet, Set),
        country: change.country.map_or(NotSet, |country| Set(country.code().to_owned())),
        kind: change.kind.map_or(NotSet, |kind| Set(kind.name().to_owned())),
        employee_id: NotSet,
        customer_id: NotSet,
        version: NotSet,
    }
}

/// Why no row had both this id and this version.
async fn missing_or_stale(
    connection: &impl ConnectionTrait,
    id: AddressId,
    expected: i32,
) -> Result<AppError, DbErr> {
    let row: Option<Model> = Entity::find_by_id(id.0).one(connection).await?;
    Ok(match row {
        Some(row) => AppError::StaleVersion { expected, actual: row.version },
        None => Error::Unknown(id).into(),
    })
}
