//! Rings: the list, and one ring with its picture, its table and what is said of its links.

pub mod picture;

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::words::{self, count};
use crate::candidate::CandidateId;
use crate::explain::visible;
use crate::rings::{self, Bond};
use crate::rules::NextStep;
use crate::screening::rings::Reason;
use picture::{Person, Picture, Thing};

/// How old an application is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// Up to a week.
    Week,
    /// Up to 30 days.
    Month,
    /// Up to 90 days.
    Quarter,
    /// Older.
    Older,
}

impl Age {
    /// Every age, the latest first.
    pub const ALL: [Self; 4] = [Self::Week, Self::Month, Self::Quarter, Self::Older];

    /// The age of what came at one time, at another.
    pub fn of(at: Timestamp, now: Timestamp) -> Self {
        match now.duration_since(at).as_hours() / 24 {
            ..7 => Self::Week,
            7..30 => Self::Month,
            30..90 => Self::Quarter,
            _ => Self::Older,
        }
    }

    /// The class in the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Week => "age-a",
            Self::Month => "age-b",
            Self::Quarter => "age-c",
            Self::Older => "age-d",
        }
    }

    /// The age in words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Week => "applied within 7 days",
            Self::Month => "within 30 days",
            Self::Quarter => "within 90 days",
            Self::Older => "before that",
        }
    }
}

/// All rings.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "rings/index.html")]
pub struct RingsPage {
    /// How many there are in all.
    pub all: i64,
    /// Those of this page.
    pub rings: Vec<RingRow>,
    /// Whether the newest come first, else the largest.
    pub newest: bool,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A ring in the list.
#[derive(Clone, Debug)]
pub struct RingRow {
    /// Its id.
    pub id: String,
    /// Distinct people.
    pub identities: i64,
    /// Candidates.
    pub members: i64,
    /// The gravest next step of its members.
    pub next_step: Option<NextStep>,
    /// What ties it.
    pub bonds: Vec<Bond>,
    /// When it was first seen.
    pub found_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
}

impl RingRow {
    /// Its size in words.
    pub fn size(&self) -> String {
        size(self.identities, self.members)
    }

    /// What ties it, in words.
    pub fn ties(&self) -> String {
        rings::labels(&self.bonds)
    }
}

fn size(identities: i64, members: i64) -> String {
    let people = if identities == 1 {
        "1 person".to_owned()
    } else {
        format!("{identities} people")
    };
    if identities == members {
        people
    } else {
        format!("{people} on {members} applications")
    }
}

impl RingsPage {
    /// The list in a sentence.
    pub fn summary(&self) -> String {
        let n = usize::try_from(self.all).unwrap_or(0);
        format!(
            "{}. A ring is people of different names whom identifiers or texts in common tie together: a reason to look, nothing more.",
            count(n, "ring")
        )
    }

    /// Where the list goes on.
    pub fn next_query(&self) -> Option<String> {
        let order = if self.newest { "newest" } else { "" };
        let cursor = self.next.as_deref()?;
        Some(words::query(&[("order", order), ("cursor", cursor)]))
    }
}

/// One ring.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "rings/show.html")]
pub struct RingPage {
    /// Its id.
    pub id: String,
    /// Distinct people.
    pub identities: i64,
    /// When it was first seen.
    pub found_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// What ties it, the commonest first.
    pub bonds: Vec<Bond>,
    /// Its members.
    pub members: Vec<Member>,
    /// What they share, what most share first.
    pub shared: Vec<Shared>,
    /// The weakest of what holds it together.
    pub weakest: Option<Tie>,
    /// Pairs that hold two parts together.
    pub bridges: Vec<Bridge>,
    /// The way between two members, where it was asked for.
    pub path: Option<Path>,
    /// Links that were explained.
    pub explained: Vec<Explained>,
    /// The picture.
    pub picture: Picture,
}

/// A member.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who.
    pub id: CandidateId,
    /// The name as written.
    pub name: Option<String>,
    /// The source.
    pub source: String,
    /// The source's own id.
    pub external_id: String,
    /// The next step, once it was screened.
    pub next_step: Option<NextStep>,
    /// When the person applied.
    pub applied_at: Timestamp,
    /// How long ago.
    pub age: Age,
    /// To how many others it is tied itself.
    pub tied_to: usize,
}

impl Member {
    /// The name, or the external id where there is none.
    pub fn heading(&self) -> &str {
        let name = self.name.as_deref().filter(|name| !name.trim().is_empty());
        name.unwrap_or(&self.external_id)
    }

    /// For lists to choose from: the name and the id at the source.
    pub fn choice(&self) -> String {
        let (name, id) = (self.heading(), &self.external_id);
        visible::plain(&format!(
            "{} ({})",
            visible::short(name, 60),
            visible::short(id, 30)
        ))
    }
}

impl Member {
    /// As the picture needs it.
    pub fn drawn(&self) -> Person {
        Person {
            href: format!("/candidates/{}", self.id),
            label: visible::plain(self.heading()),
            title: format!("{}, {}", self.choice(), self.age.label()),
            age: self.age,
        }
    }
}

impl Shared {
    /// As the picture needs it.
    pub fn drawn(&self) -> Thing {
        let written: Vec<String> = self
            .written
            .iter()
            .take(3)
            .map(|text| visible::short(text, 80).into_owned())
            .collect();
        Thing {
            bond: self.bond,
            title: visible::plain(&format!("{} {}", self.bond.label(), written.join(" / "))),
            people: self.people.clone(),
        }
    }
}

