//! Degrees held against those that American schools awarded in those years.

mod finished;

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::candidate::{Education, PartialDate};
use crate::normalise::education::Level;
use crate::reference::{AwardLevel, Institution, Reference};
use finished::{finished, moved_on};

pub(super) const SIGNAL: Signal = Signal {
    name: "education.awards",
    about: "Finished degrees of schools in the United States, and what these schools awarded in those years",
    shape: Shape::Rows(&COLUMNS),
    needs: &[],
    read,
};

const COLUMNS: [Column; 17] = [
    Column::new(
        "school",
        "The school by its name in public records",
        Kind::Quote,
    ),
    Column::new(
        "programme",
        "The usual name of the field of study",
        Kind::Text,
    ),
    Column::new(
        "degree",
        "The degree in words: bachelor's degree",
        Kind::Text,
    ),
    Column::new(
        "first_year",
        "First award year that is looked at: two before that of the degree; 2020 is July 2019 to June 2020",
        Kind::Number,
    ),
    Column::new(
        "last_year",
        "Last award year that is looked at: two after that of the degree",
        Kind::Number,
    ),
    Column::new(
        "programme_confidence",
        "How sure it is that this field is meant, 0 to 1",
        Kind::Number,
    ),
    Column::new(
        "programme_awarded",
        "There were awards in the field at this level in any of these years",
        Kind::Flag,
    ),
    Column::new(
        "programme_years_missing",
        "Years of these for which no record says which fields had awards",
        Kind::Number,
    ),
    Column::new(
        "series_years",
        "Years of these in which the school awarded nothing at this level in the whole family of fields",
        Kind::Number,
    ),
    Column::new(
        "known_first",
        "First of these years of which the record says which fields had awards",
        Kind::Number,
    ),
    Column::new("known_last", "Last of them", Kind::Number),
    Column::new(
        "level_awarded",
        "The school awarded or offered degrees of this level in any of these years",
        Kind::Flag,
    ),
    Column::new(
        "level_years_missing",
        "Years of these for which no record says which levels had awards or were offered",
        Kind::Number,
    ),
    Column::new(
        "level_offered",
        "The school offered degrees of this level in the year nearest to the degree of which that is known",
        Kind::Flag,
    ),
    Column::new(
        "level_years_off",
        "How many years that year is from the award year of the degree",
        Kind::Number,
    ),
    Column::new(
        "source",
        "The federal file that says so of the field, or else of the level",
        Kind::Text,
    ),
    Column::new(
        "level_source",
        "The federal file that says so of the level",
        Kind::Text,
    ),
];

/// Every award, by field and level; the shipped table of families without awards is made of it too.
const COMPLETIONS: &str = "IPEDS Completions";

/// Levels offered, by year.
const CHARACTERISTICS: &str = "IPEDS Institutional Characteristics";

/// Years before and after the degree's that count as well: records are kept by academic year, and
/// people by the year in which they got the paper.
const YEARS_AROUND: i16 = 2;

fn read(subject: &Subject) -> Option<Value> {
    let studies = &subject.candidate.education;
    if studies.is_empty() {
        return None;
    }
    let today = subject.claimed_on();
    let this_month = i32::from(today.year()) * 12 + i32::from(today.month()) - 1;
    let rows = studies
        .iter()
        .filter(|study| finished(study, this_month) && !moved_on(study, studies))
        .filter_map(|study| row(study, subject.reference));
    Some(Value::Rows(rows.collect()))
}

/// The award year of a degree: they run from July to June. A year alone is taken for its spring,
/// when most degrees are awarded; that of its winter is among the years around it.
const fn award_year(end: PartialDate) -> i16 {
    match end.month {
        Some(month) if month >= 7 => end.year + 1,
        _ => end.year,
    }
}

