//! Money: an exact decimal with a currency, kept as minor units. Never a float.

mod currency;

pub use currency::Currency;

use async_graphql::{
    InputObject, InputValueError, InputValueResult, Object, Scalar, ScalarType, Value,
};

/// An amount of a currency, in its minor units (cents, fils, or whole yen).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// The amount in minor units: what a database stores.
    pub minor: i64,
    /// The currency; it decides how many digits follow the point.
    pub currency: Currency,
}

impl Money {
    /// Puts together what a database stores apart.
    pub fn from_stored(minor: i64, currency: &str) -> Result<Self, String> {
        Ok(Self { minor, currency: Currency::parse(currency)? })
    }

    /// Checks what a client sent: a known currency, and no more digits than it has.
    pub fn parse(input: &MoneyInput) -> Result<Self, String> {
        let currency = Currency::parse(&input.currency)?;
        let minor = input.amount.to_minor(currency.digits())?;
        Ok(Self { minor, currency })
    }

    /// Like [`Money::parse`], for what can't be negative: a price, a salary.
    pub fn parse_unsigned(input: &MoneyInput) -> Result<Self, String> {
        match Self::parse(input)? {
            money if money.minor < 0 => Err("must not be negative".to_owned()),
            money => Ok(money),
        }
    }
}

/// An exact amount of money.
#[Object(shareable)]
impl Money {
    /// The amount in units of the currency, with all of the currency's digits.
    async fn amount(&self) -> Decimal {
        Decimal::from_minor(self.minor, self.currency.digits())
    }

    /// The ISO 4217 code of the currency.
    async fn currency(&self) -> &'static str {
        self.currency.code()
    }
}

/// An exact amount of money.
#[derive(Debug, Clone, InputObject)]
pub struct MoneyInput {
    /// The amount in units of the currency, for example `"19.90"`.
    pub amount: Decimal,
    /// The ISO 4217 code of the currency.
    pub currency: String,
}

/// A decimal number as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal(String);

/// An exact decimal number, written as a string, for example `"19.90"`.
#[Scalar]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = match &value {
            Value::String(text) => text.clone(),
            // A number in a document is exact as long as it is whole.
            Value::Number(number) if number.is_i64() => number.to_string(),
            _ => return Err(InputValueError::expected_type(value)),
        };
        let digits = text.strip_prefix('-').unwrap_or(&text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if is_number(whole) && is_number(fraction) {
            Ok(Self(text))
        } else {
            Err(InputValueError::custom("must be a decimal number like \"19.90\""))
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

impl Decimal {
    fn from_minor(minor: i64, digits: usize) -> Self {
        let sign = if minor < 0 { "-" } else { "" };
        let all = format!("{:0>width$}", minor.unsigned_abs(), width = digits + 1);
        let (whole, fraction) = all.split_at(all.len() - digits);
        let point = if digits == 0 { "" } else { "." };
        Self(format!("{sign}{whole}{point}{fraction}"))
    }

    fn to_minor(&self, digits: usize) -> Result<i64, String> {
        let (whole, fraction) = self.0.split_once('.').unwrap_or((&self.0, ""));
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > digits {
            return Err(format!("must have at most {digits} digits after the point"));
        }
        format!("{whole}{fraction:0<digits$}").parse().map_err(|_| "is too large".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(amount: &str, currency: &str) -> Result<Money, String> {
        let amount = Decimal::parse(Value::from(amount)).map_err(|_| "not a decimal".to_owned())?;
        Money::parse(&MoneyInput { amount, currency: currency.to_owned() })
    }

    #[test]
    fn amounts_go_through_minor_units_unchanged() {
        for (amount, currency, minor) in [
            ("19.90", "EUR", 1990),
            ("-0.05", "EUR", -5),
            ("0.00", "USD", 0),
            ("1500", "JPY", 1500),
            ("1.234", "KWD", 1234),
            ("92233720368547758.07", "USD", i64::MAX),
            ("-92233720368547758.08", "USD", i64::MIN),
        ] {
            let money = parse(amount, currency).unwrap();
            assert_eq!(money.minor, minor, "{amount}");
            assert_eq!(Decimal::from_minor(minor, money.currency.digits()).0, amount);
        }
        assert_eq!(parse("2.5", "EUR").unwrap().minor, 250);
        assert_eq!(parse("2.500", "EUR").unwrap().minor, 250);
    }

    #[test]
    fn what_a_currency_can_not_express_is_refused() {
        for (amount, currency) in [
            ("0.001", "EUR"),
            ("0.5", "JPY"),
            ("1", "EURO"),
            ("1", "eur"),
            ("1", "XXX"),
            ("92233720368547758.08", "USD"),
            ("1e3", "EUR"),
            ("+1", "EUR"),
            (".5", "EUR"),
            ("1.", "EUR"),
            ("", "EUR"),
            ("NaN", "EUR"),
        ] {
            assert!(parse(amount, currency).is_err(), "{amount} {currency}");
        }
        assert!(Decimal::parse(Value::from(0.1)).is_err(), "floats are not exact");
    }
}