/// Something that members share.
#[derive(Clone, Debug)]
pub struct Shared {
    /// What it is.
    pub bond: Bond,
    /// As written, each way once.
    pub written: Vec<String>,
    /// Who, by place among the members.
    pub people: Vec<usize>,
    /// How much it says at most, decibans.
    pub weight_db: f64,
    /// Since when it is seen.
    pub since: Timestamp,
}

/// A link in words.
#[derive(Clone, Debug)]
pub struct Tie {
    /// One member, by name.
    pub a: String,
    /// The other.
    pub b: String,
    /// What they share.
    pub bond: Bond,
    /// How much it says, decibans.
    pub weight_db: f64,
}

impl Tie {
    /// What ties the two.
    pub fn sentence(&self) -> &'static str {
        match self.bond {
            Bond::SamePerson => "are records of one person",
            Bond::Text => "have nearly the same text",
            Bond::PartText => "have partly the same text",
            Bond::Slip => "have the same slip in the same layout",
            Bond::Author => "have files by one author",
            Bond::Phone => "share a phone number",
            Bond::Email => "share a mailbox",
            Bond::Link => "share a profile",
            Bond::Referee => "share a referee",
            Bond::Device => "share a device",
            Bond::Image => "share a picture",
            Bond::Bank => "are paid into one account",
            Bond::Document => "showed one identity document",
            Bond::Home => "share an address",
            Bond::Network => "share a network",
            Bond::Numbers => "have numbers out of one block",
        }
    }
}

/// A pair that holds two parts together.
#[derive(Clone, Debug)]
pub struct Bridge {
    /// The pair.
    pub tie: Tie,
    /// People on the one side, the fewer.
    pub small: usize,
    /// On the other.
    pub large: usize,
}

/// A way between two members.
#[derive(Clone, Debug)]
pub struct Path {
    /// From whom.
    pub from: String,
    /// To whom.
    pub to: String,
    /// Its links; none where no way leads there.
    pub ties: Vec<Tie>,
}

/// A link that was explained.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The link.
    pub tie: Tie,
    /// One candidate.
    pub a: CandidateId,
    /// The other.
    pub b: CandidateId,
    /// Why.
    pub reason: String,
    /// What else was said.
    pub note: Option<String>,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Explained {
    /// The reason as a reader says it.
    pub fn reason_line(&self) -> &str {
        let reason = Reason::ALL
            .into_iter()
            .find(|one| one.word() == self.reason);
        match reason {
            Some(reason) => reason_label(reason),
            None => &self.reason,
        }
    }
}

/// A reason as a reader says it.
pub fn reason_label(reason: Reason) -> &'static str {
    match reason {
        Reason::Household => "one household",
        Reason::SamePerson => "one person",
        Reason::Agency => "their agency's",
        Reason::Other => "another reason",
    }
}

impl RingPage {
    /// Its size in words.
    pub fn size(&self) -> String {
        let members = i64::try_from(self.members.len()).unwrap_or(i64::MAX);
        size(self.identities, members)
    }

    /// The ring in a sentence.
    pub fn summary(&self) -> String {
        format!("Tied together by: {}.", rings::labels(&self.bonds))
    }

    /// The picture in a sentence, for those who do not see it.
    pub fn described(&self) -> String {
        let things = count(self.shared.len(), "thing");
        format!(
            "{} and {things} they share, each joined by lines to those who share it. The tables below say the same in words.",
            self.size()
        )
    }

    /// Who shares something, by name.
    pub fn sharers(&self, shared: &Shared) -> Vec<&Member> {
        shared
            .people
            .iter()
            .filter_map(|at| self.members.get(*at))
            .collect()
    }

    /// What explaining a pair away would do.
    pub fn split_line(&self, bridge: &Bridge) -> String {
        format!("would split it into {} and {}", bridge.small, bridge.large)
    }

    /// Whether any two members are records of one person.
    pub fn any_same(&self) -> bool {
        self.picture.lines.iter().any(|line| line.same)
    }

    /// The ages, for the legend.
    pub fn ages(&self) -> [Age; 4] {
        Age::ALL
    }

    /// The reasons to choose from.
    pub fn reasons(&self) -> [(&'static str, &'static str); 4] {
        Reason::ALL.map(|reason| (reason.word(), reason_label(reason)))
    }

    /// The kinds of what ties it, to choose from.
    pub fn kinds(&self) -> Vec<(&'static str, &'static str)> {
        self.bonds
            .iter()
            .map(|bond| (bond.word(), bond.label()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn an_application_grows_old() {
        let now: Timestamp = "2026-06-01T00:00:00Z".parse().unwrap();
        for (day, age) in [
            ("2026-06-02", Age::Week),
            ("2026-05-27", Age::Week),
            ("2026-05-25", Age::Month),
            ("2026-04-20", Age::Quarter),
            ("2025-04-20", Age::Older),
        ] {
            let at = format!("{day}T00:00:00Z").parse().unwrap();
            assert_eq!(Age::of(at, now), age, "{day}");
        }
    }

    #[test]
    fn records_of_one_person_are_told_apart_from_people() {
        assert_eq!(size(4, 4), "4 people");
        assert_eq!(size(4, 6), "4 people on 6 applications");
    }

    #[test]
    fn a_ring_says_what_would_split_it() {
        let page = samples::ring(5);
        let lines: Vec<String> = page
            .bridges
            .iter()
            .map(|bridge| page.split_line(bridge))
            .collect();
        assert_eq!(lines, ["would split it into 2 and 3"]);
        assert_eq!(page.summary(), "Tied together by: phone number, mailbox.");
    }
}
