//! Handing in: a résumé, files of records, and what came of them.

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::words;
use crate::application::{Application, Stage};
use crate::explain::visible;
use crate::imports::{FIELDS, Format, HandedIn, Mapping, Preview, RefusedRow, State};
use crate::intake::OURS;
use crate::rules::NextStep;
use crate::store::imports::Import;

/// Columns that the form asks about; those behind are read as their headers say.
const COLUMNS: usize = 60;

/// Characters of a cell that are shown.
const CELL: usize = 60;

/// The forms.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "intake/new.html")]
pub struct NewIntakePage {
    /// What was typed of a résumé.
    pub entered: HandedIn,
    /// Size of a file of records at the most.
    pub limit_mib: u64,
    /// Why nothing was taken in.
    pub refused: Option<Wrong>,
}

/// What is wrong, and where.
#[derive(Clone, Debug, Default)]
pub struct Wrong {
    /// The form: `resume`, `file` or `mapping`.
    pub of: &'static str,
    /// The field; empty where it is about the whole.
    pub field: String,
    /// What is wrong.
    pub reason: String,
}

impl Wrong {
    /// What is wrong in a sentence.
    pub fn sentence(&self) -> String {
        let field = match self.field.as_str() {
            "" => return self.reason.clone(),
            "file" => "The file",
            "text" => "The text",
            "name" => "The name",
            "external_id" => "The id",
            "agency" => "The agency",
            "source" => "The source",
            "columns" => "The columns",
            field if field.starts_with("emails") => "An e-mail address",
            field if field.starts_with("phones") => "A phone number",
            other => other,
        };
        let reason = &self.reason;
        // Others are a sentence without it.
        let is_of_it = ["is ", "was ", "holds "];
        if !is_of_it.iter().any(|start| reason.starts_with(start)) {
            let mut letters = reason.chars();
            let first = letters.next().map(|c| c.to_uppercase().to_string());
            return first.unwrap_or_default() + letters.as_str();
        }
        format!("{field} {reason}")
    }
}

impl NewIntakePage {
    /// What is wrong with one of the forms.
    pub fn wrong(&self, of: &str) -> Option<String> {
        let wrong = self.refused.as_ref().filter(|wrong| wrong.of == of)?;
        Some(wrong.sentence())
    }

    /// Bytes of a file of records at the most.
    pub const fn limit(&self) -> u64 {
        self.limit_mib << 20
    }

    /// Stages: word, label, chosen.
    pub fn stages(&self) -> Vec<(&'static str, &'static str, bool)> {
        stages(self.entered.stage)
    }
}

fn stages(chosen: Stage) -> Vec<(&'static str, &'static str, bool)> {
    let all = Stage::ALL.into_iter();
    all.map(|stage| (stage.word(), words::stage_label(stage), stage == chosen))
        .collect()
}

/// Every import, the latest first.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "intake/index.html")]
pub struct ImportsPage {
    /// This page's imports.
    pub imports: Vec<ImportRow>,
    /// Behind which id the next page begins.
    pub next: Option<String>,
    /// Whether this is a further page.
    pub continued: bool,
}

/// An import in a list.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// Its id.
    pub id: String,
    /// The file's name.
    pub file_name: String,
    /// Who handed it in.
    pub who: String,
    /// How it is read.
    pub format: Format,
    /// How it stands.
    pub state: State,
    /// Whether somebody asked to stop.
    pub cancelled: bool,
    /// Bytes of it.
    pub size: i64,
    /// Bytes that were read.
    pub bytes_read: i64,
    /// Rows that were read.
    pub rows: i64,
    /// Rows that were refused.
    pub refused: i64,
    /// Cells that are not the date which they should be.
    pub unread: i64,
    /// Candidates that it brought, or brought news of.
    pub candidates: i64,
    /// These by next step, at the end.
    pub steps: Vec<AtStep>,
    /// Why it ended otherwise than it should.
    pub said: Option<String>,
    /// When it came.
    pub created_at: Timestamp,
    /// When it ended.
    pub done_at: Option<Timestamp>,
}

/// How many candidates have a next step.
#[derive(Clone, Copy, Debug)]
pub struct AtStep {
    /// The step.
    pub step: NextStep,
    /// How many.
    pub count: i64,
}

