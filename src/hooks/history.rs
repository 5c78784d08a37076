//! A person's versions, out of all that is known of them: a pure fold over events in the order of the
//! source's clock, so that it does not matter in which order they came.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::stages;
use crate::application::{Application, Stage};
use crate::secret::hex;
use crate::vendors::event::{Event, Kind, Person};

/// Digits of a digest.
const DIGEST: usize = 16;

/// An event and its place in time.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Since when it holds.
    pub at: Timestamp,
    /// What it says, as a hash: the same said twice is said once.
    pub digest: String,
    /// The event.
    pub event: Event,
}

impl Placed {
    /// An event at the vendor's time for it, or at the time when it came.
    pub fn of(event: Event, received_at: Timestamp) -> Self {
        let at = event.at.unwrap_or(received_at);
        let at = Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
        // Where a file can be fetched changes each time, and says nothing of the person.
        let said = Event {
            resume: None,
            ..event.clone()
        };
        let json = serde_json::to_vec(&said).expect("an event serializes");
        Self {
            at,
            digest: hex(&Sha256::digest(json))[..DIGEST].to_owned(),
            event,
        }
    }
}

/// What follows from a person's events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Each version and since when it held, the one that stands last. None as long as nothing is known
    /// that a record must have.
    pub versions: Vec<(Timestamp, Application)>,
    /// Into whom the person was folded.
    pub merged_into: Option<String>,
    /// The person is to be erased.
    pub erased: bool,
    /// Ids that the source's API needs.
    pub handles: BTreeMap<String, String>,
    /// The application to name in the source's API: the one that has come furthest.
    pub application_id: Option<String>,
}

/// Folds a person's events, whatever order they are given in.
pub fn of(source: &str, external_id: &str, vendor: &str, mut events: Vec<Placed>) -> History {
    events.sort_by(|a, b| {
        let key = |one: &Placed| (one.at, one.event.kind);
        key(a).cmp(&key(b)).then_with(|| a.digest.cmp(&b.digest))
    });
    events.dedup_by(|a, b| a.at == b.at && a.digest == b.digest);
    let mut state = State::default();
    let mut history = History::default();
    for placed in &events {
        let event = &placed.event;
        state.take(event, placed.at);
        history.erased |= event.kind.erases();
        if event.kind == Kind::CandidateMerged && event.merged_into.as_deref() != Some(external_id)
        {
            history.merged_into = event.merged_into.clone().or(history.merged_into);
        }
        history.handles.extend(event.handles.clone());
        let Some(application) = state.application(source, external_id, vendor) else {
            continue;
        };
        if history.versions.last().map(|(_, last)| last) != Some(&application) {
            history.versions.push((placed.at, application));
        }
    }
    history.application_id = state
        .furthest()
        .map(|(id, _)| id.clone())
        .filter(|id| !id.is_empty());
    if history.erased {
        history.versions.clear();
        history.handles.clear();
    }
    history
}

/// What is known of a person at a point in time.
#[derive(Default)]
struct State {
    person: Person,
    applications: BTreeMap<String, Candidacy>,
    gone: BTreeSet<String>,
    first: Option<Timestamp>,
    /// Before when the candidate may not be told of a rejection.
    notice_not_before: Option<String>,
}

/// One application.
#[derive(Clone, Default)]
struct Candidacy {
    stage: Stage,
    words: Option<String>,
    stage_id: Option<String>,
    source: Option<String>,
    applied_at: Option<Timestamp>,
    rejected_at: Option<Timestamp>,
    hired: bool,
}

impl State {
    fn take(&mut self, event: &Event, at: Timestamp) {
        self.first.get_or_insert(at);
        let Event { person: new, .. } = event.clone();
        let Person {
            name,
            emails,
            phones,
            links,
            address,
            education,
            work,
            agency,
            submission,
            resume_text,
            resume_file,
        } = &mut self.person;
        put(name, new.name);
        put(emails, new.emails);
        put(phones, new.phones);
        put(links, new.links);
        put(address, new.address);
        put(education, new.education);
        put(work, new.work);
        put(agency, new.agency);
        put(submission, new.submission);
        put(resume_text, new.resume_text);
        put(resume_file, new.resume_file);
        put(&mut self.notice_not_before, event.notice_not_before.clone());
        for id in &event.deleted_application_ids {
            self.gone.insert(id.clone());
        }
        if !of_application(event) {
            return;
        }
        let id = event.application_id.clone().unwrap_or_default();
        if event.kind == Kind::ApplicationDeleted {
            self.gone.insert(id);
            return;
        }
        let one = self.applications.entry(id).or_default();
        one.take(event, at);
    }

