//! College Scorecard, data by field of study (`FieldOfStudyData1819_1920_PP.csv`), US Department of
//! Education: <https://collegescorecard.ed.gov/data>. Small numbers are left out of it, so it says what
//! was awarded, never what was not.

use std::collections::{BTreeMap, BTreeSet};

use super::table::{Row, Table};
use super::{Facts, Format, Importer, Refused};
use crate::reference::fact::{Awarded, Fact, SomeAwarded};
use crate::reference::{AwardLevel, Kind, Vintage};

pub(super) static IMPORTER: Importer = Importer {
    kind: Kind::ScorecardFos,
    format: Format::Table {
        marks: &["UNITID", "CIPCODE", "CREDLEV"],
        ends_line: false,
        read,
    },
    vintage: last_year,
};

/// The later of the two years pooled in a file, 2020 of `fieldofstudydata1819_1920_pp.csv`.
fn last_year(name: &str) -> Option<Vintage> {
    let years = name.strip_prefix("fieldofstudydata")?.split('_').nth(1)?;
    let (_, last) = years.split_at_checked(2)?;
    let last: i16 = last.parse().ok().filter(|last| (0..100).contains(last))?;
    (years.len() == 4).then_some(Vintage::Year(2000 + last))
}

/// Levels of credentials (`CREDLEV`), certificates included.
const LEVELS: std::ops::RangeInclusive<i64> = 1..=8;

const fn level(code: i64) -> Option<AwardLevel> {
    Some(match code {
        2 => AwardLevel::Associate,
        3 => AwardLevel::Bachelor,
        5 => AwardLevel::Master,
        6 => AwardLevel::Doctor,
        7 => AwardLevel::Professional,
        _ => return None,
    })
}

fn read(table: &mut Table<'_>, facts: &mut Facts<'_>) -> Result<(), Refused> {
    let [unitid, code, credential, earlier, later] =
        table.columns(["UNITID", "CIPCODE", "CREDLEV", "IPEDSCOUNT1", "IPEDSCOUNT2"])?;
    let mut awards = BTreeMap::<(u32, bool, AwardLevel), BTreeSet<u16>>::new();
    while let Some(row) = table.next()? {
        facts.row();
        let credential = level(row.number(credential, LEVELS)?);
        let programme = row.number(code, 1..=9999)?;
        // Schools that left the federal files have no unit id any more.
        if unknown(&row.text(unitid)) {
            continue;
        }
        let unitid = row.unitid(unitid)?;
        let (Some(level), Ok(programme)) = (credential, u16::try_from(programme)) else {
            continue;
        };
        for (column, is_later) in [(earlier, false), (later, true)] {
            if awarded(&row, column)? {
                awards
                    .entry((unitid, is_later, level))
                    .or_default()
                    .insert(programme);
            }
        }
    }
    let last = facts.year();
    for ((unitid, is_later, level), codes) in awards {
        facts.add(Fact::SomeAwarded(SomeAwarded {
            year: if is_later { last } else { last - 1 },
            awarded: Awarded {
                unitid,
                level: Some(level),
                codes: codes.into_iter().collect(),
            },
        }))?;
    }
    Ok(())
}

/// How the Scorecard writes what is not known or not told.
fn unknown(text: &str) -> bool {
    matches!(text, "" | "NULL" | "NA" | "PS" | "PrivacySuppressed")
}

fn awarded(row: &Row<'_>, column: usize) -> Result<bool, Refused> {
    let text = row.text(column);
    if unknown(&text) {
        return Ok(false);
    }
    let count: Option<f64> = text.parse().ok();
    let count = count.ok_or_else(|| row.wrong(column, "a number of awards is expected"))?;
    Ok(count > 0.0)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{YEAR, facts_of, refusal_of};
    use super::*;

    const HEADER: &str = "UNITID,OPEID6,INSTNM,CONTROL,MAIN,CIPCODE,CIPDESC,CREDLEV,CREDDESC,IPEDSCOUNT1,IPEDSCOUNT2,DEBT_ALL_STGP_ANY_N";

    #[test]
    fn each_of_the_two_years_keeps_its_awards() {
        let rows = [
            "999001,001002,Northmoor College,Public,1,0100,\"Agriculture, General.\",3,Bachelor's Degree,4,NULL,PrivacySuppressed",
            "999001,001002,Northmoor College,Public,1,1107,Computer Science.,3,Bachelor's Degree,5,7,PS",
            "999001,001002,Northmoor College,Public,1,5138,Nursing.,3,Bachelor's Degree,NULL,NULL,NULL",
            "999001,001002,Northmoor College,Public,1,5138,Nursing.,1,Undergraduate Certificate,9,9,NULL",
            "NULL,001003,Closed College,Public,1,5138,Nursing.,3,Bachelor's Degree,9,9,NULL",
        ];
        let facts = facts_of(
            &IMPORTER,
            format!("{HEADER}\n{}\n", rows.join("\n")).as_bytes(),
        );
        let fact = |year, codes: &[u16]| {
            let awarded = Awarded {
                unitid: 999_001,
                level: Some(AwardLevel::Bachelor),
                codes: codes.to_vec(),
            };
            Fact::SomeAwarded(SomeAwarded { year, awarded })
        };
        assert_eq!(facts, [fact(YEAR - 1, &[100, 1107]), fact(YEAR, &[1107])]);
        let refused = refusal_of(
            &IMPORTER,
            format!("{HEADER}\n{}\n", rows[0].replace(",3,", ",9,")).as_bytes(),
        );
        assert!(refused.contains("line 2: CREDLEV: `9`"), "{refused}");
    }
}
