//! The base that comes with the program: facts on well-known institutions, compiled by us.
//!
//! Sources and dates stand in the first line of each table.

use std::sync::{Arc, LazyLock};

use super::fact::{Fact, Listed, NoneAwarded, Taught};
use super::{AwardLevel, Calendar, Reference, build};
use crate::candidate::PartialDate;

/// The year of the federal files behind the base's calendars and levels.
const YEAR: i16 = 2020;

static SHIPPED: LazyLock<Arc<Reference>> = LazyLock::new(|| Arc::new(build::build(&[])));

/// The reference without any import.
pub fn shipped() -> &'static Arc<Reference> {
    &SHIPPED
}

/// A table with the columns of its second line.
pub(in crate::reference) struct Table {
    columns: Vec<&'static str>,
    lines: Vec<Vec<&'static str>>,
}

impl Table {
    /// Reads a table: a line with its source, one with the columns' names, then rows.
    pub fn read(text: &'static str) -> Self {
        let mut lines = text.lines().skip(1).map(|line| line.split('\t').collect());
        Self {
            columns: lines.next().unwrap_or_default(),
            lines: lines.collect(),
        }
    }

    /// The rows, each as a look-up of its cells by column; an empty cell is `None`.
    pub fn rows(&self) -> impl Iterator<Item = impl Fn(&str) -> Option<&'static str> + '_> + '_ {
        self.lines.iter().map(|line| {
            |name: &str| {
                let at = self.columns.iter().position(|column| *column == name)?;
                line.get(at).copied().filter(|cell| !cell.is_empty())
            }
        })
    }
}

/// The entries of a list in a cell.
pub(super) fn entries(cell: Option<&'static str>) -> Vec<String> {
    cell.into_iter()
        .flat_map(|cell| cell.split("; "))
        .map(str::to_owned)
        .collect()
}

/// The facts of the base, each with its year.
pub(super) fn facts() -> Vec<(i16, Fact)> {
    let mut facts = Vec::new();
    let american = Table::read(include_str!("base/us.tsv"));
    for cell in american.rows() {
        let unitid = cell("unitid").and_then(|id| id.parse().ok());
        let number = |name| cell(name).and_then(|text| text.parse::<f64>().ok());
        let date = |name| cell(name).and_then(|text| PartialDate::parse(text).ok());
        facts.push((
            YEAR,
            Fact::Listed(Listed {
                unitid,
                name: cell("name").unwrap_or_default().to_owned(),
                aliases: entries(cell("aliases")),
                domains: entries(cell("domains")),
                country: Some("US".into()),
                state: cell("state").map(str::to_owned),
                city: cell("city").map(str::to_owned),
                position: number("latitude").zip(number("longitude")),
                opened: date("opened"),
                closed: date("closed"),
                successors: cell("successor").map(str::to_owned).into_iter().collect(),
                ..Listed::default()
            }),
        ));
        let Some(unitid) = unitid else { continue };
        if cell("calendar").or(cell("levels")).is_some() {
            facts.push((
                YEAR,
                Fact::Taught(Taught {
                    unitid,
                    calendar: cell("calendar").and_then(Calendar::of_code),
                    levels: levels(cell("levels").unwrap_or_default()),
                }),
            ));
        }
        let year = |name| cell(name).and_then(|text| text.parse().ok());
        let Some((first, last)) = year("none_first").zip(year("none_last")) else {
            continue;
        };
        for (column, level) in [
            ("none_bachelor", AwardLevel::Bachelor),
            ("none_master", AwardLevel::Master),
            ("none_doctor", AwardLevel::Doctor),
        ] {
            let families = cell(column).into_iter().flat_map(str::split_whitespace);
            let families: Vec<u8> = families.filter_map(|family| family.parse().ok()).collect();
            if !families.is_empty() {
                facts.push((
                    YEAR,
                    Fact::NoneAwarded(NoneAwarded {
                        unitid,
                        level,
                        first,
                        last,
                        families,
                    }),
                ));
            }
        }
    }
    facts.extend(abroad());
    facts
}

/// The facts of institutions abroad: names and domains, and nothing that could be held against a
/// claim.
fn abroad() -> Vec<(i16, Fact)> {
    let table = Table::read(include_str!("base/abroad.tsv"));
    let listed = table.rows().map(|cell| Listed {
        name: cell("name").unwrap_or_default().to_owned(),
        aliases: entries(cell("aliases")),
        domains: entries(cell("domains")),
        country: cell("country").map(str::to_owned),
        ..Listed::default()
    });
    listed.map(|listed| (YEAR, Fact::Listed(listed))).collect()
}

/// Levels by their letters: associate, bachelor, master, research doctor, professional, other doctor.
fn levels(letters: &str) -> Vec<AwardLevel> {
    let mut levels: Vec<AwardLevel> = letters
        .chars()
        .filter_map(|letter| {
            Some(match letter {
                'a' => AwardLevel::Associate,
                'b' => AwardLevel::Bachelor,
                'm' => AwardLevel::Master,
                'd' | 'o' => AwardLevel::Doctor,
                'p' => AwardLevel::Professional,
                _ => return None,
            })
        })
        .collect();
    levels.dedup();
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_is_read() {
        let lines = |text: &str| text.lines().count() - 2;
        let american = lines(include_str!("base/us.tsv"));
        let abroad = lines(include_str!("base/abroad.tsv"));
        let (mut here, mut there) = (0, 0);
        for (_, fact) in facts() {
            let Fact::Listed(listed) = fact else { continue };
            assert!(!listed.name.is_empty());
            match listed.country.as_deref() {
                Some("US") => here += 1,
                Some(country) => {
                    assert_eq!(country.len(), 2, "{}", listed.name);
                    there += 1;
                }
                None => panic!("{} is of no country", listed.name),
            }
        }
        assert_eq!((here, there), (american, abroad));
        assert!(american >= 250 && abroad >= 250);
    }

    #[test]
    fn no_institution_of_the_base_is_read_twice() {
        assert_eq!(
            shipped().institutions().len(),
            include_str!("base/us.tsv").lines().count() - 2
                + include_str!("base/abroad.tsv").lines().count()
                - 2
        );
    }
}