impl ImportRow {
    /// The row of a stored import.
    pub fn of(import: &Import) -> Self {
        let steps = NextStep::ALL.into_iter().rev();
        let count = |step: NextStep| import.steps.0.get(step.word()).copied().unwrap_or(0);
        Self {
            id: import.id.clone(),
            file_name: import.file_name.clone(),
            who: import.who.clone(),
            format: Format::of_word(&import.format),
            state: import.state(),
            cancelled: import.cancelled,
            size: import.size,
            bytes_read: import.bytes_read,
            rows: import.rows_read,
            refused: import.refused,
            unread: import.unread,
            candidates: import.candidates,
            steps: steps
                .map(|step| AtStep {
                    step,
                    count: count(step),
                })
                .collect(),
            said: import.said.clone(),
            created_at: import.created_at.into(),
            done_at: import.done_at.map(Into::into),
        }
    }

    /// The file's name, cut to a line.
    pub fn name(&self) -> String {
        visible::short(&self.file_name, 80).into_owned()
    }

    /// How it stands, in words.
    pub const fn stands(&self) -> &'static str {
        match self.state {
            State::Arriving => "On its way",
            State::Mapping => "Not started",
            State::Waiting | State::Running if self.cancelled => "Stopping",
            State::Waiting => "Waits for its turn",
            State::Running => "Under way",
            State::Done => "Done",
            State::Cancelled => "Stopped",
            State::Failed => "Broke off",
        }
    }

    /// How much of it was read, of a hundred.
    pub fn percent(&self) -> i64 {
        if self.state == State::Done {
            return 100;
        }
        (100 * self.bytes_read.min(self.size) / self.size.max(1)).min(99)
    }

    /// How far it is, in a sentence.
    pub fn progress(&self) -> String {
        let rows = self.unit(self.rows);
        match self.refused {
            0 => format!("{rows} read so far"),
            refused => format!("{rows} read so far, {} of them refused", number(refused)),
        }
    }

    /// What came of it, in a sentence.
    pub fn came_to(&self) -> String {
        let more = match self.rows - self.refused - self.candidates {
            ..=0 => String::new(),
            1 => ", 1 row a further version".to_owned(),
            more => format!(", {} rows further versions", number(more)),
        };
        let brought = format!("{} taken in{more}", count(self.candidates, "candidate"));
        let rows = self.unit(self.rows);
        let refused = match self.refused {
            0 => "none".to_owned(),
            refused => self.unit(refused),
        };
        let unread = match self.unread {
            0 => String::new(),
            unread => format!(
                " {} could not be read and stayed beside the record.",
                count(unread, "date")
            ),
        };
        format!("{rows} read: {brought}, {refused} refused.{unread}")
    }

    fn unit(&self, rows: i64) -> String {
        count(
            rows,
            if self.format == Format::Csv {
                "row"
            } else {
                "record"
            },
        )
    }

    /// Its size.
    pub fn size(&self) -> String {
        let kib = u64::try_from(self.size).unwrap_or_default().div_ceil(1024);
        if kib < 1024 {
            return format!("{kib} KiB");
        }
        format!("{}.{} MiB", kib / 1024, kib % 1024 * 10 / 1024)
    }

    /// The name of the file of its refused rows.
    pub const fn refused_file(&self) -> &'static str {
        match self.format {
            Format::Csv => "refused.csv",
            Format::Lines | Format::Json => "refused.ndjson",
        }
    }
}

fn number(count: i64) -> String {
    words::thousands(count.unsigned_abs())
}

fn count(n: i64, thing: &str) -> String {
    match n {
        1 => format!("1 {thing}"),
        n => format!("{} {thing}s", number(n)),
    }
}

/// One import.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "intake/show.html")]
pub struct ImportPage {
    /// As in the list.
    pub row: ImportRow,
    /// What its columns are.
    pub mapping: Mapping,
    /// How its first rows would be read.
    pub preview: Preview,
    /// An earlier import of the very same file.
    pub same: Option<ImportRow>,
    /// Refused rows, the first of them.
    pub refused: Vec<RefusedShown>,
    /// What is wrong with the form.
    pub wrong: Option<Wrong>,
    /// Whether the form was just kept.
    pub mapped: bool,
    /// Whether a script asks for how far it is.
    pub live: bool,
}

impl Default for ImportPage {
    fn default() -> Self {
        Self {
            row: ImportRow {
                id: String::new(),
                file_name: String::new(),
                who: String::new(),
                format: Format::Csv,
                state: State::Mapping,
                cancelled: false,
                size: 0,
                bytes_read: 0,
                rows: 0,
                refused: 0,
                unread: 0,
                candidates: 0,
                steps: Vec::new(),
                said: None,
                created_at: Timestamp::default(),
                done_at: None,
            },
            mapping: Mapping::default(),
            preview: Preview::default(),
            same: None,
            refused: Vec::new(),
            wrong: None,
            mapped: false,
            live: false,
        }
    }
}

