//! A ring as a sheet: one line for each link, those that were explained too.

use std::collections::HashMap;
use std::io::Write;

use jiff::Timestamp;

use super::{Cell, Sheet};
use crate::candidate::CandidateId;
use crate::error::{Error, Result};
use crate::screening::rings::Whole;
use crate::store::links::Shown;

/// The columns, in an order that never changes; new ones are added at the end.
pub const COLUMNS: &[&str] = &[
    "ring",
    "kind",
    "weight_db",
    "a",
    "a_source",
    "a_external_id",
    "a_name",
    "a_field",
    "a_value",
    "b",
    "b_source",
    "b_external_id",
    "b_name",
    "b_field",
    "b_value",
    "since",
    "explained",
    "explained_by",
    "explained_at",
    "note",
];

/// Writes the links of a ring, the heaviest first.
pub fn write(ring: &Whole, out: impl Write) -> Result<()> {
    let broken = |error: csv::Error| Error::Internal(format!("writing CSV: {error}"));
    let members: HashMap<&CandidateId, &Shown> =
        ring.members.iter().map(|one| (&one.id, one)).collect();
    let mut sheet = Sheet::new(out, COLUMNS).map_err(broken)?;
    for tied in &ring.links {
        let link = &tied.link;
        let since = Timestamp::from(link.found_at).to_string();
        let explained_at = link.explained_at.map(|at| Timestamp::from(at).to_string());
        let mut cells = vec![
            Cell::Text(&ring.row.id),
            Cell::Text(tied.bond.word()),
            Cell::Number(link.weight_db),
        ];
        for id in [&link.a, &link.b] {
            let member = members.get(id);
            let written = ring.written(id, link.hash);
            cells.extend([
                Cell::Text(&id.0),
                Cell::Text(member.map_or("", |one| &one.source)),
                Cell::Text(member.map_or("", |one| &one.external_id)),
                Cell::Text(
                    member
                        .and_then(|one| one.name.as_deref())
                        .unwrap_or_default(),
                ),
                Cell::Text(written.map_or("", |written| &written.field)),
                Cell::Text(written.map_or("", |written| &written.value)),
            ]);
        }
        cells.extend([
            Cell::Text(&since),
            Cell::Text(link.explained.as_deref().unwrap_or_default()),
            Cell::Text(link.explained_by.as_deref().unwrap_or_default()),
            Cell::Text(explained_at.as_deref().unwrap_or_default()),
            Cell::Text(link.note.as_deref().unwrap_or_default()),
        ]);
        sheet.row(&cells).map_err(broken)?;
    }
    sheet
        .finish()
        .map_err(|error| Error::Internal(format!("writing CSV: {error}")))
}
