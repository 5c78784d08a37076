//! Reference data: what is loaded and how old it is, what is missing, which rules sleep because of it.

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;
use jiff::civil::Date;

use super::words;
use crate::explain::visible;
use crate::reference::{Kind, Need, Reference, Set};
use crate::rules::report::Sleeping;

/// The page.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "reference/index.html")]
pub struct ReferencePage {
    /// Every kind of set, loaded or not.
    pub kinds: Vec<KindRow>,
    /// What comes with the program.
    pub base: Base,
    /// The rules in force that sleep for want of it.
    pub sleeping: Vec<Sleeping>,
    /// How many rules there are.
    pub rules: usize,
}

/// What comes with the program.
#[derive(Clone, Debug, Default)]
pub struct Base {
    /// American institutions in it.
    pub american: u64,
    /// Institutions of other countries.
    pub abroad: u64,
    /// Where its tables come from, and of when they are.
    pub sources: Vec<String>,
}

/// A kind of set.
#[derive(Clone, Debug)]
pub struct KindRow {
    /// Which.
    pub kind: Kind,
    /// The sets of it that are loaded, the newest first.
    pub sets: Vec<SetRow>,
    /// How old it may be for the rules that need it, days; `None` where none sets a limit.
    pub oldest: Option<i32>,
    /// Whether the newest is older than that.
    pub too_old: bool,
    /// Whether some rule sleeps as long as it is missing or too old.
    pub needed: bool,
}

/// A set that is loaded.
#[derive(Clone, Debug)]
pub struct SetRow {
    /// Of which year or day it is: `2020`.
    pub vintage: String,
    /// How old that is: `2 years`.
    pub age: String,
    /// Rows that were read.
    pub rows: i64,
    /// The file it was read from.
    pub file: String,
    /// When.
    pub imported_at: Timestamp,
}

/// A publisher's set in words.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// What it is.
    pub title: &'static str,
    /// Who publishes it.
    pub publisher: &'static str,
    /// Where the publisher offers it; `None` for the operator's own.
    pub address: Option<&'static str>,
    /// What it tells.
    pub gives: &'static str,
    /// A file of it, as downloaded.
    pub file: &'static str,
}

const NCES: &str = "https://nces.ed.gov/ipeds/use-the-data";
const DEPARTMENT: &str = "US Department of Education";

impl KindRow {
    /// A kind on a day, with the sets of it among those loaded.
    pub fn of(kind: Kind, sets: &[Set], asleep: &[Sleeping], today: Date) -> Self {
        let of: Vec<&Set> = sets.iter().filter(|set| set.kind == kind).collect();
        let newest = of.iter().map(|set| set.vintage.age_days(today)).min();
        let oldest = Need::ALL
            .iter()
            .flat_map(|need| need.takes())
            .filter(|(takes, _)| *takes == kind)
            .map(|(_, days)| *days)
            .min();
        let too_old = newest.zip(oldest).is_some_and(|(age, most)| age > most);
        let needed = asleep
            .iter()
            .flat_map(|sleeping| &sleeping.needs)
            .flat_map(|need| need.takes())
            .any(|(takes, _)| *takes == kind);
        Self {
            kind,
            oldest,
            too_old,
            needed: needed && (too_old || newest.is_none()),
            sets: of.into_iter().map(|set| SetRow::of(set, today)).collect(),
        }
    }

