//! What a file's rows come to: identifiers to be kept, values that were refused, things passed over.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::Refused;
use crate::keys::{self, Hash};
use crate::lists::value::{self, Kind};
use crate::lists::{Listing, cut};
use crate::normalise::Settings;

/// Refusals that are told one by one; the rest are counted.
const TOLD: usize = 100;

/// Months after it was last seen, or imported, from which an identifier weighs nothing where its list
/// names no day: numbers and mailboxes change hands.
pub const EXPIRES_MONTHS: i32 = 24;

/// One value as a format gives it.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    /// 0 to 100.
    pub confidence: Option<i64>,
    /// Whether its list says that the case was confirmed, where it says anything.
    pub confirmed: Option<bool>,
    /// When it was last seen.
    pub seen_at: Option<Timestamp>,
    /// From when on it no longer holds.
    pub until: Option<Timestamp>,
    /// Of what it is a part.
    pub label: Option<Arc<str>>,
}

/// What an import has come to so far.
pub(super) struct Draft<'a> {
    hash: &'a Hash,
    settings: &'a Settings,
    now: Timestamp,
    /// What holds for values of which the file does not say whether they were confirmed.
    confirmed: bool,
    pub listings: HashMap<i64, Listing>,
    pub refused: Vec<Refused>,
    pub refused_more: u64,
    /// By reason.
    pub skipped: BTreeMap<&'static str, u64>,
    /// Where the file says it is from.
    pub sources: Vec<String>,
}

impl<'a> Draft<'a> {
    pub fn new(hash: &'a Hash, settings: &'a Settings, now: Timestamp, confirmed: bool) -> Self {
        Self {
            hash,
            settings,
            now,
            confirmed,
            listings: HashMap::new(),
            refused: Vec::new(),
            refused_more: 0,
            skipped: BTreeMap::new(),
            sources: Vec::new(),
        }
    }

    /// Takes a value, or refuses it; a value that comes twice is one, with the stronger of each.
    /// `place` names where it stands, only when it is refused.
    pub fn take(&mut self, kind: Kind, written: &str, item: &Item, place: impl FnOnce() -> String) {
        match self.listed(kind, written, item) {
            Ok(listings) => {
                for listing in listings {
                    self.merge(listing);
                }
            }
            Err(why) => self.refuse(place(), why),
        }
    }

    /// Refuses what stands at a place.
    pub fn refuse(&mut self, place: String, why: impl Into<String>) {
        if self.refused.len() < TOLD {
            self.refused.push(Refused::At(place, why.into()));
        } else {
            self.refused_more += 1;
        }
    }

    /// Passes over what is not to be listed, without that being a fault.
    pub fn skip(&mut self, why: &'static str) {
        *self.skipped.entry(why).or_default() += 1;
    }

    /// Notes where the file says it is from.
    pub fn is_from(&mut self, source: &str) {
        const MOST: usize = 3;
        let source = cut(source);
        if !source.is_empty() && !self.sources.contains(&source) && self.sources.len() < MOST {
            self.sources.push(source);
        }
    }

    /// Identifiers, a number or mailbox counted once.
    pub fn values(&self) -> usize {
        let own = self.listings.values();
        own.filter(|one| one.kind != keys::Kind::Referee).count()
    }

    fn listed(&self, kind: Kind, written: &str, item: &Item) -> Result<Vec<Listing>, String> {
        let normal = value::normal(kind, written, self.settings)?;
        if item.seen_at.is_some_and(|at| at > self.tomorrow()) {
            return Err("it is said to have been seen on a day that is still to come".into());
        }
        if item.confidence.is_some_and(|c| !(0..=100).contains(&c)) {
            return Err("a confidence is a number from 0 to 100".into());
        }
        let last = item.seen_at.unwrap_or(self.now);
        let listing = |(kind, hash)| Listing {
            hash,
            kind,
            label: item.label.clone().unwrap_or_default(),
            confidence: item.confidence,
            confirmed: item.confirmed.unwrap_or(self.confirmed),
            seen_at: item.seen_at,
            expires_at: item.until.or_else(|| expiry(last)),
        };
        Ok(normal.hashes(self.hash).map(listing).collect())
    }

    /// Clocks differ, and so do days around the world.
    fn tomorrow(&self) -> Timestamp {
        self.now.checked_add(24.hours()).unwrap_or(self.now)
    }

    fn merge(&mut self, new: Listing) {
        let known = self.listings.entry(new.hash);
        let known = known.or_insert_with(|| new.clone());
        known.confirmed |= new.confirmed;
        known.confidence = known.confidence.max(new.confidence);
        known.seen_at = known.seen_at.max(new.seen_at);
        known.expires_at = known.expires_at.max(new.expires_at);
        if known.label.is_empty() {
            known.label = new.label;
        }
    }
}

/// When something last seen then weighs nothing any more.
fn expiry(last: Timestamp) -> Option<Timestamp> {
    let last = last.to_zoned(TimeZone::UTC);
    Some(last.checked_add(EXPIRES_MONTHS.months()).ok()?.timestamp())
}

/// A day or a time: `2026-03-02`, `2026-03-02T14:05:00Z`, `2026-03-02 14:05:00` in UTC.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    if let Ok(at) = text.parse::<jiff::civil::DateTime>() {
        return Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp());
    }
    let day: jiff::civil::Date = text.parse().ok()?;
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_read_as_utc() {
        for (text, read) in [
            ("2026-03-02", Some("2026-03-02T00:00:00Z")),
            ("2026-03-02T14:05:00Z", Some("2026-03-02T14:05:00Z")),
            (
                "2026-03-02T14:05:00.25+02:00",
                Some("2026-03-02T12:05:00.25Z"),
            ),
            ("2026-03-02 14:05:00", Some("2026-03-02T14:05:00Z")),
            ("02.03.2026", None),
            ("", None),
        ] {
            let at = time(text).map(|at| at.to_string());
            assert_eq!(at.as_deref(), read, "{text}");
        }
    }

    #[test]
    fn a_value_that_comes_twice_is_one_with_the_stronger_of_each() {
        let (hash, settings) = (Hash::new([1; 16]), Settings::default());
        let now = time("2026-06-01").unwrap();
        let mut draft = Draft::new(&hash, &settings, now, false);
        let item = |confirmed, confidence, seen| Item {
            confirmed,
            confidence,
            seen_at: time(seen),
            ..Item::default()
        };
        for (value, item) in [
            ("j.doe@gmail.com", item(None, Some(70), "2026-01-01")),
            ("jdoe+x@gmail.com", item(Some(true), Some(20), "2025-01-01")),
        ] {
            draft.take(Kind::Email, value, &item, || unreachable!());
        }
        assert_eq!(draft.values(), 1);
        let one = &draft.listings[&hash.of(keys::Kind::Email, "jdoe@gmail.com")];
        assert_eq!((one.confirmed, one.confidence), (true, Some(70)));
        assert_eq!(one.expires_at, time("2028-01-01"));
        let future = item(None, None, "2062-01-01");
        draft.take(Kind::Email, "a@example.org", &future, || "line 9".into());
        assert_eq!(draft.refused.len(), 1);
    }
}
