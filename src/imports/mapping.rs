//! What a file's columns are, and what stands in for what its rows do not name.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Format;
use crate::application::{Application, Stage};
use crate::error::{Result, refused};
use crate::intake::{self, CsvHead, Defaults, Limits, OURS};

/// What somebody says of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mapping {
    /// The headers of its columns; none but of CSV.
    pub headers: Vec<String>,
    /// What each column is, in the words of [`CsvHead::words`].
    pub columns: Vec<String>,
    /// The source of rows that name none.
    pub source: String,
    /// The stage of rows that name none.
    pub stage: Stage,
    /// The agency of rows that name none.
    pub agency: Option<String>,
}

/// What a column can be said to be, and how a form calls it.
pub const FIELDS: [(&str, &str); 37] = [
    ("", "Keep beside the record"),
    ("-", "Leave out"),
    ("external_id", "Id of the application (needed)"),
    ("name", "Name"),
    ("name.first", "First name"),
    ("name.middle", "Middle name"),
    ("name.last", "Last name"),
    ("emails", "E-mail"),
    ("phones", "Phone"),
    ("links", "Profile or site"),
    ("resume_text", "Résumé’s text"),
    ("applied_on", "Applied on"),
    ("applied_at", "Applied at (2026-03-02T14:05:00Z)"),
    ("stage.word", "Stage, in the source’s words"),
    ("stage", "Stage, in ours"),
    ("source", "Source"),
    ("agency", "Agency"),
    ("household", "Household"),
    ("rejected_at", "Turned down at"),
    ("address.line1", "Street"),
    ("address.number", "House number"),
    ("address.line2", "Unit"),
    ("address.city", "City"),
    ("address.region", "State or region"),
    ("address.postal_code", "Postal code"),
    ("address.country", "Country"),
    ("education.0.institution", "School"),
    ("education.0.area", "Field of study"),
    ("education.0.study_type", "Degree"),
    ("education.0.start_date", "Study began (2012-09)"),
    ("education.0.end_date", "Study ended"),
    ("work.0.name", "Employer"),
    ("work.0.position", "Position"),
    ("work.0.start_date", "Employment began (2016-07)"),
    ("work.0.end_date", "Employment ended"),
    ("submission.ip", "IP address"),
    ("submission.time_zone", "Time zone"),
];

impl Mapping {
    /// What seems to hold of a file.
    pub fn likely(head: &CsvHead) -> Self {
        Self {
            headers: head.headers.clone(),
            columns: head.words.clone(),
            source: "file".to_owned(),
            ..Self::default()
        }
    }

    /// The same as was said of another file with the same headers, in whatever order.
    #[must_use]
    pub fn as_before(mut self, before: &Self) -> Self {
        for (header, column) in self.headers.iter().zip(&mut self.columns) {
            let place = before.headers.iter().position(|other| other == header);
            if let Some(word) = place.and_then(|place| before.columns.get(place))
                && !header.starts_with(OURS)
            {
                column.clone_from(word);
            }
        }
        self.source.clone_from(&before.source);
        self.agency.clone_from(&before.agency);
        self.stage = before.stage;
        self
    }

    /// What files with the same headers share; what telltale added does not count.
    pub fn headers_digest(&self) -> String {
        let mut headers: Vec<&str> = self
            .headers
            .iter()
            .map(String::as_str)
            .filter(|header| !header.starts_with(OURS))
            .collect();
        headers.sort_unstable();
        hex(&Sha256::digest(headers.join("\u{1f}")))
    }

    /// What stands in for what rows do not name.
    pub fn defaults(&self) -> Defaults {
        Defaults {
            source: self.source.clone(),
            stage: self.stage,
            agency: self.agency.clone(),
        }
    }

