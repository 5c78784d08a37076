//! What to ask the candidate, in words that can be sent to them as they are.
//!
//! A question is about the candidate's own claims. It never speaks of other applicants, of scores or rules, of
//! countries, or of a verdict (red-flags §2). Every shipped rule's own question keeps to that; one of an operator's own
//! rules that does not stays on the rule's page, and the neutral question goes out in its place.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::visible;
use crate::rules::{self, Finding};

/// Beginnings of words that no question holds, as small letters: others who apply, how it was weighed, origin.
const WORDS: &[&str] = &[
    "applicant",
    "candidate",
    "citizen",
    "colleague",
    "countr",
    "deciban",
    "ethnic",
    "immigra",
    "nationalit",
    "passport",
    "score",
    "scoring",
    "suspic",
    "visa",
];

/// The same in two words, the second one's beginning.
const PAIRS: &[(&str, &str)] = &[
    ("another", "application"),
    ("other", "application"),
    ("others", "application"),
    ("somebody", "application"),
    ("another", "worker"),
    ("other", "worker"),
    ("another", "employee"),
    ("red", "flag"),
    ("a", "finding"),
    ("our", "rule"),
    ("a", "rule"),
    ("native", "language"),
    ("some", "others"),
];

/// What a question must not hold, if it does.
pub fn unfit(question: &str) -> Option<String> {
    if let Some(refusal) = rules::wording::refusal("ask", question) {
        return Some(refusal);
    }
    let folded: String = (question.to_lowercase().chars())
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<&str> = folded.split_whitespace().collect();
    let word = words
        .iter()
        .find(|word| WORDS.iter().any(|start| word.starts_with(start)));
    let pair = words.windows(2).find(|two| {
        PAIRS
            .iter()
            .any(|(first, second)| two[0] == *first && two[1].starts_with(second))
    });
    word.map(|word| (*word).to_owned())
        .or_else(|| pair.map(|two| two.join(" ")))
}

/// Where a candidate's own words stand, as evidence names it.
const OWN: [&str; 7] = [
    "emails",
    "phones",
    "links",
    "education",
    "work",
    "references",
    "resume_text",
];

/// Characters of what is quoted to the candidate.
const QUOTED: usize = 120;

/// A finding's question without what it is about; `None` of one that speaks for the candidate.
pub fn bare(finding: &Finding) -> Option<&str> {
    if finding.weight_db < 0.0 || finding.ask.trim().is_empty() {
        return None;
    }
    Some(match unfit(&finding.ask) {
        None => &finding.ask,
        Some(_) => rules::NEUTRAL_ASK,
    })
}

/// A finding's question, with the candidate's own words that it is about.
pub fn of(finding: &Finding) -> Option<String> {
    let question = bare(finding)?;
    let own = |field: &str| {
        let list = field.split(['[', '.']).next().unwrap_or_default();
        OWN.contains(&list)
    };
    let about = finding
        .evidence
        .iter()
        .find(|one| own(&one.field) && !one.value.trim().is_empty());
    Some(match about {
        Some(about) => {
            let words = about.value.split_whitespace().collect::<Vec<_>>().join(" ");
            format!(
                "About “{}”: {question}",
                visible::plain(&visible::short(&words, QUOTED))
            )
        }
        None => question.to_owned(),
    })
}

/// The questions of all findings that count, each once, in their order.
pub fn all(findings: &[Finding]) -> Vec<String> {
    let mut asked = HashSet::new();
    let counts = findings
        .iter()
        .filter(|finding| finding.counted_in.is_none() && finding.explained.is_none());
    counts
        .filter_map(of)
        .filter(|question| asked.insert(question.clone()))
        .collect()
}

