//! Postal addresses: country, state and a unit-level key.

pub(crate) mod street;

use super::place::{self, country, zip};
use crate::application;

/// A postal address in its normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Address {
    /// As written.
    pub raw: application::Address,
    /// ISO 3166-1 alpha-2 code; the territories of the US are in the US.
    pub country: Option<&'static str>,
    /// Two-letter code of a US state or a Canadian province; elsewhere the region folded.
    pub region: Option<String>,
    /// Key of the delivery point, to the unit; `None` when street or place is missing.
    pub unit_key: Option<String>,
}

impl Address {
    /// The two-letter code of the US state, district or territory it is in.
    pub fn us_state(&self) -> Option<&str> {
        self.region
            .as_deref()
            .filter(|_| self.country == Some("US"))
    }
}

impl Address {
    /// Whether another address is another delivery point; `None` where that cannot be told. A
    /// unit or a postal code that only one of the two has is no difference.
    pub fn moved_to(&self, other: &Self) -> Option<bool> {
        let elsewhere = |a: Option<&str>, b: Option<&str>| a.zip(b).is_some_and(|(a, b)| a != b);
        if elsewhere(self.country, other.country) || elsewhere(self.us_state(), other.us_state()) {
            return Some(true);
        }
        let (from, to) = (self.unit_key.as_deref()?, other.unit_key.as_deref()?);
        let (mut from, mut to) = (from.split('|').skip(1), to.split('|').skip(1));
        let mut next = || Some((from.next()?, to.next()?));
        let (place, street, unit) = (next()?, next()?, next()?);
        // A postal code and a city with its state are not comparable: only the latter has a blank.
        let other_place = place.0.contains(' ') == place.1.contains(' ') && place.0 != place.1;
        let other_unit = !unit.0.is_empty() && !unit.1.is_empty() && unit.0 != unit.1;
        Some(other_place || street.0 != street.1 || other_unit)
    }

    /// The written parts in one line.
    pub fn written(&self) -> String {
        let raw = &self.raw;
        let parts = [
            &raw.line1,
            &raw.line2,
            &raw.city,
            &raw.region,
            &raw.postal_code,
            &raw.country,
        ];
        let parts: Vec<_> = parts
            .into_iter()
            .filter_map(|p| text(p.as_deref()))
            .collect();
        parts.join(", ")
    }
}

/// An address's normal form.
pub fn read(raw: &application::Address) -> Address {
    let (country, region) = country_and_region(raw);
    Address {
        unit_key: unit_key(raw, country, region.as_deref()),
        raw: raw.clone(),
        country,
        region,
    }
}

fn country_and_region(raw: &application::Address) -> (Option<&'static str>, Option<String>) {
    let region = text(raw.region.as_deref());
    let postal_code = text(raw.postal_code.as_deref());
    let state = region.and_then(place::us_state);
    let country = match text(raw.country.as_deref()) {
        Some(country) => country::of(country),
        // A state and a ZIP code together are no other country's.
        None if state.is_some() && postal_code.is_some_and(zip::is_zip) => Some("US"),
        None => None,
    };
    match country {
        Some(territory @ ("AS" | "GU" | "MP" | "PR" | "VI")) => {
            (Some("US"), Some(territory.to_owned()))
        }
        Some("US") => {
            let state = state.or_else(|| {
                let missing = region.is_none();
                postal_code.filter(|_| missing).and_then(zip::state)
            });
            (country, state.map(str::to_owned))
        }
        Some("CA") => {
            let province = region.and_then(place::canadian_province);
            (country, province.map(str::to_owned))
        }
        _ => (country, region.and_then(place::squeezed)),
    }
}

/// `us|10118|350 5th ave|apt 4`: country, postal code or else place, street, unit.
fn unit_key(
    raw: &application::Address,
    country: Option<&str>,
    region: Option<&str>,
) -> Option<String> {
    let place = match text(raw.postal_code.as_deref()) {
        Some(code) if country == Some("US") => us_postal_code(code)?,
        Some(code) => place::squeezed(code)?,
        None => {
            let city = place::squeezed(text(raw.city.as_deref())?)?;
            format!("{city} {}", region?.to_ascii_lowercase())
        }
    };
    let line = |line: &Option<String>| text(line.as_deref()).map(str::to_owned);
    let (street, unit) = street::fold(
        &line(&raw.line1).unwrap_or_default(),
        &line(&raw.line2).unwrap_or_default(),
    )?;
    let country = country.unwrap_or_default().to_ascii_lowercase();
    Some(format!("{country}|{place}|{street}|{unit}"))
}

/// Five digits; a leading zero that a spreadsheet took is given back.
fn us_postal_code(code: &str) -> Option<String> {
    if let Some(five) = zip::five(code) {
        return Some(five.to_owned());
    }
    let digits = code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| format!("0{code}"))
}

