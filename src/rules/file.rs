//! The form of a rule file, and the checks that make a rule of it.
//!
//! Every complaint names the file, the line, and what would be right.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::compile::{self, Wrong};
use super::expr::Condition;
use super::message::Template;
use super::schema::{Schema, hint};
use super::testing::{Example, Written};
use super::{Effort, Strength, wording};
use crate::application::Stage;
use crate::signals::Shape;

/// What is wrong with a rule file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    /// The file's name, or its path.
    pub file: String,
    /// The line, counted from 1; `None` where it is the file as a whole.
    pub line: Option<usize>,
    /// What is wrong and what would be right.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// Whether a rule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is judged and counts.
    Active,
    /// It is judged and recorded, and counts nothing: a rule on trial.
    Shadow,
    /// It is not judged.
    Off,
}

impl Status {
    /// The word used in rule files and tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Shadow => "shadow",
            Self::Off => "off",
        }
    }
}

/// The question put to a candidate where a rule has none of its own.
pub const NEUTRAL_ASK: &str = "Could you tell us more about this?";

/// Findings of this group speak for the candidate: only they weigh less than nothing.
pub const COUNTER: &str = "counter";

/// The longest review date, title and so on: these are shown in tables.
const LONGEST_LINE: usize = 120;

/// A rule file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: Spanned<String>,
    title: Spanned<String>,
    strength: Spanned<Strength>,
    weight_db: Spanned<f64>,
    stages: Spanned<Vec<Stage>>,
    status: Status,
    for_each: Option<Spanned<String>>,
    when: Spanned<String>,
    message: Spanned<String>,
    innocent: Spanned<Vec<String>>,
    sources: Spanned<Vec<String>>,
    ask: Option<Spanned<String>>,
    #[serde(default)]
    effort: Effort,
    review_by: Option<Spanned<String>>,
    #[serde(default)]
    tests: Vec<Spanned<Written>>,
}

/// A rule, checked and compiled.
#[derive(Debug)]
pub struct Rule {
    /// The file's name without its ending.
    pub id: Arc<str>,
    /// The id's first word.
    pub group: Arc<str>,
    /// What it sees, in a line.
    pub title: Arc<str>,
    /// How much it can say at most.
    pub strength: Strength,
    /// How much it says, decibans.
    pub weight_db: f64,
    /// When it is judged.
    pub stages: Vec<Stage>,
    /// Whether it counts.
    pub status: Status,
    /// The signal on whose rows the condition is tried.
    pub for_each: Option<Arc<str>>,
    /// The condition as written.
    pub when: String,
    /// The message as written.
    pub message: String,
    /// Who is innocently hit.
    pub innocent: Arc<[String]>,
    /// Where the rule comes from.
    pub sources: Vec<String>,
    /// What to ask the candidate.
    pub ask: Arc<str>,
    /// What answering takes.
    pub effort: Effort,
    /// When somebody must look at the rule again.
    pub review_by: Option<Date>,
    /// The examples that test it.
    pub examples: Vec<Example>,
    pub(super) slot: Option<usize>,
    pub(super) condition: Condition,
    pub(super) template: Template,
}

impl Rule {
    /// Whether the rule should have been looked at again before this day.
    pub fn overdue(&self, today: Date) -> bool {
        self.review_by.is_some_and(|date| date < today)
    }

    /// Reads one file.
    pub fn read(file: &str, text: &str, schema: &Schema) -> Result<Self, Fault> {
        let at = |span: Option<Range<usize>>, reason: String| Fault {
            file: file.to_owned(),
            line: span.map(|span| line_of(text, span.start)),
            reason,
        };
        let written: File = toml::from_str(text)
            .map_err(|error| at(error.span(), error.message().trim().replace('\n', " ")))?;
        let stem = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let stem = stem.strip_suffix(".toml").unwrap_or(stem);
        written
            .check(stem, text, schema)
            .map_err(|(span, reason)| at(span, reason))
    }
}

/// The line of a byte, counted from 1.
fn line_of(text: &str, byte: usize) -> usize {
    let before = text.as_bytes().iter().take(byte);
    1 + before.filter(|byte| **byte == b'\n').count()
}

type Complaint = (Option<Range<usize>>, String);

fn complain<T, R>(at: &Spanned<T>, reason: impl Into<String>) -> Result<R, Complaint> {
    Err((Some(at.span()), reason.into()))
}

