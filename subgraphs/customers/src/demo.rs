//! The customers an empty database can be filled with. Their ids follow `service::id::demo_id`.

use chrono::{DateTime, TimeDelta, Utc};
use service::{
    Timestamp,
    id::demo_id,
    text::{Email, Line},
};

use crate::domain::{CustomerId, NewCustomer};

/// The kind of customers in `service::id::demo_id`.
const KIND: u16 = 2;

/// Number, name, and how many days ago the customer signed up.
type Person = (u64, &'static str, u16);

#[rustfmt::skip]
const PEOPLE: [Person; 20] = [
    (1,  "Amara Diallo",     1_410),
    (2,  "Bjorn Eriksen",    1_322),
    (3,  "Carla Mendes",     1_188),
    (4,  "Daniel Cohen",     1_005),
    (5,  "Eva Lindqvist",      977),
    (6,  "Feng Zhao",          864),
    (7,  "Gabriela Torres",    731),
    (8,  "Henrik Olsen",       640),
    (9,  "Imani Njoroge",      588),
    (10, "Jakub Kowalski",     479),
    (11, "Keiko Tanaka",       365),
    (12, "Liam Murphy",        241),
    (13, "Mei Lin",            180),
    (14, "Nadia Rahman",       122),
    (15, "Oskar Virtanen",      64),
    (16, "Priya Nair",          25),
    (17, "Quentin Dubois",      14),
    (18, "Rosa Jimenez",         6),
    (19, "Samuel Adeyemi",       2),
    (20, "Tara Walsh",           0),
];

/// Every customer with the instant of signing up, counted back from `now`.
pub(crate) fn customers(now: Timestamp) -> Vec<(CustomerId, NewCustomer, Timestamp)> {
    PEOPLE.iter().filter_map(|person| customer(person, now.into())).collect()
}

/// Always `Some`: a test makes every person of the table.
fn customer(
    &(number, name, days_ago): &Person,
    now: DateTime<Utc>,
) -> Option<(CustomerId, NewCustomer, Timestamp)> {
    let address = format!("{}@mail.example", name.replace(' ', "."));
    let customer =
        NewCustomer { name: Line::parse(name).ok()?, email: Email::parse(&address).ok()? };
    let signed_up_at = now.checked_sub_signed(TimeDelta::days(days_ago.into()))?;
    Some((CustomerId(demo_id(KIND, number)), customer, signed_up_at.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_person_is_valid() {
        assert_eq!(customers(Utc::now().into()).len(), PEOPLE.len());
    }
}
