//! What a course would cost a customer. All arithmetic is exact, on minor units.

use std::cmp::Ordering;

use service::Money;

/// What new customers are let off, in percent of the list price.
const NEW_CUSTOMER_DISCOUNT: i128 = 20;

/// What a course costs somebody: `total = price - discount`, to the last cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    /// The list price.
    pub price: Money,
    /// What is taken off.
    pub discount: Money,
    /// What is left to pay.
    pub total: Money,
}

impl Quote {
    /// The quote for a customer.
    ///
    /// The discount is rounded to minor units, half to even; the total is what remains, so the
    /// three always add up.
    pub fn new(price: Money, is_new_customer: bool) -> Self {
        let percent = if is_new_customer { NEW_CUSTOMER_DISCOUNT } else { 0 };
        let discount = share(price.minor, percent);
        let money = |minor| Money { minor, currency: price.currency };
        Self { price, discount: money(discount), total: money(price.minor - discount) }
    }
}

/// `percent` (0 to 100) of an amount, rounded half to even.
fn share(minor: i64, percent: i128) -> i64 {
    let hundredths = i128::from(minor) * percent;
    let (floor, rest) = (hundredths.div_euclid(100), hundredths.rem_euclid(100));
    let rounded = match rest.cmp(&50) {
        Ordering::Less => floor,
        Ordering::Greater => floor + 1,
        Ordering::Equal => floor + floor.rem_euclid(2),
    };
    i64::try_from(rounded).expect("a part is not larger than the whole")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote(minor: i64, is_new: bool) -> (i64, i64) {
        let quote = Quote::new(Money::from_stored(minor, "EUR").unwrap(), is_new);
        assert_eq!(quote.price.minor, minor);
        assert_eq!(quote.total.minor + quote.discount.minor, minor);
        assert_eq!(quote.discount.currency, quote.price.currency);
        (quote.discount.minor, quote.total.minor)
    }

    #[test]
    fn new_customers_pay_a_fifth_less() {
        assert_eq!(quote(49_000, true), (9_800, 39_200));
        assert_eq!(quote(49_000, false), (0, 49_000));
        assert_eq!(quote(19_999, true), (4_000, 15_999), "3999.8 cents");
        assert_eq!(quote(1, true), (0, 1));
        assert_eq!(quote(3, true), (1, 2));
        assert_eq!(quote(0, true), (0, 0));
        assert_eq!(quote(i64::MAX, true).0, i64::MAX / 5);
    }

    #[test]
    fn halves_go_to_the_even_neighbour() {
        for (minor, percent, part) in [
            (1, 50, 0),
            (3, 50, 2),
            (5, 50, 2),
            (-1, 50, 0),
            (-3, 50, -2),
            (10, 25, 2),
            (14, 25, 4),
        ] {
            assert_eq!(share(minor, percent), part, "{percent} % of {minor}");
        }
        assert_eq!(share(i64::MIN, 100), i64::MIN);
    }
}