fn row(study: &Education, reference: &Reference) -> Option<Row> {
    let school = study.american_school().filter(|one| one.unitid.is_some())?;
    let degree = study.level?;
    let level = AwardLevel::of(degree);
    let year = award_year(study.end?);
    let span = year - YEARS_AROUND..=year + YEARS_AROUND;
    let written = study.institution.as_deref().unwrap_or_default();
    let schools = reference.related(school, written);
    let units: Vec<u32> = schools.iter().filter_map(|school| school.unitid).collect();
    let at_level = levels(reference, &schools, &units, level, year);
    // What is not offered at all is not offered in this field either: that adds nothing.
    let major = study.major.as_ref();
    let major = major.filter(|_| by_field(degree) && at_level.awarded != Some(false));
    let in_field = major.map(|major| {
        let awards = reference.awards();
        awards.in_fields(&units, level, &major.fields, span.clone())
    });
    let none_known = u8::try_from(span.clone().count()).unwrap_or(u8::MAX);
    let in_field = in_field.filter(|record| record.awarded || !record.general);
    let known = in_field.filter(|record| record.awarded || record.years_missing < none_known);
    let number = |years: i16| Some(Value::Number(f64::from(years)));
    let text = |text: &'static str| Value::text(text);
    let source = known.map(|_| COMPLETIONS);
    Some(Row {
        field: study.field.clone().into(),
        value: study.raw.clone().into(),
        related: None,
        cells: vec![
            Some(Value::quote(&school.name)),
            (study.major.as_ref()).map(|major| Value::text(major.name.clone())),
            Some(text(level.words())),
            number(*span.start()),
            number(*span.end()),
            study
                .major
                .as_ref()
                .map(|major| Value::Number(major.confidence)),
            known.map(|record| Value::Flag(record.awarded)),
            in_field.map(|record| Value::Number(f64::from(record.years_missing))),
            in_field.map(|record| Value::Number(f64::from(record.series_years))),
            in_field.and_then(|record| number(record.known?.0)),
            in_field.and_then(|record| number(record.known?.1)),
            at_level.awarded.map(Value::Flag),
            Some(Value::count(at_level.years_missing)),
            at_level.offered.map(|(offered, _)| Value::Flag(offered)),
            at_level
                .offered
                .map(|(_, off)| Value::Number(f64::from(off))),
            source.or(at_level.source).map(text),
            at_level.source.map(text),
        ],
    })
}

/// Whether degrees of this kind are counted by field: specialisations within a business, law or
/// medical degree are not.
const fn by_field(degree: Level) -> bool {
    !matches!(degree, Level::Mba | Level::Jd | Level::Md)
}

/// What is known of a level over the years of a degree.
struct AtLevel {
    awarded: Option<bool>,
    years_missing: usize,
    /// Whether it was offered in the nearest year of which that is known, and how far that is.
    offered: Option<(bool, i16)>,
    source: Option<&'static str>,
}

fn levels(
    reference: &Reference,
    schools: &[&Institution],
    units: &[u32],
    level: AwardLevel,
    degree: i16,
) -> AtLevel {
    let mut found = AtLevel {
        awarded: None,
        years_missing: 0,
        offered: None,
        source: None,
    };
    for year in degree - YEARS_AROUND..=degree + YEARS_AROUND {
        let awards = reference.awards().at_level(units, level, year..=year);
        let offered = offered(schools, level, year);
        let off = (year - degree).abs();
        if let Some(offered) = offered
            && found.offered.is_none_or(|(_, nearest)| off < nearest)
        {
            found.offered = Some((offered, off));
        }
        let (by_awards, by_offer) = (awards.years_missing == 0, offered.is_some());
        if by_awards || awards.awarded {
            found.source = Some(COMPLETIONS);
        } else if by_offer {
            found.source = found.source.or(Some(CHARACTERISTICS));
        } else {
            found.years_missing += 1;
            continue;
        }
        let yes = awards.awarded || offered == Some(true);
        found.awarded = Some(yes || found.awarded == Some(true));
    }
    found
}

