//! Studies beside what the public record says of them, and studies and work over time.
//!
//! What is told here is what the screening saw: its stored signals, not today's reference data.
//! Nothing is judged: what stands out has the number of the finding that says so.

mod evidence;
mod saw;
#[cfg(test)]
mod tests;
mod times;

use jiff::civil::Date;

use crate::candidate::Candidate;
use crate::explain::timeline::{self, Lane, Timeline};
use crate::explain::visible;
use crate::rules::Finding;
use crate::signals::Facts;
use saw::{LONGEST, Saw};

pub use evidence::{Line, NoData, School, State, Study, Topic};

/// So many studies are told of at most; the record has them all.
const STUDIES: usize = 40;

/// So many of them unfolded.
pub const UNFOLDED: usize = 6;

/// The panel.
#[derive(Clone, Debug, Default)]
pub struct Panel {
    /// The claims of study with their evidence.
    pub studies: Vec<Study>,
    /// Studies and jobs over time; `None` where nothing is dated.
    pub picture: Option<Timeline>,
    /// The same in words, in the picture's order.
    pub entries: Vec<Entry>,
    /// Entries that are too many to show.
    pub left_out: usize,
}

/// A study or a job in the table beside the picture.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Which.
    pub lane: Lane,
    /// Where it stands.
    pub field: String,
    /// As written.
    pub written: String,
    /// Its dates in words.
    pub when: String,
    /// Numbers of the findings in which it stands.
    pub findings: Vec<usize>,
}

impl Entry {
    /// What was written, cut to a few lines.
    pub fn short(&self) -> String {
        visible::short(&self.written, LONGEST).into_owned()
    }
}

impl Panel {
    /// The panel of what was screened: `facts` are what the screening saw, `findings` what was
    /// made of them; jobs that go on are drawn up to `today`.
    pub fn of(candidate: &Candidate, facts: &Facts, findings: &[Finding], today: Date) -> Self {
        let saw = Saw { facts, findings };
        let studies: Vec<Study> = saw
            .rows("education")
            .into_iter()
            .flatten()
            .take(STUDIES)
            .map(|claim| saw.study(&claim))
            .collect();
        let items = saw.items(candidate);
        let order = timeline::order(&items);
        let entries = order.iter().map(|&at| {
            let item = &items[at];
            let job = at.wrapping_sub(candidate.education.len());
            let (field, written) = match item.lane {
                Lane::Study => (&candidate.education[at].field, &candidate.education[at].raw),
                Lane::Work => (&candidate.work[job].field, &candidate.work[job].raw),
            };
            Entry {
                lane: item.lane,
                field: field.clone(),
                written: written.clone(),
                when: item.when.clone(),
                findings: item.findings.clone(),
            }
        });
        Self {
            studies,
            entries: entries.collect(),
            picture: timeline::draw(&items, &saw.clashes(candidate), today),
            left_out: items.len() - order.len(),
        }
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.studies.is_empty() && self.entries.is_empty()
    }

    /// What the shapes of the picture mean, those that it has.
    pub fn legend(&self) -> String {
        let rows = || self.picture.iter().flat_map(|picture| &picture.rows);
        let mut told = vec!["Filled: sure by the dates."];
        for (holds, words) in [
            (
                rows().any(|row| !row.is_sure()),
                "Pale: the dates leave it open.",
            ),
            (
                rows().any(|row| row.goes_on.is_some()),
                "Pointed: it goes on.",
            ),
            (
                rows().any(|row| row.opened.or(row.closed).is_some()),
                "Bracket: the institution opened or closed.",
            ),
            (
                rows().any(|row| row.flag.is_some()),
                "▲ and a number: it stands in that finding.",
            ),
            (
                (self.picture.iter()).any(|picture| !picture.clashes.is_empty()),
                "Shaded column: two of them at once, far apart.",
            ),
        ] {
            if holds {
                told.push(words);
            }
        }
        told.push("Dashed line: the application.");
        told.join(" ")
    }

    /// How many claims of study an institution was recognised in, in a sentence.
    pub fn summary(&self) -> String {
        let recognised = self.studies.iter().filter(|study| study.school.is_some());
        match (self.studies.len(), recognised.count()) {
            (0, _) => "No study is claimed.".to_owned(),
            (1, 0) => "1 claim of study; its institution was not recognised.".to_owned(),
            (1, _) => "1 claim of study; its institution was recognised.".to_owned(),
            (all, 0) => format!("{all} claims of study; no institution was recognised."),
            (all, n) if all == n => {
                format!("{all} claims of study; every institution was recognised.")
            }
            (all, n) => format!("{all} claims of study; {n} of their institutions recognised."),
        }
    }
}
