//! IPEDS institutional characteristics (`IC2020`): calendar system and levels offered. National Center
//! for Education Statistics, <https://nces.ed.gov/ipeds/use-the-data>, "Complete data files".

use super::table::{Row, Table};
use super::{Facts, Format, Importer, Refused, vintage};
use crate::reference::fact::{Fact, Taught};
use crate::reference::{AwardLevel, Calendar, Kind};

pub(super) static IMPORTER: Importer = Importer {
    kind: Kind::IpedsIc,
    format: Format::Table {
        marks: &["UNITID", "CALSYS", "LEVEL5"],
        ends_line: true,
        read,
    },
    vintage: |name| vintage::year_after(name, "ic", ""),
};

fn read(table: &mut Table<'_>, facts: &mut Facts<'_>) -> Result<(), Refused> {
    let [unitid, calendar, associate, bachelor, master] =
        table.columns(["UNITID", "CALSYS", "LEVEL3", "LEVEL5", "LEVEL7"])?;
    let mut levels = vec![
        (associate, AwardLevel::Associate),
        (bachelor, AwardLevel::Bachelor),
        (master, AwardLevel::Master),
    ];
    // Doctorates of three kinds since 2010, one kind and a first professional degree before.
    if table.column("LEVEL17").is_some() {
        let [research, professional, other] = table.columns(["LEVEL17", "LEVEL18", "LEVEL19"])?;
        levels.push((research, AwardLevel::Doctor));
        levels.push((professional, AwardLevel::Professional));
        levels.push((other, AwardLevel::Doctor));
    }
    for (name, level) in [
        ("LEVEL9", AwardLevel::Doctor),
        ("LEVEL10", AwardLevel::Professional),
    ] {
        if let Some(column) = table.column(name) {
            levels.push((column, level));
        }
    }
    if table.column("LEVEL9").is_none() {
        table.columns(["LEVEL17"])?;
    }
    while let Some(row) = table.next()? {
        facts.row();
        let mut offered = Vec::new();
        for &(column, level) in &levels {
            if offers(&row, column)? && !offered.contains(&level) {
                offered.push(level);
            }
        }
        facts.add(Fact::Taught(Taught {
            unitid: row.unitid(unitid)?,
            calendar: system(&row, calendar)?,
            levels: offered,
        }))?;
    }
    Ok(())
}

/// Whether a level is offered: `1`; `0` and `-2` (not applicable) say no, `-1`, `.` and nothing that it
/// was not reported.
fn offers(row: &Row<'_>, column: usize) -> Result<bool, Refused> {
    match &*row.text(column) {
        "1" => Ok(true),
        "0" | "2" | "-1" | "-2" | "." | "" => Ok(false),
        _ => Err(row.wrong(column, "0, 1, -1 or -2 is expected")),
    }
}

fn system(row: &Row<'_>, column: usize) -> Result<Option<Calendar>, Refused> {
    let code = row.text(column);
    match &*code {
        "-1" | "-2" | "." | "" => Ok(None),
        code => match Calendar::of_code(code) {
            Some(calendar) => Ok(Some(calendar)),
            None => Err(row.wrong(column, "1 to 7, -1 or -2 is expected")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts_of, refusal_of};
    use super::*;

    #[test]
    fn levels_are_read_in_the_columns_of_either_time() {
        use AwardLevel::{Associate, Bachelor, Doctor, Master, Professional};
        for (text, calendar, levels) in [
            (
                "UNITID,LEVEL3,LEVEL5,LEVEL7,LEVEL17,LEVEL18,LEVEL19,CALSYS\n999001,0,1,1,1,1,1,2\n",
                Some(Calendar::Quarter),
                &[Bachelor, Master, Doctor, Professional][..],
            ),
            (
                "unitid,level3,level5,level7,level9,level10,calsys\n999001,1,1,0,0,1,-2\n",
                None,
                &[Associate, Bachelor, Professional],
            ),
            (
                "UNITID,LEVEL3,LEVEL5,LEVEL7,LEVEL17,LEVEL18,LEVEL19,CALSYS\n999001,-2,-2,-2,-2,-2,-2,7\n",
                Some(Calendar::Continuous),
                &[],
            ),
        ] {
            let taught = Taught {
                unitid: 999_001,
                calendar,
                levels: levels.to_vec(),
            };
            assert_eq!(facts_of(&IMPORTER, text.as_bytes()), [Fact::Taught(taught)]);
        }
    }

    #[test]
    fn values_out_of_range_are_refused() {
        let header = "UNITID,LEVEL3,LEVEL5,LEVEL7,LEVEL17,LEVEL18,LEVEL19,CALSYS";
        for (row, part) in [
            ("999001,0,1,1,0,0,0,9", "line 2: CALSYS: `9`"),
            ("999001,0,yes,1,0,0,0,1", "line 2: LEVEL5: `yes`"),
            ("99900,0,1,1,0,0,0,1", "line 2: UNITID"),
        ] {
            let refused = refusal_of(&IMPORTER, format!("{header}\n{row}\n").as_bytes());
            assert!(refused.contains(part), "{row}: {refused}");
        }
        let none = refusal_of(
            &IMPORTER,
            b"UNITID,LEVEL3,LEVEL5,LEVEL7,CALSYS\n999001,0,1,1,1\n",
        );
        assert!(none.contains("the column LEVEL17 is missing"), "{none}");
    }
}
