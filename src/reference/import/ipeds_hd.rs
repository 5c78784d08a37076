//! IPEDS institution directory (`HD2020`), National Center for Education Statistics:
//! <https://nces.ed.gov/ipeds/use-the-data>, "Complete data files".

use super::table::{Row, Table};
use super::{Facts, Format, Importer, Refused, aliases, place, vintage};
use crate::candidate::PartialDate;
use crate::reference::Kind;
use crate::reference::fact::{Fact, Listed};

pub(super) static IMPORTER: Importer = Importer {
    kind: Kind::IpedsHd,
    format: Format::Table {
        marks: &["UNITID", "INSTNM", "STABBR", "NEWID"],
        ends_line: true,
        read,
    },
    vintage: |name| vintage::year_after(name, "hd", ""),
};

/// Ids of institutions, as `NEWID` holds them.
const UNITIDS: std::ops::RangeInclusive<u32> = 100_000..=999_999;

struct Columns {
    unitid: usize,
    name: usize,
    city: usize,
    state: usize,
    web: usize,
    status: usize,
    successor: usize,
    deleted: usize,
    closed: usize,
    // Years before 2009 lack these.
    aliases: Option<usize>,
    longitude: Option<usize>,
    latitude: Option<usize>,
}

fn read(table: &mut Table<'_>, facts: &mut Facts<'_>) -> Result<(), Refused> {
    let [
        unitid,
        name,
        city,
        state,
        web,
        status,
        successor,
        deleted,
        closed,
    ] = table.columns([
        "UNITID", "INSTNM", "CITY", "STABBR", "WEBADDR", "ACT", "NEWID", "DEATHYR", "CLOSEDAT",
    ])?;
    let columns = Columns {
        unitid,
        name,
        city,
        state,
        web,
        status,
        successor,
        deleted,
        closed,
        aliases: table.column("IALIAS"),
        longitude: table.column("LONGITUD"),
        latitude: table.column("LATITUDE"),
    };
    while let Some(row) = table.next()? {
        facts.row();
        facts.add(Fact::Listed(listed(&row, &columns)?))?;
    }
    Ok(())
}

fn listed(row: &Row<'_>, columns: &Columns) -> Result<Listed, Refused> {
    let name = row.text(columns.name);
    if name.is_empty() {
        return Err(row.wrong(columns.name, "a name is expected"));
    }
    let state = row.text(columns.state);
    if state.len() != 2 || !state.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(row.wrong(columns.state, "a state's postal code is expected"));
    }
    let city = row.text(columns.city);
    let named = row.filled(columns.aliases).unwrap_or_default();
    let successor = row.text(columns.successor).parse().ok();
    let successor = successor.filter(|id: &u32| UNITIDS.contains(id));
    Ok(Listed {
        unitid: Some(row.unitid(columns.unitid)?),
        aliases: aliases::split(&named, &name, &city, &state),
        domains: place::domain(&row.text(columns.web)).into_iter().collect(),
        country: Some("US".into()),
        city: (!city.is_empty()).then(|| city.into_owned()),
        position: position(row, columns)?,
        closed: closed(row, columns, successor),
        successors: successor.iter().map(u32::to_string).collect(),
        name: name.into_owned(),
        state: Some(state.into_owned()),
        ..Listed::default()
    })
}

/// Where it is; `.` and `-2` say that it is not known.
fn position(row: &Row<'_>, columns: &Columns) -> Result<Option<(f64, f64)>, Refused> {
    let number = |column: Option<usize>| match (column, row.filled(column)) {
        (Some(column), Some(text)) if text != "." && text != "-2" => {
            let number = text
                .parse::<f64>()
                .ok()
                .filter(|degrees| degrees.abs() <= 180.0);
            let wrong = || row.wrong(column, "degrees are expected");
            number.map(Some).ok_or_else(wrong)
        }
        _ => Ok(None),
    };
    let (latitude, longitude) = (number(columns.latitude)?, number(columns.longitude)?);
    Ok(latitude
        .zip(longitude)
        .and_then(|(latitude, longitude)| place::position(latitude, longitude)))
}

/// When it closed: the date given, or else the year in which it left the universe by closing or being
/// combined with another. A date spelt in no known way is not known.
///
/// `M`, closed in the year, is said of schools that shut and of those that another one took over
/// (University of Medicine and Dentistry of New Jersey, 2013), and never comes with a successor. Degrees
/// of the latter are dated later, so without a successor that is known neither has closed.
fn closed(row: &Row<'_>, columns: &Columns, successor: Option<u32>) -> Option<PartialDate> {
    /// Deleted as out of business, closed in the year, combined with another.
    const ENDED: [&str; 3] = ["D", "M", "C"];
    /// Of these it may live on under another name.
    const TAKEN_OVER: [&str; 2] = ["M", "C"];
    let status = row.text(columns.status);
    if TAKEN_OVER.contains(&&*status) && successor.is_none() {
        return None;
    }
    date(&row.text(columns.closed)).or_else(|| {
        let year = row.text(columns.deleted).parse().ok()?;
        let ended = ENDED.contains(&&*status);
        ended.then(|| PartialDate::new(year, None, None)).flatten()
    })
}

