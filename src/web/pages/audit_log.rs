//! The audit log: who did what, and whether the chain holds.

use askama::Template;
use askama_web::WebTemplate;

use super::{figures, words};
use crate::audit::chain::Verdict;
use crate::audit::{Action, Entry};

/// The page.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "audit/index.html")]
pub struct AuditPage {
    /// What is asked for, as it was typed.
    pub asked: Typed,
    /// What is wrong with it.
    pub wrong: Option<String>,
    /// Entries, the latest first.
    pub entries: Vec<Entry>,
    /// The number before which the next page begins.
    pub next: Option<i64>,
    /// What came of a check of the whole chain.
    pub verdict: Option<Verdict>,
    /// The head that it was checked against, as it was typed.
    pub head: String,
}

/// What is asked for, as it stands in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Whose.
    pub who: String,
    /// Which action.
    pub action: String,
    /// Done to what.
    pub object: String,
    /// From when on.
    pub from: String,
    /// Until before when.
    pub to: String,
    /// The number before which the page begins.
    pub before: String,
}

impl Typed {
    /// Whether everything is asked for.
    pub fn is_empty(&self) -> bool {
        let all = [&self.who, &self.action, &self.object, &self.from, &self.to];
        all.iter().all(|one| one.is_empty())
    }

    /// The address of the page that begins before a number.
    pub fn address(&self, before: &str) -> String {
        let query = words::query(&[
            ("who", &self.who),
            ("action", &self.action),
            ("object", &self.object),
            ("from", &self.from),
            ("to", &self.to),
            ("before", before),
        ]);
        format!("/audit{query}")
    }
}

impl AuditPage {
    /// Every action's word.
    pub fn actions(&self) -> Vec<&'static str> {
        let mut words: Vec<_> = Action::ALL.iter().map(|action| action.word()).collect();
        words.sort_unstable();
        words
    }

    /// Entries of one person alone.
    pub fn of_person(&self, entry: &Entry) -> String {
        let who = match &*entry.who_name {
            "" => &entry.who_id,
            name => name,
        };
        format!("/audit{}", words::query(&[("who", who)]))
    }

    /// Entries on one thing alone.
    pub fn of_object(&self, entry: &Entry) -> String {
        format!("/audit{}", words::query(&[("object", &entry.object)]))
    }

    /// The next page.
    pub fn next_page(&self, before: &i64) -> String {
        self.asked.address(&before.to_string())
    }
}
