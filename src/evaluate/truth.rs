//! The truth as a CSV: one line a record, with the ring that it really belongs to.
//!
//! Columns: `external_id` and `ring` (empty: a genuine applicant); if wanted `source`, `group` (what
//! kind of person, for rates by group) and `person` (records of one person are no pair).

use std::collections::HashMap;
use std::io::Read;

/// The columns, of which the first two must be there.
const COLUMNS: [&str; 5] = ["external_id", "ring", "source", "group", "person"];

/// The group of genuine people without one.
const UNGROUPED: &str = "genuine";

/// The group of members without one.
const MEMBERS: &str = "members";

/// What is wrong with a file of the truth.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Wrong {
    /// The header has a column that nobody reads, such as a misspelt one.
    #[error("unknown column `{0}`; the columns are external_id, ring, source, group and person")]
    Column(String),
    /// A column stands in the header twice.
    #[error("the column `{0}` is there twice")]
    Twice(String),
    /// A column that must be there is not.
    #[error("the column `{0}` is missing")]
    Missing(&'static str),
    /// A line has no id.
    #[error("line {0}: external_id is empty")]
    Empty(u64),
    /// A record is described twice.
    #[error("line {line}: {id} was already on line {before}")]
    Again {
        /// Where.
        line: u64,
        /// Which.
        id: String,
        /// Where else.
        before: u64,
    },
    /// It is no CSV.
    #[error("{0}")]
    Csv(String),
    /// It has a header and nothing else.
    #[error("there is no record in it")]
    Nothing,
}

/// What is true of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// The ring, by its place in [`Truth::rings`]; `None` for a genuine applicant.
    pub ring: Option<u32>,
    /// The group, by its place in [`Truth::groups`].
    pub group: u16,
    /// The person, by number; records without one are each another person's.
    pub person: Option<u32>,
    /// Under which source it was found.
    pub found: Option<Box<str>>,
    /// Where it stands in the file.
    line: u64,
}

/// What is true of all records.
#[derive(Debug, Default)]
pub struct Truth {
    /// By id, under a source or without one.
    known: HashMap<Box<str>, Known>,
    /// Their names, in the order of their appearance.
    pub(super) groups: Vec<String>,
    /// Likewise.
    pub(super) rings: Vec<String>,
}

/// Gives each name a number.
#[derive(Default)]
struct Names(HashMap<String, usize>, Vec<String>);

impl Names {
    fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.0.get(name) {
            return *number;
        }
        self.1.push(name.to_owned());
        self.0.insert(name.to_owned(), self.1.len() - 1);
        self.1.len() - 1
    }
}

impl Truth {
    /// Reads a CSV.
    pub fn read(from: impl Read) -> Result<Self, Wrong> {
        let csv = |error: csv::Error| Wrong::Csv(error.to_string());
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(from);
        let header = reader.headers().map_err(csv)?.clone();
        let mut at = [None; COLUMNS.len()];
        for (place, name) in header.iter().enumerate() {
            let name = name.trim_start_matches('\u{feff}');
            let Some(column) = COLUMNS.iter().position(|known| *known == name) else {
                return Err(Wrong::Column(name.to_owned()));
            };
            if at[column].replace(place).is_some() {
                return Err(Wrong::Twice(name.to_owned()));
            }
        }
        for column in 0..2 {
            if at[column].is_none() {
                return Err(Wrong::Missing(COLUMNS[column]));
            }
        }
        let mut known = HashMap::new();
        let (mut groups, mut rings, mut persons) =
            (Names::default(), Names::default(), Names::default());
        let mut row = csv::StringRecord::new();
        while reader.read_record(&mut row).map_err(csv)? {
            let line = row.position().map_or(0, csv::Position::line);
            let cell = |column: usize| at[column].and_then(|at| row.get(at)).unwrap_or_default();
            let [id, ring, source, group, person] = std::array::from_fn(cell);
            if id.is_empty() {
                return Err(Wrong::Empty(line));
            }
            let ring = (!ring.is_empty()).then(|| narrow(rings.number(ring)));
            let group = match (group, ring) {
                ("", None) => UNGROUPED,
                ("", Some(_)) => MEMBERS,
                (group, _) => group,
            };
            let one = Known {
                ring,
                group: u16::try_from(groups.number(group))
                    .map_err(|_| Wrong::Csv("too many groups".into()))?,
                person: (!person.is_empty()).then(|| narrow(persons.number(person))),
                found: None,
                line,
            };
            if let Some(before) = known.insert(key(source, id), one) {
                return Err(Wrong::Again {
                    line,
                    id: id.to_owned(),
                    before: before.line,
                });
            }
        }
        if known.is_empty() {
            return Err(Wrong::Nothing);
        }
        Ok(Self {
            known,
            groups: groups.1,
            rings: rings.1,
        })
    }

