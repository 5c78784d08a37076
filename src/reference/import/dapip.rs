//! DAPIP, the Database of Accredited Postsecondary Institutions and Programs (`InstitutionCampus.csv`),
//! US Department of Education: <https://ope.ed.gov/dapip/#/download-data-files>.
//!
//! Only institutions are taken: the names of their further locations are often those of towns or
//! hospitals. The programmes' own accreditations, in the archive's other files, are not needed.

use super::table::{Row, Table};
use super::{Facts, Format, Importer, Refused, vintage};
use crate::normalise::place;
use crate::reference::Kind;
use crate::reference::fact::{Fact, Listed};

pub(super) static IMPORTER: Importer = Importer {
    kind: Kind::Dapip,
    format: Format::Table {
        marks: &["DapipId", "LocationName", "LocationType"],
        ends_line: false,
        read,
    },
    vintage: vintage::day_in,
};

fn read(table: &mut Table<'_>, facts: &mut Facts<'_>) -> Result<(), Refused> {
    let [id, name, kind, address] =
        table.columns(["DapipId", "LocationName", "LocationType", "Address"])?;
    let units = table.column("IpedsUnitIds");
    while let Some(row) = table.next()? {
        facts.row();
        let number: Option<u64> = row.text(id).parse().ok();
        let number = number.ok_or_else(|| row.wrong(id, "a number is expected"))?;
        if !row.text(kind).eq_ignore_ascii_case("institution") {
            continue;
        }
        let name_cell = row.text(name);
        if name_cell.is_empty() || name_cell == "-" {
            return Err(row.wrong(name, "a name is expected"));
        }
        let (city, state) = town(&row.text(address)).unzip();
        facts.add(Fact::Listed(Listed {
            id: Some(format!("dapip:{number}")),
            unitid: only_unit(&row, units),
            name: name_cell.into_owned(),
            country: state.is_some().then(|| "US".to_owned()),
            city,
            state,
            ..Listed::default()
        }))?;
    }
    Ok(())
}

/// The unit id, if there is exactly one: an entry that stands for several units is told by its name.
fn only_unit(row: &Row<'_>, column: Option<usize>) -> Option<u32> {
    let cell = row.filled(column)?;
    let mut units = cell
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| part.len() == 6);
    let first = units.next()?;
    units
        .all(|other| other == first)
        .then(|| first.parse().ok())?
}

/// Town and state of an American address: `5345 Atlanta Hwy, Montgomery, AL 36109-3378`.
fn town(address: &str) -> Option<(String, String)> {
    let (before, last) = address.rsplit_once(',')?;
    let (state, zip) = last.trim().split_once(' ')?;
    let state = place::us_state(state).filter(|code| *code == state)?;
    let digits = zip.trim().bytes().take_while(u8::is_ascii_digit).count();
    let town = before.rsplit(',').next()?.trim();
    (digits == 5 && !town.is_empty()).then(|| (town.to_owned(), state.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts_of, refusal_of};
    use super::*;

    const HEADER: &str = "DapipId,OpeId,IpedsUnitIds,LocationName,ParentName,ParentDapipId,LocationType,Address,GeneralPhone,AdminName,AdminPhone,AdminEmail,Fax,UpdateDate";

    #[test]
    fn institutions_are_listed_and_their_locations_are_not() {
        let rows = [
            r#""900238","00900300","999001","Northmoor University","-","-","Institution","12 Example Hwy, Ash, OH 43003-3378","","","","","","3/1/2026 12:00:00 AM""#,
            r#""900238003","00900303","","DOWNTOWN CAMPUS","Northmoor University","900238","Additional Location","1 Main St, Ash, OH 43003","","","","","","""#,
            r#""900240","","999003, 999004","Two Units College","-","-","Institution","Nowhere","","","","","","""#,
        ];
        let facts = facts_of(
            &IMPORTER,
            format!("{HEADER}\n{}", rows.join("\n")).as_bytes(),
        );
        let northmoor = Listed {
            id: Some("dapip:900238".into()),
            unitid: Some(999_001),
            name: "Northmoor University".into(),
            country: Some("US".into()),
            state: Some("OH".into()),
            city: Some("Ash".into()),
            ..Listed::default()
        };
        let two = Listed {
            id: Some("dapip:900240".into()),
            name: "Two Units College".into(),
            ..Listed::default()
        };
        assert_eq!(facts, [Fact::Listed(northmoor), Fact::Listed(two)]);
        let refused = refusal_of(
            &IMPORTER,
            format!("{HEADER}\n{}\n", rows[0].replace("900238", "x")).as_bytes(),
        );
        assert!(refused.contains("line 2: DapipId: `x`"), "{refused}");
    }
}
