//! Facts about well-known American schools: where they are and how their year is divided.
//!
//! A school is found by its exact name or a common alias, folded; nothing is guessed, and a name
//! that other schools of the world share ("MIT", "USC") is none of the aliases.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::normalise::place;

/// What is known of a school.
#[derive(Clone, Debug, PartialEq)]
pub struct Institution {
    /// The name in the source.
    pub name: &'static str,
    /// IPEDS unit id.
    pub unitid: u32,
    /// City of the main campus.
    pub city: &'static str,
    /// Postal code of the state.
    pub state: &'static str,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// How the year is divided; `None` when the source does not say.
    pub calendar: Option<Calendar>,
}

/// Systems of dividing the academic year (IPEDS `CALSYS`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Calendar {
    Semester,
    Quarter,
    Trimester,
    FourOneFour,
    Other,
    Varies,
    Continuous,
}

impl Calendar {
    /// The word used in rules.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Semester => "semester",
            Self::Quarter => "quarter",
            Self::Trimester => "trimester",
            Self::FourOneFour => "4-1-4",
            Self::Other => "other",
            Self::Varies => "varies",
            Self::Continuous => "continuous",
        }
    }

    /// Whether terms begin and end in months of their own.
    pub const fn has_terms(self) -> bool {
        matches!(
            self,
            Self::Semester | Self::Quarter | Self::Trimester | Self::FourOneFour
        )
    }

    fn of_code(code: &str) -> Option<Self> {
        Some(match code {
            "1" => Self::Semester,
            "2" => Self::Quarter,
            "3" => Self::Trimester,
            "4" => Self::FourOneFour,
            "5" => Self::Other,
            "6" => Self::Varies,
            "7" => Self::Continuous,
            _ => return None,
        })
    }
}

/// Columns of the table.
const COLUMNS: usize = 8;

static TABLE: LazyLock<Vec<(Institution, &'static str)>> = LazyLock::new(|| {
    include_str!("institutions.tsv")
        .lines()
        .skip(2) // the source, the columns' names
        .filter_map(row)
        .collect()
});

fn row(line: &'static str) -> Option<(Institution, &'static str)> {
    let cells: Vec<&'static str> = line.split('\t').collect();
    let cells: [&'static str; COLUMNS] = cells.try_into().ok()?;
    let [
        name,
        unitid,
        city,
        state,
        latitude,
        longitude,
        calendar,
        aliases,
    ] = cells;
    let institution = Institution {
        name,
        unitid: unitid.parse().ok()?,
        city,
        state,
        latitude: latitude.parse().ok()?,
        longitude: longitude.parse().ok()?,
        calendar: Calendar::of_code(calendar),
    };
    Some((institution, aliases))
}

static BY_NAME: LazyLock<HashMap<String, &'static Institution>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for (institution, aliases) in TABLE.iter() {
        for name in std::iter::once(institution.name).chain(aliases.split("; ")) {
            if let Some(key) = key(name) {
                names.insert(key, institution);
            }
        }
    }
    names
});

static BY_CITY: LazyLock<HashMap<String, (f64, f64)>> = LazyLock::new(|| {
    let mut cities = HashMap::new();
    for (school, _) in TABLE.iter() {
        if let Some(city) = place::squeezed(school.city) {
            cities
                .entry(city + school.state)
                .or_insert((school.latitude, school.longitude));
        }
    }
    cities
});

/// The school of this name or alias.
pub fn named(name: &str) -> Option<&'static Institution> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    BY_NAME.get(&key(name)?).copied()
}

/// No school's name is longer, in bytes.
const LONGEST_NAME: usize = 120;

/// Degrees north and east of a city of these schools: the place of one of its schools.
pub fn city(city: &str, state: &str) -> Option<(f64, f64)> {
    let key = place::squeezed(city.get(..city.len().min(LONGEST_NAME))?)? + state;
    BY_CITY.get(&key).copied()
}

fn key(name: &str) -> Option<String> {
    let name = name.trim();
    let the = name
        .get(..4)
        .is_some_and(|head| head.eq_ignore_ascii_case("the "));
    place::squeezed(if the { &name[4..] } else { name })
}

/// Kilometres between two places on the great circle.
pub fn distance_km(a: (f64, f64), b: (f64, f64)) -> f64 {
    /// Mean radius of the Earth.
    const RADIUS_KM: f64 = 6371.0;
    let (lat_a, lat_b) = (a.0.to_radians(), b.0.to_radians());
    let half_lat = ((lat_b - lat_a) / 2.0).sin();
    let half_lon = ((b.1 - a.1).to_radians() / 2.0).sin();
    let h = half_lat.mul_add(half_lat, lat_a.cos() * lat_b.cos() * half_lon * half_lon);
    2.0 * RADIUS_KM * h.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = include_str!("institutions.tsv").lines().count() - 2;
        assert_eq!(TABLE.len(), lines);
        assert!(lines >= 100);
    }

    #[test]
    fn schools_are_found_by_exact_names_and_aliases_only() {
        let cases = [
            ("UC Berkeley", Some(110_635)),
            ("University of California, Berkeley", Some(110_635)),
            ("The Ohio State University", Some(204_796)),
            ("georgia tech", Some(139_755)),
            ("University of California", None),
            ("Stanford University Online High School", None),
            ("Bekeley University", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(named(name).map(|school| school.unitid), expected, "{name}");
        }
    }

    #[test]
    fn distances_are_those_of_the_globe() {
        let berkeley = city("Berkeley", "CA").unwrap();
        let austin = city("Austin", "TX").unwrap();
        assert!((distance_km(berkeley, austin) - 2410.0).abs() < 40.0);
        assert!(distance_km(austin, austin) < 0.001);
    }

    /// The publisher's own files, where a machine has them.
    #[test]
    fn the_table_agrees_with_its_source() {
        let Some(folder) = std::env::var_os("TELLTALE_REFERENCE_DATA") else {
            return;
        };
        let read = |file: &str| {
            let bytes = std::fs::read(std::path::Path::new(&folder).join(file)).unwrap();
            encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned()
        };
        let column = |text: &str, wanted: &[&str]| -> HashMap<String, Vec<String>> {
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let headers = reader.headers().unwrap().clone();
            let at: Vec<usize> = wanted
                .iter()
                .map(|name| {
                    headers
                        .iter()
                        .position(|header| header.trim() == *name)
                        .unwrap()
                })
                .collect();
            reader
                .records()
                .map(|record| record.unwrap())
                .map(|record| {
                    let cells = at.iter().map(|&at| record[at].trim().to_owned()).collect();
                    (record[0].to_owned(), cells)
                })
                .collect()
        };
        let directory = column(
            &read("hd2020.csv"),
            &["INSTNM", "CITY", "STABBR", "LATITUDE", "LONGITUD"],
        );
        let calendars = column(&read("ic2020.csv"), &["CALSYS"]);
        for (school, _) in TABLE.iter() {
            let id = school.unitid.to_string();
            let facts = &directory[&id];
            assert_eq!(facts[..3], [school.name, school.city, school.state], "{id}");
            assert!((facts[3].parse::<f64>().unwrap() - school.latitude).abs() < 0.001);
            assert!((facts[4].parse::<f64>().unwrap() - school.longitude).abs() < 0.001);
            let calendar = calendars
                .get(&id)
                .and_then(|cells| Calendar::of_code(&cells[0]));
            assert_eq!(calendar, school.calendar, "{id}");
        }
    }
}
