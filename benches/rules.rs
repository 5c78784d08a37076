//! What judging costs: one candidate, a stage's rules, with the full explanation. Goals: 12 rules in
//! 5 µs, all shipped rules in 25 µs; `screening.rs` has the shipped ones over a whole record.

use std::fmt::Write;
use std::sync::Arc;

use telltale::application::Stage;
use telltale::rules::Ruleset;
use telltale::rules::schema::Schema;
use telltale::signals::{Column, Facts, Kind, Shape, Signal};

fn main() {
    divan::main();
}

const fn column(name: &'static str, kind: Kind) -> Column {
    Column {
        name,
        about: "",
        kind,
    }
}

const fn signal(name: &'static str, shape: Shape) -> Signal {
    Signal {
        name,
        about: "",
        shape,
        needs: &[],
        read: |_| None,
    }
}

static SIGNALS: &[Signal] = &[
    signal(
        "phones",
        Shape::Rows(&[
            column("raw", Kind::Text),
            column("country", Kind::Text),
            column("in_resume_text", Kind::Flag),
            column("assigned", Kind::Flag),
            column("special", Kind::Flag),
        ]),
    ),
    signal(
        "emails",
        Shape::Rows(&[
            column("local", Kind::Text),
            column("domain", Kind::Text),
            column("disposable", Kind::Flag),
            column("relay", Kind::Flag),
            column("name_similarity", Kind::Number),
        ]),
    ),
    signal(
        "education",
        Shape::Rows(&[
            column("listed", Kind::Flag),
            column("months", Kind::Number),
            column("level", Kind::Text),
            column("start_month", Kind::Number),
            column("school", Kind::Quote),
        ]),
    ),
    signal("home.state", Shape::One(Kind::Text)),
    signal("work.states", Shape::One(Kind::Texts)),
    signal("drift.contacts_changed", Shape::One(Kind::Number)),
    signal("submission.clock_fits", Shape::One(Kind::Flag)),
    signal("text.bullets_shared", Shape::One(Kind::Number)),
];

/// Conditions as rules have them; over this candidate three of ten fire and one cannot look.
const CONDITIONS: &[(&str, &str, &str)] = &[
    (
        "phones",
        "it.in_resume_text && it.country == 'US' && it.raw.matches('^[+]1')",
        "{it.raw} is written with +1.",
    ),
    (
        "phones",
        "it.country in ['US', 'CA'] && !it.assigned",
        "{it.raw} is in no assigned area.",
    ),
    ("phones", "it.special", "{it.raw} is a special number."),
    (
        "emails",
        "it.disposable && !it.relay",
        "{it.domain} is a throw-away domain.",
    ),
    (
        "emails",
        "it.name_similarity < 0.5 && !it.relay",
        "{it.local} names somebody else.",
    ),
    (
        "emails",
        "it.local.matches('(dev|code|web).*[0-9]{2,}$')",
        "{it.local} is a handle.",
    ),
    (
        "education",
        "it.listed && it.months < 30.0 && it.level == 'bachelor'",
        "{it.school}: {it.months} months.",
    ),
    (
        "education",
        "it.listed && !(it.start_month in [1.0, 8.0, 9.0])",
        "{it.school} begins in month {it.start_month}.",
    ),
    (
        "",
        "drift.contacts_changed >= 2 || text.bullets_shared >= 3",
        "{drift.contacts_changed} contacts changed.",
    ),
    (
        "",
        "!submission.clock_fits && !(home.state in work.states)",
        "The clock does not fit {home.state}.",
    ),
];

fn rules(number: usize) -> Ruleset {
    let texts = (0..number).map(|index| {
        let (rows, when, message) = CONDITIONS[index % CONDITIONS.len()];
        let id = format!("g{}.rule_{index}", index % 7);
        let mut text = format!(
            "id = \"{id}\"\ntitle = \"A claim and a record that differ\"\nstrength = \"moderate\"\nweight_db = 5.0\n\
             stages = [\"applied\", \"interview\", \"offer\"]\nstatus = \"active\"\nwhen = '''{when}'''\nmessage = \"{message}\"\n\
             innocent = [\"People who moved.\", \"Typing errors.\"]\nsources = [\"A report\"]\nask = \"How come?\"\n"
        );
        if !rows.is_empty() {
            let _ = writeln!(text, "for_each = \"{rows}\"");
        }
        (format!("{id}.toml"), text)
    });
    Ruleset::from_texts(texts, &Arc::new(Schema::new(SIGNALS))).expect("the rules are fine")
}

fn facts() -> Facts {
    let known = serde_json::json!({
        "phones": [
            {"field": "phones[0]", "value": "+1 212-736-5000", "is": {"raw": "+1 212-736-5000", "country": "US", "in_resume_text": true, "assigned": true, "special": false}},
            {"field": "resume_text", "value": "(646) 736-5000", "is": {"raw": "(646) 736-5000", "country": "US", "in_resume_text": true, "assigned": true, "special": false}},
        ],
        "emails": [
            {"field": "emails[0]", "value": "ada.codes77@example.org", "is": {"local": "ada.codes77", "domain": "example.org", "disposable": false, "relay": false, "name_similarity": 0.9}},
        ],
        "education": [
            {"field": "education[0]", "value": "State University, 2014-08 to 2018-05", "is": {"listed": true, "months": 45.0, "level": "bachelor", "start_month": 8.0, "school": "State University"}},
            {"field": "education[1]", "value": "State College, 2012-10 to 2014-05", "is": {"listed": true, "months": 19.0, "level": "associate", "start_month": 10.0, "school": "State College"}},
        ],
        "home.state": "NY", "work.states": ["NY", "NJ"], "drift.contacts_changed": 0, "text.bullets_shared": 0,
    });
    Facts::from_json_of(SIGNALS, &known)
}

#[divan::bench(args = [12, 40])]
fn judge(bencher: divan::Bencher, number: usize) {
    let (rules, facts) = (rules(number), facts());
    bencher.bench(|| rules.judge(divan::black_box(&facts), Stage::Applied));
}

#[divan::bench]
fn load_40(bencher: divan::Bencher) {
    bencher.bench(|| rules(40));
}

#[divan::bench]
fn facts_to_json(bencher: divan::Bencher) {
    let facts = facts();
    bencher.bench(|| divan::black_box(&facts).to_json_of(SIGNALS));
}
