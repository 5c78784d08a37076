//! What is known of one institution.

use serde::{Deserialize, Serialize};

use crate::candidate::PartialDate;
use crate::reference::AwardLevel;

/// An institution.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Institution {
    /// The name in the newest source.
    pub name: String,
    /// Other names it goes or went by, as written in the sources.
    pub aliases: Vec<String>,
    /// Registrable domains: `utexas.edu`.
    pub domains: Vec<String>,
    /// ISO 3166-1 alpha-2 code.
    pub country: Option<String>,
    /// IPEDS unit id; only American institutions have one.
    pub unitid: Option<u32>,
    /// City of the main campus.
    pub city: Option<String>,
    /// Postal code of the American state.
    pub state: Option<String>,
    /// Degrees north and east.
    pub position: Option<(f64, f64)>,
    /// How the year is divided: of each year (award year) of which it is known, oldest first.
    pub calendars: Vec<(i16, Calendar)>,
    /// Levels it offered degrees at, by year, oldest first.
    pub levels: Vec<(i16, Vec<AwardLevel>)>,
    /// When it opened, its predecessors counted in; `None` where that is not known.
    pub opened: Option<PartialDate>,
    /// When it closed for good, its successors counted in; `None` where it is open or not known.
    pub closed: Option<PartialDate>,
    /// What became of it, or what it came from, in words, for the evidence: `Boston University`.
    pub successor: Option<String>,
}

impl Institution {
    /// Whether federal files know it.
    pub fn is_american(&self) -> bool {
        self.unitid.is_some() || self.country.as_deref() == Some("US")
    }

    /// The calendar of the known year nearest to one.
    pub fn calendar(&self, year: i16) -> Option<Calendar> {
        let nearest = self
            .calendars
            .iter()
            .min_by_key(|(known, _)| known.abs_diff(year))?;
        Some(nearest.1)
    }

    /// Whether it offered degrees of a level in a year; `None` for a year of which it is not known.
    pub fn offered(&self, level: AwardLevel, year: i16) -> Option<bool> {
        let (_, levels) = self.levels.iter().find(|(known, _)| *known == year)?;
        Some(levels.contains(&level))
    }
}

/// Systems of dividing the academic year (IPEDS `CALSYS`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
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

    /// The system of an IPEDS code, `1` to `7`.
    pub fn of_code(code: &str) -> Option<Self> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calendars_are_those_of_the_nearest_year_and_levels_those_of_the_very_year() {
        let school = Institution {
            calendars: vec![(2010, Calendar::Quarter), (2020, Calendar::Semester)],
            levels: vec![(2020, vec![AwardLevel::Associate])],
            ..Institution::default()
        };
        for (year, calendar) in [
            (1999, Calendar::Quarter),
            (2014, Calendar::Quarter),
            (2016, Calendar::Semester),
            (2024, Calendar::Semester),
        ] {
            assert_eq!(school.calendar(year), Some(calendar), "{year}");
        }
        assert_eq!(Institution::default().calendar(2020), None);
        assert_eq!(school.offered(AwardLevel::Associate, 2020), Some(true));
        assert_eq!(school.offered(AwardLevel::Bachelor, 2020), Some(false));
        assert_eq!(school.offered(AwardLevel::Bachelor, 2021), None);
    }
}
