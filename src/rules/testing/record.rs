//! What an example is about, as records: screened without a store.

use jiff::Timestamp;
use serde_json::Value as Json;

use super::check::Written as Check;
use super::plain;
use crate::application::{Application, Stage};
use crate::candidate::{Candidate, CandidateId};
use crate::keys::{self, Key, Kind};
use crate::normalise::{self, Settings, referee};
use crate::population::Picture;
use crate::rules::schema::Schema;
use crate::signals::{Alike, Burst, Facts, Nearby, Other, Shared, Subject, kin};
use crate::text::{Common, Texts};

/// The time at which examples are screened, milliseconds since 1970: 2026-06-01, noon.
const NOW_MS: i64 = 1_780_315_200_000;

#[derive(Debug)]
pub(super) struct Records {
    pub given: Application,
    pub earlier: Vec<Application>,
    pub others: Vec<Application>,
    pub checks: Vec<Check>,
}

impl Records {
    /// The facts of the record, its earlier versions, its neighbours and its checks.
    pub fn facts(&self, stage: Option<Stage>, schema: &Schema) -> Facts {
        let now = Timestamp::from_millisecond(NOW_MS).unwrap_or_default();
        let settings = Settings {
            fictional_numbers: true,
            ..Settings::default()
        };
        let mut candidate = normalise::candidate(&self.given, &settings);
        candidate.stage = stage.unwrap_or(candidate.stage);
        let normal = |list: &[Application]| -> Vec<Candidate> {
            list.iter()
                .map(|record| normalise::candidate(record, &settings))
                .collect()
        };
        let (earlier, others) = (normal(&self.earlier), normal(&self.others));
        let versions: Vec<&Candidate> = earlier.iter().chain([&candidate]).collect();
        let checks = self.checks.iter().enumerate();
        let checks: Vec<_> = checks
            .map(|(index, check)| check.record(index, &versions, now))
            .collect();
        let mut shared = shared(&candidate, &others, now);
        let mut alike = alike((&self.given, &candidate), (&self.others, &others), now);
        let mut nearby = nearby(&candidate, &others, now);
        kin::settle(
            candidate.name.as_ref(),
            &mut shared,
            &mut alike,
            &mut nearby,
        );
        let subject = Subject {
            earlier: &earlier,
            shared: &shared,
            checks: &checks,
            alike: &alike,
            nearby: &nearby,
            population: &population(&candidate, &others),
            ..Subject::alone(&candidate, &settings.reference, now)
        };
        let signals = schema.signals().iter();
        Facts::new(signals.map(|signal| signal.value(&subject)).collect())
    }
}

/// Another record as a candidate's neighbour.
fn other(candidate: &Candidate, index: usize, other: &Candidate, now: Timestamp) -> Other {
    let home = |one: &Candidate| {
        one.address
            .as_ref()
            .and_then(|address| address.unit_key.clone())
    };
    Other {
        id: CandidateId(format!("others[{index}]")),
        name: other.name.clone(),
        agency: other.agency.clone(),
        applied_at: other.applied_at.unwrap_or(now),
        same_home: home(candidate).is_some() && home(other) == home(candidate),
        same_household: other.household.is_some() && other.household == candidate.household,
        same_person: false,
        one_line: false,
        rejected_at: other.rejected_at,
        ring: None,
    }
}

/// The others whose text is like the candidate's, as the store would find them.
/// What is common is learnt from a population, so that of an example nothing is.
fn alike(
    (given, candidate): (&Application, &Candidate),
    (records, others): (&[Application], &[Candidate]),
    now: Timestamp,
) -> Vec<Alike> {
    let own = Texts::of(given);
    let others = records.iter().zip(others).enumerate();
    others
        .flat_map(|(index, (record, one))| {
            let likes = own.compare(&Texts::of(record), &Common::default());
            likes.into_iter().map(move |like| Alike {
                other: other(candidate, index, one, now),
                field: like.field,
                jaccard: like.jaccard,
                passages: like.passages,
                bullets: like.bullets,
            })
        })
        .collect()
}

/// The identifiers of a candidate that others use too, as the store would find them.
fn shared(candidate: &Candidate, others: &[Candidate], now: Timestamp) -> Vec<Shared> {
    let other = |(index, one): (usize, &Candidate)| other(candidate, index, one, now);
    let theirs: Vec<_> = others.iter().map(keys::of).collect();
    let shared = |key: &Key| {
        let same = |their: &Key| their.kind == key.kind && their.normal == key.normal;
        let users = others
            .iter()
            .enumerate()
            .filter(|(index, _)| theirs[*index].iter().any(same));
        let users: Vec<Other> = users.map(other).collect();
        if users.is_empty() {
            return None;
        }
        let hub = users.len() > keys::HUB_ABOVE;
        let burst = Burst::around(candidate, &users);
        let among = Shared::among(key, candidate.agency.as_deref(), users);
        Some(if hub {
            Shared {
                agency_owned: among.agency_owned,
                burst,
                ..Shared::hub(key)
            }
        } else {
            let stranger = |(index, one): (usize, &Candidate)| {
                let common = referee::may_be_common(candidate, one, &key.normal);
                (key.kind == Kind::Referee && common == Some(false))
                    .then(|| CandidateId(format!("others[{index}]")))
            };
            let strangers = others.iter().enumerate().filter_map(stranger);
            Shared {
                burst,
                strangers: strangers.collect(),
                ..among
            }
        })
    };
    keys::of(candidate).iter().filter_map(shared).collect()
}