    /// What is true of a record, if anything was said: under its source, else under none.
    pub(super) fn of(&mut self, source: &str, external_id: &str) -> Option<&mut Known> {
        let named = key(source, external_id);
        let key = if self.known.contains_key(&named) {
            named
        } else {
            key("", external_id)
        };
        self.known.get_mut(&key)
    }

    /// Every record that the truth knows, in the order of the file, as `id` or `source/id`.
    pub(super) fn all(&self) -> Vec<(String, &Known)> {
        let mut all: Vec<_> = self.known.iter().collect();
        all.sort_unstable_by_key(|(_, known)| known.line);
        let written = |key: &str| match key.split_once(BETWEEN) {
            Some(("", id)) => id.to_owned(),
            Some((source, id)) => format!("{source}/{id}"),
            None => key.to_owned(),
        };
        all.into_iter()
            .map(|(key, known)| (written(key), known))
            .collect()
    }
}

/// Stands between source and id, and in neither.
const BETWEEN: char = '\u{0}';

fn key(source: &str, external_id: &str) -> Box<str> {
    format!("{source}{BETWEEN}{external_id}").into()
}

/// Numbers count lines of one file.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Truth, Wrong};

    #[test]
    fn a_wrong_file_says_what_is_wrong() {
        let cases = [
            ("external_id,rnig\na,1\n", "unknown column `rnig`"),
            ("ring\n1\n", "the column `external_id` is missing"),
            ("external_id\n1\n", "the column `ring` is missing"),
            (
                "external_id,ring,ring\na,1,1\n",
                "the column `ring` is there twice",
            ),
            ("external_id,ring\n", "there is no record in it"),
            (
                "external_id,ring\na,\n,r1\n",
                "line 3: external_id is empty",
            ),
            (
                "external_id,ring\na,\nb,\na,r1\n",
                "line 4: a was already on line 2",
            ),
            ("external_id,ring\na\n", "record"),
        ];
        for (text, reason) in cases {
            let wrong = Truth::read(text.as_bytes()).unwrap_err().to_string();
            assert!(wrong.contains(reason), "{text:?}: {wrong}");
        }
    }

    #[test]
    fn an_id_may_stand_under_each_source_once() -> Result<(), Wrong> {
        let text = "\u{feff}source,external_id,person,ring,group\r\nats,a,p1,r1,\r\nfile,a,,,couples\r\n,b,,,\r\n";
        let mut truth = Truth::read(text.as_bytes())?;
        assert_eq!(truth.groups, ["members", "couples", "genuine"]);
        assert_eq!(truth.of("ats", "a").unwrap().ring, Some(0));
        assert_eq!(truth.of("file", "a").unwrap().ring, None);
        assert!(truth.of("api", "a").is_none());
        assert_eq!(truth.of("any", "b").unwrap().group, 2);
        let all: Vec<_> = truth.all().into_iter().map(|(id, _)| id).collect();
        assert_eq!(all, ["ats/a", "file/a", "b"]);
        Ok(())
    }
}
