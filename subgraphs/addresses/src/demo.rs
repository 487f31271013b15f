//! The addresses an empty database can be filled with. Ids follow `service::id::demo_id`; the
//! owners are the demo data of their own services.

use service::{id::demo_id, text::Line};

use crate::domain::{
    address::{AddressId, Kind, Lines, NewAddress},
    country::Country,
    owner::{CustomerId, EmployeeId, Owner},
};

/// The kinds in `service::id::demo_id`.
const EMPLOYEES: u16 = 1;
const CUSTOMERS: u16 = 2;
const ADDRESSES: u16 = 4;

/// An employee or a customer, by number.
#[derive(Debug, Clone, Copy)]
enum By {
    Employee(u64),
    Customer(u64),
}
use By::{Customer as C, Employee as E};
use Kind::{Billing, Home, Shipping, Work};

/// Owner, what for, lines (a semicolon between them), postal code, city, region, country; empty is
/// none.
type Place = (By, Kind, &'static str, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const PLACES: [Place; 30] = [
    (E(1),  Home,     "Vodičkova 12",                       "110 00",   "Praha",         "",               "CZ"),
    (E(1),  Work,     "Academy House;Alte Gasse 4;Floor 3", "60313",    "Frankfurt",     "Hessen",         "DE"),
    (E(2),  Home,     "14 Marina Road",                     "101223",   "Lagos",         "Lagos",          "NG"),
    (E(2),  Work,     "Academy House;Alte Gasse 4;Floor 2", "60313",    "Frankfurt",     "Hessen",         "DE"),
    (E(3),  Home,     "Via dei Mille 8",                    "10123",    "Torino",        "TO",             "IT"),
    (E(4),  Home,     "Lindenweg 31",                       "8006",     "Zürich",        "ZH",             "CH"),
    (E(5),  Home,     "Bağdat Caddesi 210;Daire 6",         "34728",    "İstanbul",      "",               "TR"),
    (E(6),  Home,     "Rue Hamra 77",                       "1103",     "Beirut",        "",               "LB"),
    (E(7),  Home,     "Kenyatta Avenue 5",                  "00100",    "Nairobi",       "",               "KE"),
    (E(8),  Home,     "2-11-3 Meguro",                      "153-0063", "Tokyo",         "Tokyo",          "JP"),
    (E(9),  Home,     "bul. Vitosha 44",                    "1000",     "Sofia",         "",               "BG"),
    (E(10), Home,     "Rua Augusta 1508;Apto 92",           "01304-001","São Paulo",     "SP",             "BR"),
    (E(11), Home,     "8 Independence Avenue",              "GA-183",   "Accra",         "Greater Accra",  "GH"),
    (E(12), Home,     "Mainzer Landstraße 9",               "60329",    "Frankfurt",     "Hessen",         "DE"),
    (C(1),  Home,     "12 Rue Mohamed V",                   "12500",    "Dakar",         "",               "SN"),
    (C(1),  Billing,  "Diallo & Fils;BP 4021",              "12500",    "Dakar",         "",               "SN"),
    (C(2),  Shipping, "Karl Johans gate 20",                "0159",     "Oslo",          "",               "NO"),
    (C(3),  Home,     "Rua do Ouro 5",                      "1100-060", "Lisboa",        "",               "PT"),
    (C(4),  Work,     "21 Dizengoff Street",                "6433222",  "Tel Aviv",      "",               "IL"),
    (C(5),  Home,     "Sveavägen 63",                       "113 59",   "Stockholm",     "",               "SE"),
    (C(6),  Billing,  "88 Queensway;Unit 1204",             "",         "Hong Kong",     "",               "HK"),
    (C(7),  Home,     "Calle 85 # 11-53",                   "110221",   "Bogotá",        "",               "CO"),
    (C(8),  Home,     "Nørrebrogade 155",                   "2200",     "København",     "",               "DK"),
    (C(9),  Shipping, "Moi Avenue 30",                      "80100",    "Mombasa",       "",               "KE"),
    (C(10), Home,     "ul. Floriańska 3",                   "31-021",   "Kraków",        "",               "PL"),
    (C(12), Home,     "7 Shop Street",                      "H91 AE80", "Galway",        "Co. Galway",     "IE"),
    (C(14), Home,     "Road 11, House 42",                  "1209",     "Dhaka",         "",               "BD"),
    (C(16), Home,     "48 Marine Drive;Flat 5B",            "400020",   "Mumbai",        "Maharashtra",    "IN"),
    (C(18), Shipping, "1600 Alameda de las Pulgas",         "94403",    "San Mateo",     "CA",             "US"),
    (C(20), Home,     "9 King Street",                      "2000",     "Sydney",        "NSW",            "AU"),
];

/// Every address.
pub(crate) fn addresses() -> Vec<(AddressId, NewAddress)> {
    let numbered = (1..).zip(&PLACES);
    numbered.filter_map(|(number, place)| address(number, place)).collect()
}

/// Always `Some`: a test makes every address of the table.
fn address(number: u64, place: &Place) -> Option<(AddressId, NewAddress)> {
    let &(owner, kind, lines, postal_code, city, region, country) = place;
    let lines: Vec<String> = lines.split(';').map(str::to_owned).collect();
    let address = NewAddress {
        owner: match owner {
            By::Employee(n) => Owner::Employee(EmployeeId(demo_id(EMPLOYEES, n))),
            By::Customer(n) => Owner::Customer(CustomerId(demo_id(CUSTOMERS, n))),
        },
        lines: Lines::parse(&lines).ok()?,
        city: Line::parse(city).ok()?,
        region: Line::parse(region).ok(),
        postal_code: Line::parse(postal_code).ok(),
        country: Country::parse(country).ok()?,
        kind,
    };
    Some((AddressId(demo_id(ADDRESSES, number)), address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_valid() {
        assert_eq!(addresses().len(), PLACES.len());
    }
}
