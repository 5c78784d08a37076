//! Which identifiers of cases stand on the operator's lists.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::case::Case;
use crate::app::App;
use crate::lists::force::InForce;
use crate::lists::{List, Listing, Purpose};
use crate::rules::wording;
use crate::signals::{Listed, Shared};

/// Milliseconds of a month, the twelfth part of a year.
const MONTH_MS: f64 = 365.25 / 12.0 * 86_400_000.0;

/// What of each case is listed as an indicator, in the order of the cases. Of a key that stands on
/// several lists, the one that says most.
pub(super) fn find(app: &App, cases: &[Case]) -> Vec<Vec<Listed>> {
    let lists = app.lists.current();
    if lists.is_empty() {
        return vec![Vec::new(); cases.len()];
    }
    let now = app.now();
    cases.iter().map(|case| of(case, &lists, now)).collect()
}

/// Corrects what was learnt of agencies by what operators have said of them.
pub(super) fn agencies(app: &App, cases: &[Case], shared: &mut [Vec<Shared>]) {
    let lists = app.lists.current();
    if lists.is_empty() {
        return;
    }
    let now = app.now();
    for (case, shared) in cases.iter().zip(shared) {
        for one in shared {
            let hash = case.hash_of(one);
            if let Some(said) = hash.and_then(|hash| lists.agency_owned(hash, now)) {
                one.agency_owned = said;
            }
        }
    }
}

fn of(case: &Case, lists: &InForce, now: Timestamp) -> Vec<Listed> {
    let mut all = Vec::new();
    for (key, hash) in &case.keys {
        let on = lists.of(*hash, now);
        let on = on.filter(|(list, _)| list.purpose == Purpose::Indicator);
        let most = on.max_by_key(|(list, one)| {
            let last = last(list, one);
            (one.confirmed, last, one.confidence, Reverse(&list.name))
        });
        let Some((list, one)) = most else {
            continue;
        };
        #[expect(clippy::cast_precision_loss, reason = "0 to 100")]
        let confidence = one.confidence.map(|confidence| confidence as f64);
        all.push(Listed {
            kind: key.kind,
            field: key.field.clone(),
            value: key.value.clone(),
            list: neutral(&list.name).unwrap_or_else(|| of_day(list)),
            source: neutral(&one.label)
                .or_else(|| neutral(&list.source))
                .unwrap_or_else(|| "see the page of lists".to_owned()),
            confidence,
            confirmed: one.confirmed,
            months: Some(months(last(list, one), now)),
        });
    }
    all
}

/// When it was last seen, or listed where the list does not say when.
fn last(list: &List, one: &Listing) -> Timestamp {
    one.seen_at.unwrap_or(list.imported_at)
}

fn months(from: Timestamp, now: Timestamp) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a millisecond is no part of a month"
    )]
    let months = now.duration_since(from).as_millis() as f64 / MONTH_MS;
    months.max(0.0)
}

/// Words of a list that may stand beside somebody's name: no verdict, no origin.
fn neutral(words: &str) -> Option<String> {
    let may = !words.is_empty() && wording::refusal("name", words).is_none();
    may.then(|| words.to_owned())
}

/// What a list is called whose name may not stand there.
fn of_day(list: &List) -> String {
    format!("imported {}", list.imported_at.strftime("%Y-%m-%d"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_beside_a_name_are_neutral() {
        assert_eq!(neutral("ISAC 2026-10").as_deref(), Some("ISAC 2026-10"));
        for words in ["", "known fraud", "DPRK workers"] {
            assert_eq!(neutral(words), None, "{words}");
        }
    }

    #[test]
    fn months_are_never_negative() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-06-01T00:00:00Z");
        assert!(months(at("2026-07-01T00:00:00Z"), now) <= 0.0);
        let two_years = months(at("2024-06-01T00:00:00Z"), now);
        assert!((two_years - 24.0).abs() < 0.1, "{two_years}");
    }
}
