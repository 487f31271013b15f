//! People of other services: only their ids are known here, and whether they exist is not.

service::id_type! {
    /// Identifies an employee.
    EmployeeId
}

service::id_type! {
    /// Identifies a customer.
    CustomerId
}
