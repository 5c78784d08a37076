//! Claims of one kind, as written and as read, each with the numbers of the findings it stands in.

use crate::check::Check;
use crate::rules::Finding;
use crate::web::pages::record::{Row, Section};
use crate::web::pages::words;

/// Claims that are shown without a finding on them; those with one are shown always.
pub const SHOWN: usize = 40;

/// The panel.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// The claims, in their order.
    pub claims: Vec<Claim>,
    /// Claims that are too many to show.
    pub left_out: usize,
}

/// One claim.
#[derive(Clone, Debug)]
pub struct Claim {
    /// As written and as read.
    pub row: Row,
    /// Numbers of the findings in which it stands.
    pub findings: Vec<usize>,
    /// What people found out by asking, in words, the latest first.
    pub checks: Vec<String>,
}

impl Claims {
    /// The claims of these sections.
    pub fn of<'a>(
        sections: impl IntoIterator<Item = &'a Section>,
        findings: &[Finding],
        checks: &[&Check],
    ) -> Self {
        let rows = sections.into_iter().flat_map(|section| &section.rows);
        let mut panel = Self::default();
        for row in rows {
            let numbers = numbers(row, findings);
            if numbers.is_empty() && panel.claims.len() >= SHOWN {
                panel.left_out += 1;
                continue;
            }
            let about = checks
                .iter()
                .filter(|check| check.about.as_deref() == Some(&row.field));
            panel.claims.push(Claim {
                row: row.clone(),
                findings: numbers,
                checks: about
                    .map(|check| {
                        format!(
                            "{}, says {}",
                            words::check(check.kind, check.result),
                            check.by
                        )
                    })
                    .collect(),
            });
        }
        panel
    }
}

/// Findings with this claim, or a part of it, in their evidence.
fn numbers(row: &Row, findings: &[Finding]) -> Vec<usize> {
    let of_text = row.field == "resume_text";
    let stands = |finding: &Finding| {
        finding.evidence.iter().any(|one| {
            let inside = one.field.strip_prefix(row.field.as_str());
            match inside {
                Some("") => !of_text || one.value == row.written,
                Some(rest) => rest.starts_with('.'),
                None => false,
            }
        })
    };
    let numbered = (1..).zip(findings);
    numbered
        .filter(|(_, finding)| stands(finding))
        .map(|(number, _)| number)
        .collect()
}

/// A record of which no section has more entries than are shown, but for those that findings name.
pub fn bounded(sections: Vec<Section>, findings: &[Finding]) -> Vec<Section> {
    let mut sections = sections;
    for section in &mut sections {
        let mut kept = 0;
        section.rows.retain(|row| {
            kept += 1;
            kept <= SHOWN || !numbers(row, findings).is_empty()
        });
        section.left_out = kept - section.rows.len();
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::samples;

    #[test]
    fn a_claim_has_the_numbers_of_the_findings_it_stands_in() {
        let findings = samples::judgement().findings;
        let sections = crate::web::pages::record::sections(&samples::normal_form());
        let told = Claims::of(&sections, &findings, &[]);
        let of = |field: &str| {
            let claim = told.claims.iter().find(|claim| claim.row.field == field);
            claim.map(|claim| claim.findings.clone())
        };
        assert_eq!(of("phones[0]"), Some(vec![1]));
        assert_eq!(of("emails[1]"), Some(vec![2]));
        assert_eq!(of("education[0]"), Some(vec![3]));
        assert_eq!(of("emails[0]"), Some(vec![]));
    }

    #[test]
    fn of_many_claims_those_with_findings_are_shown() {
        let findings = samples::judgement().findings;
        let mut section =
            crate::web::pages::record::sections(&samples::normal_form()).swap_remove(0);
        let mut rows: Vec<Row> = (0..500)
            .map(|n| Row {
                field: format!("links[{n}]"),
                ..section.rows[0].clone()
            })
            .collect();
        rows.append(&mut section.rows);
        section.rows = rows;
        let told = Claims::of([&section], &findings, &[]);
        let named = told
            .claims
            .iter()
            .filter(|claim| !claim.findings.is_empty())
            .count();
        assert!(named >= 2);
        assert_eq!(told.claims.len(), SHOWN + named);
        let all = section.rows.len();
        let bounded = bounded(vec![section], &findings).swap_remove(0);
        assert_eq!(bounded.rows.len() + bounded.left_out, all);
        assert_eq!(bounded.rows.len(), SHOWN + named);
    }
}
