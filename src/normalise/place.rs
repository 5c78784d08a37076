//! Places by their names: countries, states, and the clocks a state can have.
//!
//! A place is only read where it is certain. `IN`, `OR` and `ME` are words,
//! Georgia is a country too, and "not known" is always an answer.

pub mod country;
pub mod zip;

use jiff::{Timestamp, civil::Weekday, tz::TimeZone};

/// A state, district, territory or province.
struct Region {
    code: &'static str,
    name: &'static str,
    clocks: &'static [Clock],
}

/// Minutes from UTC in winter and in summer.
#[derive(Clone, Copy)]
struct Clock(i16, i16);

const EASTERN: Clock = Clock(-300, -240);
const CENTRAL: Clock = Clock(-360, -300);
const MOUNTAIN: Clock = Clock(-420, -360);
const ARIZONA: Clock = Clock(-420, -420);
const PACIFIC: Clock = Clock(-480, -420);
const ALASKA: Clock = Clock(-540, -480);
const ALEUTIAN: Clock = Clock(-600, -540);
const HAWAII: Clock = Clock(-600, -600);
const ATLANTIC: Clock = Clock(-240, -240);
const CHAMORRO: Clock = Clock(600, 600);
const SAMOA: Clock = Clock(-660, -660);

/// A location field is never longer, bytes.
const LONGEST_LOCATION: usize = 200;

const fn region(code: &'static str, name: &'static str, clocks: &'static [Clock]) -> Region {
    Region { code, name, clocks }
}

/// The states of the US, its district and its territories, with the clocks of each.
/// Source: USPS Publication 28, appendix B; 49 CFR 71 for the zones of split states. November 2026.
static STATES: &[Region] = &[
    region("AL", "Alabama", &[CENTRAL]),
    region("AK", "Alaska", &[ALASKA, ALEUTIAN]),
    region("AZ", "Arizona", &[ARIZONA]),
    region("AR", "Arkansas", &[CENTRAL]),
    region("CA", "California", &[PACIFIC]),
    region("CO", "Colorado", &[MOUNTAIN]),
    region("CT", "Connecticut", &[EASTERN]),
    region("DE", "Delaware", &[EASTERN]),
    region("DC", "District of Columbia", &[EASTERN]),
    region("FL", "Florida", &[EASTERN, CENTRAL]),
    region("GA", "Georgia", &[EASTERN]),
    region("HI", "Hawaii", &[HAWAII]),
    region("ID", "Idaho", &[MOUNTAIN, PACIFIC]),
    region("IL", "Illinois", &[CENTRAL]),
    region("IN", "Indiana", &[EASTERN, CENTRAL]),
    region("IA", "Iowa", &[CENTRAL]),
    region("KS", "Kansas", &[CENTRAL, MOUNTAIN]),
    region("KY", "Kentucky", &[EASTERN, CENTRAL]),
    region("LA", "Louisiana", &[CENTRAL]),
    region("ME", "Maine", &[EASTERN]),
    region("MD", "Maryland", &[EASTERN]),
    region("MA", "Massachusetts", &[EASTERN]),
    region("MI", "Michigan", &[EASTERN, CENTRAL]),
    region("MN", "Minnesota", &[CENTRAL]),
    region("MS", "Mississippi", &[CENTRAL]),
    region("MO", "Missouri", &[CENTRAL]),
    region("MT", "Montana", &[MOUNTAIN]),
    region("NE", "Nebraska", &[CENTRAL, MOUNTAIN]),
    region("NV", "Nevada", &[PACIFIC]),
    region("NH", "New Hampshire", &[EASTERN]),
    region("NJ", "New Jersey", &[EASTERN]),
    region("NM", "New Mexico", &[MOUNTAIN]),
    region("NY", "New York", &[EASTERN]),
    region("NC", "North Carolina", &[EASTERN]),
    region("ND", "North Dakota", &[CENTRAL, MOUNTAIN]),
    region("OH", "Ohio", &[EASTERN]),
    region("OK", "Oklahoma", &[CENTRAL]),
    region("OR", "Oregon", &[PACIFIC, MOUNTAIN]),
    region("PA", "Pennsylvania", &[EASTERN]),
    region("RI", "Rhode Island", &[EASTERN]),
    region("SC", "South Carolina", &[EASTERN]),
    region("SD", "South Dakota", &[CENTRAL, MOUNTAIN]),
    region("TN", "Tennessee", &[EASTERN, CENTRAL]),
    region("TX", "Texas", &[CENTRAL, MOUNTAIN]),
    region("UT", "Utah", &[MOUNTAIN]),
    region("VT", "Vermont", &[EASTERN]),
    region("VA", "Virginia", &[EASTERN]),
    region("WA", "Washington", &[PACIFIC]),
    region("WV", "West Virginia", &[EASTERN]),
    region("WI", "Wisconsin", &[CENTRAL]),
    region("WY", "Wyoming", &[MOUNTAIN]),
    region("AS", "American Samoa", &[SAMOA]),
    region("GU", "Guam", &[CHAMORRO]),
    region("MP", "Northern Mariana Islands", &[CHAMORRO]),
    region("PR", "Puerto Rico", &[ATLANTIC]),
    region("VI", "Virgin Islands", &[ATLANTIC]),
];

