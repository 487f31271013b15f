//! Loads for the resolvers of one level at once: each kind is one statement, however many ask.

use async_graphql::Context;
use service::{
    AppError, PageArguments, batch,
    page::{Slice, load_by_parent},
};

use crate::{
    domain::{
        address::{Address, AddressId},
        owner::{CustomerId, EmployeeId},
    },
    store::Store,
};

/// An address.
pub(super) async fn load_address(
    ctx: &Context<'_>,
    id: AddressId,
) -> Result<Option<Address>, AppError> {
    let store = ctx.data_unchecked::<Store>();
    batch::load(ctx, id, async |ids| store.by_ids(ids).await).await
}

/// A page of the addresses of an employee.
pub(super) async fn load_addresses_of_employee(
    ctx: &Context<'_>,
    employee: EmployeeId,
    arguments: PageArguments,
) -> Result<Slice<Address>, AppError> {
    let store = ctx.data_unchecked::<Store>();
    let read = async |page, employees: Vec<_>| store.of_employees(page, &employees).await;
    load_by_parent(ctx, employee, arguments, read).await
}

/// A page of the addresses of a customer.
pub(super) async fn load_addresses_of_customer(
    ctx: &Context<'_>,
    customer: CustomerId,
    arguments: PageArguments,
) -> Result<Slice<Address>, AppError> {
    let store = ctx.data_unchecked::<Store>();
    let read = async |page, customers: Vec<_>| store.of_customers(page, &customers).await;
    load_by_parent(ctx, customer, arguments, read).await
}
