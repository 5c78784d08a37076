//! IPEDS completions (`C2019_A`): awards by institution, programme and level from July of the year
//! before to June. National Center for Education Statistics, <https://nces.ed.gov/ipeds/use-the-data>,
//! "Complete data files".

use std::collections::{BTreeMap, BTreeSet};

use super::table::{Row, Table};
use super::{Facts, Format, Importer, Refused, vintage};
use crate::reference::fact::{Awarded, Fact};
use crate::reference::{AwardLevel, Kind};

pub(super) static IMPORTER: Importer = Importer {
    kind: Kind::IpedsCompletions,
    format: Format::Table {
        marks: &["UNITID", "CIPCODE", "AWLEVEL"],
        ends_line: true,
        read,
    },
    vintage: |name| vintage::year_after(name, "c", "_a"),
};

/// Levels of awards, certificates included.
const LEVELS: std::ops::RangeInclusive<i64> = 1..=25;

/// First and further majors count alike.
const MAJORS: std::ops::RangeInclusive<i64> = 1..=9;

fn read(table: &mut Table<'_>, facts: &mut Facts<'_>) -> Result<(), Refused> {
    let [unitid, code, major, level] =
        table.columns(["UNITID", "CIPCODE", "MAJORNUM", "AWLEVEL"])?;
    let Some(total) = table.column("CTOTALT") else {
        return Err(Refused::Line(
            1,
            "the column CTOTALT is missing from the header: files of 2007 and before count awards by CRACE \
             columns, which are not read"
                .into(),
        ));
    };
    // What is kept of the file: some twenty codes an institution and level.
    let mut awards = BTreeMap::<u32, BTreeMap<AwardLevel, BTreeSet<u16>>>::new();
    while let Some(row) = table.next()? {
        facts.row();
        let of_school = awards.entry(row.unitid(unitid)?).or_default();
        row.number(major, MAJORS)?;
        let level_code = row.number(level, LEVELS)?;
        let programme = programme(&row, code)?;
        let awarded = awarded(&row, total)?;
        if let (Some(programme), true, Some(level)) = (
            programme,
            awarded,
            AwardLevel::of_code(&level_code.to_string()),
        ) {
            of_school.entry(level).or_default().insert(programme);
        }
    }
    for (unitid, levels) in awards {
        // That it reported, whatever it awarded.
        let mut fact = |level, codes| {
            facts.add(Fact::Awarded(Awarded {
                unitid,
                level,
                codes,
            }))
        };
        fact(None, Vec::new())?;
        for (level, codes) in levels {
            fact(Some(level), codes.into_iter().collect())?;
        }
    }
    Ok(())
}

/// Whether there was any award; `.`, nothing and negative numbers say that none was reported.
fn awarded(row: &Row<'_>, column: usize) -> Result<bool, Refused> {
    let text = row.text(column);
    if matches!(&*text, "" | ".") {
        return Ok(false);
    }
    let count: Option<i64> = text.parse().ok();
    let count = count.ok_or_else(|| row.wrong(column, "a number of awards is expected"))?;
    Ok(count > 0)
}

/// The four-digit code of a programme: 1107 of `11.0701`. `None` of the total over all programmes
/// (`99`) and of those over a family.
fn programme(row: &Row<'_>, column: usize) -> Result<Option<u16>, Refused> {
    let text = row.text(column);
    let wrong = || row.wrong(column, "a programme such as 11.0701 is expected");
    // As a spreadsheet keeps its zeros: ="01.0000".
    let code = text.trim_start_matches('=').trim_matches(['"', '\'', ' ']);
    let (family, programme) = code.split_once('.').unwrap_or((code, ""));
    let digits = |part: &str| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    if family.is_empty() || family.len() > 2 || !digits(family) || !digits(programme) {
        return Err(wrong());
    }
    let family: u16 = family.parse().map_err(|_| wrong())?;
    if family == 0 {
        return Err(wrong());
    }
    if programme.is_empty() || family == 99 {
        return Ok(None);
    }
    // Zeros at the end may have been lost on the way: 11.1 is 11.1000.
    let two: String = programme.chars().chain("00".chars()).take(2).collect();
    let two: u16 = two.parse().map_err(|_| wrong())?;
    Ok(Some(family * 100 + two))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts_of, refusal_of};
    use super::*;

    const HEADER: &str = "UNITID,CIPCODE,MAJORNUM,AWLEVEL,XCTOTALT,CTOTALT,XCTOTALM,CTOTALM";

    #[test]
    fn awards_are_gathered_by_institution_and_level() {
        let rows = [
            "999001,\"11.0701\",1,05,\"R\",12,\"R\",7",
            "999001,11.0101,2,5,R,1,R,0",
            "999001,\"51.3801\",1, 5,\"R\",0,\"R\",0",
            "999002,\"13.12\",1,7,R,3,R,1",
            "999003,\"12.0401\",1,2,R,30,R,1",
            "999001,\"52.0201\",1,7,R,9,R,3",
            "999001,\"99\",1,5,R,99,R,50",
            "999002,\"1.1\",1,7,R,3,R,1",
        ];
        let facts = facts_of(
            &IMPORTER,
            format!("{HEADER}\r\n{}\r\n", rows.join("\r\n")).as_bytes(),
        );
        let fact = |unitid, level, codes: &[u16]| {
            Fact::Awarded(Awarded {
                unitid,
                level,
                codes: codes.to_vec(),
            })
        };
        assert_eq!(
            facts,
            [
                fact(999_001, None, &[]),
                fact(999_001, Some(AwardLevel::Bachelor), &[1101, 1107]),
                fact(999_001, Some(AwardLevel::Master), &[5202]),
                fact(999_002, None, &[]),
                fact(999_002, Some(AwardLevel::Master), &[110, 1312]),
                fact(999_003, None, &[]),
            ]
        );
    }

    #[test]
    fn wrong_files_are_refused() {
        for (row, part) in [
            ("999001,eleven,1,5,R,1,R,1", "line 2: CIPCODE: `eleven`"),
            ("999001,110701,1,5,R,1,R,1", "line 2: CIPCODE"),
            ("999001,11.0701,0,5,R,1,R,1", "line 2: MAJORNUM: `0`"),
            ("999001,11.0701,1,77,R,1,R,1", "line 2: AWLEVEL: `77`"),
            ("999001,11.0701,1,5,R,many,R,1", "line 2: CTOTALT: `many`"),
            (
                "999001,11.0701,1,5,R",
                "line 2: the row has 5 cells, the header 8",
            ),
        ] {
            let refused = refusal_of(&IMPORTER, format!("{HEADER}\n{row}\n").as_bytes());
            assert!(refused.contains(part), "{row}: {refused}");
        }
        let old = refusal_of(
            &IMPORTER,
            b"UNITID,CIPCODE,MAJORNUM,AWLEVEL,CRACE15,CRACE16\n1,1,1,1,1,1\n",
        );
        assert!(old.contains("CTOTALT is missing"), "{old}");
    }
}
