//! The review queue: who to look at first.

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::{frame, words};
use crate::access::Permission;
use crate::application::Stage;
use crate::candidate::CandidateId;
use crate::decision::Outcome;
use crate::explain::visible;
use crate::queue::assign::Assignee;
use crate::queue::{Age, Assigned, Decided};
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
    /// Agencies to choose from, folded, in order.
    pub agencies: Vec<String>,
    /// Rules to choose from: title and id.
    pub rules: Vec<(String, String)>,
    /// Everybody whom candidates are or could be assigned to.
    pub people: Vec<Assignee>,
    /// Filters that have a name.
    pub views: Vec<ViewLink>,
    /// This page's candidates, worst first.
    pub rows: Vec<QueueRow>,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// The cursor of this page.
    pub cursor: String,
    /// Whether this is a further page, so that it offers the way back to the first.
    pub continued: bool,
    /// When the page was made, in milliseconds: what changed since is told while it is looked at.
    pub since: i64,
    /// What a form has done.
    pub done: Option<String>,
    /// What is wrong with a form.
    pub wrong: Option<String>,
    /// The name that was typed for a view.
    pub named: String,
    /// The id of whoever looks at it.
    pub me: String,
}

/// A filter that has a name.
#[derive(Clone, Debug)]
pub struct ViewLink {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it asks for, `?` and all.
    pub query: String,
    /// Whether everybody sees it.
    pub shared: bool,
    /// Whose it is, if not the reader's.
    pub owner: Option<String>,
    /// Whether the reader may take it away.
    pub removable: bool,
}

/// Ages that the form offers; an address can ask for others.
const AGES: [Age; 6] = [
    Age::Within(1),
    Age::Within(7),
    Age::Within(30),
    Age::Older(7),
    Age::Older(30),
    Age::Older(90),
];

/// What a reviewer wants to see. Empty parameters of the form mean "any".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// `next_step=`
    pub next_step: Option<NextStep>,
    /// `stage=`
    pub stage: Option<Stage>,
    /// `source=`
    pub source: Option<String>,
    /// `agency=`
    pub agency: Option<String>,
    /// `rule=`: one that found something.
    pub rule: Option<String>,
    /// `age=`: when the person applied.
    pub age: Option<Age>,
    /// `assigned=`: to whom.
    pub assigned: Option<Assigned>,
    /// `decided=`
    pub decided: Option<Decided>,
    /// `q=`: part of a name, a mail address or an id, or a phone number in any writing.
    pub q: String,
}

impl Filter {
    /// Whether nothing is filtered.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The address of the queue with this filter and more.
    pub fn address_with(&self, more: &[(&str, &str)]) -> String {
        format!("/{}", self.query_of(self.next_step, more))
    }

    /// This filter as it stands in addresses, `?` and all.
    pub fn query(&self) -> String {
        self.query_of(self.next_step, &[])
    }

    /// The address of the queue with this filter, another next step and a cursor.
    fn address(&self, next_step: Option<NextStep>, cursor: &str) -> String {
        format!("/{}", self.query_of(next_step, &[("cursor", cursor)]))
    }

    fn query_of(&self, next_step: Option<NextStep>, more: &[(&str, &str)]) -> String {
        let age = self.age.map(Age::word).unwrap_or_default();
        let text = |value: &'_ Option<String>| value.clone().unwrap_or_default();
        let (source, agency, rule) = (text(&self.source), text(&self.agency), text(&self.rule));
        let mut pairs = vec![
            ("next_step", next_step.map_or("", words::step_word)),
            ("stage", self.stage.map_or("", Stage::word)),
            ("source", &source),
            ("agency", &agency),
            ("rule", &rule),
            ("age", &age),
            (
                "assigned",
                self.assigned.as_ref().map_or("", Assigned::word),
            ),
            ("decided", self.decided.map_or("", Decided::word)),
            ("q", &self.q),
        ];
        pairs.extend(more);
        words::query(&pairs)
    }
}

