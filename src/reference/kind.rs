//! The kinds of sets that can be imported, what each gives, and how old it may be.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};

use super::Set;

/// A kind of set: one publisher's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum Kind {
    /// IPEDS institution directory: HD{year}
    IpedsHd,
    /// IPEDS institutional characteristics: IC{year}
    IpedsIc,
    /// IPEDS completions: C{year}_A
    IpedsCompletions,
    /// College Scorecard, field of study
    ScorecardFos,
    /// DAPIP, the accreditation database of the US Department of Education
    Dapip,
    /// Research Organization Registry, data dump
    Ror,
    /// Hipolabs university-domains-list
    Hipolabs,
    /// Your own list of diploma mills
    MillList,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::IpedsHd,
        Self::IpedsIc,
        Self::IpedsCompletions,
        Self::ScorecardFos,
        Self::Dapip,
        Self::Ror,
        Self::Hipolabs,
        Self::MillList,
    ];

    /// The word of commands and tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::IpedsHd => "ipeds-hd",
            Self::IpedsIc => "ipeds-ic",
            Self::IpedsCompletions => "ipeds-completions",
            Self::ScorecardFos => "scorecard-fos",
            Self::Dapip => "dapip",
            Self::Ror => "ror",
            Self::Hipolabs => "hipolabs",
            Self::MillList => "mill-list",
        }
    }

    /// The kind of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether each file is of one year; the others are of a day.
    pub const fn yearly(self) -> bool {
        matches!(
            self,
            Self::IpedsHd | Self::IpedsIc | Self::IpedsCompletions | Self::ScorecardFos
        )
    }
}

/// Of when the facts of a set are: an award or survey year, or the day a list was downloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vintage {
    /// A year: 2020 is the academic year 2019-20 for awards, the survey of autumn 2020 for directories.
    Year(i16),
    /// A day.
    Day(Date),
}

impl Vintage {
    /// Its year.
    pub fn year(self) -> i16 {
        match self {
            Self::Year(year) => year,
            Self::Day(day) => day.year(),
        }
    }

    /// Its last day.
    pub fn day(self) -> Date {
        match self {
            Self::Year(year) => date(year, 12, 31),
            Self::Day(day) => day,
        }
    }

    /// Whole days from its last day to a day; none before.
    pub fn age_days(self, today: Date) -> i32 {
        self.day()
            .until(today)
            .map_or(0, |span| span.get_days())
            .max(0)
    }
}

impl fmt::Display for Vintage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year}"),
            Self::Day(day) => write!(f, "{day}"),
        }
    }
}

impl FromStr for Vintage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{text}` is neither a year, such as 2020, nor a day, such as 2026-11-20");
        if text.len() == 4 {
            let year: i16 = text.parse().map_err(|_| wrong())?;
            if !(1980..=2100).contains(&year) {
                return Err(wrong());
            }
            return Ok(Self::Year(year));
        }
        text.parse().map(Self::Day).map_err(|_| wrong())
    }
}

/// Something that signals can only say with sets that are there and not too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// All American institutions by name: IPEDS HD, DAPIP and ROR.
    EveryInstitution,
    /// A list of diploma mills.
    Mills,
}

impl Need {
    /// Every need.
    pub const ALL: [Self; 2] = [Self::EveryInstitution, Self::Mills];

    /// The kinds it takes, each with the greatest age in days at which it still counts.
    pub const fn takes(self) -> &'static [(Kind, i32)] {
        match self {
            // A directory of autumn comes out a year later, and holds until the next one is out.
            Self::EveryInstitution => &[
                (Kind::IpedsHd, 3 * 365),
                (Kind::Dapip, 550),
                (Kind::Ror, 550),
            ],
            Self::Mills => &[(Kind::MillList, 2 * 365)],
        }
    }

    /// What is missing or too old for it on a day; `None` when nothing is.
    pub fn lacks(self, sets: &[Set], today: Date) -> Option<String> {
        let lacking: Vec<String> = self
            .takes()
            .iter()
            .filter_map(|(kind, oldest)| {
                let newest = sets
                    .iter()
                    .filter(|set| set.kind == *kind)
                    .map(|set| set.vintage)
                    .max();
                match newest {
                    None => Some(format!("{} is not imported", kind.word())),
                    Some(vintage) if vintage.age_days(today) > *oldest => {
                        Some(format!("{} of {vintage} is too old", kind.word()))
                    }
                    Some(_) => None,
                }
            })
            .collect();
        (!lacking.is_empty()).then(|| lacking.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    #[test]
    fn vintages_are_years_or_days() {
        for (text, expected) in [
            ("2020", Some(Vintage::Year(2020))),
            ("2026-11-20", Some(Vintage::Day(date(2026, 11, 20)))),
            ("1200", None),
            ("20", None),
            ("2026-13-01", None),
        ] {
            assert_eq!(text.parse().ok(), expected, "{text}");
            if let Some(vintage) = expected {
                assert_eq!(vintage.to_string(), text);
            }
        }
    }

    #[test]
    fn what_is_missing_or_too_old_is_named() {
        let set = |kind, vintage: &str| Set {
            kind,
            vintage: vintage.parse().unwrap(),
            file: String::new(),
            digest: String::new(),
            rows: 1,
            imported_at: Timestamp::UNIX_EPOCH,
        };
        let today = date(2026, 11, 20);
        let mut sets = vec![set(Kind::IpedsHd, "2020"), set(Kind::Ror, "2026-01-01")];
        assert_eq!(
            Need::EveryInstitution.lacks(&sets, today).as_deref(),
            Some("ipeds-hd of 2020 is too old; dapip is not imported")
        );
        sets.push(set(Kind::IpedsHd, "2025"));
        sets.push(set(Kind::Dapip, "2026-10-01"));
        assert_eq!(Need::EveryInstitution.lacks(&sets, today), None);
        assert_eq!(
            Need::Mills.lacks(&sets, today).as_deref(),
            Some("mill-list is not imported")
        );
    }
}