/// A column of the file, as the form asks about it.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its place.
    pub at: usize,
    /// Its header, cut to a line.
    pub header: String,
    /// Its first cells.
    pub samples: Vec<String>,
    /// What it is said to be.
    pub word: String,
}

impl Column {
    /// Whether it is said to be a field.
    pub fn is(&self, word: &&str) -> bool {
        self.word == **word
    }

    /// What it is said to be, as a form can show it.
    pub fn label(&self) -> String {
        visible::plain(&visible::short(&self.word, CELL))
    }

    /// Whether it is something that not every column is offered to be.
    pub fn is_special(&self) -> bool {
        !FIELDS.iter().any(|(word, _)| *word == self.word)
    }
}

/// A row as it would be read.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its number.
    pub n: usize,
    /// What it says, or why it is refused.
    pub said: Result<Person, String>,
}

/// What a row says of a person.
#[derive(Clone, Debug)]
pub struct Person {
    /// The id of the application.
    pub external_id: String,
    /// Its source.
    pub source: String,
    /// The name.
    pub name: String,
    /// Mail addresses and phone numbers.
    pub reach: Vec<String>,
    /// The stage.
    pub stage: Stage,
    /// What else there is.
    pub more: String,
    /// Cells that are not read as what their column is said to be, and why.
    pub unread: Vec<String>,
}

fn unread(header: &str, cell: &str) -> String {
    let (header, shown) = (visible::short(header, CELL), visible::short(cell, CELL));
    format!(
        "{header} is not read: “{shown}” {}",
        crate::intake::csv_unread(cell)
    )
}

impl Person {
    fn of(one: &Application) -> Self {
        let short = |text: &str| visible::short(text, CELL).into_owned();
        let reach = one.emails.iter().chain(&one.phones);
        let resume = one.resume_text.as_ref();
        let parts = [
            one.address.as_ref().map(|_| "an address".to_owned()),
            (!one.education.is_empty()).then(|| words::count(one.education.len(), "school")),
            (!one.work.is_empty()).then(|| words::count(one.work.len(), "job")),
            resume.map(|text| format!("a résumé of {} characters", number_of(text))),
            (!one.other.is_empty())
                .then(|| format!("{} kept beside", words::count(one.other.len(), "value"))),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        Self {
            external_id: short(&one.external_id),
            source: short(&one.source),
            name: short(one.name.as_deref().unwrap_or_default()),
            reach: reach.take(4).map(|text| short(text)).collect(),
            stage: one.stage,
            more: parts.join(", "),
            unread: Vec::new(),
        }
    }
}

fn number_of(text: &str) -> String {
    words::thousands(text.chars().count() as u64)
}

/// A refused row, as a page shows it.
#[derive(Clone, Debug)]
pub struct RefusedShown {
    /// The line it begins on.
    pub line: String,
    /// The field.
    pub field: String,
    /// What is wrong.
    pub reason: String,
}

impl RefusedShown {
    /// A stored one.
    pub fn of(row: RefusedRow) -> Self {
        Self {
            line: row
                .line
                .map_or_else(|| "–".to_owned(), |line| line.to_string()),
            field: row.field.unwrap_or_default(),
            reason: visible::short(&row.reason, 300).into_owned(),
        }
    }
}

impl ImportPage {
    /// Whether it is a CSV.
    pub fn is_csv(&self) -> bool {
        self.row.format == Format::Csv
    }

    /// Whether its columns are still to be named.
    pub fn is_mapping(&self) -> bool {
        self.row.state == State::Mapping
    }

    /// Whether it was stopped by somebody.
    pub fn was_stopped(&self) -> bool {
        self.row.state == State::Cancelled
    }

    /// Columns that the form asks about: not those that telltale added.
    pub fn columns(&self) -> Vec<Column> {
        let short = |text: &String| visible::short(text, CELL).into_owned();
        let columns = self.mapping.headers.iter().zip(&self.mapping.columns);
        let theirs = columns
            .enumerate()
            .filter(|(_, (header, _))| !header.starts_with(OURS));
        let column = |(at, (header, word)): (usize, (&String, &String))| Column {
            at,
            header: if header.trim().is_empty() {
                format!("column {}", at + 1)
            } else {
                short(header)
            },
            samples: (self.preview.head.rows.iter())
                .filter_map(|row| row.get(at))
                .filter(|cell| !cell.trim().is_empty())
                .map(short)
                .collect(),
            word: word.clone(),
        };
        theirs.take(COLUMNS).map(column).collect()
    }

