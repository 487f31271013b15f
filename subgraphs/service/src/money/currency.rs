//! The currencies in use, by ISO 4217. It owns the list, not the arithmetic.

/// A currency in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency {
    code: &'static str,
    digits: usize,
}

/// Codes by the number of digits after the point. Funds, metals and testing codes are left out.
/// <https://www.iso.org/iso-4217-currency-codes.html>
const CODES_BY_DIGITS: [(usize, &str); 3] = [
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"),
    (
        2,
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD \
         CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP \
         GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD \
         LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB \
         PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC \
         SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW \
         ZWG",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
];

impl Currency {
    /// Reads a code; there is one spelling, in capitals.
    pub fn parse(code: &str) -> Result<Self, String> {
        let all = CODES_BY_DIGITS.iter().flat_map(|(digits, codes)| {
            codes.split_ascii_whitespace().map(|code| Self { code, digits: *digits })
        });
        all.into_iter()
            .find(|currency| currency.code == code)
            .ok_or_else(|| "must be an ISO 4217 currency code".to_owned())
    }

    /// The ISO 4217 code.
    pub fn code(self) -> &'static str {
        self.code
    }

    /// How many digits follow the point.
    pub fn digits(self) -> usize {
        self.digits
    }
}
