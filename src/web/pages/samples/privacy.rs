//! Invented data of privacy.

use super::{at, hostile};
use crate::application::Stage;
use crate::candidate::CandidateId;
use crate::db::Millis;
use crate::privacy::ages::Kept;
use crate::privacy::goes::Goes;
use crate::privacy::retention::Preview;
use crate::store::holds::{Hold, Listed};
use crate::store::retention::Due;
use crate::web::pages::privacy::{ErasePage, PrivacyPage, Standing, Wrong};

fn millis(time: &str) -> Millis {
    Millis(at(time).as_millisecond())
}

fn id() -> CandidateId {
    CandidateId("019a1b2c-0000-7000-8000-000000000001".to_owned())
}

/// Everything stands on it, with these words of strangers.
fn full(words: &str) -> PrivacyPage {
    PrivacyPage {
        entered: [("applied".to_owned(), words.to_owned())].into(),
        wrong: Some(Wrong {
            field: "applied".to_owned(),
            reason: "30 to 36500 days, or nothing to keep them".to_owned(),
        }),
        is_draft: true,
        preview: Some(Preview {
            counts: vec![(Stage::Applied, words.to_owned(), 1200)],
            first: vec![Due {
                id: id(),
                source: words.to_owned(),
                external_id: words.to_owned(),
                name: Some(words.to_owned()),
                stage: "applied".to_owned(),
                last_at: millis("2022-03-02T14:05:00Z"),
            }],
        }),
        holds: vec![Listed {
            candidate_id: id(),
            external_id: words.to_owned(),
            source: words.to_owned(),
            name: None,
            reason: words.to_owned(),
            by_whom: words.to_owned(),
            at: millis("2026-03-02T14:05:00Z"),
            asked_at: Some(millis("2026-03-04T14:05:00Z")),
        }],
        ages: vec![Kept {
            what: "Raw timings of devices",
            span: crate::telemetry::KEPT,
            stays: "summaries",
        }],
        done: Some("The periods are saved."),
        ..PrivacyPage::default()
    }
}

/// An ordinary day.
pub fn privacy() -> PrivacyPage {
    full("greenhouse")
}

/// Everything a stranger can write is hostile.
pub fn hostile_privacy() -> PrivacyPage {
    full(&hostile())
}

fn hold(words: &str) -> Hold {
    Hold {
        id: "1".to_owned(),
        candidate_id: id(),
        reason: words.to_owned(),
        by_whom: words.to_owned(),
        at: millis("2026-03-02T14:05:00Z"),
        lifted_at: None,
        lifted_by: None,
        lifted_why: None,
    }
}

/// A hold that stands, and one that was lifted.
pub fn standing(words: &str) -> Standing {
    let lifted = Hold {
        lifted_at: Some(millis("2026-03-03T14:05:00Z")),
        lifted_by: Some(words.to_owned()),
        lifted_why: Some(words.to_owned()),
        ..hold(words)
    };
    Standing {
        reasons: true,
        holds: vec![hold(words), lifted],
        asked_at: Some(at("2026-03-04T14:05:00Z")),
    }
}

fn erasing(words: &str, hold: Option<Hold>) -> ErasePage {
    ErasePage {
        name: Some(words.to_owned()),
        id: id(),
        external_id: words.to_owned(),
        source: words.to_owned(),
        goes: Goes {
            counts: vec![("versions of the application", 2), ("decisions", 0)],
            folded: vec![id()],
            others: vec![id(), id()],
            hold,
        },
        others: Vec::new(),
        typed: words.to_owned(),
        wrong: true,
    }
}

/// Somebody who can be erased.
pub fn erase() -> ErasePage {
    erasing("A-1001", None)
}

/// Somebody on whom a hold stands, with hostile words.
pub fn hostile_erase() -> ErasePage {
    erasing(&hostile(), Some(hold(&hostile())))
}