    /// Cells of a row that are not the day which their column is said to be: header and cell.
    pub fn unread<'a>(&'a self, row: &'a Application) -> impl Iterator<Item = (&'a str, &'a str)> {
        let days = self.headers.iter().zip(&self.columns);
        let days = days.filter(|(_, column)| *column == "applied_on");
        days.filter_map(|(header, _)| {
            let header = header.trim();
            Some((header, row.other.get(header)?.as_str()?))
        })
    }

    /// Whether rows can be read by it.
    ///
    /// # Errors
    /// What is wrong, by the form's field.
    pub fn check(&self, format: Format) -> Result<()> {
        if self.source.trim().is_empty() {
            return Err(refused("source", "is missing; rows that name none get it"));
        }
        let agency = self.agency.as_deref().unwrap_or_default();
        for (field, text) in [("source", self.source.as_str()), ("agency", agency)] {
            if text.contains('\0') {
                return Err(refused(field, "holds a NUL character"));
            }
            if text.chars().count() > Limits::ID {
                return Err(refused(field, format!("is over {} characters", Limits::ID)));
            }
        }
        if format == Format::Csv {
            intake::csv_check(&self.headers, &self.columns)
                .map_err(|wrong| refused("columns", wrong.reason))?;
        }
        Ok(())
    }
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(headers: &[&str]) -> CsvHead {
        let text = format!("{}\n", headers.join(","));
        intake::csv_head(text.as_bytes(), 0).unwrap()
    }

    #[test]
    fn what_was_said_of_the_same_headers_holds_again() {
        let mut said = Mapping::likely(&head(&["Nr", "Name", "Mail"]));
        said.columns = ["external_id", "name", "emails"].map(str::to_owned).into();
        said.source = "fair".into();
        let again = head(&["telltale_line", "telltale_reason", "Name", "Nr", "Mail"]);
        let again = Mapping::likely(&again);
        assert_eq!(again.headers_digest(), said.headers_digest());
        let again = again.as_before(&said);
        assert_eq!(again.columns, ["-", "-", "name", "external_id", "emails"]);
        assert_eq!(again.source, "fair");
        assert!(again.check(Format::Csv).is_ok());
    }

    #[test]
    fn a_day_that_cannot_be_read_is_known_from_what_is_kept_beside() {
        let text = "id,name,Applied on\n1,A,03.02.2026\n2,B,2026-03-02\n";
        let mapping = Mapping::likely(&intake::csv_head(text.as_bytes(), 0).unwrap());
        let rows = intake::csv_mapped(text.as_bytes(), mapping.columns.clone(), mapping.defaults());
        let unread: Vec<Vec<(String, String)>> = rows
            .map(|row| {
                let row = row.unwrap();
                let own = |(header, cell): (&str, &str)| (header.to_owned(), cell.to_owned());
                mapping.unread(&row).map(own).collect()
            })
            .collect();
        let first = ("Applied on".to_owned(), "03.02.2026".to_owned());
        assert_eq!(unread, [vec![first], vec![]]);
    }

    #[test]
    fn every_field_of_the_form_is_one_that_columns_can_be() {
        for (word, _) in FIELDS {
            let headers = ["a", "b", "c"].map(str::to_owned);
            let words = ["external_id", "name", word].map(str::to_owned);
            let wrong = intake::csv_check(&headers, &words).err();
            let wrong = wrong.map(|wrong| wrong.reason).unwrap_or_default();
            assert!(
                wrong.is_empty() || wrong.contains("both said"),
                "{word}: {wrong}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said_by_its_field() {
        let good = Mapping::likely(&head(&["id", "name"]));
        let long = "x".repeat(256);
        for (mapping, field) in [
            (
                Mapping {
                    source: " ".into(),
                    ..good.clone()
                },
                "source",
            ),
            (
                Mapping {
                    source: long.clone(),
                    ..good.clone()
                },
                "source",
            ),
            (
                Mapping {
                    agency: Some(long),
                    ..good.clone()
                },
                "agency",
            ),
            (
                Mapping {
                    columns: Vec::new(),
                    ..good.clone()
                },
                "columns",
            ),
        ] {
            let Err(crate::error::Error::Refused(wrong)) = mapping.check(Format::Csv) else {
                panic!("{field} is taken");
            };
            assert_eq!(wrong.field.as_deref(), Some(field));
        }
    }
}
