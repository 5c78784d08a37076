//! Words for the things all pages speak of. A finding is a reason to look; no word here is a verdict.

use std::borrow::Borrow;

use jiff::Timestamp;

use crate::application::Stage;
use crate::check::{Kind as CheckKind, Outcome};
use crate::rules::{Effort, NextStep, Strength};
use crate::signals::{self, Shape};

/// Decibans as they are written everywhere.
pub(super) fn db(value: impl Borrow<f64>) -> String {
    crate::explain::db(*value.borrow())
}

/// Every next step, the gravest first.
pub(super) const STEPS: [NextStep; 4] = [
    NextStep::Escalate,
    NextStep::Verify,
    NextStep::Ask,
    NextStep::None,
];

/// `2026-03-02 14:05`, in UTC.
pub(super) fn time(at: impl Borrow<Timestamp>) -> String {
    at.borrow().strftime("%Y-%m-%d %H:%M").to_string()
}

/// For the `datetime` attribute: `2026-03-02T14:05Z`.
pub(super) fn machine_time(at: impl Borrow<Timestamp>) -> String {
    at.borrow().strftime("%Y-%m-%dT%H:%MZ").to_string()
}

/// The word in addresses, style classes and files.
pub(super) fn step_word(step: impl Borrow<NextStep>) -> &'static str {
    match step.borrow() {
        NextStep::None => "none",
        NextStep::Ask => "ask",
        NextStep::Verify => "verify",
        NextStep::Escalate => "escalate",
    }
}

/// The next step as a reviewer reads it.
pub(super) fn step_label(step: impl Borrow<NextStep>) -> &'static str {
    match step.borrow() {
        NextStep::None => "Nothing due",
        NextStep::Ask => "Ask the candidate",
        NextStep::Verify => "Verify identity",
        NextStep::Escalate => "Security and legal look",
    }
}

/// The stage with a capital letter.
pub(super) fn stage_label(stage: impl Borrow<Stage>) -> &'static str {
    match stage.borrow() {
        Stage::Applied => "Applied",
        Stage::Interview => "Interview",
        Stage::Offer => "Offer",
        Stage::Onboarding => "Onboarding",
        Stage::Active => "Active",
    }
}

/// What came of a check, in a sentence.
pub(super) fn check(kind: impl Borrow<CheckKind>, result: impl Borrow<Outcome>) -> &'static str {
    use CheckKind::{Background, Employer, IdInPerson, IdRemote, Registrar};
    use Outcome::{Confirmed, Denied, NoAnswer};
    match (kind.borrow(), result.borrow()) {
        (Registrar, Confirmed) => "The registrar confirmed it",
        (Registrar, Denied) => "The registrar has no record of it",
        (Registrar, NoAnswer) => "The registrar gave no answer",
        (Employer, Confirmed) => "The employer confirmed it",
        (Employer, Denied) => "The employer has no record of it",
        (Employer, NoAnswer) => "The employer gave no answer",
        (IdInPerson, Confirmed) => "ID seen in person, and it matched",
        (IdInPerson, Denied) => "ID seen in person, and it did not match",
        (IdInPerson, NoAnswer) => "ID could not be seen in person",
        (IdRemote, Confirmed) => "Identity verified at a distance",
        (IdRemote, Denied) => "Identity not yet verified: the check at a distance did not succeed",
        (IdRemote, NoAnswer) => "The identity check at a distance was not finished",
        (Background, Confirmed) => "A background report was made",
        (Background, Denied) => "A background report was made, and asks for a closer look",
        (Background, NoAnswer) => "A background report was not finished",
    }
}

/// What an answer takes.
pub(super) fn effort_label(effort: impl Borrow<Effort>) -> &'static str {
    match effort.borrow() {
        Effort::Answer => "takes an answer",
        Effort::Document => "takes a document",
        Effort::Meeting => "takes a meeting",
    }
}

/// The strength's word.
pub(super) fn strength_word(strength: impl Borrow<Strength>) -> &'static str {
    match strength.borrow() {
        Strength::Weak => "weak",
        Strength::Moderate => "moderate",
        Strength::Strong => "strong",
    }
}

/// A signal or a column of one in plain words: `phones.npa` becomes what its `about` says. A name
/// that no signal has any more stays as it is.
pub(super) fn signal(name: &str) -> String {
    for signal in signals::ALL {
        let Some(rest) = name.strip_prefix(signal.name) else {
            continue;
        };
        if rest.is_empty() {
            return uncapitalised(signal.about);
        }
        let Shape::Rows(columns) = signal.shape else {
            continue;
        };
        let column = columns
            .iter()
            .find(|column| rest.strip_prefix('.') == Some(column.name));
        if let Some(column) = column {
            let (whole, part) = (uncapitalised(signal.about), uncapitalised(column.about));
            return format!("{whole}: {part}");
        }
    }
    name.to_owned()
}

/// For the middle of a sentence; what is written in capitals stays so.
fn uncapitalised(about: &str) -> String {
    let mut letters = about.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => first
            .to_lowercase()
            .chain([second])
            .chain(letters)
            .collect(),
        _ => about.to_owned(),
    }
}

/// `1 finding`, `2 findings`.
pub(super) fn count(n: usize, thing: &str) -> String {
    match n {
        1 => format!("1 {thing}"),
        n => format!("{n} {thing}s"),
    }
}

/// `1 delivery`, `2 deliveries`.
pub(super) fn deliveries(n: i64) -> String {
    match n {
        1 => "1 delivery".to_owned(),
        n => format!("{} deliveries", thousands(n.unsigned_abs())),
    }
}