impl File {
    fn check(self, stem: &str, text: &str, schema: &Schema) -> Result<Rule, Complaint> {
        check_id(&self.id, stem)?;
        let id = self.id.get_ref();
        let group = id.split('.').next().unwrap_or_default();
        check_line("title", &self.title)?;
        check_weight(&self.strength, &self.weight_db, group)?;
        check_stages(&self.stages)?;
        check_list("innocent", &self.innocent, "who is innocently hit")?;
        check_list("sources", &self.sources, "where the rule comes from")?;
        if let Some(ask) = &self.ask
            && ask.get_ref().trim().is_empty()
        {
            return complain(ask, "ask is empty: leave it out, or put a question");
        }
        let asked = self.ask.as_ref().map(|ask| ("ask", ask));
        for (what, words) in [
            ("id", &self.id),
            ("title", &self.title),
            ("message", &self.message),
        ]
        .into_iter()
        .chain(asked)
        {
            if let Some(refusal) = wording::refusal(what, words.get_ref()) {
                return complain(words, refusal);
            }
        }
        let slot = self
            .for_each
            .as_ref()
            .map(|name| rows(name, schema))
            .transpose()?;
        let condition = compile::condition(self.when.get_ref(), schema, slot)
            .or_else(|wrong| complain(&self.when, at_place(self.when.get_ref(), &wrong)))?;
        let template = Template::read(self.message.get_ref(), schema, slot)
            .or_else(|reason| complain(&self.message, format!("message: {reason}")))?;
        if self.message.get_ref().trim().is_empty() {
            return complain(&self.message, "message is empty");
        }
        let review_by = match &self.review_by {
            None => None,
            Some(date) => match date.get_ref().parse::<Date>() {
                Ok(day) => Some(day),
                Err(_) => return complain(date, "review_by is a day such as \"2027-05-01\""),
            },
        };
        let mut examples = Vec::with_capacity(self.tests.len());
        for test in self.tests {
            let span = test.span();
            let line = line_of(text, span.start);
            let example = Example::prepare(test.into_inner(), line, schema)
                .map_err(|reason| (Some(span), reason))?;
            examples.push(example);
        }
        Ok(Rule {
            group: group.into(),
            id: id.as_str().into(),
            title: self.title.into_inner().into(),
            strength: self.strength.into_inner(),
            weight_db: self.weight_db.into_inner(),
            stages: self.stages.into_inner(),
            status: self.status,
            for_each: slot.map(|slot| Arc::clone(schema.name(slot))),
            when: self.when.into_inner(),
            message: self.message.into_inner(),
            innocent: self.innocent.into_inner().into(),
            sources: self.sources.into_inner(),
            ask: self
                .ask
                .map_or_else(|| NEUTRAL_ASK.into(), |ask| ask.into_inner().into()),
            effort: self.effort,
            review_by,
            examples,
            slot,
            condition,
            template,
        })
    }
}

/// A fault of the condition in words, with its place.
fn at_place(when: &str, wrong: &Wrong) -> String {
    match wrong.at {
        None => format!("when: {}", wrong.reason),
        Some(character) => {
            let near: String = when
                .chars()
                .skip(character.saturating_sub(1))
                .take(24)
                .collect();
            format!(
                "when, character {character} (`{}`): {}",
                near.trim(),
                wrong.reason
            )
        }
    }
}