/// Whether any of the schools offered a level in a year; "none did" only where that is known of
/// all that were open.
fn offered(schools: &[&Institution], level: AwardLevel, year: i16) -> Option<bool> {
    let begins = (i32::from(year) - 1) * 12 + 6; // July
    let closed = |school: &Institution| {
        let closed = school.closed;
        closed.is_some_and(|closed| closed.last_month() < begins)
    };
    let mut any = None;
    for school in schools {
        match school.offered(level, year) {
            Some(true) => return Some(true),
            Some(false) => any = any.or(Some(Some(false))),
            None if closed(school) => {}
            None => any = Some(None),
        }
    }
    any.flatten()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::reference::fact::{Awarded, NoneAwarded, Taught};
    use crate::reference::major::{Fields, Major};
    use crate::reference::{Fact, Kind as SetKind};
    use crate::signals::testing::{listed, reference, study};

    const NORTHMOOR: u32 = 1;
    const ONLINE: u32 = 2;
    const SOUTHMOOR: u32 = 3;

    /// Northmoor reports computing each year, its online branch nursing in 2016; of Southmoor only
    /// the levels of 2020 are known.
    fn records() -> Arc<Reference> {
        let directory = vec![
            Fact::Listed(listed(
                NORTHMOOR,
                "Northmoor University-Main Campus",
                "northmoor.edu",
            )),
            Fact::Listed(listed(
                ONLINE,
                "Northmoor University Online",
                "northmoor.edu",
            )),
            Fact::Listed(listed(SOUTHMOOR, "Southmoor College", "southmoor.edu")),
        ];
        let taught = vec![Fact::Taught(Taught {
            unitid: SOUTHMOOR,
            calendar: None,
            levels: vec![AwardLevel::Associate],
        })];
        let none = vec![Fact::NoneAwarded(NoneAwarded {
            unitid: SOUTHMOOR,
            level: AwardLevel::Associate,
            first: 2012,
            last: 2018,
            families: vec![51],
        })];
        let awarded = |unitid, code| {
            Fact::Awarded(Awarded {
                unitid,
                level: Some(AwardLevel::Bachelor),
                codes: vec![code],
            })
        };
        let mut sets = vec![
            (SetKind::IpedsHd, 2020, directory),
            (SetKind::IpedsIc, 2020, [taught, none].concat()),
        ];
        for year in 2012..=2018 {
            let online = (year == 2016).then(|| awarded(ONLINE, 5138));
            let facts = online.into_iter().chain([awarded(NORTHMOOR, 1107)]);
            sets.push((SetKind::IpedsCompletions, year, facts.collect()));
        }
        Arc::new(reference(sets))
    }

    fn major(code: u16) -> Major {
        Major {
            name: "a field".into(),
            fields: Fields::of_codes([code]),
            confidence: 0.95,
        }
    }

    fn cell(row: &Row, name: &str) -> Option<Value> {
        let at = COLUMNS.iter().position(|column| column.name == name);
        row.cells[at.unwrap()].clone()
    }

    fn flag(row: &Row, name: &str) -> Option<bool> {
        cell(row, name).map(|value| value == Value::Flag(true))
    }

    fn number(row: &Row, name: &str) -> Option<f64> {
        match cell(row, name)? {
            Value::Number(number) => Some(number),
            other => panic!("{name}: {other:?}"),
        }
    }

    const NORTH: &str = "Northmoor University-Main Campus";
    const SOUTH: &str = "Southmoor College";

    #[test]
    fn a_field_is_held_against_the_awards_of_five_years_and_of_every_campus() {
        let records = records();
        let (yes, no) = (Some(true), Some(false));
        let cases = [
            // school, degree, end, code -> awarded, years missing
            (NORTH, "Bachelor", "2016-05", 1107, yes, Some(0.0)),
            (NORTH, "Bachelor", "2014-05", 2601, no, Some(0.0)),
            (NORTH, "Bachelor", "2016-05", 5138, yes, Some(0.0)), // online
            (NORTH, "Bachelor", "2019-05", 2601, no, Some(3.0)),
            (NORTH, "Bachelor", "2024-05", 2601, None, Some(5.0)),
            (NORTH, "MBA", "2016-05", 5202, None, None),
            // the level alone says it
            (NORTH, "Master", "2016-05", 2601, None, None),
            (SOUTH, "Associate", "2016-05", 5138, no, Some(0.0)),
            (SOUTH, "Associate", "2016-05", 1107, None, Some(5.0)),
            (SOUTH, "Associate", "2018-05", 5138, no, Some(2.0)),
        ];
        for (school, degree, end, code, awarded, missing) in cases {
            let mut study = study([school, degree, "2008", end], &records);
            study.major = Some(major(code));
            let row = row(&study, &records).unwrap();
            let case = format!("{school} {degree} {end} {code}");
            assert_eq!(flag(&row, "programme_awarded"), awarded, "{case}");
            assert_eq!(number(&row, "programme_years_missing"), missing, "{case}");
        }
        let south = study([SOUTH, "Associate", "2008", "2016-05"], &records);
        let source = |study: &Education| cell(&row(study, &records).unwrap(), "source");
        let with = |code| Education {
            major: Some(major(code)),
            ..south.clone()
        };
        assert_eq!(source(&with(5138)), Some(Value::text(COMPLETIONS)));
        assert_eq!(source(&with(1107)), None);
        let north = study([NORTH, "Bachelor", "2008", "2016-05"], &records);
        assert_eq!(source(&north), Some(Value::text(COMPLETIONS)));
    }

    #[test]
    fn a_level_is_held_against_awards_and_against_what_was_offered() {
        let records = records();
        let (yes, no) = (Some(true), Some(false));
        let cases = [
            // school, degree, end -> awarded, years missing, offered, years off
            (NORTH, "Bachelor", "2016-05", yes, 0.0, None, None),
            (NORTH, "Master", "2016-05", no, 0.0, None, None),
            (NORTH, "Master", "2019-05", no, 3.0, None, None),
            (NORTH, "Master", "2024-05", None, 5.0, None, None),
            (SOUTH, "Associate", "2020-05", yes, 4.0, yes, Some(0.0)),
            (SOUTH, "Bachelor", "2019-05", no, 4.0, no, Some(1.0)),
            (SOUTH, "Bachelor", "2022", no, 4.0, no, Some(2.0)),
            (SOUTH, "Bachelor", "2016-05", None, 5.0, None, None),
        ];
        for (school, degree, end, awarded, missing, offered, off) in cases {
            let study = study([school, degree, "2008", end], &records);
            let row = row(&study, &records).unwrap();
            let case = format!("{school} {degree} {end}");
            assert_eq!(flag(&row, "level_awarded"), awarded, "{case}");
            assert_eq!(number(&row, "level_years_missing"), Some(missing), "{case}");
            assert_eq!(flag(&row, "level_offered"), offered, "{case}");
            assert_eq!(number(&row, "level_years_off"), off, "{case}");
        }
    }

    #[test]
    fn award_years_run_from_july_to_june() {
        for (end, first, last) in [
            ("2016-05", 2014.0, 2018.0),
            ("2016-06-30", 2014.0, 2018.0),
            ("2016-07", 2015.0, 2019.0),
            ("2016-12", 2015.0, 2019.0),
            ("2016", 2014.0, 2018.0),
        ] {
            let records = records();
            let study = study([NORTH, "Bachelor", "2008", end], &records);
            let row = row(&study, &records).unwrap();
            let years = ["first_year", "last_year"].map(|name| number(&row, name));
            assert_eq!(years, [Some(first), Some(last)], "{end}");
        }
    }

    #[test]
    fn only_degrees_of_american_schools_are_held_against_awards() {
        let records = records();
        for (school, degree, kept) in [
            (NORTH, "Bachelor", true),
            (NORTH, "Diploma", false),
            ("University of Northmoor", "Bachelor", false),
            ("University of Tokyo", "Bachelor", false),
        ] {
            let study = study([school, degree, "2012", "2016-05"], &records);
            assert_eq!(
                row(&study, &records).is_some(),
                kept,
                "{degree} of {school}"
            );
        }
    }
}
