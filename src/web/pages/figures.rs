//! Figures as reports write them.

use std::borrow::Borrow;

use super::words;
use crate::decision::Outcome;
use crate::reports::selection::Rate;
use crate::reports::significance;
use crate::reports::{WorkerState, growth};

/// A share of one, as percent: `12.3 %`.
pub(super) fn percent(share: impl Borrow<f64>) -> String {
    format!("{:.1} %", share.borrow() * 100.0)
}

/// A whole number with commas.
pub(super) fn number(n: impl Borrow<u64>) -> String {
    words::thousands(*n.borrow())
}

/// `k` of `n` as percent.
pub(super) fn percent_of(k: impl Borrow<u64>, n: impl Borrow<u64>) -> String {
    percent(significance::share(*k.borrow(), *n.borrow()))
}

/// The interval of `k` of `n`: `8.1 to 14.0 %`.
pub(super) fn interval(k: impl Borrow<u64>, n: impl Borrow<u64>) -> String {
    let (low, high) = significance::interval(*k.borrow(), *n.borrow());
    format!("{:.1} to {:.1} %", low * 100.0, high * 100.0)
}

/// The ends of the interval of `k` of `n` and the share itself, in percent, for a picture.
pub(super) fn spread(k: impl Borrow<u64>, n: impl Borrow<u64>) -> (f64, f64, f64) {
    let (k, n) = (*k.borrow(), *n.borrow());
    let (low, high) = significance::interval(k, n);
    (low * 100.0, significance::share(k, n) * 100.0, high * 100.0)
}

/// Growth against the number before: `+12.0 %`; a dash where there was none.
pub(super) fn grown(now: impl Borrow<u64>, before: impl Borrow<u64>) -> String {
    growth(*now.borrow(), *before.borrow()).map_or_else(
        || "–".to_owned(),
        |growth| format!("{:+.1} %", growth * 100.0).replace('-', "−"),
    )
}

/// Hours as people say them.
pub(super) fn hours(hours: impl Borrow<f64>) -> String {
    match *hours.borrow() {
        less if less < 1.0 => format!("{:.0} min", less * 60.0),
        some if some < 72.0 => format!("{some:.1} h"),
        many => format!("{:.1} days", many / 24.0),
    }
}

/// An outcome's name in tables.
pub(super) fn outcome(outcome: impl Borrow<Outcome>) -> &'static str {
    match outcome.borrow() {
        Outcome::Cleared => "Cleared",
        Outcome::Explained => "Explained",
        Outcome::Confirmed => "Confirmed",
    }
}

/// A state of timings in words.
pub(super) fn worker_state(state: impl Borrow<WorkerState>) -> &'static str {
    match state.borrow() {
        WorkerState::Alarm => "In alarm: a finding on timings counts",
        WorkerState::Steady => "Steady",
        WorkerState::Learning => "Being learnt",
        WorkerState::Insufficient => "Too little measured",
        WorkerState::Nothing => "Nothing measured",
    }
}

/// The ratio, two digits.
pub(super) fn ratio(rate: &Rate) -> String {
    rate.ratio
        .map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2}"))
}

/// How likely by chance, with the test.
pub(super) fn chance(rate: &Rate) -> String {
    match rate.p {
        Some((p, test)) if p < 0.001 => format!("< 0.001, {}", test.word()),
        Some((p, test)) => format!("{p:.3}, {}", test.word()),
        None => "–".to_owned(),
    }
}

/// What to make of a group's rate.
pub(super) fn note(rate: &Rate) -> &'static str {
    if rate.small {
        "too few: under 2 %"
    } else if rate.asks_for_review() {
        "rule review"
    } else if rate.is_few() {
        "few"
    } else {
        ""
    }
}

/// The beginning of a hash.
pub(super) fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_spans_are_said_in_words() {
        assert_eq!(percent_of(1, 8), "12.5 %");
        assert_eq!(percent_of(0, 0), "0.0 %");
        assert_eq!(interval(0, 20), "0.0 to 16.1 %");
        assert_eq!(grown(110, 100), "+10.0 %");
        assert_eq!(grown(90, 100), "−10.0 %");
        assert_eq!(grown(90, 0), "–");
        for (value, said) in [(0.5, "30 min"), (20.04, "20.0 h"), (96.0, "4.0 days")] {
            assert_eq!(hours(value), said);
        }
    }
}
