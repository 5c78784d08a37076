//! Where an address is, as well as its city or its state tells.
//!
//! The tables are general knowledge, written down by hand in November 2026 and good to a few kilometres:
//! `cities.csv` has the largest cities of the US, `regions.csv` its states and territories, `world.csv`
//! cities of other countries and, with an empty city, the countries themselves. The radius is such that
//! nearly everybody of that place lives within it. What is not listed is not known.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::normalise::address::Address;
use crate::normalise::place::squeezed;

/// A city of the US with all that goes by its name.
const CITY_RADIUS_KM: f64 = 40.0;

/// A place on the globe and how far off it may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Spot {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Radius of uncertainty.
    pub radius_km: f64,
}

impl Spot {
    /// The pair that distances are of.
    pub const fn point(&self) -> (f64, f64) {
        (self.lat, self.lon)
    }
}

/// Spots by country, state or nothing, and squeezed city or nothing.
type Table = HashMap<(String, String, String), Spot>;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::new();
    for (text, of_us) in [
        (include_str!("cities.csv"), true),
        (include_str!("regions.csv"), true),
        (include_str!("world.csv"), false),
    ] {
        let rows = text.lines().filter_map(|line| row(line, of_us));
        table.extend(rows);
    }
    table
});

/// `TX,Austin,30.27,-97.74`, `TX,31.5,-99.3,740` or `GB,London,51.51,-0.13,50`.
fn row(line: &str, of_us: bool) -> Option<((String, String, String), Spot)> {
    let parts: Vec<&str> = line.split(',').collect();
    let number = |at: usize| parts.get(at)?.parse::<f64>().ok();
    let is_region = of_us && number(1).is_some();
    let first = usize::from(!is_region) + 1;
    let spot = Spot {
        lat: number(first)?,
        lon: number(first + 1)?,
        radius_km: match number(first + 2) {
            Some(radius_km) => radius_km,
            None if of_us => CITY_RADIUS_KM,
            None => return None,
        },
    };
    let city = if is_region {
        String::new()
    } else {
        squeezed(parts[1]).unwrap_or_default()
    };
    let (country, state) = if of_us {
        ("US", parts[0])
    } else {
        (parts[0], "")
    };
    Some(((country.to_owned(), state.to_owned(), city), spot))
}

/// A city's name without what people write in more than one way.
fn city(written: &str) -> Option<String> {
    let key = squeezed(written)?;
    Some(match key.as_str() {
        "nyc" | "newyorkcity" | "manhattan" => "newyork".to_owned(),
        "la" => "losangeles".to_owned(),
        "sf" => "sanfrancisco".to_owned(),
        "washingtondc" => "washington".to_owned(),
        _ => match key.strip_prefix("saint") {
            Some(rest) => format!("st{rest}"),
            None => key,
        },
    })
}

/// Where an address is: its city, else its state, else its country. Of the US a state is needed: the
/// whole of it says nothing.
pub fn of(address: &Address) -> Option<Spot> {
    let country = address.country?.to_owned();
    let state = address.us_state().unwrap_or_default().to_owned();
    if country == "US" && state.is_empty() {
        return None;
    }
    let city = address.raw.city.as_deref().and_then(city);
    let key = |city: String| (country.clone(), state.clone(), city);
    let of_city = city.and_then(|city| TABLE.get(&key(city)));
    of_city.or_else(|| TABLE.get(&key(String::new()))).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application;
    use crate::normalise::address::read;
    use crate::reference::distance_km;

    fn spot(city: &str, region: &str, country: &str) -> Option<Spot> {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        of(&read(&application::Address {
            city: text(city),
            region: text(region),
            country: text(country),
            ..application::Address::default()
        }))
    }

    #[test]
    fn every_row_of_the_tables_is_read() {
        let lines = [
            include_str!("cities.csv"),
            include_str!("regions.csv"),
            include_str!("world.csv"),
        ];
        let lines: usize = lines.iter().map(|text| text.lines().count()).sum();
        assert_eq!(TABLE.len(), lines, "a row is wrong or stands twice");
    }

    #[test]
    fn a_city_lies_in_its_state() {
        for ((country, state, city), spot) in TABLE.iter() {
            let whole = &TABLE[&(country.clone(), state.clone(), String::new())];
            let apart = distance_km(spot.point(), whole.point());
            assert!(
                apart <= whole.radius_km + 30.0,
                "{city} {state} {country}: {apart}"
            );
        }
    }

    #[test]
    fn cities_are_found_as_people_write_them() {
        let new_york = spot("New York", "NY", "US").unwrap();
        assert_eq!(spot("NYC", "New York", "USA"), Some(new_york));
        assert_eq!(
            spot("Saint Louis", "MO", "US"),
            spot("St. Louis", "Missouri", "US")
        );
        assert_ne!(
            spot("Portland", "ME", "US").unwrap(),
            spot("Portland", "OR", "US").unwrap()
        );
        let london = spot("London", "", "United Kingdom").unwrap();
        let apart = distance_km(new_york.point(), london.point());
        assert!((apart - 5570.0).abs() < 30.0, "{apart}");
    }

    #[test]
    fn a_village_is_somewhere_in_its_state_and_the_rest_is_not_known() {
        let village = spot("Nowhere", "TX", "US").unwrap();
        assert!(village.radius_km > 500.0);
        assert!((spot("San Juan", "", "Puerto Rico").unwrap().radius_km - 40.0).abs() < 1e-9);
        assert_eq!(spot("Austin", "", "US"), None);
        assert_eq!(spot("Austin", "", ""), None);
        assert_eq!(spot("", "", "Vanuatu"), None);
    }
}
