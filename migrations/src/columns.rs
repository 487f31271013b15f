//! The columns that all services' tables write the same way.

use sea_orm_migration::{
    prelude::{IntoIden, TableCreateStatement},
    schema::{big_integer, char_len, integer, pk_uuid, string_len, timestamp_with_time_zone},
};

/// What every table of records begins and ends with.
pub(crate) trait Columns {
    /// The primary key.
    fn id(&mut self) -> &mut Self;
    /// Text of at most `length` characters.
    fn text(&mut self, name: impl IntoIden, length: u32) -> &mut Self;
    /// An e-mail address.
    fn email(&mut self, name: impl IntoIden) -> &mut Self;
    /// An amount in minor units, and its currency.
    fn money(&mut self, minor: impl IntoIden, currency: impl IntoIden) -> &mut Self;
    /// An instant.
    fn instant(&mut self, name: impl IntoIden) -> &mut Self;
    /// The version for optimistic locking.
    fn version(&mut self) -> &mut Self;
}

impl Columns for TableCreateStatement {
    fn id(&mut self) -> &mut Self {
        self.col(pk_uuid("id"))
    }

    fn text(&mut self, name: impl IntoIden, length: u32) -> &mut Self {
        self.col(string_len(name, length))
    }

    fn email(&mut self, name: impl IntoIden) -> &mut Self {
        self.text(name, 254)
    }

    fn money(&mut self, minor: impl IntoIden, currency: impl IntoIden) -> &mut Self {
        self.col(big_integer(minor)).col(char_len(currency, 3))
    }

    fn instant(&mut self, name: impl IntoIden) -> &mut Self {
        self.col(timestamp_with_time_zone(name))
    }

    fn version(&mut self) -> &mut Self {
        self.col(integer("version"))
    }
}