pub use super::words::sentence;

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
    /// What whoever sees to it is called.
    pub assigned: Option<String>,
    /// What was decided on the latest screening.
    pub decided: Option<Outcome>,
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

    /// Where what is new is told.
    pub fn events_address(&self) -> String {
        let since = self.since.to_string();
        let query = (self.filter).query_of(self.filter.next_step, &[("since", &since)]);
        format!("/queue/events{query}")
    }

    /// This page itself, for forms to come back to.
    fn back(&self) -> String {
        let query = (self.filter).query_of(self.filter.next_step, &[("cursor", &self.cursor)]);
        query.trim_start_matches('?').to_owned()
    }

    /// Whether the reader may assign and keep views.
    #[expect(clippy::unused_self, reason = "the template asks the page")]
    fn may_work(&self) -> bool {
        frame::current().may(Permission::CandidatesWork)
    }

    /// Whether more is asked for than stands in the first row of the form.
    fn asks_more(&self) -> bool {
        let first = Filter {
            next_step: self.filter.next_step,
            stage: self.filter.stage,
            q: self.filter.q.clone(),
            assigned: self.filter.assigned.clone(),
            ..Filter::default()
        };
        first != self.filter
    }

    /// Ages to choose from, each with its word, its label and whether it is chosen.
    fn ages(&self) -> Vec<(String, String, bool)> {
        let other = self.filter.age.filter(|age| !AGES.contains(age));
        let row = |age: Age| {
            let label = match age {
                Age::Within(1) => "Within a day".to_owned(),
                Age::Within(days) => format!("Within {days} days"),
                Age::Older(1) => "Over a day ago".to_owned(),
                Age::Older(days) => format!("Over {days} days ago"),
            };
            (age.word(), label, self.filter.age == Some(age))
        };
        AGES.into_iter().chain(other).map(row).collect()
    }

    /// Whom candidates can be assigned to in the filter, each with its word, its label and whether it is chosen.
    fn assignees(&self) -> Vec<(&str, String, bool)> {
        let groups = [
            ("me", "Me".to_owned()),
            ("nobody", "Nobody".to_owned()),
            ("somebody", "Somebody".to_owned()),
        ];
        let chosen = self.filter.assigned.as_ref().map(Assigned::word);
        let people = self.people.iter();
        let people = people.filter(|one| one.works || chosen == Some(one.id.as_str()));
        let people = people.map(|one| (one.id.as_str(), one.label()));
        groups
            .into_iter()
            .chain(people)
            .map(|(word, label)| (word, label, chosen == Some(word)))
            .collect()
    }

    /// Whether there is a view that the reader may take away.
    fn removes(&self) -> bool {
        self.views.iter().any(|view| view.removable)
    }

    /// Whether a view is what the page shows.
    fn shows(&self, view: &ViewLink) -> bool {
        view.query == self.filter.query()
    }

    /// The agencies to choose from, each with what is shown of it.
    fn agency_labels(&self) -> Vec<(&str, String)> {
        let known = self.agencies.iter();
        let other = self.filter.agency.iter();
        let other = other.filter(|agency| !self.agencies.contains(agency));
        known
            .chain(other)
            .map(|one| (one.as_str(), visible::plain(&visible::short(one, ID_CHARS))))
            .collect()
    }

    /// The rules to choose from: title and id.
    fn rule_labels(&self) -> Vec<(&str, &str)> {
        let known = self
            .rules
            .iter()
            .map(|(title, id)| (title.as_str(), id.as_str()));
        let other = self.filter.rule.as_deref();
        let other = other.filter(|rule| !self.rules.iter().any(|(_, id)| id == rule));
        known.chain(other.map(|rule| (rule, rule))).collect()
    }

    /// The address of this list.
    fn here(&self) -> String {
        self.filter.address_with(&[])
    }

    /// Whether a rule is the one chosen.
    fn chosen_rule(&self, rule: &str) -> bool {
        self.filter.rule.as_deref() == Some(rule)
    }

    /// Whether an agency is the one chosen.
    fn chosen_agency(&self, agency: &str) -> bool {
        self.filter.agency.as_deref() == Some(agency)
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
                ..Filter::default()
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
        let filter = Filter {
            agency: Some("acme".to_owned()),
            rule: Some("x.phone".to_owned()),
            age: Some(Age::Older(30)),
            assigned: Some(Assigned::Me),
            decided: Some(Decided::Open),
            ..Filter::default()
        };
        assert_eq!(
            filter.query(),
            "?agency=acme&rule=x.phone&age=older-30&assigned=me&decided=open"
        );
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