    /// The set in words.
    pub const fn about(&self) -> About {
        match self.kind {
            Kind::IpedsHd => About {
                title: "Directory of American institutions",
                publisher: DEPARTMENT,
                address: Some(NCES),
                gives: "names, places, openings, closings and mergers",
                file: "HD2024.zip",
            },
            Kind::IpedsIc => About {
                title: "Characteristics of American institutions",
                publisher: DEPARTMENT,
                address: Some(NCES),
                gives: "calendars and levels of degrees, by year",
                file: "IC2024.zip",
            },
            Kind::IpedsCompletions => About {
                title: "Degrees awarded by American institutions",
                publisher: DEPARTMENT,
                address: Some(NCES),
                gives: "degrees by field, level and year; load every year you can",
                file: "C2024_A.zip",
            },
            Kind::ScorecardFos => About {
                title: "College Scorecard, field of study",
                publisher: DEPARTMENT,
                address: Some("https://collegescorecard.ed.gov/data"),
                gives: "that a field was taught; small numbers are left out, so it never says that it was not",
                file: "FieldOfStudyData1920_2021_PP.csv",
            },
            Kind::Dapip => About {
                title: "Accredited institutions (DAPIP)",
                publisher: DEPARTMENT,
                address: Some("https://ope.ed.gov/dapip/#/download-data-files"),
                gives: "further names, and closed and merged institutions",
                file: "InstitutionCampus.csv",
            },
            Kind::Ror => About {
                title: "Research Organization Registry",
                publisher: "ROR",
                address: Some("https://doi.org/10.5281/zenodo.6347574"),
                gives: "institutions of the world, by all their names",
                file: "v1.70-2025-08-26-ror-data.zip",
            },
            Kind::Hipolabs => About {
                title: "University domains",
                publisher: "Hipo",
                address: Some("https://github.com/Hipo/university-domains-list"),
                gives: "institutions of the world and their domains",
                file: "world_universities_and_domains.json",
            },
            Kind::MillList => About {
                title: "Diploma mills",
                publisher: "your own list",
                address: None,
                gives: "CSV with the columns name, aliases, source and listed_on",
                file: "mills.csv",
            },
        }
    }

    /// How it stands.
    pub const fn state(&self) -> &'static str {
        match (self.sets.is_empty(), self.too_old) {
            (true, _) => "not loaded",
            (false, true) => "too old",
            (false, false) => "loaded",
        }
    }

    /// How old it may be, in words.
    pub fn bears(&self) -> Option<String> {
        Some(format!("holds for {}", age(self.oldest?)))
    }

    /// What to type to load it.
    pub fn command(&self) -> String {
        let (kind, file) = (self.kind.word(), self.about().file);
        format!("telltale reference import {kind} {file}")
    }
}

impl SetRow {
    /// The file's name, cut to a line.
    pub fn file_short(&self) -> String {
        visible::short(&self.file, 60).into_owned()
    }

    /// A set as it is listed on a day.
    fn of(set: &Set, today: Date) -> Self {
        Self {
            vintage: set.vintage.to_string(),
            age: age(set.vintage.age_days(today)),
            rows: set.rows,
            file: set.file.clone(),
            imported_at: set.imported_at,
        }
    }
}

impl Base {
    /// What comes with the program, of its reference and of the first lines of its tables.
    pub fn of(shipped: &Reference, sources: &[&str]) -> Self {
        let all = shipped.institutions();
        let american = all.iter().filter(|one| one.is_american()).count() as u64;
        let line = |source: &&str| source.trim_start_matches('#').trim().to_owned();
        Self {
            american,
            abroad: all.len() as u64 - american,
            sources: sources.iter().map(line).collect(),
        }
    }
}

impl ReferencePage {
    /// The data in a sentence.
    pub fn summary(&self) -> String {
        let loaded = self.kinds.iter().filter(|row| !row.sets.is_empty());
        let sets: usize = self.kinds.iter().map(|row| row.sets.len()).sum();
        let base = words::thousands(self.base.american + self.base.abroad);
        let loaded = match (loaded.count(), sets) {
            (0, _) => "Nothing is imported".to_owned(),
            (kinds, sets) => format!(
                "{} of {} {} imported",
                words::count(sets, "set"),
                words::count(kinds, "kind"),
                if sets == 1 { "is" } else { "are" }
            ),
        };
        let asleep = match self.sleeping.len() {
            0 => "no rule sleeps for want of data".to_owned(),
            1 => "1 rule sleeps for want of data".to_owned(),
            n => format!("{n} rules sleep for want of data"),
        };
        format!("{loaded}; the program itself knows {base} institutions; {asleep}.")
    }

