//! Identity: UUIDv7 inside, the opaque scalar `ID` outside. Each service names its own id types.

use uuid::Uuid;

/// Defines an id type: a UUIDv7 that can't be mistaken for the id of something else.
///
/// ```
/// service::id_type! {
///     /// Identifies a ship.
///     ShipId
/// }
/// let ship = ShipId::generate();
/// assert_eq!(ShipId::parse(&ship.to_string()), Some(ship));
/// assert_eq!(ShipId::parse("7"), None);
/// ```
#[macro_export]
macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub ::uuid::Uuid);

        impl $name {
            /// A new id, greater than those made before it.
            pub fn generate() -> Self {
                Self(::uuid::Uuid::now_v7())
            }

            /// Reads what a client sent; anything but a UUID identifies nothing.
            pub fn parse(id: &str) -> Option<Self> {
                ::uuid::Uuid::try_parse(id).ok().map(Self)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

/// The id of the `n`-th thing of a kind in the demo data: `01890000-0000-7000-8kkk-nnnnnnnnnnnn`
/// (kind and number in hexadecimal).
///
/// The demo data of the services refer to each other by these ids without sharing code. The kinds
/// are 1 employees, 2 customers, 3 courses, 4 addresses, 5 enrollments; numbers start at 1. They are
/// valid UUIDv7 of June 2023, so they sort before anything that is created later.
pub fn demo_id(kind: u16, n: u64) -> Uuid {
    const NUMBER_BITS: u64 = (1 << 48) - 1;
    let high = 0x0189_0000_0000_7000;
    let low = 0x8000_0000_0000_0000 | (u64::from(kind & 0x0fff) << 48) | (n & NUMBER_BITS);
    Uuid::from_u64_pair(high, low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demo_ids_follow_the_documented_scheme() {
        let id = demo_id(1, 18);
        assert_eq!(id.to_string(), "01890000-0000-7000-8001-000000000012");
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        assert!(id < Uuid::now_v7());
    }
}
