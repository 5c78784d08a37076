//! How far reviewers agree: with each other on the same cases, and with the rules.

use crate::app::App;
use crate::decision::Outcome;
use crate::error::Result;
use crate::statistics::{self, Share};
use crate::store::decisions::{self, OfPerson};
use crate::store::explanations;

/// The outcomes, and what a second person sent back: that they do not agree is all that is known of it.
pub const CLASSES: usize = Outcome::ALL.len() + 1;

/// How far reviewers agree.
#[derive(Clone, Debug, Default)]
pub struct Agreement {
    /// How often one person judged what another had decided on.
    pub cases: u64,
    /// What the first and the second of two made of one case: `table[first][second]`, as [`Outcome::ALL`], and last
    /// what was sent back.
    pub table: [[u64; CLASSES]; CLASSES],
    /// Cohen's kappa of that table.
    pub kappa: Option<f64>,
    /// For each rule, the share of its decided findings that was confirmed.
    pub rules: Vec<(String, Share)>,
}

/// Counts it. A proposal counts here as what its reviewer thought; in the shares by rule, only what was signed.
pub async fn measure(app: &App) -> Result<Agreement> {
    let mut found = of_people(decisions::by_people(&app.db).await?);
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    for (rule, decided, confirmed) in explanations::by_rule(&app.db).await? {
        if let Some(share) = statistics::wilson(count(confirmed), count(decided)) {
            found.rules.push((rule, share));
        }
    }
    Ok(found)
}

/// Two people are compared on a decision that was signed or sent back, on one that a candidate contests and the next,
/// and on two decisions on one screening. Of what one person said twice of a screening the last word counts.
fn of_people(rows: Vec<OfPerson>) -> Agreement {
    let mut found = Agreement::default();
    let mut before: Option<(OfPerson, usize)> = None;
    for one in rows {
        let class = Outcome::ALL.iter().position(|o| o.word() == one.outcome);
        let Some(class) = class else { continue };
        if let Some((then, first)) = before
            .take()
            .filter(|(then, _)| then.candidate_id == one.candidate_id)
        {
            let same = then.screening_id == one.screening_id && then.signed.is_none();
            if then.user_id != one.user_id && (same || then.contest.is_some()) {
                found.add(first, class);
            }
        }
        if let Some(signed) = one.signed {
            found.add(class, if signed { class } else { CLASSES - 1 });
        }
        before = Some((one, class));
    }
    found.kappa = statistics::kappa(&found.table);
    found
}

impl Agreement {
    fn add(&mut self, first: usize, second: usize) {
        self.cases += 1;
        self.table[first][second] += 1;
    }

    /// How often the second said what the first had.
    pub fn same(&self) -> u64 {
        (0..CLASSES).map(|class| self.table[class][class]).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::CandidateId;

    fn row(candidate: &str, screening: &str, person: &str, outcome: &str) -> OfPerson {
        OfPerson {
            candidate_id: CandidateId(candidate.to_owned()),
            screening_id: screening.to_owned(),
            user_id: person.to_owned(),
            outcome: outcome.to_owned(),
            signed: None,
            contest: None,
        }
    }

    fn contested(row: OfPerson) -> OfPerson {
        let contest = Some("7".to_owned());
        OfPerson { contest, ..row }
    }

    fn signed(signed: bool, row: OfPerson) -> OfPerson {
        let signed = Some(signed);
        OfPerson { signed, ..row }
    }

    #[test]
    fn two_people_are_compared_on_what_both_have_judged() {
        let found = of_people(vec![
            // One screening, and of one person the last word.
            row("c1", "s1", "ada", "confirmed"),
            row("c1", "s1", "ada", "cleared"),
            row("c1", "s1", "ben", "cleared"),
            // Another candidate, and another screening: nothing to compare.
            row("c2", "s2", "ada", "cleared"),
            row("c2", "s3", "ben", "confirmed"),
            // Contested, whatever was screened since.
            contested(row("c3", "s4", "ada", "confirmed")),
            row("c3", "s5", "ben", "explained"),
            // Sent back, proposed again, and signed.
            signed(false, row("c4", "s6", "ada", "confirmed")),
            signed(true, row("c4", "s6", "ada", "confirmed")),
            row("c4", "s6", "ben", "cleared"),
        ]);
        assert_eq!((found.cases, found.same()), (4, 2));
        assert_eq!(
            found.table,
            [[1, 0, 0, 0], [0, 0, 0, 0], [0, 1, 1, 1], [0, 0, 0, 0]]
        );
        // Observed 2/4; by chance 1/16 + 0 + 3/16 + 0.
        assert!((found.kappa.unwrap() - 1.0 / 3.0).abs() < 1e-9);
    }
}
