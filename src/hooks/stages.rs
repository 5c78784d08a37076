//! A hiring system's stage, in the customer's own words, as one of ours.

use crate::application::Stage;

/// Words of stages, the first that is found decides: reading an application is no interview.
const WORDS: [(Stage, &[&str]); 5] = [
    (
        Stage::Applied,
        &[
            "application review",
            "resume",
            "résumé",
            "cv screen",
            "cv review",
        ],
    ),
    (Stage::Offer, &["offer", "negotiat"]),
    (
        Stage::Onboarding,
        &["hired", "hire", "onboard", "pre-board", "preboard"],
    ),
    (
        Stage::Interview,
        &[
            "interview",
            "screen",
            "phone",
            "call",
            "onsite",
            "on-site",
            "assess",
            "technical",
            "test",
            "challenge",
            "assignment",
            "take home",
            "take-home",
            "panel",
            "meet",
            "reference",
            "background",
            "case",
        ],
    ),
    (
        Stage::Applied,
        &[
            "appl", "new", "inbox", "lead", "review", "prospect", "sourced", "received",
        ],
    ),
];

/// The stage that these words name; `None` where they say nothing to us.
pub fn of(words: &str) -> Option<Stage> {
    let words = words.to_lowercase();
    let found = WORDS
        .iter()
        .find(|(_, known)| known.iter().any(|word| words.contains(word)));
    found.map(|(stage, _)| *stage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_words_are_understood_or_left_alone() {
        for (words, stage) in [
            ("Application Review", Some(Stage::Applied)),
            ("Resume Screen", Some(Stage::Applied)),
            ("Preliminary Phone Screen", Some(Stage::Interview)),
            ("On-site", Some(Stage::Interview)),
            ("Technical Interview", Some(Stage::Interview)),
            ("Offer Extended", Some(Stage::Offer)),
            ("Hired", Some(Stage::Onboarding)),
            ("New applicants", Some(Stage::Applied)),
            ("D10001", None),
            ("Étape 3", None),
            ("", None),
        ] {
            assert_eq!(of(words), stage, "{words}");
        }
    }
}