fn check_id(id: &Spanned<String>, stem: &str) -> Result<(), Complaint> {
    let name = id.get_ref();
    if name != stem {
        return complain(
            id,
            format!("id is `{name}`, and the file is named {stem}.toml"),
        );
    }
    let words: Vec<&str> = name.split('.').collect();
    let word = |word: &&str| {
        !word.is_empty()
            && (word.bytes()).all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if words.len() < 2 || !words.iter().all(word) {
        return complain(
            id,
            format!(
                "id `{name}`: a group, a dot and a name in small letters, digits and _, such as phone.plus1_format"
            ),
        );
    }
    Ok(())
}

fn check_line(name: &str, text: &Spanned<String>) -> Result<(), Complaint> {
    let line = text.get_ref().trim();
    if line.is_empty() || line.contains('\n') || line.chars().count() > LONGEST_LINE {
        return complain(
            text,
            format!("{name} is one line of at most {LONGEST_LINE} characters"),
        );
    }
    Ok(())
}

fn check_list(name: &str, list: &Spanned<Vec<String>>, what: &str) -> Result<(), Complaint> {
    let items = list.get_ref();
    if items.is_empty() || items.iter().any(|item| item.trim().is_empty()) {
        return complain(
            list,
            format!("{name} must say {what}, and no item may be empty"),
        );
    }
    Ok(())
}

fn check_weight(
    strength: &Spanned<Strength>,
    weight: &Spanned<f64>,
    group: &str,
) -> Result<(), Complaint> {
    let db = *weight.get_ref();
    if !db.is_finite() {
        return complain(weight, "weight_db must be a finite number of decibans");
    }
    if db < 0.0 && group != COUNTER {
        return complain(
            weight,
            format!("weight_db {db}: only rules of the group `{COUNTER}` weigh less than nothing"),
        );
    }
    if db > 0.0 && group == COUNTER {
        return complain(
            weight,
            format!(
                "weight_db {db}: rules of the group `{COUNTER}` speak for the candidate and weigh less than nothing"
            ),
        );
    }
    let size = db.abs();
    let (word, range, fits) = match strength.get_ref() {
        Strength::Weak => ("weak", "0 to 3", size <= 3.0),
        Strength::Moderate => ("moderate", "over 3 to 7", size > 3.0 && size <= 7.0),
        Strength::Strong => ("strong", "over 7 to 15", size > 7.0 && size <= 15.0),
    };
    if !fits {
        return complain(
            weight,
            format!("weight_db {db}: a {word} rule weighs {range} dB"),
        );
    }
    Ok(())
}

fn check_stages(stages: &Spanned<Vec<Stage>>) -> Result<(), Complaint> {
    let list = stages.get_ref();
    if list.is_empty() {
        return complain(
            stages,
            "stages is empty: at which stages is the rule judged?",
        );
    }
    for (index, stage) in list.iter().enumerate() {
        if list[..index].contains(stage) {
            return complain(stages, format!("stages names {stage} twice"));
        }
    }
    Ok(())
}

/// The slot of the signal of `for_each`.
fn rows(name: &Spanned<String>, schema: &Schema) -> Result<usize, Complaint> {
    let known = || {
        let signals = schema.signals().iter();
        signals
            .filter(|signal| matches!(signal.shape, Shape::Rows(_)))
            .map(|signal| signal.name)
    };
    match schema.slot(name.get_ref()) {
        Some(slot) if matches!(schema.shape(slot), Shape::Rows(_)) => Ok(slot),
        Some(_) => complain(
            name,
            format!(
                "for_each: `{}` is one value and has no rows",
                name.get_ref()
            ),
        ),
        None => complain(
            name,
            format!(
                "for_each: unknown name `{}`{}",
                name.get_ref(),
                hint(name.get_ref(), known())
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::fixture::{file, set};

    /// The one fault of a file whose text was changed.
    fn fault(from: &str, to: &str) -> String {
        let (name, text) = file("a.rule", 2.0, "a.flag && a.count > 3", "");
        assert!(text.contains(from), "{from}");
        fault_of((name, text.replacen(from, to, 1)))
    }

    fn fault_of(file: (String, String)) -> String {
        match set([file]) {
            Ok(_) => panic!("nothing is wrong"),
            Err(faults) => faults.to_string(),
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table of cases")]
    fn a_wrong_file_is_refused_with_its_line_and_reason() {
        let cases = [
            (
                "id = \"a.rule\"",
                "id = \"a.other\"",
                "a.rule.toml:1: id is `a.other`",
            ),
            (
                "weight_db",
                "wieght_db",
                "a.rule.toml:4: unknown field `wieght_db`",
            ),
            (
                "= 2.0",
                "= 5.0",
                "a.rule.toml:4: weight_db 5: a weak rule weighs 0 to 3 dB",
            ),
            (
                "= 2.0",
                "= -2.0",
                "a.rule.toml:4: weight_db -2: only rules of the group `counter`",
            ),
            (
                "= 2.0",
                "= nan",
                "a.rule.toml:4: weight_db must be a finite number",
            ),
            (
                "\"weak\"",
                "\"strong\"",
                "a.rule.toml:4: weight_db 2: a strong rule weighs over 7 to 15",
            ),
            (
                "[\"applied\", \"offer\"]",
                "[]",
                "a.rule.toml:5: stages is empty",
            ),
            (
                "\"applied\", ",
                "\"offer\", ",
                "a.rule.toml:5: stages names offer twice",
            ),
            (
                "\"applied\"",
                "\"hired\"",
                "a.rule.toml:5: unknown variant `hired`",
            ),
            (
                "[\"Somebody.\"]",
                "[]",
                "a.rule.toml:7: innocent must say who is innocently hit",
            ),
            (
                "[\"A report\"]",
                "[\" \"]",
                "a.rule.toml:8: sources must say",
            ),
            (
                "Seen.",
                "Seen {a.cuont}.",
                "a.rule.toml:10: message: unknown name `{a.cuont}`; did you mean `a.count`?",
            ),
            (
                "Seen.",
                "Seen {it.raw}.",
                "a.rule.toml:10: message: `{it.raw}`: without for_each there is no `it`",
            ),
            (
                "Seen.",
                "Seen {a.count.",
                "a.rule.toml:10: message: a `{` without its `}`",
            ),
            (
                "status",
                "for_each = \"phonse\"\nstatus",
                "a.rule.toml:9: for_each: unknown name `phonse`; did you mean `phones`?",
            ),
            (
                "status",
                "for_each = \"a.flag\"\nstatus",
                "a.rule.toml:9: for_each: `a.flag` is one value",
            ),
            (
                "status",
                "review_by = \"soon\"\nstatus",
                "a.rule.toml:9: review_by is a day",
            ),
            (
                "a.count > 3",
                "a.cuont > 3",
                "a.rule.toml:6: when, character 11 (`a.cuont > 3`): unknown name `a.cuont`; did you mean `a.count`?",
            ),
            (
                "title = \"A thing\"",
                "title = \"\"",
                "a.rule.toml:2: title is one line",
            ),
            (
                "title = \"A thing\"",
                "title = \"A fake thing\"",
                "a.rule.toml:2: title: `fake` is a verdict",
            ),
            (
                "Seen.",
                "Seen in Peru.",
                "a.rule.toml:10: message: `peru` names a country",
            ),
            (
                "status",
                "ask = \"Are you Russian?\"\nstatus",
                "a.rule.toml:9: ask: `russian` names a country or its people",
            ),
        ];
        for (from, to, expected) in cases {
            let fault = fault(from, to);
            assert!(fault.starts_with(expected), "{to}\n  {fault}\n  {expected}");
        }
    }

    #[test]
    fn an_example_that_cannot_be_played_is_refused() {
        let head = "[[tests]]\nname = \"x\"\nfires = true\n";
        let cases = [
            ("", "needs given (a record) or signals"),
            (
                "given = { phone = [\"1\"] }",
                "given: a record has no `phone`",
            ),
            (
                "given = { address = { town = \"x\" } }",
                "given: a record has no `address.town`",
            ),
            ("given = { phones = \"1\" }", "given: invalid type"),
            ("given = {}\nsignals = {}", "either given or signals"),
            (
                "signals = { a.cuont = 1 }",
                "signals: unknown name `a.cuont`; did you mean `a.count`?",
            ),
            (
                "signals = { a.count = \"1\" }",
                "signals: `a.count` is a Number",
            ),
            (
                "signals = { phones = [{ rwa = \"1\" }] }",
                "signals: `phones` has no column `rwa`; did you mean `raw`?",
            ),
            (
                "signals = {}\nothers = [{}]",
                "earlier and others go with given",
            ),
            (
                "given = {}\nothers = [{ x = 1 }]",
                "others[0]: a record has no `x`",
            ),
        ];
        for (lines, expected) in cases {
            let fault = fault_of(file("a.rule", 2.0, "a.flag", &format!("{head}{lines}")));
            let expected = format!("a.rule.toml:11: test \"x\": {expected}");
            assert!(
                fault.starts_with(&expected),
                "{lines}\n  {fault}\n  {expected}"
            );
        }
    }

    #[test]
    fn every_wrong_file_of_a_set_is_named() {
        let files = [
            file("a.fine", 2.0, "a.flag", ""),
            file("a.wrong", 2.0, "a.flog", ""),
            file("b.wrong", 2.0, "flag", ""),
        ];
        let faults = set(files).unwrap_err().to_string();
        assert_eq!(faults.lines().count(), 2, "{faults}");
    }

    #[test]
    fn counter_evidence_weighs_less_than_nothing() {
        assert!(set([file("counter.in_person", -15.0, "a.flag", "")]).is_ok());
        assert!(set([file("counter.in_person", 15.0, "a.flag", "")]).is_err());
    }
}