/// The provinces and territories of Canada. Source: Canada Post addressing guidelines, November 2026.
static PROVINCES: [(&str, &str); 13] = [
    ("AB", "Alberta"),
    ("BC", "British Columbia"),
    ("MB", "Manitoba"),
    ("NB", "New Brunswick"),
    ("NL", "Newfoundland and Labrador"),
    ("NS", "Nova Scotia"),
    ("NT", "Northwest Territories"),
    ("NU", "Nunavut"),
    ("ON", "Ontario"),
    ("PE", "Prince Edward Island"),
    ("QC", "Quebec"),
    ("SK", "Saskatchewan"),
    ("YT", "Yukon"),
];

/// The code of a US state, district or territory named in full or by its code, in any case.
pub fn us_state(text: &str) -> Option<&'static str> {
    const VARIANTS: [(&str, &str); 5] = [
        ("washingtondc", "DC"),
        ("usvirginislands", "VI"),
        ("northernmarianas", "MP"),
        ("newyorkstate", "NY"),
        ("washingtonstate", "WA"),
    ];
    let key = squeezed(text)?;
    STATES
        .iter()
        .find(|state| same(state.code, &key) || same(state.name, &key))
        .map(|state| state.code)
        .or_else(|| VARIANTS.iter().find(|(name, _)| *name == key).map(|v| v.1))
}

/// The code of a Canadian province or territory named in full or by its code, in any case.
pub fn canadian_province(text: &str) -> Option<&'static str> {
    let key = squeezed(text)?;
    PROVINCES
        .iter()
        .find(|(code, name)| same(code, &key) || same(name, &key))
        .map(|(code, _)| *code)
        .or_else(|| (key == "newfoundland").then_some("NL"))
}

/// The US state of a written location: `Austin, TX`, `Austin, Texas, USA`, `New York, NY 10001`,
/// `Remote (Texas)`. A state counts after a comma or as a whole text; where two states stand,
/// or another country, there is none.
pub fn state_of(location: &str) -> Option<&'static str> {
    if location.len() > LONGEST_LOCATION {
        return None;
    }
    let mut found = None;
    for part in location
        .split(['(', ')', '|', '/', ';', '·', '•', '\n'])
        .flat_map(|part| part.split(" - "))
        .flat_map(|part| part.split(" – "))
    {
        match (found, state_of_part(part)) {
            (_, None) => {}
            (Some(one), Some(other)) if one != other => return None,
            (_, state) => found = state,
        }
    }
    found
}

/// The state of one place, its parts separated by commas.
fn state_of_part(part: &str) -> Option<&'static str> {
    let mut parts = part.rsplit(',').map(str::trim).filter(|p| !p.is_empty());
    let mut last = parts.next()?;
    let mut city = parts.next();
    let in_us = city.is_some() && country::of(last) == Some("US");
    if in_us && let Some(before) = city {
        (last, city) = (before, parts.next());
    }
    let (state, zip) = match last.rsplit_once(' ') {
        Some((state, zip)) if zip::is_zip(zip) => (state.trim_end(), true),
        _ => (last, false),
    };
    let certain = in_us || zip;
    let code = us_state(state)?;
    if state.bytes().filter(u8::is_ascii_alphabetic).count() == 2 {
        // A code. Alone it may be a country's; in small letters, a word.
        let capital = !state.bytes().any(|byte| byte.is_ascii_lowercase());
        let alone = city.is_none() && !certain;
        return (!(alone && (!capital || country::is_code(code)))
            && (capital || certain || !WORDS.contains(&code)))
        .then_some(code);
    }
    let is_a_state = match (code, city) {
        _ if certain => true,
        // Alone, the one is a country and the other a city.
        ("GA" | "WA", None) => false,
        ("GA", Some(city)) => {
            let city = squeezed(city)?;
            !CITIES_OF_GEORGIA_THE_COUNTRY.contains(&city.as_str())
        }
        _ => true,
    };
    is_a_state.then_some(code)
}

