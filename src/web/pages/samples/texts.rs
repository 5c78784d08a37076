//! Texts that are alike.

use super::{finding, hostile};
use crate::candidate::CandidateId;
use crate::rules::{Finding, Strength};
use crate::signals::Facts;
use crate::web::pages::texts::Panel;

const OTHER: &str = "019a1b2c-0000-7000-8000-000000000002";

/// The finding that names the other.
pub fn texts_finding() -> Finding {
    let mut finding = finding(
        "text.near_dup",
        Strength::Strong,
        (11.0, 11.0),
        "Résumé nearly the same as another applicant's",
        "Most of the résumé also stands in the résumé of somebody with another name.",
        &[(
            "resume_text",
            "Moved the ledger from nightly batches to a stream",
        )],
    );
    finding.related = vec![CandidateId(OTHER.to_owned())];
    finding
}

fn seen(own: &str, other: &str) -> Facts {
    let passage = |own: &str, other: &str| {
        serde_json::json!({"field": "resume_text", "value": own, "related": OTHER,
            "is": {"kind": "passage", "other": other}})
    };
    Facts::from_json(&serde_json::json!({
        "alike.resumes": [{"field": "resume_text", "value": own, "related": OTHER,
            "is": {"distinct": true, "jaccard": 0.72, "bullets": 2.0}}],
        "alike.passages": [
            passage(own, other),
            passage(
                "Wrote the tool that compares invoices with delivery notes and finds the one that is missing.",
                "wrote the tool that compares invoices with delivery notes and finds the one that is missing",
            ),
        ],
    }))
}

/// What a screening saw.
pub fn texts_seen() -> Facts {
    seen(
        "Moved the ledger from nightly batches to a stream; month-end closing went from two days to forty minutes.",
        "MOVED the ledger from nightly batches\nto a stream, month-end closing went from two days to forty minutes",
    )
}

/// The panel.
pub fn texts() -> Panel {
    Panel::of(&texts_seen(), &[texts_finding()])
}

/// Everything a stranger can write is hostile.
pub fn hostile_texts() -> Panel {
    Panel::of(&seen(&hostile(), &hostile()), &[texts_finding()])
}