/// The others' numbers out of the blocks of the candidate's, as the store would find them.
fn nearby(candidate: &Candidate, others: &[Candidate], now: Timestamp) -> Vec<Nearby> {
    let numbers = |of: &Candidate| -> Vec<Key> {
        let keys = keys::of(of).into_iter();
        keys.filter(|key| key.kind == Kind::Phone && keys::has_block(&key.normal))
            .collect()
    };
    let theirs: Vec<_> = others.iter().map(numbers).collect();
    let mut all = Vec::new();
    for own in numbers(candidate) {
        let (block, line) = split(&own);
        for (index, numbers) in theirs.iter().enumerate() {
            for (_, there) in numbers.iter().map(split).filter(|(b, _)| *b == block) {
                all.push(Nearby {
                    field: own.field.clone(),
                    value: own.value.clone(),
                    npa: own.normal[2..5].parse().unwrap_or_default(),
                    lines_apart: line.abs_diff(there),
                    below: there < line,
                    other: other(candidate, index, &others[index], now),
                });
            }
        }
    }
    all
}

/// The block of an American number and which of its thousand it is.
fn split(number: &Key) -> (&str, u16) {
    let (block, line) = number.normal.split_at(number.normal.len() - 3);
    (block, line.parse().unwrap_or_default())
}

/// An example's population is its records.
fn population(candidate: &Candidate, others: &[Candidate]) -> Picture {
    let mut picture = Picture::default();
    let everybody = || others.iter().chain([candidate]);
    picture.candidates = everybody().map(|_| 1.0).sum();
    for number in everybody().flat_map(keys::of) {
        if number.kind == Kind::Phone && keys::has_block(&number.normal) {
            let npa = number.normal[2..5].parse().unwrap_or_default();
            *picture.areas.entry(npa).or_default() += 1.0 / picture.candidates;
        }
    }
    picture
}

/// The fault names the record by its place: `[1]: …`.
pub(super) fn records(tables: Vec<toml::Table>) -> Result<Vec<Application>, String> {
    let tables = tables.into_iter().enumerate();
    tables
        .map(|(index, table)| record(table).map_err(|e| format!("[{index}]: {e}")))
        .collect()
}

/// A record; a key that no record has is an error here, since a typo would make a test that never fails.
pub(super) fn record(table: toml::Table) -> Result<Application, String> {
    let mut json = plain(toml::Value::Table(table));
    if let Some(object) = json.as_object_mut() {
        object
            .entry("external_id")
            .or_insert_with(|| "example".into());
    }
    let application: Application =
        serde_json::from_value(json.clone()).map_err(|error| error.to_string())?;
    if let Some(key) = application.other.keys().next() {
        return Err(format!("a record has no `{key}`"));
    }
    let kept = serde_json::to_value(&application).map_err(|error| error.to_string())?;
    match lost(&json, &kept, "") {
        Some(path) => Err(format!("a record has no `{path}`")),
        None => Ok(application),
    }
}

/// The first key that was written and not understood.
fn lost(written: &Json, kept: &Json, path: &str) -> Option<String> {
    match (written, kept) {
        (Json::Object(written), kept) => written.iter().find_map(|(key, value)| {
            let path = if path.is_empty() {
                key.clone()
            } else {
                format!("{path}.{key}")
            };
            let empty = matches!(value, Json::Array(list) if list.is_empty());
            match kept.get(key) {
                None if empty => None,
                None => Some(path),
                Some(kept) => lost(value, kept, &path),
            }
        }),
        (Json::Array(written), Json::Array(kept)) => (written.iter().zip(kept).enumerate())
            .find_map(|(index, (written, kept))| lost(written, kept, &format!("{path}[{index}]"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::{Email, Seen};

    fn candidate(agency: Option<&str>, mailbox: &str) -> Candidate {
        Candidate {
            agency: agency.map(str::to_owned),
            emails: vec![Email {
                field: "emails[0]".into(),
                raw: mailbox.into(),
                seen: Seen {
                    own: true,
                    ..Seen::default()
                },
                canonical: Some(mailbox.to_lowercase()),
                ..Email::default()
            }],
            ..Candidate::default()
        }
    }

    #[test]
    fn what_is_shared_is_found_by_its_normal_form() {
        let now = Timestamp::UNIX_EPOCH;
        let ada = candidate(None, "Ada@example.com");
        let bob = candidate(None, "bob@example.com");
        assert!(shared(&ada, std::slice::from_ref(&bob), now).is_empty());
        let found = shared(&ada, &[bob, candidate(None, "ada@example.com")], now);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (&*found[0].field, &*found[0].value),
            ("emails[0]", "Ada@example.com")
        );
        assert_eq!(found[0].others[0].id.0, "others[1]");
        assert!(!found[0].hub && !found[0].agency_owned);
    }

    #[test]
    fn hubs_link_nobody_and_three_of_one_agency_own_the_key() {
        let now = Timestamp::UNIX_EPOCH;
        let ada = candidate(Some("acme"), "desk@example.com");
        let crowd = vec![candidate(None, "desk@example.com"); keys::HUB_ABOVE + 1];
        let found = shared(&ada, &crowd, now);
        assert!(found[0].hub && found[0].others.is_empty());
        assert!(!shared(&ada, &crowd[1..], now)[0].hub);
        let agency = vec![ada.clone(); 2];
        assert!(shared(&ada, &agency, now)[0].agency_owned);
        assert!(!shared(&ada, &agency[1..], now)[0].agency_owned);
    }

    #[test]
    fn examples_are_screened_at_noon() {
        let now = Timestamp::from_millisecond(NOW_MS).unwrap();
        assert_eq!(now.to_string(), "2026-06-01T12:00:00Z");
    }
}
