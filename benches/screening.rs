//! A whole screening in memory, and its stages: `cargo bench --bench screening`.
//!
//! Goals: normal form and signals of a two-page résumé in 250 µs, a whole screening in 400 µs, all
//! rules with the full explanation in 25 µs.

use divan::{Bencher, black_box};
use telltale::application::{Application, Stage};
use telltale::candidate::Candidate;
use telltale::intake;
use telltale::keys::{self, Hash};
use telltale::normalise::{self, Settings, resume};
use telltale::rules::{Judgement, Ruleset};
use telltale::signals::{self, Facts, Subject};

fn main() {
    divan::main();
}

/// A record as an applicant-tracking system sends it: 2 KB.
const SHORT: &str = include_str!("records/applicant.json");
/// A résumé of two pages: 6 KB.
const TWO_PAGES: &str = include_str!("records/two_pages.txt");

/// A record in which little fits together.
const CONFLICTING: &str = include_str!("records/conflicting.json");

/// Which résumé the record comes with.
#[derive(Clone, Copy, Debug)]
enum With {
    ShortText,
    TwoPages,
}

/// Whether a record's claims do.
#[derive(Clone, Copy, Debug)]
enum Claims {
    HoldTogether,
    DoNot,
}

const BOTH: [With; 2] = [With::ShortText, With::TwoPages];

fn application(with: With) -> Application {
    let mut application = intake::record(SHORT.as_bytes(), "api").expect("the record is fine");
    if matches!(with, With::TwoPages) {
        application.resume_text = Some(TWO_PAGES.to_owned());
    }
    application
}

fn candidate(with: With) -> Candidate {
    normalise::candidate(&application(with), &Settings::default())
}

fn facts_with(claims: Claims) -> Facts {
    let application = match claims {
        Claims::HoldTogether => application(With::TwoPages),
        Claims::DoNot => intake::record(CONFLICTING.as_bytes(), "api").expect("the record is fine"),
    };
    facts_of(&normalise::candidate(&application, &Settings::default()))
}

fn facts_of(candidate: &Candidate) -> Facts {
    let reference = telltale::reference::base::shipped();
    signals::read(&Subject::alone(
        candidate,
        reference,
        jiff::Timestamp::UNIX_EPOCH,
    ))
}

fn rules() -> Ruleset {
    Ruleset::shipped().expect("the shipped rules are fine")
}

fn judge(application: &Application, rules: &Ruleset) -> (Candidate, Facts, Judgement) {
    let candidate = normalise::candidate(application, &Settings::default());
    let facts = facts_of(&candidate);
    let judgement = rules.judge(&facts, Stage::Applied);
    (candidate, facts, judgement)
}

/// From the application to the judgement.
#[divan::bench(args = BOTH)]
fn screen(bencher: Bencher, with: With) {
    let (application, rules) = (application(with), rules());
    judge(&application, &rules); // tables are built at the first use
    bencher.bench(|| judge(black_box(&application), &rules));
}

/// From the record's text to all that is stored: application, keys, signals, judgement.
#[divan::bench(args = BOTH)]
fn screen_from_json_to_json(bencher: Bencher, with: With) {
    let rules = rules();
    let hash = Hash::new([7; 16]);
    let record = serde_json::to_string(&application(with)).expect("an application serializes");
    let whole = |record: &str| {
        let application = intake::record(record.as_bytes(), "api").expect("the record is fine");
        let (candidate, facts, judgement) = judge(&application, &rules);
        let keys: Vec<i64> = keys::of(&candidate)
            .iter()
            .map(|key| hash.of(key.kind, &key.normal))
            .collect();
        let application = serde_json::to_string(&application).expect("an application serializes");
        let judgement = serde_json::to_string(&judgement).expect("a judgement serializes");
        (application, keys, facts.to_json(), judgement)
    };
    whole(&record);
    bencher.bench(|| whole(black_box(&record)));
}

#[divan::bench(args = BOTH)]
fn normal_form_and_signals(bencher: Bencher, with: With) {
    let application = application(with);
    facts_of(&candidate(with));
    bencher.bench(|| {
        facts_of(&normalise::candidate(
            black_box(&application),
            &Settings::default(),
        ))
    });
}

#[divan::bench(args = BOTH)]
fn normal_form(bencher: Bencher, with: With) {
    let application = application(with);
    candidate(with);
    bencher.bench(|| normalise::candidate(black_box(&application), &Settings::default()));
}

/// The résumé's text alone.
#[divan::bench]
fn two_pages_of_text(bencher: Bencher) {
    resume::read(TWO_PAGES);
    bencher
        .counter(divan::counter::BytesCount::of_str(TWO_PAGES))
        .bench(|| resume::read(black_box(TWO_PAGES)));
}

/// All shipped rules over the signals of the long record, and over those of a record in which a
/// dozen rules find something to explain.
#[divan::bench(args = [Claims::HoldTogether, Claims::DoNot])]
fn shipped_rules(bencher: Bencher, claims: Claims) {
    let (rules, facts) = (rules(), facts_with(claims));
    let found = rules.judge(&facts, Stage::Applied).findings.len();
    assert_eq!(
        found >= 12,
        matches!(claims, Claims::DoNot),
        "{found} findings"
    );
    bencher.bench(|| rules.judge(black_box(&facts), Stage::Applied));
}

#[divan::bench]
fn facts_to_json(bencher: Bencher) {
    let facts = facts_of(&candidate(With::TwoPages));
    bencher.bench(|| black_box(&facts).to_json());
}