    /// The rows of a set in words.
    pub fn rows(&self, set: &SetRow) -> String {
        let rows = u64::try_from(set.rows).unwrap_or_default();
        let unit = if rows == 1 { "row" } else { "rows" };
        format!("{} {unit}", words::thousands(rows))
    }

    /// The site of an address: `nces.ed.gov`.
    pub fn site<'a>(&self, address: &'a str) -> &'a str {
        let site = address.trim_start_matches("https://");
        site.split('/').next().unwrap_or(site)
    }

    /// Whether nothing at all was imported.
    pub fn nothing_imported(&self) -> bool {
        self.kinds.iter().all(|row| row.sets.is_empty())
    }

    /// The kinds that a sleeping rule waits for.
    pub fn waits_for(&self, sleeping: &Sleeping) -> Vec<&KindRow> {
        let takes = |kind: Kind| {
            let mut needed = sleeping.needs.iter().flat_map(|need| need.takes());
            needed.any(|(takes, _)| *takes == kind)
        };
        let waits = |row: &&KindRow| row.needed && takes(row.kind);
        self.kinds.iter().filter(waits).collect()
    }
}

/// Days as people say them: `12 days`, `7 months`, `2 years`.
pub(super) fn age(days: i32) -> String {
    let count = |n: i32, unit| words::count(usize::try_from(n).unwrap_or_default(), unit);
    match days {
        ..=0 => "less than a day".to_owned(),
        1..=60 => count(days, "day"),
        61..=729 => count(days / 30, "month"),
        _ => count(days / 365, "year"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::reference::base;

    #[test]
    fn ages_are_as_people_say_them() {
        for (days, said) in [
            (0, "less than a day"),
            (1, "1 day"),
            (60, "60 days"),
            (61, "2 months"),
            (400, "13 months"),
            (730, "2 years"),
        ] {
            assert_eq!(age(days), said, "{days}");
        }
    }

    #[test]
    fn the_data_in_a_sentence() {
        assert_eq!(
            samples::reference().summary(),
            "4 sets of 3 kinds are imported; the program itself knows 512 institutions; 2 rules sleep for want of data."
        );
        assert!(
            samples::reference_empty()
                .summary()
                .starts_with("Nothing is imported; the program itself knows ")
        );
    }

    #[test]
    fn what_is_missing_or_too_old_is_told_with_its_command() {
        let page = samples::reference();
        let told: Vec<_> = page
            .kinds
            .iter()
            .map(|row| (row.kind.word(), row.state(), row.needed))
            .collect();
        assert_eq!(
            told,
            [
                ("ipeds-hd", "too old", true),
                ("ipeds-ic", "loaded", false),
                ("ipeds-completions", "not loaded", false),
                ("scorecard-fos", "not loaded", false),
                ("dapip", "not loaded", true),
                ("ror", "loaded", false),
                ("hipolabs", "not loaded", false),
                ("mill-list", "not loaded", true),
            ]
        );
        let waits = page.waits_for(&page.sleeping[0]);
        let commands: Vec<String> = waits.iter().map(|row| row.command()).collect();
        assert_eq!(
            commands,
            [
                "telltale reference import ipeds-hd HD2024.zip",
                "telltale reference import dapip InstitutionCampus.csv"
            ]
        );
    }

    #[test]
    fn the_base_is_counted_and_names_its_sources() {
        let told = Base::of(base::shipped(), &base::sources());
        assert!(told.american > 100);
        assert!(!told.sources.is_empty());
        for source in told.sources {
            assert!(
                !source.starts_with('#') && source.contains("20"),
                "{source}"
            );
        }
    }
}