    fn standing(&self) -> impl Iterator<Item = (&String, &Candidacy)> {
        let all = self.applications.iter();
        all.filter(|(id, _)| !self.gone.contains(*id))
    }

    /// The application that has come furthest; one that was turned down only where there is no other.
    fn furthest(&self) -> Option<(&String, &Candidacy)> {
        self.standing()
            .max_by_key(|(_, one)| (one.rejected_at.is_none(), one.stage))
    }

    fn application(&self, source: &str, external_id: &str, vendor: &str) -> Option<Application> {
        let person = self.person.clone();
        let emails = person.emails.unwrap_or_default();
        let phones = person.phones.unwrap_or_default();
        let known = person.name.is_some()
            || !emails.is_empty()
            || !phones.is_empty()
            || person.resume_text.is_some();
        if !known {
            return None;
        }
        let all_rejected = self.standing().all(|(_, one)| one.rejected_at.is_some());
        let rejected = self.standing().filter_map(|(_, one)| one.rejected_at).max();
        let applied = self.standing().filter_map(|(_, one)| one.applied_at).min();
        let furthest = self.furthest().map(|(_, one)| one.stage);
        let mut other = Map::new();
        other.insert("ats".to_owned(), self.told(vendor));
        Some(Application {
            external_id: external_id.to_owned(),
            source: source.to_owned(),
            agency: person.agency,
            stage: furthest.unwrap_or_default(),
            applied_at: applied.or(self.first),
            name: person.name,
            emails,
            phones,
            address: person.address,
            links: person.links.unwrap_or_default(),
            education: person.education.unwrap_or_default(),
            work: person.work.unwrap_or_default(),
            resume_text: person.resume_text,
            resume_file: person.resume_file,
            rejected_at: rejected.filter(|_| all_rejected),
            submission: person.submission,
            other,
            ..Application::default()
        })
    }

    /// What the source says in its own words.
    fn told(&self, vendor: &str) -> Value {
        let applications = self.standing().map(|(id, one)| {
            let mut told = Map::new();
            let id = Some(id).filter(|id| !id.is_empty());
            let texts = [
                ("id", id),
                ("stage", one.words.as_ref()),
                ("stage_id", one.stage_id.as_ref()),
                ("source", one.source.as_ref()),
            ];
            for (name, text) in texts {
                if let Some(text) = text {
                    told.insert(name.to_owned(), json!(text));
                }
            }
            if one.hired {
                told.insert("hired".to_owned(), json!(true));
            }
            if let Some(at) = one.rejected_at {
                told.insert("rejected_at".to_owned(), json!(at));
            }
            Value::Object(told)
        });
        let mut told = json!({"vendor": vendor, "applications": applications.collect::<Vec<_>>()});
        if let Some(notice) = &self.notice_not_before {
            told["candidate_notice_not_before"] = json!(notice);
        }
        told
    }
}

impl Candidacy {
    fn take(&mut self, event: &Event, at: Timestamp) {
        let new = &event.candidacy;
        put(&mut self.words, new.stage.clone());
        put(&mut self.stage_id, new.stage_id.clone());
        put(&mut self.source, new.source.clone());
        put(&mut self.applied_at, new.applied_at);
        if event.kind == Kind::ApplicationCreated {
            self.applied_at.get_or_insert(at);
        }
        let kind = new.stage_kind.as_deref().and_then(stages::of);
        let named = kind.or_else(|| new.stage.as_deref().and_then(stages::of));
        match event.kind {
            Kind::Hired => {
                self.hired = true;
                self.rejected_at = None;
            }
            Kind::Unhired => self.hired = false,
            Kind::Rejected => self.rejected_at = Some(at),
            Kind::Unrejected => self.rejected_at = None,
            _ => {}
        }
        if let Some(named) = named {
            self.stage = named;
        } else if event.kind == Kind::Unhired {
            self.stage = Stage::Offer;
        }
        if self.hired {
            self.stage = Stage::Onboarding;
        }
    }
}

/// Whether an event says something of an application.
fn of_application(event: &Event) -> bool {
    use Kind::{
        ApplicationCreated, ApplicationDeleted, ApplicationUpdated, Hired, Rejected, StageChanged,
        Unhired, Unrejected,
    };
    matches!(
        event.kind,
        ApplicationCreated
            | ApplicationDeleted
            | ApplicationUpdated
            | Hired
            | Rejected
            | StageChanged
            | Unhired
            | Unrejected
    )
}

