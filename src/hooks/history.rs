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

    fn state(second: i64, rejected: Option<bool>, hired: Option<bool>) -> Event {
        let mut event = event(Kind::ApplicationUpdated, second);
        event.candidacy.rejected = rejected;
        event.candidacy.hired = hired;
        event
    }

    #[test]
    fn a_state_sets_and_clears_what_no_event_tells() {
        let (no, yes) = (Some(false), Some(true));
        let mut named_stage = state(6, no, no);
        named_stage.candidacy.stage = Some("Phone screen".into());
        let events = [
            named(Kind::ApplicationCreated, 1, "Maria Lopez"),
            state(2, yes, no),
            // Said again, and nothing said: the first time counts.
            state(3, yes, no),
            state(4, None, None),
            state(5, no, yes),
            named_stage,
        ];
        let told = history(&events);
        let states: Vec<_> = (told.versions.iter())
            .map(|(at, one)| (*at, one.stage, one.rejected_at))
            .collect();
        assert_eq!(
            states,
            [
                (at(1), Stage::Applied, None),
                (at(2), Stage::Applied, Some(at(2))),
                (at(5), Stage::Onboarding, None),
                (at(6), Stage::Interview, None),
            ]
        );
    }

    #[test]
    fn who_is_no_longer_hired_is_where_the_words_say_or_at_the_offer() {
        for (words, last, stage) in [
            (None, state(3, None, Some(false)), Stage::Offer),
            (None, event(Kind::Unhired, 3), Stage::Offer),
            (Some("Hired"), state(3, None, Some(false)), Stage::Offer),
            (
                Some("Phone screen"),
                state(3, None, Some(false)),
                Stage::Interview,
            ),
            (
                Some("Phone screen"),
                state(3, None, None),
                Stage::Onboarding,
            ),
        ] {
            let mut hired = event(Kind::Hired, 2);
            hired.candidacy.stage = words.map(str::to_owned);
            let created = named(Kind::ApplicationCreated, 1, "Maria Lopez");
            let told = history(&[created, hired, last]);
            let last = &told.versions.last().unwrap().1;
            assert_eq!(last.stage, stage, "{words:?}");
        }
    }

    #[test]
    fn what_happened_counts_for_more_than_a_state_from_before_it() {
        let mut hired = named(Kind::Hired, 1, "Maria Lopez");
        hired.candidacy.hired = Some(false);
        let mut rejected = event(Kind::Rejected, 2);
        rejected.candidacy.rejected = Some(false);
        let told = history(&[hired, rejected]);
        let stages: Vec<_> = (told.versions.iter())
            .map(|(_, one)| (one.stage, one.rejected_at))
            .collect();
        assert_eq!(
            stages,
            [(Stage::Onboarding, None), (Stage::Onboarding, Some(at(2)))]
        );
        // Who was hired is put away, and not turned down by that.
        let put_away = state(2, Some(true), None);
        let told = history(&[named(Kind::Hired, 1, "Maria Lopez"), put_away]);
        assert_eq!(told.versions.len(), 1);
    }

    #[test]
    fn a_person_holds_since_when_they_were_asked_for_and_the_stage_since_the_event() {
        let fetched = |kind: Kind, second: i64, since: i64, name: &str| Event {
            person_at: Some(at(since)),
            ..named(kind, second, name)
        };
        let mut moved = fetched(Kind::StageChanged, 2, 9, "Maria Newest");
        moved.candidacy.stage = Some("Phone screen".into());
        // The move was asked about late, so its person is newer than the update's at 5.
        let told = history(&[
            fetched(Kind::ApplicationCreated, 1, -7, "Maria Lopez"),
            named(Kind::CandidateUpdated, 5, "Maria Newer"),
            moved,
        ]);
        let names: Vec<_> = (told.versions.iter())
            .map(|(at, one)| (*at, one.name.as_deref().unwrap(), one.stage))
            .collect();
        assert_eq!(
            names,
            [
                (at(1), "Maria Lopez", Stage::Applied),
                (at(2), "Maria Lopez", Stage::Interview),
                (at(5), "Maria Newer", Stage::Interview),
                (at(9), "Maria Newest", Stage::Interview),
            ]
        );
        assert_eq!(told.versions[0].1.applied_at, Some(at(1)));
        // An older person who comes late stays behind.
        let told = history(&[
            named(Kind::CandidateUpdated, 5, "Maria Newer"),
            fetched(Kind::StageChanged, 6, 3, "Maria Lopez"),
        ]);
        assert_eq!(
            told.versions.last().unwrap().1.name.as_deref(),
            Some("Maria Newer")
        );
    }

    #[test]
    fn an_unchanged_person_asked_for_again_makes_no_version() {
        let asked = |second: i64, since: i64| {
            let mut event = named(Kind::ApplicationUpdated, second, "Maria Lopez");
            event.person_at = Some(at(since));
            event
        };
        let once = history(&[asked(1, 1)]);
        let again = history(&[asked(1, 1), asked(1, 8), asked(1, 9), asked(2, 1)]);
        assert_eq!(once, again);
        let digests = [asked(1, 1), asked(1, 1)].map(|one| Placed::of(one, at(0)).digest);
        assert_eq!(digests[0], digests[1]);
        // Of two that changed at the same time, as far as the vendor says, the later event's counts.
        let mut later = asked(4, 1);
        later.person.name = Some("Maria Newer".into());
        for events in [[asked(3, 1), later.clone()], [later.clone(), asked(3, 1)]] {
            let last = history(&events).versions.last().unwrap().1.name.clone();
            assert_eq!(last.as_deref(), Some("Maria Newer"));
        }
    }

    proptest! {
        #[test]
        fn order_and_repetition_do_not_matter(
            steps in prop::collection::vec(
                (0_usize..12, 0_i64..6, 0_usize..3, 0_usize..3, prop::option::of(-2_i64..9)),
                1..12,
            ),
            shuffled in any::<prop::sample::Index>(),
            again in any::<prop::sample::Index>(),
            rotate in 0_usize..12,
        ) {
            let events: Vec<Event> = steps.iter().map(|(kind, second, value, application, since)| {
                let kind = Kind::ALL[*kind];
                let mut one = event(kind, *second);
                one.application_id = Some(format!("a{application}"));
                one.merged_into = (kind == Kind::CandidateMerged).then(|| "p2".into());
                match value {
                    0 => one.person.name = Some(format!("Maria {second}")),
                    1 => one.person.phones = Some(vec![format!("212736500{second}")]),
                    _ => one.candidacy.stage = Some(["Offer", "Phone", "x"][*application].into()),
                }
                one.person_at = since.map(at);
                one.candidacy.rejected = since.map(|since| since % 2 == 0);
                one.candidacy.hired = since.map(|since| since % 3 == 0);
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
