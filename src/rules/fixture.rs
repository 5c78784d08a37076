//! A small list of signals for the tests of this folder.

use std::sync::{Arc, LazyLock};

use super::schema::Schema;
use super::{Effort, Faults, Finding, Ruleset, Strength};
use crate::signals::{Column, Facts, Kind, Shape, Signal, Value};

const fn column(name: &'static str, kind: Kind) -> Column {
    Column {
        name,
        about: "",
        kind,
    }
}

const fn one(name: &'static str, kind: Kind) -> Signal {
    Signal {
        name,
        about: "",
        shape: Shape::One(kind),
        needs: &[],
        read: |_| None,
    }
}

pub(super) const PHONE: [Column; 6] = [
    column("raw", Kind::Text),
    column("country", Kind::Text),
    column("valid", Kind::Flag),
    column("far_km", Kind::Number),
    column("states", Kind::Texts),
    column("owner", Kind::Quote),
];

pub(super) static SIGNALS: &[Signal] = &[
    one("a.flag", Kind::Flag),
    one("a.other_flag", Kind::Flag),
    Signal {
        #[expect(clippy::cast_precision_loss, reason = "a test has few versions")]
        read: |subject| Some(Value::Number(subject.earlier.len() as f64)),
        ..one("a.count", Kind::Number)
    },
    one("a.other_count", Kind::Number),
    Signal {
        read: |subject| Some(Value::Text(subject.candidate.agency.clone()?.into())),
        ..one("a.code", Kind::Text)
    },
    one("a.other_code", Kind::Text),
    one("a.codes", Kind::Texts),
    one("person.claim", Kind::Quote),
    one("person.other_claim", Kind::Quote),
    Signal {
        name: "phones",
        about: "",
        shape: Shape::Rows(&PHONE),
        needs: &[],
        read: |_| None,
    },
    Signal {
        name: "education",
        about: "",
        shape: Shape::Rows(&[column("country", Kind::Text), column("title", Kind::Quote)]),
        needs: &[],
        read: |_| None,
    },
];

pub(super) static SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| Arc::new(Schema::new(SIGNALS)));

/// Facts of [`SIGNALS`] from what is known by name.
pub(super) fn facts(known: &serde_json::Value) -> Facts {
    Facts::from_json_of(SIGNALS, known)
}

/// A rule file with a condition, and more lines after it.
pub(super) fn file(id: &str, weight_db: f64, when: &str, more: &str) -> (String, String) {
    let strength = match weight_db.abs() {
        db if db <= 3.0 => "weak",
        db if db <= 7.0 => "moderate",
        _ => "strong",
    };
    let message = if more.contains("message") {
        ""
    } else {
        "message = \"Seen.\""
    };
    let status = if more.contains("status") {
        ""
    } else {
        "status = \"active\""
    };
    let text = format!(
        "id = \"{id}\"\ntitle = \"A thing\"\nstrength = \"{strength}\"\nweight_db = {weight_db:?}\n\
         stages = [\"applied\", \"offer\"]\nwhen = '''{when}'''\ninnocent = [\"Somebody.\"]\nsources = [\"A report\"]\n\
         {status}\n{message}\n{more}\n"
    );
    (format!("{id}.toml"), text)
}

/// A set of such files.
pub(super) fn set(files: impl IntoIterator<Item = (String, String)>) -> Result<Ruleset, Faults> {
    Ruleset::from_texts(files, &SCHEMA)
}

/// A finding of a rule, before anything was weighed.
pub(crate) fn finding(rule: &str, weight_db: f64) -> Finding {
    Finding {
        rule: rule.into(),
        group: rule.split('.').next().unwrap().into(),
        strength: match weight_db.abs() {
            w if w <= 3.0 => Strength::Weak,
            w if w <= 7.0 => Strength::Moderate,
            _ => Strength::Strong,
        },
        weight_db,
        counted_db: 0.0,
        counted_in: None,
        explained: None,
        replaces: [].into(),
        title: "".into(),
        message: String::new(),
        evidence: Vec::new(),
        related: Vec::new(),
        innocent: Arc::new([]),
        ask: "".into(),
        effort: Effort::Answer,
        values: Vec::new(),
    }
}
