//! Time: the scalars `DateTime` and `Date`, and the clock that services are given.

use std::{fmt, sync::Arc};

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime, NaiveDate, SecondsFormat, SubsecRound, Utc};

/// An instant in UTC, to the microsecond, which is what PostgreSQL keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(DateTime<Utc>);

impl From<DateTime<Utc>> for Timestamp {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant.trunc_subsecs(6))
    }
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0
    }
}

/// An instant as RFC 3339 in UTC, for example `2026-01-31T12:00:00.000000Z`.
#[Scalar(name = "DateTime", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339")]
impl ScalarType for Timestamp {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let instant = DateTime::parse_from_rfc3339(text)
            .map_err(|_| InputValueError::custom("must be an RFC 3339 date and time"))?;
        Ok(Self::from(instant.with_timezone(&Utc)))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

/// A day of the calendar, without a time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub NaiveDate);

/// A day as ISO 8601, for example `2026-01-31`.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        // chrono also reads `2026-1-31`; one day has one spelling here.
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        day.filter(|day| day.to_string() == *text)
            .map(Self)
            .ok_or_else(|| InputValueError::custom("must be a day like 2026-01-31"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// What time it is; tests decide it themselves.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The clock of this machine.
    pub fn system() -> Self {
        Self(Arc::new(Utc::now))
    }

    /// A clock that tells what `now` returns.
    pub fn from_fn(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        Timestamp::from((self.0)())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::String(text.to_owned())
    }

    #[test]
    fn a_timestamp_is_utc_to_the_microsecond() {
        let parsed = Timestamp::parse(text("2026-01-31T13:00:00.123456789+01:00")).unwrap();
        assert_eq!(parsed.to_value(), text("2026-01-31T12:00:00.123456Z"));
        assert!(Timestamp::parse(text("2026-01-31")).is_err());
        assert!(Timestamp::parse(Value::from(1)).is_err());
    }

    #[test]
    fn a_date_has_one_spelling() {
        assert_eq!(Date::parse(text("2024-02-29")).unwrap().to_value(), text("2024-02-29"));
        for wrong in ["2023-02-29", "2024-2-29", "2024-02-29T00:00:00Z", ""] {
            assert!(Date::parse(text(wrong)).is_err(), "{wrong}");
        }
    }
}
