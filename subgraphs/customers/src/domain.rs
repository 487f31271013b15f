//! What a customer is. Values of these types are valid; they know neither GraphQL nor SQL.

use chrono::{DateTime, TimeDelta, Utc};
use service::{
    Clock, Timestamp,
    text::{Email, Line},
};

service::id_type! {
    /// Identifies a customer.
    CustomerId
}

/// A person's name.
pub type Name = Line<200>;

/// A customer as stored.
#[derive(Debug, Clone)]
pub struct Customer {
    /// Who it is.
    pub id: CustomerId,
    /// The full name.
    pub name: String,
    /// The e-mail address; no two customers share one.
    pub email: String,
    /// When the customer signed up.
    pub signed_up_at: Timestamp,
    /// How often the customer was changed, plus one.
    pub version: i32,
}

/// A customer to be created; the service itself notes when.
#[derive(Debug, Clone)]
pub struct NewCustomer {
    /// The full name.
    pub name: Name,
    /// The e-mail address.
    pub email: Email,
}

/// A change of a customer; what is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct CustomerChange {
    /// The full name.
    pub name: Option<Name>,
    /// The e-mail address.
    pub email: Option<Email>,
}

/// The promotion for new customers: for some time after signing up a customer is new.
#[derive(Debug, Clone)]
pub struct Promotion {
    window: TimeDelta,
    clock: Clock,
}

impl Promotion {
    /// How long the promotion lasts when nobody says otherwise.
    pub const WINDOW_DAYS: u16 = 30;

    /// A promotion that lasts so many days, by this clock.
    pub fn new(window_days: u16, clock: Clock) -> Self {
        Self { window: TimeDelta::days(window_days.into()), clock }
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether somebody who signed up then is new now.
    pub fn includes(&self, signed_up_at: Timestamp) -> bool {
        let now: DateTime<Utc> = self.now().into();
        now.signed_duration_since(DateTime::from(signed_up_at)) < self.window
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_promotion_ends_after_exactly_its_days() {
        let start: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
        for (after, is_new) in [
            (TimeDelta::zero(), true),
            (TimeDelta::days(30) - TimeDelta::microseconds(1), true),
            (TimeDelta::days(30), false),
            (TimeDelta::days(400), false),
            // A clock that runs behind does not make customers old.
            (-TimeDelta::minutes(5), true),
        ] {
            let promotion = Promotion::new(30, Clock::from_fn(move || start + after));
            assert_eq!(promotion.includes(start.into()), is_new, "{after}");
        }
        let none = Promotion::new(0, Clock::from_fn(move || start));
        assert!(!none.includes(start.into()));
    }
}
