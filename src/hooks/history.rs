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
        let at = whole_ms(event.at.unwrap_or(received_at));
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

    /// The person's part and the rest, where they hold since different times. Nothing is told of a
    /// person before the first event.
    fn parts(self, first: Timestamp) -> impl Iterator<Item = Self> {
        let is_said = self.event.person != Person::default();
        let since = self.event.person_at.map(whole_ms).filter(|_| is_said);
        let Self {
            at,
            digest,
            mut event,
        } = self;
        let person = since.map(|since| Self {
            at: since.max(first),
            // Of two that hold since the same time, what was asked for at the later event is newer.
            digest: format!(
                "{:020} {:020} {digest}",
                since.as_millisecond(),
                at.as_millisecond()
            ),
            event: Event {
                person: std::mem::take(&mut event.person),
                ..Event::of(Kind::CandidateUpdated, event.external_id.clone())
            },
        });
        person.into_iter().chain([Self { at, digest, event }])
    }
}

/// Times are kept in milliseconds.
fn whole_ms(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
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
pub fn of(source: &str, external_id: &str, vendor: &str, events: Vec<Placed>) -> History {
    let first = events.iter().map(|one| one.at).min().unwrap_or_default();
    let parts = events.into_iter().flat_map(|one| one.parts(first));
    let mut events: Vec<Placed> = parts.collect();
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
        let was_hired = self.hired;
        self.hired = new.hired.unwrap_or(self.hired);
        match new.rejected {
            // Some vendors put away whom they hired in the same way.
            Some(true) if !self.hired => {
                self.rejected_at.get_or_insert(at);
            }
            Some(false) => self.rejected_at = None,
            _ => {}
        }
        // What happened counts for more than a state, which may be from before it.
        match event.kind {
            Kind::Hired => {
                self.hired = true;
                self.rejected_at = None;
            }
            Kind::Unhired => self.hired = false,
            // Whoever says the state each time says a rejection again with whatever changes later.
            Kind::Rejected if new.rejected == Some(true) => {
                self.rejected_at.get_or_insert(at);
            }
            Kind::Rejected => self.rejected_at = Some(at),
            Kind::Unrejected => self.rejected_at = None,
            _ => {}
        }
        if let Some(named) = named {
            self.stage = named;
        } else if event.kind == Kind::Unhired || (was_hired && !self.hired) {
            let before = self.words.as_deref().and_then(stages::of);
            let before = before.filter(|stage| *stage != Stage::Onboarding);
            self.stage = before.unwrap_or(Stage::Offer);
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
mod tests;
