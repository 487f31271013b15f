//! What an address is.

use service::text::Line;

use super::{country::Country, owner::Owner};

service::id_type! {
    /// Identifies an address.
    AddressId
}

/// A city, or the part of a country it lies in.
pub type Place = Line<100>;

/// A postal code; its form is the country's own affair.
pub type PostalCode = Line<20>;

/// An address as stored.
#[derive(Debug, Clone)]
pub struct Address {
    /// Which one it is.
    pub id: AddressId,
    /// Whose it is; that never changes.
    pub owner: Owner,
    /// Street, house, floor: one to four lines.
    pub lines: Vec<String>,
    /// The city.
    pub city: String,
    /// The state, province or county, where it is part of an address.
    pub region: Option<String>,
    /// The postal code, where there are any.
    pub postal_code: Option<String>,
    /// The country.
    pub country: Country,
    /// What the address is for.
    pub kind: Kind,
    /// How often the address was changed, plus one.
    pub version: i32,
}

/// An address to be created.
#[derive(Debug, Clone)]
pub struct NewAddress {
    /// Whose it is.
    pub owner: Owner,
    /// Street, house, floor.
    pub lines: Lines,
    /// The city.
    pub city: Place,
    /// The state, province or county.
    pub region: Option<Place>,
    /// The postal code.
    pub postal_code: Option<PostalCode>,
    /// The country.
    pub country: Country,
    /// What the address is for.
    pub kind: Kind,
}

/// A change of an address; what is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct AddressChange {
    /// Street, house, floor.
    pub lines: Option<Lines>,
    /// The city.
    pub city: Option<Place>,
    /// The state, province or county; `Some(None)` is none any more.
    pub region: Option<Option<Place>>,
    /// The postal code; `Some(None)` is none any more.
    pub postal_code: Option<Option<PostalCode>>,
    /// The country.
    pub country: Option<Country>,
    /// What the address is for.
    pub kind: Option<Kind>,
}

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Where somebody lives.
    Home,
    /// Where somebody works.
    Work,
    /// Where bills go.
    Billing,
    /// Where parcels go.
    Shipping,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Home, Self::Work, Self::Billing, Self::Shipping];

    /// The name a database stores.
    pub fn name(self) -> &'static str {
        match self {
            Self::Home => "HOME",
            Self::Work => "WORK",
            Self::Billing => "BILLING",
            Self::Shipping => "SHIPPING",
        }
    }

    /// Reads what a database stores.
    pub fn parse(name: &str) -> Result<Self, String> {
        let kind = Self::ALL.into_iter().find(|kind| kind.name() == name);
        kind.ok_or_else(|| "must be a kind of address".to_owned())
    }
}

/// The lines of an address above the city: one to four.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines(Vec<String>);

impl Lines {
    /// How many there can be.
    pub const MAX: usize = 4;
    /// How many characters each can have.
    pub const LENGTH_MAX: usize = 200;
    /// What stands between two lines where they are kept as one text; no line contains it.
    const SEPARATOR: &str = "\n";

    /// Trims each line and checks it.
    pub fn parse(lines: &[String]) -> Result<Self, String> {
        if !(1..=Self::MAX).contains(&lines.len()) {
            return Err(format!("must be 1 to {} lines", Self::MAX));
        }
        let lines = lines.iter().enumerate().map(|(index, line)| {
            let line = Line::<{ Self::LENGTH_MAX }>::parse(line).map(Line::into_string);
            line.map_err(|message| format!("line {} {message}", index + 1))
        });
        lines.collect::<Result<_, _>>().map(Self)
    }

    /// One text, as a database stores it.
    pub fn into_stored(self) -> String {
        self.0.join(Self::SEPARATOR)
    }

    /// The lines of a stored text.
    pub fn from_stored(text: &str) -> Vec<String> {
        text.split(Self::SEPARATOR).map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(lines: &[&str]) -> Result<Vec<String>, String> {
        let lines: Vec<_> = lines.iter().map(|line| (*line).to_owned()).collect();
        Lines::parse(&lines).map(|lines| Lines::from_stored(&lines.into_stored()))
    }

    #[test]
    fn an_address_has_one_to_four_lines() {
        assert_eq!(
            parse(&[" Low Road 1 ", "2nd floor"]),
            Ok(vec!["Low Road 1".to_owned(), "2nd floor".to_owned()])
        );
        assert!(parse(&["a", "b", "c", "d"]).is_ok());
        assert!(parse(&[]).is_err());
        assert!(parse(&["a", "b", "c", "d", "e"]).is_err());
        assert_eq!(parse(&["a", " "]), Err("line 2 must not be empty".to_owned()));
        assert!(parse(&["a\nb"]).is_err(), "a line is one line");
        assert!(parse(&[&"x".repeat(201)]).is_err());
    }

    #[test]
    fn every_kind_goes_through_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.name()), Ok(kind));
        }
        assert!(Kind::parse("home").is_err());
    }
}
