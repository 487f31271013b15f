//! The type `Employee`.

use async_graphql::{Context, ID, Object, connection::Connection};
use service::{
    AppError, Date, Money, PageArguments, batch,
    page::{Cursor, load_by_parent},
};

use crate::{
    domain::{self, EmployeeId},
    store::Store,
};

/// An employee.
#[derive(Debug, Clone)]
pub struct Employee(domain::Employee);

impl From<domain::Employee> for Employee {
    fn from(employee: domain::Employee) -> Self {
        Self(employee)
    }
}

/// Loads an employee, together with all that are asked for now.
pub(super) async fn load_employee(
    ctx: &Context<'_>,
    id: EmployeeId,
) -> Result<Option<Employee>, AppError> {
    let store = ctx.data_unchecked::<Store>();
    let employee = batch::load(ctx, id, async |ids| store.by_ids(ids).await).await?;
    Ok(employee.map(Employee))
}

/// Someone who works here.
#[Object]
impl Employee {
    /// Identifies the employee in all services.
    async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The full name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The work e-mail address; no two employees share one.
    async fn email(&self) -> &str {
        &self.0.email
    }

    /// The job title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The department.
    async fn department(&self) -> &str {
        &self.0.department
    }

    /// Whom the employee reports to.
    async fn manager(&self, ctx: &Context<'_>) -> Option<Result<Employee, AppError>> {
        load_employee(ctx, self.0.manager?).await.transpose()
    }

    /// Who reports to the employee directly.
    #[graphql(complexity = "service::page::complexity(first, last, child_complexity)")]
    async fn reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100 [default: 20]")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor")] before: Option<String>,
    ) -> Option<Result<Connection<Cursor, Employee>, AppError>> {
        Some(list_reports(ctx, self.0.id, PageArguments { first, after, last, before }).await)
    }

    /// The first day of work.
    async fn hired_on(&self) -> Date {
        self.0.hired_on
    }

    /// The yearly salary.
    async fn salary(&self) -> Money {
        self.0.salary
    }

    /// Grows with every change; a change names the version it is based on.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

async fn list_reports(
    ctx: &Context<'_>,
    manager: EmployeeId,
    arguments: PageArguments,
) -> Result<Connection<Cursor, Employee>, AppError> {
    let store = ctx.data_unchecked::<Store>();
    let read = async |page, managers: Vec<_>| store.reports(page, &managers).await;
    let reports = load_by_parent(ctx, manager, arguments, read).await?;
    Ok(reports.connect(|employee| employee.id.0))
}