/// What is written, if anything is.
fn text(value: Option<&str>) -> Option<&str> {
    value.map(str::trim).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An address from `line1; line2; city; region; postal code; country`.
    fn address(text: &str) -> Address {
        let mut parts = text.split(';').map(|part| Some(part.trim().to_owned()));
        let mut next = || parts.next().flatten();
        read(&application::Address {
            line1: next(),
            line2: next(),
            city: next(),
            region: next(),
            postal_code: next(),
            country: next(),
        })
    }

    #[test]
    fn country_and_state_come_out_as_codes() {
        for (text, country, region) in [
            ("; ; ; New York; ; United States", Some("US"), Some("NY")),
            ("; ; ; ny; 10118; USA", Some("US"), Some("NY")),
            ("; ; ; ; 10118; U.S.", Some("US"), Some("NY")),
            ("; ; ; Nowhere; 10118; US", Some("US"), None),
            ("; ; ; NY; 10118; ", Some("US"), Some("NY")),
            ("; ; ; NY; ; ", None, Some("ny")),
            ("; ; ; ; 10118; ", None, None),
            ("; ; San Juan; ; 00901; Puerto Rico", Some("US"), Some("PR")),
            (
                "; ; Toronto; Ontario; M5V 2T6; Canada",
                Some("CA"),
                Some("ON"),
            ),
            (
                "; ; München; Bayern; 80331; Deutschland",
                Some("DE"),
                Some("bayern"),
            ),
            ("; ; Tbilisi; ; ; Georgia", Some("GE"), None),
            ("; ; ; ; ; Atlantis", None, None),
        ] {
            let address = address(text);
            assert_eq!(address.country, country, "{text}");
            assert_eq!(address.region.as_deref(), region, "{text}");
        }
    }

    #[test]
    fn one_delivery_point_has_one_key() {
        for (key, ways) in [
            (
                "us|10118|350 5th ave|apt 4",
                &[
                    "350 5th Ave; Apt 4; New York; NY; 10118; US",
                    "350 Fifth Avenue, Apartment 4; ; New York; NY; 10118-0110; USA",
                    "350 5TH AVE.  #4; ; NYC; New York; 10118; United States",
                    "350 5th Av; Unit #4; ; NY; 10118; ",
                    "350 5th Ave; 4; New York; NY; 10118; US",
                    "Suite 4, 350 5th Ave; ; New York; NY; 10118; US",
                ][..],
            ),
            (
                "us|02134|12 n main st|fl 3",
                &[
                    "12 North Main Street; 3rd Floor; Boston; MA; 02134; US",
                    "12 N. Main St; Floor 3; Boston; MA; 2134; US",
                    "12 N Main St Fl 3; ; Boston; MA; 02134; US",
                ],
            ),
            (
                "us|austin tx|1 oak ln|apt 4b",
                &[
                    "1 Oak Lane; Apt 4-B; Austin; TX; ; US",
                    "1 Oak Ln Apt 4 B; ; Austin; Texas; ; US",
                ],
            ),
            (
                "us|10001|po box 12|",
                &["P.O. Box 12; ; ; ; 10001; US", "PO BOX 12; ; ; ; 10001; US"],
            ),
            (
                "us|11101|37-18 northern blvd|",
                &[
                    "37-18 Northern Blvd; ; ; ; 11101; US",
                    "37-18 northern boulevard; ; ; ; 11101; US",
                ],
            ),
            (
                "gb|sw1a1aa|10 downing st|",
                &["10 Downing Street; ; London; ; SW1A 1AA; UK"],
            ),
        ] {
            for way in ways {
                assert_eq!(address(way).unit_key.as_deref(), Some(key), "{way}");
            }
        }
    }

    #[test]
    fn another_delivery_point_is_a_move_and_a_fuller_writing_is_none() {
        let home = "1 Oak St; Apt 4; Austin; TX; 78701; US";
        for (other, moved) in [
            ("1 Oak Street; ; Austin; TX; 78701; US", Some(false)),
            ("1 Oak St; #4; Austin; TX; ; US", Some(false)),
            ("1 Oak St; Apt 5; Austin; TX; 78701; US", Some(true)),
            ("2 Oak St; Apt 4; Austin; TX; 78701; US", Some(true)),
            ("1 Oak St; Apt 4; Dallas; TX; 75201; US", Some(true)),
            ("; ; ; NY; ; US", Some(true)),
            ("; ; Austin; TX; ; US", None),
        ] {
            assert_eq!(address(home).moved_to(&address(other)), moved, "{other}");
        }
        assert_eq!(
            address(home).written(),
            "1 Oak St, Apt 4, Austin, TX, 78701, US"
        );
    }

    #[test]
    fn neighbours_and_half_addresses_share_no_key() {
        let key = |text| address(text).unit_key;
        assert_ne!(
            key("350 5th Ave; Apt 4; New York; NY; 10118; US"),
            key("350 5th Ave; Apt 5; New York; NY; 10118; US")
        );
        assert_ne!(
            key("350 5th Ave; Apt 4; New York; NY; 10118; US"),
            key("350 5th St; Apt 4; New York; NY; 10118; US")
        );
        for text in [
            "",
            "; ; New York; NY; 10118; US",
            "350 5th Ave; ; ; ; ; US",
            "350 5th Ave; ; New York; ; ; US",
            "Main Street; ; New York; NY; 10118; US",
            "; Apt 4; New York; NY; 10118; US",
            "350 5th Ave; ; New York; NY; nonsense; US",
        ] {
            assert_eq!(key(text), None, "{text}");
        }
        assert_eq!(
            key(&format!("{}; ; ; ; 10118; US", "1 a ".repeat(250_000))),
            None
        );
    }
}