    /// Columns behind those.
    pub fn more_columns(&self) -> usize {
        let ours = |header: &&String| header.starts_with(OURS);
        let theirs = self.mapping.headers.len() - self.mapping.headers.iter().filter(ours).count();
        theirs.saturating_sub(COLUMNS)
    }

    /// What a column can be said to be.
    pub const fn fields(&self) -> &'static [(&'static str, &'static str)] {
        &FIELDS
    }

    /// Stages: word, label, chosen.
    pub fn stages(&self) -> Vec<(&'static str, &'static str, bool)> {
        stages(self.mapping.stage)
    }

    /// The agency of rows that name none.
    pub fn agency(&self) -> &str {
        self.mapping.agency.as_deref().unwrap_or_default()
    }

    /// The first rows, as they would be read.
    pub fn shown(&self) -> Vec<Shown> {
        let rows = self.preview.rows.iter().zip(1..);
        let said = |row: &Result<Application, crate::intake::Refused>| match row {
            Ok(one) => Ok(Person {
                unread: (self.mapping.unread(one))
                    .map(|(header, cell)| unread(header, cell))
                    .collect(),
                ..Person::of(one)
            }),
            Err(refused) => Err(visible::short(&refused.to_string(), 300).into_owned()),
        };
        rows.map(|(row, n)| Shown { n, said: said(row) }).collect()
    }

    /// How many of the first rows would be refused, in a sentence.
    pub fn preview_sum(&self) -> String {
        let all = self.preview.rows.len();
        let refused = self.preview.rows.iter().filter(|row| row.is_err()).count();
        match (all, refused) {
            (0, _) => "There is no row.".to_owned(),
            (1, 0) => "The one row can be read.".to_owned(),
            (all, 0) => format!("The first {all} rows can be read."),
            (all, refused) => format!(
                "Of the first {}, {refused} would be refused.",
                words::count(all, "row")
            ),
        }
    }

    /// The queue, of this source, at one next step.
    pub fn queue(&self, step: &NextStep) -> String {
        let query = words::query(&[("next_step", step.word()), ("source", &self.mapping.source)]);
        format!("/{query}")
    }

    /// Refused rows that are not shown.
    pub fn more_refused(&self) -> i64 {
        let shown = i64::try_from(self.refused.len()).unwrap_or(i64::MAX);
        self.row.refused.saturating_sub(shown)
    }

    /// Whether refused rows were forgotten.
    pub const fn forgot(&self) -> bool {
        self.refused.is_empty() && self.row.refused > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_a_sentence() {
        for (field, reason, want) in [
            (
                "file",
                "is missing; choose one",
                "The file is missing; choose one",
            ),
            (
                "file",
                "the document is encrypted",
                "The document is encrypted",
            ),
            (
                "emails[0]",
                "holds a NUL character",
                "An e-mail address holds a NUL character",
            ),
            (
                "columns",
                "columns 1 and 2 are both said to be name; choose one",
                "Columns 1 and 2 are both said to be name; choose one",
            ),
            (
                "file",
                "it is larger than 11 MiB",
                "It is larger than 11 MiB",
            ),
            ("", "Something", "Something"),
        ] {
            let wrong = Wrong {
                of: "file",
                field: field.into(),
                reason: reason.into(),
            };
            assert_eq!(wrong.sentence(), want);
        }
    }

    #[test]
    fn an_import_is_told_in_words() {
        let mut row = ImportRow {
            size: 2 << 20,
            bytes_read: 1 << 20,
            rows: 12_250,
            refused: 1,
            candidates: 1,
            state: State::Running,
            ..ImportPage::default().row
        };
        assert_eq!(row.percent(), 50);
        assert_eq!(row.progress(), "12,250 rows read so far, 1 of them refused");
        assert_eq!(
            row.came_to(),
            "12,250 rows read: 1 candidate taken in, 12,248 rows further versions, 1 row refused."
        );
        (row.rows, row.unread) = (3, 1);
        assert_eq!(
            row.came_to(),
            "3 rows read: 1 candidate taken in, 1 row a further version, 1 row refused. \
             1 date could not be read and stayed beside the record."
        );
        row.rows = 12_250;
        assert_eq!(row.size(), "2.0 MiB");
        row.bytes_read = row.size;
        assert_eq!(row.percent(), 99, "until it is done");
        row.state = State::Done;
        assert_eq!(row.percent(), 100);
    }
}
