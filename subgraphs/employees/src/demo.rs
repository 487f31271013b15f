//! The people an empty database can be filled with. Their ids follow `service::id::demo_id`.

use service::{
    Date, Money,
    id::demo_id,
    text::{Email, Line},
};

use crate::domain::{EmployeeId, NewEmployee};

/// The kind of employees in `service::id::demo_id`.
const KIND: u16 = 1;

const CENTS: i64 = 100;

/// Number, name, title, department, number of the manager, first day, salary in euros.
type Person = (u64, &'static str, &'static str, &'static str, u64, &'static str, i64);

#[rustfmt::skip]
const PEOPLE: [Person; 12] = [
    (1,  "Ada Novak",       "Chief Executive Officer",  "Management",  0,  "2015-03-02", 182_000),
    (2,  "Ben Okafor",      "Head of Teaching",         "Teaching",    1,  "2016-09-01", 124_000),
    (3,  "Chiara Rossi",    "Head of Engineering",      "Engineering", 1,  "2017-01-16", 131_500),
    (4,  "Dmitri Lang",     "Head of Customer Care",    "Care",        1,  "2018-05-07",  98_000),
    (5,  "Elif Demir",      "Senior Instructor",        "Teaching",    2,  "2018-08-20",  84_300),
    (6,  "Farid Haddad",    "Instructor",               "Teaching",    2,  "2020-02-03",  71_250),
    (7,  "Grace Kimani",    "Instructor",               "Teaching",    2,  "2021-10-11",  69_900),
    (8,  "Hana Sato",       "Staff Engineer",           "Engineering", 3,  "2019-04-01", 118_000),
    (9,  "Ivan Petrov",     "Engineer",                 "Engineering", 8,  "2022-06-13",  88_400),
    (10, "Júlia Lima",      "Engineer",                 "Engineering", 8,  "2023-01-09",  86_000),
    (11, "Kofi Mensah",     "Customer Advisor",         "Care",        4,  "2022-11-28",  58_700),
    (12, "Lena Fischer",    "Customer Advisor",         "Care",        4,  "2024-03-18",  56_200),
];

/// Managers come before those who report to them.
pub(crate) fn employees() -> Vec<(EmployeeId, NewEmployee)> {
    PEOPLE.iter().filter_map(employee).collect()
}

/// Always `Some`: a test makes every person of the table.
fn employee(person: &Person) -> Option<(EmployeeId, NewEmployee)> {
    let &(number, name, title, department, manager, hired_on, salary) = person;
    let first_name: String = name.split(' ').next()?.to_lowercase();
    let employee = NewEmployee {
        name: Line::parse(name).ok()?,
        email: Email::parse(&format!("{first_name}@academy.example")).ok()?,
        title: Line::parse(title).ok()?,
        department: Line::parse(department).ok()?,
        manager: (manager > 0).then(|| EmployeeId(demo_id(KIND, manager))),
        hired_on: Date(hired_on.parse().ok()?),
        salary: Money::from_stored(salary * CENTS, "EUR").ok()?,
    };
    Some((EmployeeId(demo_id(KIND, number)), employee))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_person_is_valid() {
        assert_eq!(employees().len(), PEOPLE.len());
    }
}
