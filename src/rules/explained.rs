//! Findings that a person has explained: they stay in the list and count nothing.
//!
//! An explanation is of one finding, as it stood: other evidence, or somebody else who is involved, makes another
//! finding, which counts. Less of the same is still the same.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Finding;
use crate::candidate::CandidateId;

/// Groups of rules over what machines say: their figures change with every session, so that of what was seen the
/// letters alone tell two findings apart.
const MEASURED: [&str; 2] = ["lat", "dev"];

/// Characters kept of a hash: enough that no two things seen of one candidate are taken for each other.
const HASH: usize = 16;

/// Who explained a finding, and how.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, utoipa::ToSchema)]
pub struct Explained {
    /// Who.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// An explanation in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The rule whose finding it explains.
    pub rule: String,
    /// What the hashes are salted with: the candidate's id.
    pub salt: String,
    /// Hashes of what was seen.
    pub evidence: BTreeSet<String>,
    /// Who was involved.
    pub related: BTreeSet<CandidateId>,
    /// Who, when and why.
    pub explained: Explained,
}

/// Salted hashes of what a finding rests on: where, and what was seen.
pub fn evidence(finding: &Finding, salt: &str) -> BTreeSet<String> {
    let measured = MEASURED.contains(&&*finding.group);
    let hash = |one: &super::Evidence| {
        let seen: String = if measured {
            one.value.chars().filter(|c| c.is_alphabetic()).collect()
        } else {
            one.value.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let mut sha = Sha256::new();
        for part in [salt, &place(&one.field), &seen] {
            sha.update((part.len() as u64).to_be_bytes());
            sha.update(part.as_bytes());
        }
        let mut hash = crate::secret::hex(&sha.finalize());
        hash.truncate(HASH);
        hash
    };
    finding.evidence.iter().map(hash).collect()
}

/// A field without its place in a list and without the version it stands in: both change while what was written does not.
fn place(field: &str) -> String {
    let field = field
        .strip_suffix(" of an earlier version")
        .unwrap_or(field);
    let mut plain = String::with_capacity(field.len());
    let mut inside = false;
    for c in field.chars() {
        inside = match c {
            '[' => true,
            ']' => false,
            _ => inside,
        };
        if !(inside && c.is_ascii_digit()) {
            plain.push(c);
        }
    }
    plain
}

impl Explanation {
    /// Whether this finding is the one that was explained, or less of it.
    pub fn covers(&self, finding: &Finding) -> bool {
        *self.rule == *finding.rule
            && finding.related.iter().all(|id| self.related.contains(id))
            && evidence(finding, &self.salt).is_subset(&self.evidence)
    }
}

/// Marks the findings that are explained; of others of the same rules it says that an explanation was given before.
/// What speaks for a candidate is not explained away.
pub(super) fn apply(explanations: &[Explanation], findings: &mut [Finding]) {
    if explanations.is_empty() {
        return;
    }
    for finding in findings.iter_mut().filter(|one| one.weight_db > 0.0) {
        let of_rule = explanations.iter().filter(|one| *one.rule == *finding.rule);
        let latest = of_rule.clone().max_by_key(|one| one.explained.at);
        let covers = of_rule.filter(|one| one.covers(finding));
        if let Some(found) = covers.max_by_key(|one| one.explained.at) {
            finding.explained = Some(found.explained.clone());
        } else if let Some(before) = latest {
            // Not by whom: who must not see a contested decision reads this too.
            let day = before.explained.at.strftime("%Y-%m-%d");
            let _ = write!(
                finding.message,
                " Explained before, on other evidence, on {day}."
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Evidence;
    use crate::rules::fixture::finding;

    fn seen(rule: &str, evidence: &[(&str, &str)], related: &[&str]) -> Finding {
        Finding {
            evidence: evidence
                .iter()
                .map(|(field, value)| Evidence {
                    field: (*field).to_owned(),
                    value: (*value).to_owned(),
                })
                .collect(),
            related: related
                .iter()
                .map(|id| CandidateId((*id).to_owned()))
                .collect(),
            ..finding(rule, 12.0)
        }
    }

    fn explanation(finding: &Finding) -> Explanation {
        Explanation {
            rule: finding.rule.to_string(),
            salt: "c1".to_owned(),
            evidence: evidence(finding, "c1"),
            related: finding.related.iter().cloned().collect(),
            explained: Explained {
                by: "Dana Reed".to_owned(),
                at: Timestamp::UNIX_EPOCH,
                reason: "A family line.".to_owned(),
            },
        }
    }

    #[test]
    fn an_explanation_covers_the_finding_that_it_was_given_for() {
        let phone = ("phones[0]", "(212) 736-5000");
        let given = explanation(&seen("x.phone", &[phone, ("phones[1]", "1")], &["a", "b"]));
        for (evidence, related, covered) in [
            (&[phone][..], &["a"][..], true),
            (&[("phones[3]", "(212)  736-5000")], &["b"], true),
            (
                &[("phones[0] of an earlier version", "(212) 736-5000")],
                &["a", "b"],
                true,
            ),
            (&[("phones[0]", "(212) 736-5001")], &["a"], false),
            (&[("references[0].phone", "(212) 736-5000")], &["a"], false),
            (&[phone], &["a", "c"], false),
        ] {
            let found = seen("x.phone", evidence, related);
            assert_eq!(given.covers(&found), covered, "{found:?}");
        }
        assert!(!given.covers(&seen("x.email", &[phone], &["a"])));
    }

    #[test]
    fn figures_of_machines_do_not_make_another_finding() {
        let given = explanation(&seen(
            "lat.rtt",
            &[("latency.path_rtt", "112 ms usually")],
            &[],
        ));
        assert!(given.covers(&seen(
            "lat.rtt",
            &[("latency.path_rtt", "119 ms usually")],
            &[]
        )));
        assert!(!given.covers(&seen(
            "lat.rtt",
            &[("latency.echo_loop", "112 ms usually")],
            &[]
        )));
    }

    #[test]
    fn what_was_explained_on_other_evidence_says_so_and_what_speaks_for_somebody_stays() {
        let old = seen("x.phone", &[("phones[0]", "1")], &[]);
        let mut findings = [
            old.clone(),
            seen("x.phone", &[("phones[0]", "2")], &[]),
            Finding {
                weight_db: -10.0,
                ..old.clone()
            },
        ];
        apply(&[explanation(&old)], &mut findings);
        assert_eq!(findings[0].explained.as_ref().unwrap().by, "Dana Reed");
        assert_eq!(findings[1].explained, None);
        assert!(
            findings[1]
                .message
                .ends_with("Explained before, on other evidence, on 1970-01-01.")
        );
        assert_eq!(findings[2].explained, None);
    }
}
