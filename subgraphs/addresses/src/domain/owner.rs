//! Whose an address is: people of other services. Only their ids are known here, and whether they
//! exist is not.

service::id_type! {
    /// Identifies an employee.
    EmployeeId
}

service::id_type! {
    /// Identifies a customer.
    CustomerId
}

/// The one whose an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// An employee.
    Employee(EmployeeId),
    /// A customer.
    Customer(CustomerId),
}
