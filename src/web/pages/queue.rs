//! The review queue: who to look at first.

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::words;
use crate::application::Stage;
use crate::candidate::CandidateId;
use crate::explain::visible;
use crate::rules::NextStep;

/// Longer names are cut in the list; the candidate's page shows them whole. Characters.
const NAME_CHARS: usize = 80;

/// Likewise for what stands below the name. Characters.
const ID_CHARS: usize = 40;

/// The review queue, the highest score first.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "queue/index.html")]
pub struct QueuePage {
    /// What is asked for.
    pub filter: Filter,
    /// Candidates by next step, with the rest of the filter applied.
    pub counts: Counts,
    /// Whether there is any candidate at all, whatever the filter.
    pub any: bool,
    /// Sources to choose from, in order.
    pub sources: Vec<String>,
    /// This page's candidates, worst first.
    pub rows: Vec<QueueRow>,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// Whether this is a further page, so that it offers the way back to the first.
    pub continued: bool,
}

/// What a reviewer wants to see. Empty parameters of the form mean "any".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// `next_step=`
    pub next_step: Option<NextStep>,
    /// `stage=`
    pub stage: Option<Stage>,
    /// `source=`
    pub source: Option<String>,
    /// `q=`: part of a name, a mail address or an external id.
    pub q: String,
}

impl Filter {
    /// Whether nothing is filtered.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The address of the queue with this filter, another next step and a cursor.
    fn address(&self, next_step: Option<NextStep>, cursor: &str) -> String {
        let query = words::query(&[
            ("next_step", next_step.map_or("", words::step_word)),
            ("stage", self.stage.map_or("", Stage::word)),
            ("source", self.source.as_deref().unwrap_or_default()),
            ("q", &self.q),
            ("cursor", cursor),
        ]);
        format!("/{query}")
    }
}

/// How many candidates have each next step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the next steps")]
pub struct Counts {
    pub none: u64,
    pub ask: u64,
    pub verify: u64,
    pub escalate: u64,
}

impl Counts {
    /// The count of a next step.
    pub const fn of(self, step: NextStep) -> u64 {
        match step {
            NextStep::None => self.none,
            NextStep::Ask => self.ask,
            NextStep::Verify => self.verify,
            NextStep::Escalate => self.escalate,
        }
    }

    /// All of them.
    pub const fn all(self) -> u64 {
        self.none + self.ask + self.verify + self.escalate
    }
}

/// A candidate in the queue, by its latest screening.
#[derive(Clone, Debug)]
pub struct QueueRow {
    /// Leads to the candidate's page.
    pub id: CandidateId,
    /// The source's own id.
    pub external_id: String,
    /// Where it came from.
    pub source: String,
    /// The name as written.
    pub name: Option<String>,
    /// Where it stands in hiring.
    pub stage: Stage,
    /// What to do.
    pub next_step: NextStep,
    /// The score, decibans.
    pub score_db: f64,
    /// Titles of the heaviest findings, two or three.
    pub titles: Vec<Arc<str>>,
    /// How many findings there are in all.
    pub findings: usize,
    /// When the person applied.
    pub applied_at: Option<Timestamp>,
    /// When it was screened.
    pub screened_at: Timestamp,
}

impl QueueRow {
    /// The name, or the external id where there is none; cut where it is very long.
    pub fn heading(&self) -> Cow<'_, str> {
        let whole = match &self.name {
            Some(name) if !name.trim().is_empty() => name,
            _ => &self.external_id,
        };
        visible::short(whole, NAME_CHARS)
    }

    /// The source, cut where it is very long.
    pub fn source_short(&self) -> Cow<'_, str> {
        visible::short(&self.source, ID_CHARS)
    }

    /// The source's own id, cut where it is very long.
    pub fn external_id_short(&self) -> Cow<'_, str> {
        visible::short(&self.external_id, ID_CHARS)
    }

    /// How many findings are not listed.
    pub fn more(&self) -> usize {
        self.findings.saturating_sub(self.titles.len())
    }
}

impl QueuePage {
    /// The number of candidates in words.
    pub fn summary(&self) -> String {
        let shown = self
            .filter
            .next_step
            .map_or(self.counts.all(), |step| self.counts.of(step));
        let candidates = match shown {
            1 => "1 candidate".to_owned(),
            n => format!("{n} candidates"),
        };
        let how = if self.filter.is_empty() { "" } else { " match" };
        let how = if shown == 1 && !how.is_empty() {
            " matches"
        } else {
            how
        };
        format!("{candidates}{how}, the highest score first.")
    }

    /// The address of this list with another next step.
    pub fn step_address(&self, step: Option<NextStep>) -> String {
        self.filter.address(step, "")
    }

    /// The address of a further page.
    pub fn page_address(&self, cursor: &str) -> String {
        self.filter.address(self.filter.next_step, cursor)
    }

    /// Whether a next step is the one chosen.
    fn chosen(&self, step: NextStep) -> bool {
        self.filter.next_step == Some(step)
    }

    /// The sources to choose from, each with what is shown of it.
    fn source_labels(&self) -> Vec<(&str, String)> {
        let label = |source: &str| visible::plain(&visible::short(source, ID_CHARS));
        self.sources
            .iter()
            .map(|source| (source.as_str(), label(source)))
            .collect()
    }

    /// Whether a source is the one chosen.
    fn chosen_source(&self, source: &str) -> bool {
        self.filter.source.as_deref() == Some(source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_keep_the_rest_of_the_filter() {
        let page = QueuePage {
            filter: Filter {
                next_step: Some(NextStep::Ask),
                stage: Some(Stage::Offer),
                source: Some("a b".to_owned()),
                q: "x&y".to_owned(),
            },
            ..QueuePage::default()
        };
        assert_eq!(
            page.step_address(Some(NextStep::Verify)),
            "/?next_step=verify&stage=offer&source=a%20b&q=x%26y"
        );
        assert_eq!(
            page.step_address(None),
            "/?stage=offer&source=a%20b&q=x%26y"
        );
        assert_eq!(
            page.page_address("c=1"),
            "/?next_step=ask&stage=offer&source=a%20b&q=x%26y&cursor=c%3D1"
        );
        assert_eq!(QueuePage::default().step_address(None), "/");
    }

    #[test]
    fn the_summary_counts_what_is_asked_for() {
        let counts = Counts {
            none: 5,
            ask: 1,
            verify: 2,
            escalate: 0,
        };
        for (next_step, sentence) in [
            (None, "8 candidates, the highest score first."),
            (
                Some(NextStep::Ask),
                "1 candidate matches, the highest score first.",
            ),
            (
                Some(NextStep::Escalate),
                "0 candidates match, the highest score first.",
            ),
        ] {
            let page = QueuePage {
                filter: Filter {
                    next_step,
                    ..Filter::default()
                },
                counts,
                ..QueuePage::default()
            };
            assert_eq!(page.summary(), sentence);
        }
    }
}