/// Codes that are words when written small.
const WORDS: [&str; 18] = [
    "AL", "AS", "CO", "DE", "HI", "ID", "IN", "LA", "MA", "ME", "MI", "MO", "OH", "OK", "OR", "PA",
    "PR", "VI",
];

/// Its largest, so that they are not looked for in the US.
const CITIES_OF_GEORGIA_THE_COUNTRY: [&str; 8] = [
    "tbilisi", "batumi", "kutaisi", "rustavi", "gori", "zugdidi", "poti", "telavi",
];

/// Every offset from UTC, minutes east, that a clock in the state can show at a time; `None` for
/// what is no state. States with two zones have both. Summer time as it is since 2007: from the
/// second Sunday of March to the first of November; on those days and the next both count.
pub fn utc_offsets_minutes(state: &str, at: Timestamp) -> Option<Vec<i16>> {
    let state = STATES.iter().find(|known| known.code == state)?;
    let (winter, summer) = season(at);
    let mut offsets = Vec::with_capacity(4);
    for clock in state.clocks {
        for offset in [winter.then_some(clock.0), summer.then_some(clock.1)] {
            if let Some(offset) = offset.filter(|offset| !offsets.contains(offset)) {
                offsets.push(offset);
            }
        }
    }
    Some(offsets)
}

/// Whether winter time and whether summer time can be on the clocks.
fn season(at: Timestamp) -> (bool, bool) {
    let day = at.to_zoned(TimeZone::UTC).date();
    let change = |month, nth| {
        jiff::civil::Date::new(day.year(), month, 1)
            .and_then(|first| first.nth_weekday_of_month(nth, Weekday::Sunday))
    };
    let (Ok(spring), Ok(autumn)) = (change(3, 2), change(11, 1)) else {
        return (true, true);
    };
    let near = |change: jiff::civil::Date| {
        day == change || change.tomorrow().is_ok_and(|next| next == day)
    };
    let summer = day >= spring && day <= autumn;
    let between = near(spring) || near(autumn);
    (!summer || between, summer || between)
}

/// Letters and digits in lower-case ASCII, for comparing names of places; `None` when nothing is left.
pub fn squeezed(text: &str) -> Option<String> {
    /// No place has a longer name, bytes.
    const LONGEST: usize = 100;
    if text.len() > LONGEST {
        return None;
    }
    let mut key = if text.is_ascii() {
        text.to_owned()
    } else {
        any_ascii::any_ascii(text)
    };
    key.retain(|c| c.is_ascii_alphanumeric());
    key.make_ascii_lowercase();
    (!key.is_empty()).then_some(key)
}