/// What a delivery is about, by the word of an event or of a message; `None` for a word unknown here.
pub(super) fn subject(word: &str) -> Option<&'static str> {
    use crate::outlets::message::{Kind as Message, TEST};
    use crate::vendors::event::Kind;
    if word == TEST {
        return Some("Test message");
    }
    if let Some(kind) = Message::of_word(word) {
        return Some(message(kind));
    }
    let kind = Kind::ALL.into_iter().find(|kind| kind.word() == word)?;
    Some(match kind {
        Kind::ApplicationCreated => "New application",
        Kind::ApplicationUpdated => "Application changed",
        Kind::ApplicationDeleted => "Application deleted",
        Kind::StageChanged => "Moved to another stage",
        Kind::Hired => "Hired",
        Kind::Unhired => "No longer hired",
        Kind::Rejected => "Turned down",
        Kind::Unrejected => "No longer turned down",
        Kind::CandidateCreated => "New candidate",
        Kind::CandidateUpdated => "Candidate changed",
        Kind::CandidateDeleted => "Candidate deleted",
        Kind::CandidateMerged => "Merged into another candidate",
        Kind::CandidateAnonymised => "Candidate anonymised",
        Kind::CheckResult => "Result of a background check",
        Kind::IdentityResult => "Result of an identity check",
        Kind::Ping => "Test of the connection",
        Kind::Ignored => "Nothing for us",
    })
}

/// What a message tells of.
pub(super) fn message(kind: impl Borrow<crate::outlets::message::Kind>) -> &'static str {
    use crate::outlets::message::Kind;
    match kind.borrow() {
        Kind::ScreeningCompleted => "Screening completed",
        Kind::NextStepRaised => "Next step raised",
        Kind::DecisionMade => "Decision made",
        Kind::LatencyAlarm => "Latency alarm",
        Kind::TicketOpened => "Security ticket opened",
    }
}

/// A person's decision, in a sentence.
pub(super) fn decision(outcome: impl Borrow<crate::decision::Outcome>) -> &'static str {
    use crate::decision::Outcome;
    match outcome.borrow() {
        Outcome::Cleared => "Decided: cleared",
        Outcome::Explained => "Decided: what was found has an innocent reason",
        Outcome::Confirmed => "Decided: the claims do not hold together",
    }
}

/// A whole number with commas between its thousands: `10,251`.
pub(super) fn thousands(number: impl Borrow<u64>) -> String {
    let digits = number.borrow().to_string();
    let mut written = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// An id for anchors, out of a field's path: `phones[0]` becomes `field-phones-0`.
pub(super) fn field_anchor(field: &str) -> String {
    let mut anchor = String::from("field");
    for part in field
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|part| !part.is_empty())
    {
        anchor.push('-');
        anchor.push_str(part);
    }
    anchor
}

/// Milliseconds as they stand in tables.
pub(super) fn ms(value: impl Borrow<f64>) -> String {
    let value = *value.borrow();
    if value < 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

/// A part of an address: everything but letters, digits and `-._~` as `%XX`.
pub(super) fn segment(value: &str) -> String {
    let mut segment = String::with_capacity(value.len());
    encode(&mut segment, value);
    segment
}

fn encode(to: &mut String, value: &str) {
    use std::fmt::Write as _;
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            to.push(char::from(byte));
        } else {
            let _ = write!(to, "%{byte:02X}");
        }
    }
}

/// Query strings: everything but letters, digits and `-._~` as `%XX`.
pub fn query(pairs: &[(&str, &str)]) -> String {
    let mut query = String::new();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        query.push(if query.is_empty() { '?' } else { '&' });
        query.push_str(name);
        query.push('=');
        encode(&mut query, value);
    }
    query
}

/// A reason as a sentence.
pub fn sentence(reason: &str) -> String {
    let mut chars = reason.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short_and_in_utc() {
        let at: Timestamp = "2026-03-02T23:05:59.5+09:00".parse().unwrap();
        assert_eq!(time(at), "2026-03-02 14:05");
        assert_eq!(machine_time(at), "2026-03-02T14:05Z");
    }

    #[test]
    fn queries_are_encoded_and_leave_out_what_is_empty() {
        for (pairs, written) in [
            (&[("q", "")][..], ""),
            (
                &[("next_step", "ask"), ("q", "a&b=c d")],
                "?next_step=ask&q=a%26b%3Dc%20d",
            ),
            (&[("q", "é\"<")], "?q=%C3%A9%22%3C"),
        ] {
            assert_eq!(query(pairs), written);
        }
    }

    #[test]
    fn thousands_stand_apart() {
        for (number, written) in [
            (0, "0"),
            (999, "999"),
            (10_251, "10,251"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(thousands(number), written);
        }
    }

    #[test]
    fn signals_are_told_in_plain_words() {
        for (name, words) in [
            (
                "drift.education",
                "what was rewritten in the studies of the first version",
            ),
            (
                "phones.npa",
                "the phone numbers of form and résumé: the area code",
            ),
            (
                "address.country",
                "ISO 3166-1 code of the claimed address's country",
            ),
            ("phones.unheard_of", "phones.unheard_of"),
        ] {
            assert_eq!(signal(name), words);
        }
    }

    #[test]
    fn anchors_hold_no_sign_that_needs_escaping() {
        for (field, anchor) in [
            ("phones[0]", "field-phones-0"),
            ("education[1].start_date", "field-education-1-start_date"),
            ("resume_text", "field-resume_text"),
            ("\"><script>", "field-script"),
        ] {
            assert_eq!(field_anchor(field), anchor);
        }
    }
}
