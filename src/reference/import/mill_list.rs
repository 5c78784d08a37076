//! The operator's own list of diploma mills: CSV with `name,aliases,source,listed_on`; aliases are
//! separated by `;` or `|`, further columns are the operator's own business.
//!
//! Such a list holds something against people, so every row must say who lists the name, and since when.

use super::table::Table;
use super::{Facts, Format, Importer, Refused, vintage};
use crate::candidate::PartialDate;
use crate::reference::Kind;
use crate::reference::fact::{Fact, Mill};

pub(super) static IMPORTER: Importer = Importer {
    kind: Kind::MillList,
    format: Format::Table {
        marks: &["name", "source", "listed_on"],
        ends_line: false,
        read,
    },
    vintage: vintage::day_in,
};

fn read(table: &mut Table<'_>, facts: &mut Facts<'_>) -> Result<(), Refused> {
    let [name, source, listed_on] = table.columns(["name", "source", "listed_on"])?;
    let aliases = table.column("aliases");
    while let Some(row) = table.next()? {
        facts.row();
        for column in [name, source, listed_on] {
            if row.text(column).is_empty() {
                return Err(row.wrong(
                    column,
                    "the list needs a name, its source and the day of listing in every row",
                ));
            }
        }
        let day = PartialDate::parse(&row.text(listed_on))
            .map_err(|_| row.wrong(listed_on, "a date is expected: YYYY, YYYY-MM or YYYY-MM-DD"))?;
        let others = row.filled(aliases).unwrap_or_default();
        let others = others.split([';', '|']).map(str::trim);
        facts.add(Fact::Mill(Mill {
            name: row.text(name).into_owned(),
            aliases: others
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
            source: row.text(source).into_owned(),
            listed_on: Some(day),
        }))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts_of, refusal_of};
    use super::*;

    #[test]
    fn every_entry_says_where_it_comes_from() {
        let header = "Name,Aliases,Source,Listed_On,note";
        let row = "Northmoor Degree Centre,NDC Online; Northmoor DC,Example register,2019-05,ours";
        let mill = Mill {
            name: "Northmoor Degree Centre".into(),
            aliases: vec!["NDC Online".into(), "Northmoor DC".into()],
            source: "Example register".into(),
            listed_on: PartialDate::new(2019, Some(5), None),
        };
        for text in [
            format!("{header}\n{row}"),
            format!("\u{feff}{header}\r\n{row}\r\n\r\n"),
            format!("{header}\n{row}\n")
                .replace("; ", " | ")
                .replace(',', ";"),
        ] {
            assert_eq!(
                facts_of(&IMPORTER, text.as_bytes()),
                [Fact::Mill(mill.clone())],
                "{text}"
            );
        }
        for (from, to, part) in [
            ("Example register", "", "line 2: source"),
            ("2019-05", "", "line 2: listed_on"),
            (
                "2019-05",
                "last May",
                "line 2: listed_on: `last May`: a date is expected",
            ),
            ("Northmoor Degree Centre", " ", "line 2: name"),
        ] {
            let refused = refusal_of(
                &IMPORTER,
                format!("{}\n{}\n", header.to_lowercase(), row.replace(from, to)).as_bytes(),
            );
            assert!(refused.contains(part), "{refused}");
        }
    }
}