/// Whether a name of the tables is a squeezed text.
fn same(name: &str, key: &str) -> bool {
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
    letters.map(|b| b.to_ascii_lowercase()).eq(key.bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_after_a_comma_or_alone() {
        for (text, state) in [
            ("Austin, TX", "TX"),
            ("Austin, tx", "TX"),
            ("Austin, Texas, USA", "TX"),
            ("Austin, TX, United States", "TX"),
            ("New York, NY 10001", "NY"),
            ("New York, NY 10001-1234, USA", "NY"),
            ("New York", "NY"),
            ("Texas", "TX"),
            ("TX", "TX"),
            ("TX, USA", "TX"),
            ("CA, USA", "CA"),
            ("Washington, D.C.", "DC"),
            ("Washington DC", "DC"),
            ("Seattle, Washington", "WA"),
            ("Washington, USA", "WA"),
            ("Atlanta, Georgia", "GA"),
            ("Georgia, USA", "GA"),
            ("Indianapolis, IN", "IN"),
            ("Portland, OR", "OR"),
            ("Portland, or 97201", "OR"),
            ("Remote (Austin, TX)", "TX"),
            ("Austin, TX (Remote)", "TX"),
            ("Austin, TX / Remote", "TX"),
            ("Remote - Texas", "TX"),
            ("Raleigh-Durham, NC", "NC"),
            ("San Juan, Puerto Rico", "PR"),
        ] {
            assert_eq!(state_of(text), Some(state), "{text}");
        }
        for text in [
            "",
            "Remote",
            "Georgia",
            "Tbilisi, Georgia",
            "Washington",
            "IN",
            "CA",
            "in",
            "tx",
            "me",
            "Remote, in",
            "Work with me, or",
            "Toronto, ON",
            "Toronto, ON, Canada",
            "London, UK",
            "Austin TX",
            "New York, NY / Austin, TX",
            "USA",
            ", ,",
            "Berlin, Germany",
        ] {
            assert_eq!(state_of(text), None, "{text}");
        }
        assert_eq!(state_of(&"Austin, TX ".repeat(100_000)), None);
    }

    #[test]
    fn states_and_provinces_are_known_by_code_and_name() {
        for (text, code) in [
            ("ny", "NY"),
            ("N.Y.", "NY"),
            ("west virginia", "WV"),
            ("Guam", "GU"),
        ] {
            assert_eq!(us_state(text), Some(code), "{text}");
        }
        for (text, code) in [("on", "ON"), ("Québec", "QC"), ("Newfoundland", "NL")] {
            assert_eq!(canadian_province(text), Some(code), "{text}");
        }
        assert_eq!(us_state("Ontario"), None);
        assert_eq!(us_state(""), None);
    }

    #[test]
    fn clocks_are_those_of_the_state_in_winter_and_in_summer() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (winter, summer) = (at("2026-01-15T12:00:00Z"), at("2026-07-15T12:00:00Z"));
        for (state, in_winter, in_summer) in [
            ("NY", &[-300][..], &[-240][..]),
            ("IL", &[-360], &[-300]),
            ("CO", &[-420], &[-360]),
            ("AZ", &[-420], &[-420]),
            ("CA", &[-480], &[-420]),
            ("HI", &[-600], &[-600]),
            ("AK", &[-540, -600], &[-480, -540]),
            ("TX", &[-360, -420], &[-300, -360]),
            ("FL", &[-300, -360], &[-240, -300]),
            ("TN", &[-300, -360], &[-240, -300]),
            ("KY", &[-300, -360], &[-240, -300]),
            ("IN", &[-300, -360], &[-240, -300]),
            ("MI", &[-300, -360], &[-240, -300]),
            ("ID", &[-420, -480], &[-360, -420]),
            ("OR", &[-480, -420], &[-420, -360]),
            ("NE", &[-360, -420], &[-300, -360]),
            ("KS", &[-360, -420], &[-300, -360]),
            ("ND", &[-360, -420], &[-300, -360]),
            ("SD", &[-360, -420], &[-300, -360]),
        ] {
            assert_eq!(
                utc_offsets_minutes(state, winter).unwrap(),
                in_winter,
                "{state}"
            );
            assert_eq!(
                utc_offsets_minutes(state, summer).unwrap(),
                in_summer,
                "{state}"
            );
        }
        // Clocks change on 8 March and 1 November 2026.
        assert_eq!(
            utc_offsets_minutes("NY", at("2026-03-07T23:00:00Z")).unwrap(),
            [-300]
        );
        assert_eq!(
            utc_offsets_minutes("NY", at("2026-03-08T12:00:00Z")).unwrap(),
            [-300, -240]
        );
        assert_eq!(
            utc_offsets_minutes("NY", at("2026-03-10T12:00:00Z")).unwrap(),
            [-240]
        );
        assert_eq!(
            utc_offsets_minutes("NY", at("2026-11-01T12:00:00Z")).unwrap(),
            [-300, -240]
        );
        assert_eq!(
            utc_offsets_minutes("NY", at("2026-11-03T12:00:00Z")).unwrap(),
            [-300]
        );
        assert_eq!(utc_offsets_minutes("ON", winter), None);
    }
}