/// `6/30/2011`, `06/30/11`, `07-09-2014`, `11/2010` or `2014`; `-2` is none.
fn date(text: &str) -> Option<PartialDate> {
    let parts: Option<Vec<i16>> = text
        .split(['/', '-'])
        .map(|part| part.trim().parse().ok())
        .collect();
    let small = |number: i16| u8::try_from(number).ok();
    match parts?[..] {
        [month, day, year] => PartialDate::new(full(year)?, Some(small(month)?), Some(small(day)?)),
        [month, year] => PartialDate::new(full(year)?, Some(small(month)?), None),
        [year] => PartialDate::new(year, None, None),
        _ => None,
    }
}

/// A year of two digits belongs to the last century from 50 on.
const fn full(year: i16) -> Option<i16> {
    match year {
        0..50 => Some(2000 + year),
        50..100 => Some(1900 + year),
        1900.. => Some(year),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts_of, refusal_of};
    use super::*;

    const HEADER: &str =
        "UNITID,INSTNM,IALIAS,CITY,STABBR,WEBADDR,ACT,NEWID,DEATHYR,CLOSEDAT,LONGITUD,LATITUDE";

    #[test]
    fn closing_dates_are_read_in_every_years_spelling() {
        for (text, expected) in [
            ("6/30/2011", Some("2011-06-30")),
            ("06/30/2011", Some("2011-06-30")),
            ("12/31/12", Some("2012-12-31")),
            ("5/22/99", Some("1999-05-22")),
            ("07-09-2014", Some("2014-07-09")),
            ("11/2010", Some("2010-11")),
            ("2014", Some("2014")),
            ("-2", None),
            ("", None),
            (".", None),
            ("13/45/2011", None),
            ("summer", None),
        ] {
            assert_eq!(
                date(text).map(|date| date.to_string()).as_deref(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn a_row_becomes_an_institution() {
        let row = "999001,\"Northmoor College of M\u{e9}t\u{e9}o\",\"NCM | Northmoor\",\"Ash\",\"OH\",\"https://www.northmoor.edu/\",\"C \",999002,2019,\"06/30/2019\",-83.01,40.25";
        let facts = facts_of(&IMPORTER, format!("{HEADER}\r\n{row}\r\n").as_bytes());
        let expected = Listed {
            unitid: Some(999_001),
            name: "Northmoor College of Météo".into(),
            aliases: vec!["NCM".into(), "Northmoor".into()],
            domains: vec!["northmoor.edu".into()],
            country: Some("US".into()),
            state: Some("OH".into()),
            city: Some("Ash".into()),
            position: Some((40.25, -83.01)),
            closed: PartialDate::new(2019, Some(6), Some(30)),
            successors: vec!["999002".into()],
            ..Listed::default()
        };
        assert_eq!(facts, [Fact::Listed(expected)]);
    }

    #[test]
    fn a_year_of_deletion_closes_only_what_has_ended() {
        for (status, successor, date, closed) in [
            ("D ", "-2", "-2", true),
            ("D ", "-2", "06/30/2020", true),
            ("M", "-2", "-2", false),
            ("M", "-2", "06/30/2020", false),
            ("M", "999002", "06/30/2020", true),
            ("C", "999002", "-2", true),
            ("C", "-2", "-2", false),
            ("G ", "-2", "-2", false),
            ("A ", "-2", "-2", false),
        ] {
            let row = format!("999001,A,,Ash,OH, ,{status},{successor},2020,{date},-83.0,40.0");
            let facts = facts_of(&IMPORTER, format!("{HEADER}\n{row}\n").as_bytes());
            let [Fact::Listed(listed)] = &facts[..] else {
                panic!("{facts:?}");
            };
            assert_eq!(listed.closed.is_some(), closed, "{row}");
        }
    }

    #[test]
    fn wrong_rows_are_refused_with_their_line() {
        let good = "999001,A,,Ash,OH, ,A,-2,-2,-2,-83.0,40.0";
        for (row, part) in [
            (
                "12,A,,Ash,OH, ,A,-2,-2,-2,-83.0,40.0",
                "line 3: UNITID: `12`",
            ),
            ("999002, ,,Ash,OH, ,A,-2,-2,-2,-83.0,40.0", "line 3: INSTNM"),
            (
                "999002,A,,Ash,Ohio, ,A,-2,-2,-2,-83.0,40.0",
                "line 3: STABBR: `Ohio`",
            ),
            (
                "999002,A,,Ash,OH, ,A,-2,-2,-2,-830,40.0",
                "line 3: LONGITUD: `-830`",
            ),
            (
                "999002,A,,Ash",
                "line 3: the row has 4 cells, the header 12",
            ),
        ] {
            let refused = refusal_of(&IMPORTER, format!("{HEADER}\n{good}\n{row}\n").as_bytes());
            assert!(refused.contains(part), "{row}: {refused}");
        }
        let cut = refusal_of(&IMPORTER, format!("{HEADER}\n{good}").as_bytes());
        assert!(cut.contains("line 2: the last line has no end"), "{cut}");
        let columns = refusal_of(&IMPORTER, b"UNITID,INSTNM,CITY\n");
        assert!(
            columns.contains("the columns STABBR, WEBADDR, ACT, NEWID"),
            "{columns}"
        );
        let empty = refusal_of(&IMPORTER, format!("{HEADER}\n").as_bytes());
        assert!(empty.contains("no rows"), "{empty}");
    }
}
