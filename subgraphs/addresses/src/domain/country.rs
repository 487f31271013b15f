//! The countries by ISO 3166-1. It owns the list of codes; names belong to those who show them.

/// A country or territory with an ISO 3166-1 alpha-2 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country(&'static str);

/// All codes that are officially assigned.
/// <https://www.iso.org/iso-3166-country-codes.html>
const CODES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ \
    BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ \
    DE DJ DK DM DO DZ \
    EC EE EG EH ER ES ET \
    FI FJ FK FM FO FR \
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY \
    HK HM HN HR HT HU \
    ID IE IL IM IN IO IQ IR IS IT \
    JE JM JO JP \
    KE KG KH KI KM KN KP KR KW KY KZ \
    LA LB LC LI LK LR LS LT LU LV LY \
    MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ \
    NA NC NE NF NG NI NL NO NP NR NU NZ \
    OM \
    PA PE PF PG PH PK PL PM PN PR PS PT PW PY \
    QA \
    RE RO RS RU RW \
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ \
    TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ \
    UA UG UM US UY UZ \
    VA VC VE VG VI VN VU \
    WF WS \
    YE YT \
    ZA ZM ZW";

impl Country {
    /// Reads a code; there is one spelling, in capitals.
    pub fn parse(code: &str) -> Result<Self, String> {
        CODES
            .split_ascii_whitespace()
            .find(|known| *known == code)
            .map(Self)
            .ok_or_else(|| "must be an ISO 3166-1 alpha-2 country code".to_owned())
    }

    /// The alpha-2 code.
    pub fn code(self) -> &'static str {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_in_order() {
        let codes: Vec<_> = CODES.split_ascii_whitespace().collect();
        assert_eq!(codes.len(), 249);
        assert!(codes.is_sorted_by(|a, b| a < b));
        assert!(codes.iter().all(|code| code.len() == 2));
    }

    #[test]
    fn only_assigned_codes_are_countries() {
        for code in ["DE", "AX", "ZW", "SS"] {
            assert_eq!(Country::parse(code).map(Country::code), Ok(code));
        }
        for wrong in ["", "de", "D", "DEU", "UK", "EU", "XK", "AN", "A ", "AD AE"] {
            assert!(Country::parse(wrong).is_err(), "{wrong}");
        }
    }
}