/// All questions as one polite mail; `None` where there is nothing to ask. It names nobody: whoever sends it adds the
/// greeting's name, and theirs.
pub fn letter(questions: &[String]) -> Option<String> {
    let (points, answers) = match questions.len() {
        0 => return None,
        1 => (
            "one point",
            "Could you answer this question in a few lines?",
        ),
        _ => (
            "a few points",
            "Could you answer these questions in a few lines each?",
        ),
    };
    let mut text = format!(
        "Hello,\n\nthank you for the time you have put into this. Before we go on we would like to understand {points} better. {answers}\n\n"
    );
    for (number, question) in (1..).zip(questions) {
        if questions.len() > 1 {
            let _ = write!(text, "{number}. ");
        }
        let _ = writeln!(text, "{question}");
    }
    text.push_str("\nIf something does not apply to you, or you would rather talk, just tell us so. Nothing has been decided.\n\nThank you, and kind regards\n");
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Ruleset;

    #[test]
    fn every_shipped_question_can_be_sent_as_it_is() {
        let shipped = Ruleset::shipped().unwrap_or_else(|faults| panic!("{faults}"));
        // Of what speaks for the candidate nothing is asked.
        for rule in shipped.rules().iter().filter(|rule| rule.weight_db >= 0.0) {
            assert_eq!(unfit(&rule.ask), None, "{}: {}", rule.id, rule.ask);
            assert!(
                !rule.ask.contains(['{', '}']),
                "{}: a question quotes nothing",
                rule.id
            );
        }
        assert_eq!(unfit(rules::NEUTRAL_ASK), None);
    }

    #[test]
    fn others_scores_countries_and_verdicts_are_unfit() {
        for (question, named) in [
            (
                "Your résumé is like another application. Why?",
                "another application",
            ),
            ("Do you know this Applicant?", "applicant"),
            ("In which country do you live?", "country"),
            ("Your score is +3 dB.", "score"),
            ("Why did a rule fire?", "a rule"),
            (
                "Another worker's device is there. Whose is it?",
                "another worker",
            ),
            ("Is this fake?", "ask: `fake`"),
            ("Are you Iranian?", "ask: `iranian`"),
        ] {
            let unfit = unfit(question).unwrap_or_else(|| panic!("{question}"));
            assert!(unfit.starts_with(named), "{question}: {unfit}");
        }
        for fine in [
            "Which agencies have your details?",
            "Where did you study, and under which name?",
        ] {
            assert_eq!(unfit(fine), None);
        }
    }

    fn finding(weight_db: f64, ask: &str) -> Finding {
        serde_json::from_value(serde_json::json!({
            "rule": "a.b", "group": "a", "strength": "weak", "weight_db": weight_db, "counted_db": weight_db, "title": "",
            "message": "", "evidence": [], "related": [], "innocent": [], "ask": ask, "effort": "answer", "values": [],
        }))
        .unwrap()
    }

    #[test]
    fn an_unfit_question_is_asked_in_neutral_words_and_counter_evidence_is_not_asked_about() {
        assert_eq!(
            bare(&finding(2.0, "Do you know that applicant?")),
            Some(rules::NEUTRAL_ASK)
        );
        assert_eq!(bare(&finding(2.0, "Where?")), Some("Where?"));
        assert_eq!(of(&finding(-2.0, "Where?")), None);
        assert_eq!(of(&finding(2.0, " ")), None);
    }

    #[test]
    fn a_question_says_which_of_the_candidates_own_words_it_is_about() {
        let mut phone = finding(2.0, "Since when?");
        let seen = |field: &str, value: &str| rules::Evidence {
            field: field.into(),
            value: value.into(),
        };
        phone.evidence = vec![
            seen("onboarding.bank_account", "9"),
            seen("phones[0]", "(212)\n 736\u{202E}-5000"),
        ];
        assert_eq!(
            of(&phone).unwrap(),
            "About “(212) 736[U+202E]-5000”: Since when?"
        );
        phone.evidence.truncate(1);
        assert_eq!(of(&phone).unwrap(), "Since when?");
        phone.evidence = vec![seen("resume_text", &"word ".repeat(100))];
        assert!(of(&phone).unwrap().chars().count() < 160);
    }

    #[test]
    fn the_mail_asks_each_question_once() {
        let mut replaced = finding(1.0, "When?");
        replaced.counted_in = Some("a.c".into());
        let findings = [
            finding(2.0, "Where?"),
            finding(1.0, "Where?"),
            replaced,
            finding(1.0, "Who?"),
        ];
        let questions = all(&findings);
        assert_eq!(questions, ["Where?", "Who?"]);
        let mail = letter(&questions).unwrap();
        assert!(mail.contains("\n1. Where?\n2. Who?\n"), "{mail}");
        assert_eq!(unfit(&mail), None);
        assert!(letter(&questions[..1]).unwrap().contains("\nWhere?\n"));
        assert_eq!(letter(&[]), None);
    }
}
