//! The form of a rule file, and the checks that make a rule of it.
//!
//! Every complaint names the file, the line, and what would be right.

mod checks;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::compile::{self, Wrong};
use super::expr::{Condition, Place};
use super::fault::Fault;
use super::message::Template;
use super::schema::Schema;
use super::testing::{Example, Written};
use super::{Effort, Strength, wording};
use crate::application::Stage;
use checks::{
    Complaint, check_id, check_line, check_list, check_stages, check_weight, complain, replaced,
    rows,
};
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
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Active, Self::Shadow, Self::Off];

    /// The status of this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }

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
    replaces: Option<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    breach: bool,
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
    /// Whether it counts: what its file says, unless a switch says otherwise.
    pub status: Status,
    /// What its file says of that.
    pub written: Status,
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
    /// Rules whose findings count nothing beside one of this rule, which says the same of more:
    /// some may not be there.
    pub replaces: Arc<[Arc<str>]>,
    /// Whether what it sees is against policy whoever the person is: it opens a security ticket by
    /// itself.
    pub breach: bool,
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

    /// The slots of the signals that its condition reads, some more than once.
    pub fn slots(&self) -> impl Iterator<Item = usize> + '_ {
        let reads = self.condition.reads.iter();
        let read = reads.filter_map(|read| match read.place {
            Place::One(slot) | Place::Each { slot, .. } => Some(slot),
            Place::It(_) => None, // of the signal of `for_each`
        });
        self.slot.into_iter().chain(read)
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
            written: self.status,
            for_each: slot.map(|slot| Arc::clone(schema.name(slot))),
            when: self.when.into_inner(),
            message: self.message.into_inner(),
            innocent: self.innocent.into_inner().into(),
            sources: self.sources.into_inner(),
            ask: self
                .ask
                .map_or_else(|| NEUTRAL_ASK.into(), |ask| ask.into_inner().into()),
            effort: self.effort,
            replaces: replaced(self.replaces.as_ref(), id, group)?,
            breach: self.breach,
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
