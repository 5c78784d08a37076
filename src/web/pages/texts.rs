//! What the candidate's texts and others' both say, side by side.
//!
//! Told is what the screening saw, and only of those whom a finding names: without a finding nobody's
//! words are shown to a reader of somebody else's page.

use super::words;
use crate::candidate::CandidateId;
use crate::rules::{Finding, schema};
use crate::signals::{Facts, Row, Value};

/// The panel.
#[derive(Clone, Debug, Default)]
pub struct Panel {
    /// Those whose texts are like the candidate's, in the order of the findings.
    pub others: Vec<Other>,
}

/// Another candidate with a like text.
#[derive(Clone, Debug)]
pub struct Other {
    /// Who.
    pub id: CandidateId,
    /// Numbers of the findings that name them.
    pub findings: Vec<usize>,
    /// How alike the texts are, in words.
    pub like: Option<String>,
    /// What both say.
    pub pairs: Vec<Pair>,
}

/// The same words in two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Where they stand here.
    pub field: String,
    /// As written here.
    pub own: String,
    /// As written there.
    pub other: String,
}

/// Rules that look at texts.
const RULES: [&str; 4] = [
    "text.near_dup",
    "text.near_dup_partial",
    "text.bullet_reuse",
    "link.portfolio_clone",
];

/// A rule of the operator's own that looks at them tells it by the signal it reads.
const SIGNAL: &str = "alike.";

impl Panel {
    /// The panel of what was screened: `facts` are what the screening saw, `findings` what was made
    /// of them.
    pub fn of(facts: &Facts, findings: &[Finding]) -> Self {
        let mut others = Vec::<Other>::new();
        for (number, finding) in (1..).zip(findings) {
            let reads = finding
                .values
                .iter()
                .any(|seen| seen.name.starts_with(SIGNAL));
            if !reads && !RULES.contains(&&*finding.rule) {
                continue;
            }
            for id in &finding.related {
                match others.iter_mut().find(|other| other.id == *id) {
                    Some(other) => other.findings.push(number),
                    None => others.push(Other {
                        id: id.clone(),
                        findings: vec![number],
                        like: like(facts, id),
                        pairs: pairs(facts, id),
                    }),
                }
            }
        }
        others.retain(|other| !other.pairs.is_empty());
        Self { others }
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.others.is_empty()
    }

    /// What is shown, in a sentence.
    pub fn summary(&self) -> String {
        let who = words::count(self.others.len(), "other candidate");
        format!("What {who} and this one both wrote; what many candidates write is left out.")
    }
}

fn rows<'a>(facts: &'a Facts, signal: &str) -> &'a [Row] {
    let slot = schema::SHIPPED.slot(signal);
    match slot.and_then(|slot| facts.get(slot)) {
        Some(Value::Rows(rows)) => rows,
        _ => &[],
    }
}

fn pairs(facts: &Facts, id: &CandidateId) -> Vec<Pair> {
    let quoted = rows(facts, "alike.passages").iter();
    quoted
        .filter(|row| row.related.as_ref() == Some(id))
        .filter_map(|row| match row.cells.get(1)? {
            Some(Value::Text(other)) => Some(Pair {
                field: row.field.to_string(),
                own: row.value.to_string(),
                other: other.to_string(),
            }),
            _ => None,
        })
        .collect()
}

/// The greatest likeness of the two, by the second column of both signals.
fn like(facts: &Facts, id: &CandidateId) -> Option<String> {
    let signals = ["alike.resumes", "alike.pages"].into_iter();
    let likeness = signals
        .flat_map(|signal| rows(facts, signal))
        .filter(|row| row.related.as_ref() == Some(id))
        .filter_map(|row| match row.cells.get(1)? {
            Some(Value::Number(likeness)) => Some(*likeness),
            _ => None,
        });
    let greatest = likeness.max_by(f64::total_cmp)?;
    Some(format!(
        "{:.0} % of the wording is the same",
        greatest * 100.0
    ))
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn passages_stand_side_by_side_with_the_finding_that_names_the_other() {
        let panel = samples::texts();
        assert_eq!(panel.others.len(), 1);
        let other = &panel.others[0];
        assert_eq!(other.findings, [1]);
        assert_eq!(
            other.like.as_deref(),
            Some("72 % of the wording is the same")
        );
        assert_eq!(other.pairs.len(), 2);
        assert_ne!(other.pairs[0].own, other.pairs[0].other);
        assert_eq!(
            panel.summary(),
            "What 1 other candidate and this one both wrote; what many candidates write is left out."
        );
    }

    #[test]
    fn without_a_finding_nothing_is_shown() {
        let mut finding = samples::texts_finding();
        let facts = samples::texts_seen();
        assert!(Panel::of(&facts, &[]).is_empty());
        assert!(!Panel::of(&facts, std::slice::from_ref(&finding)).is_empty());
        finding.rule = "x.phone".into();
        assert!(Panel::of(&facts, std::slice::from_ref(&finding)).is_empty());
        finding.rule = "text.near_dup".into();
        finding.related = vec![CandidateId("somebody else".to_owned())];
        assert!(Panel::of(&facts, &[finding]).is_empty());
    }
}
