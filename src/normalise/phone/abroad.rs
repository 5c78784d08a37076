//! Numbers outside the North American plan, through the `phonenumber` library.
//!
//! The library takes a lock and some 50 µs a number, damages `+` numbers that it is given a region
//! for, and drops digits of some others; hence the rules here (its version 0.3.10).

use std::str::FromStr as _;

use phonenumber::country;

/// E.164 numbers have at most this many digits, the country code included.
const LONGEST: usize = 15;

/// What the library makes of a number.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Read {
    pub e164: String,
    pub country: Option<&'static str>,
    /// `None` when library and input disagree about the digits.
    pub valid: Option<bool>,
}

/// Reads digits that begin with a country code.
pub(super) fn international(digits: &str) -> Option<Read> {
    let written = format!("+{digits}");
    if digits.len() > LONGEST {
        return None;
    }
    let number = phonenumber::parse(None, &written).ok()?;
    let parsed = e164_of(&number);
    if parsed == written || parsed == without_trunk_zero(digits, number.code().value()) {
        return Some(Read {
            valid: Some(number.is_valid()),
            country: country_of(&number),
            e164: parsed,
        });
    }
    // The library dropped or added digits: the input's own are the key.
    Some(Read {
        e164: written,
        country: country_of(&number),
        valid: None,
    })
}

/// Reads digits as they are dialled within a country.
pub(super) fn national(digits: &str, region: country::Id) -> Option<Read> {
    let mut number = phonenumber::parse(Some(region), digits).ok()?;
    let mut e164 = e164_of(&number);
    if e164.strip_prefix('+') == Some(digits) {
        // The library took the first digits for the country code. They are the number's own
        // where that gives one that can exist, as in Rwanda (+250 250 …).
        let whole = format!("+{}{digits}", number.code().value());
        if let Some(other) = phonenumber::parse(None, &whole)
            .ok()
            .filter(phonenumber::PhoneNumber::is_valid)
        {
            e164 = e164_of(&other);
            number = other;
        }
    }
    (e164.len() <= LONGEST + 1).then(|| Read {
        valid: Some(number.is_valid()),
        country: country_of(&number),
        e164,
    })
}

/// The region's id, when the library knows it.
pub(super) fn region(iso: &str) -> Option<country::Id> {
    country::Id::from_str(iso).ok()
}

fn e164_of(number: &phonenumber::PhoneNumber) -> String {
    number.format().mode(phonenumber::Mode::E164).to_string()
}

/// `+44 (0)20 …` is `+44 20 …`: the number less one zero after the country code.
fn without_trunk_zero(digits: &str, code: u16) -> String {
    let code = code.to_string();
    let national = digits.strip_prefix(code.as_str()).unwrap_or_default();
    format!("+{code}{}", national.strip_prefix('0').unwrap_or(national))
}

/// The country that issued a number, where its code or the library tells.
fn country_of(number: &phonenumber::PhoneNumber) -> Option<&'static str> {
    // The library finds no country for any Italian number.
    if number.code().value() == 39 {
        return Some("IT");
    }
    let id = number.country().id()?;
    let at = COUNTRIES.split(' ').position(|code| code == id.as_ref())?;
    COUNTRIES.get(at * 3..at * 3 + 2)
}

/// The ISO 3166-1 codes that the library knows.
const COUNTRIES: &str = "\
    AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN \
    BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE \
    DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM \
    GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE \
    KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH \
    MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ \
    OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI \
    SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT TV TW \
    TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_its_country_code_keeps_its_digits() {
        for (digits, e164, country, valid) in [
            ("8613800138000", "+8613800138000", Some("CN"), Some(true)),
            ("442079460018", "+442079460018", Some("GB"), Some(true)),
            ("4402079460018", "+442079460018", Some("GB"), Some(true)),
            ("390612345678", "+390612345678", Some("IT"), Some(true)),
            ("919876543210", "+919876543210", Some("IN"), Some(true)),
            ("4930123456", "+4930123456", Some("DE"), Some(true)),
        ] {
            let read = international(digits).expect("a number");
            assert_eq!(
                (read.e164.as_str(), read.country, read.valid),
                (e164, country, valid)
            );
        }
    }

    #[test]
    fn digits_that_the_library_would_drop_are_kept_and_not_verified() {
        let read = international("78001234567").expect("a number");
        assert_eq!(read.e164, "+78001234567");
        assert_eq!(read.valid, None);
    }

    #[test]
    fn a_number_within_a_country_gets_its_code() {
        for (digits, iso, e164) in [
            ("02079460018", "GB", "+442079460018"),
            ("01123456789", "IN", "+911123456789"),
            ("13800138000", "CN", "+8613800138000"),
        ] {
            let region = region(iso).expect("a region");
            assert_eq!(national(digits, region).expect("a number").e164, e164);
        }
    }

    #[test]
    fn too_many_or_too_few_digits_are_no_number() {
        assert_eq!(international("4420794600181234"), None);
        assert_eq!(international("44"), None);
        assert_eq!(international("999123456789"), None);
    }

    #[test]
    fn every_country_of_the_library_is_found() {
        for code in COUNTRIES.split(' ') {
            let id = region(code).unwrap_or_else(|| panic!("{code}"));
            assert_eq!(id.as_ref(), code);
        }
    }
}
