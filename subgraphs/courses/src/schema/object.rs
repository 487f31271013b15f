//! The object types. They refer to each other in a circle, so they live in one module.

use async_graphql::{Context, ID, Object, SimpleObject, connection::Connection};
use service::{AppError, Money, PageArguments, Timestamp, page::Cursor};

use super::load::{
    load_course, load_courses_of_instructor, load_enrollments_of_course,
    load_enrollments_of_customer,
};
use crate::domain::{
    self,
    course::CourseId,
    person::{CustomerId, EmployeeId},
};

/// A course.
#[derive(Debug, Clone)]
pub struct Course(domain::course::Course);

impl From<domain::course::Course> for Course {
    fn from(course: domain::course::Course) -> Self {
        Self(course)
    }
}

/// Something that is taught here.
#[Object]
impl Course {
    /// Identifies the course in all services.
    async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is about; possibly several lines, possibly none.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// The list price.
    async fn price(&self) -> Money {
        self.0.price
    }

    /// How many can enroll.
    async fn capacity(&self) -> i32 {
        self.0.capacity.seats()
    }

    /// Who teaches it.
    async fn instructor(&self) -> Option<Employee> {
        self.0.instructor.map(Employee)
    }

    /// Who takes it, in the order in which they enrolled.
    #[graphql(complexity = "service::page::complexity(first, last, child_complexity)")]
    async fn enrollments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100 [default: 20]")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor")] before: Option<String>,
    ) -> Option<Result<Connection<Cursor, Enrollment>, AppError>> {
        let arguments = PageArguments { first, after, last, before };
        let enrollments = load_enrollments_of_course(ctx, self.0.id, arguments).await;
        Some(enrollments.map(|enrollments| enrollments.connect(|enrollment| enrollment.id.0)))
    }

    /// Grows with every change; a change names the version it is based on.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// An enrollment.
#[derive(Debug, Clone)]
pub struct Enrollment(domain::enrollment::Enrollment);

impl From<domain::enrollment::Enrollment> for Enrollment {
    fn from(enrollment: domain::enrollment::Enrollment) -> Self {
        Self(enrollment)
    }
}

/// A customer's place in a course.
#[Object]
impl Enrollment {
    /// Identifies the enrollment in all services.
    async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The course.
    async fn course(&self, ctx: &Context<'_>) -> Option<Result<Course, AppError>> {
        let course = load_course(ctx, self.0.course).await.transpose()?;
        Some(course.map(Course))
    }

    /// Who takes it.
    async fn customer(&self) -> Option<Customer> {
        Some(Customer { id: self.0.customer, is_new: None })
    }

    /// What was paid: the list price of the moment of enrolling.
    async fn price_paid(&self) -> Money {
        self.0.price_paid
    }

    /// When the customer enrolled.
    async fn enrolled_at(&self) -> Timestamp {
        self.0.enrolled_at
    }
}

/// An employee, of whom this service knows what they teach.
#[derive(Debug, Clone, Copy)]
pub struct Employee(pub(super) EmployeeId);

/// Someone who works here.
#[Object]
impl Employee {
    /// Identifies the employee in all services.
    async fn id(&self) -> ID {
        ID(self.0.to_string())
    }

    /// What the employee teaches, in the order in which the courses were added.
    #[graphql(complexity = "service::page::complexity(first, last, child_complexity)")]
    async fn courses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100 [default: 20]")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor")] before: Option<String>,
    ) -> Option<Result<Connection<Cursor, Course>, AppError>> {
        let arguments = PageArguments { first, after, last, before };
        let courses = load_courses_of_instructor(ctx, self.0, arguments).await;
        Some(courses.map(|courses| courses.connect(|course| course.id.0)))
    }
}

/// A customer, of whom this service knows what they take, and learns whether they are new.
#[derive(Debug, Clone, Copy)]
pub struct Customer {
    pub(super) id: CustomerId,
    /// Told by the customers service, and only when a field requires it.
    pub(super) is_new: Option<bool>,
}

impl Customer {
    fn told_is_new(&self) -> Result<bool, AppError> {
        let untold = || AppError::invalid("isNew", "must come with the customer's representation");
        self.is_new.ok_or_else(untold)
    }

    async fn quote_for(
        &self,
        ctx: &Context<'_>,
        course: CourseId,
    ) -> Result<Option<Quote>, AppError> {
        let is_new = self.told_is_new()?;
        let course = load_course(ctx, course).await?;
        Ok(course.map(|course| domain::quote::Quote::new(course.price, is_new).into()))
    }
}

/// Someone who buys courses.
#[Object]
impl Customer {
    /// Identifies the customer in all services.
    async fn id(&self) -> ID {
        ID(self.id.to_string())
    }

    /// Whether the customer signed up so recently that the promotion for new customers applies.
    #[graphql(external)]
    async fn is_new(&self) -> Result<bool, AppError> {
        self.told_is_new()
    }

    /// What the customer takes, in the order of enrolling.
    #[graphql(complexity = "service::page::complexity(first, last, child_complexity)")]
    async fn enrollments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100 [default: 20]")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor")] before: Option<String>,
    ) -> Option<Result<Connection<Cursor, Enrollment>, AppError>> {
        let arguments = PageArguments { first, after, last, before };
        let enrollments = load_enrollments_of_customer(ctx, self.id, arguments).await;
        Some(enrollments.map(|enrollments| enrollments.connect(|enrollment| enrollment.id.0)))
    }

    /// What a course would cost the customer now: new customers pay 20 % less than the list price.
    /// Null if there is no such course.
    #[graphql(requires = "isNew")]
    async fn quote(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The course")] course_id: ID,
    ) -> Option<Result<Quote, AppError>> {
        self.quote_for(ctx, CourseId::parse(&course_id)?).await.transpose()
    }
}

/// What a course would cost a customer.
#[derive(Debug, Clone, SimpleObject)]
pub struct Quote {
    /// The list price.
    pub price: Money,
    /// What is taken off, rounded to the currency's smallest unit, half to even.
    pub discount: Money,
    /// What is left to pay: the price less the discount.
    pub total: Money,
}

impl From<domain::quote::Quote> for Quote {
    fn from(quote: domain::quote::Quote) -> Self {
        Self { price: quote.price, discount: quote.discount, total: quote.total }
    }
}