/// What is said takes the place of what was.
fn put<T>(known: &mut Option<T>, said: Option<T>) {
    if said.is_some() {
        *known = said;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_780_000_000 + second).unwrap()
    }

    fn event(kind: Kind, second: i64) -> Event {
        Event {
            at: Some(at(second)),
            application_id: Some("a1".into()),
            ..Event::of(kind, Some("p1".into()))
        }
    }

    fn named(kind: Kind, second: i64, name: &str) -> Event {
        let mut event = event(kind, second);
        event.person.name = Some(name.into());
        event
    }

    fn history(events: &[Event]) -> History {
        let placed = events.iter().map(|one| Placed::of(one.clone(), at(0)));
        of("greenhouse", "p1", "greenhouse", placed.collect())
    }

    #[test]
    fn a_person_goes_from_application_to_hire() {
        let mut moved = event(Kind::StageChanged, 2);
        moved.candidacy.stage = Some("Technical Interview".into());
        let told = history(&[
            named(Kind::ApplicationCreated, 1, "Maria Lopez"),
            moved,
            event(Kind::Hired, 3),
        ]);
        let stages: Vec<_> = told
            .versions
            .iter()
            .map(|(at, one)| (*at, one.stage))
            .collect();
        assert_eq!(
            stages,
            [
                (at(1), Stage::Applied),
                (at(2), Stage::Interview),
                (at(3), Stage::Onboarding)
            ]
        );
        assert_eq!(told.application_id.as_deref(), Some("a1"));
        assert_eq!(told.versions[0].1.applied_at, Some(at(1)));
    }

    #[test]
    fn what_was_not_said_stays_and_what_was_said_to_be_empty_goes() {
        let mut first = named(Kind::CandidateCreated, 1, "Maria Lopez");
        first.person.emails = Some(vec!["maria@example.com".into()]);
        first.person.phones = Some(vec!["1".into()]);
        let mut second = event(Kind::CandidateUpdated, 2);
        second.person.phones = Some(Vec::new());
        let told = history(&[first, second]);
        let last = &told.versions.last().unwrap().1;
        assert_eq!(last.emails, ["maria@example.com"]);
        assert!(last.phones.is_empty());
    }

    #[test]
    fn a_rejection_counts_while_no_other_application_stands() {
        let mut other = event(Kind::ApplicationCreated, 3);
        other.application_id = Some("a2".into());
        let events = [
            named(Kind::ApplicationCreated, 1, "Maria Lopez"),
            event(Kind::Rejected, 2),
            other,
        ];
        let rejected: Vec<_> = history(&events)
            .versions
            .iter()
            .map(|(_, one)| one.rejected_at)
            .collect();
        assert_eq!(rejected, [None, Some(at(2)), None]);
    }

    #[test]
    fn nothing_is_left_of_who_is_erased_and_nothing_is_known_of_ids_alone() {
        let told = history(&[
            named(Kind::ApplicationCreated, 1, "Maria Lopez"),
            event(Kind::CandidateAnonymised, 2),
            named(Kind::CandidateUpdated, 3, "Anonymized 1"),
        ]);
        assert!(told.erased && told.versions.is_empty());
        assert!(history(&[event(Kind::StageChanged, 1)]).versions.is_empty());
    }

    proptest! {
        #[test]
        fn order_and_repetition_do_not_matter(
            steps in prop::collection::vec((0_usize..12, 0_i64..6, 0_usize..3, 0_usize..3), 1..12),
            shuffled in any::<prop::sample::Index>(),
            again in any::<prop::sample::Index>(),
            rotate in 0_usize..12,
        ) {
            let events: Vec<Event> = steps.iter().map(|(kind, second, value, application)| {
                let kind = Kind::ALL[*kind];
                let mut one = event(kind, *second);
                one.application_id = Some(format!("a{application}"));
                one.merged_into = (kind == Kind::CandidateMerged).then(|| "p2".into());
                match value {
                    0 => one.person.name = Some(format!("Maria {second}")),
                    1 => one.person.phones = Some(vec![format!("212736500{second}")]),
                    _ => one.candidacy.stage = Some(["Offer", "Phone", "x"][*application].into()),
                }
                one
            }).collect();
            let mut other = events.clone();
            let (a, b) = (shuffled.index(other.len()), again.index(other.len()));
            other.swap(a, b);
            let middle = rotate % other.len();
            other.rotate_left(middle);
            other.push(other[a].clone());
            prop_assert_eq!(history(&events), history(&other));
        }
    }
}
