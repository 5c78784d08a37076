//! How far reviewers agree: with each other on the same screenings, and with the rules.

use std::collections::BTreeMap;

use crate::app::App;
use crate::decision::Outcome;
use crate::error::Result;
use crate::statistics::{self, Share};
use crate::store::{decisions, explanations};

/// How far reviewers agree.
#[derive(Clone, Debug, Default)]
pub struct Agreement {
    /// Screenings on which two or more people decided.
    pub screenings: u64,
    /// What the first and the second of two made of one screening: `table[first][second]`, as [`Outcome::ALL`].
    pub table: [[u64; 3]; 3],
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

/// Screening, person and outcome, in the order of time: the last word of each of the first two people counts.
fn of_people(rows: Vec<(String, String, String)>) -> Agreement {
    let mut by_screening = BTreeMap::<String, Vec<(String, usize)>>::new();
    for (screening, person, outcome) in rows {
        let class = Outcome::ALL.iter().position(|one| one.word() == outcome);
        let Some(class) = class else { continue };
        let people = by_screening.entry(screening).or_default();
        match people.iter_mut().find(|(known, _)| *known == person) {
            Some(known) => known.1 = class,
            None => people.push((person, class)),
        }
    }
    let mut found = Agreement::default();
    for people in by_screening.into_values() {
        if let [(_, first), (_, second), ..] = people[..] {
            found.screenings += 1;
            found.table[first][second] += 1;
        }
    }
    found.kappa = statistics::kappa(&found.table);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_of_two_people_on_one_screening_is_compared() {
        let row = |s: &str, p: &str, o: &str| (s.to_owned(), p.to_owned(), o.to_owned());
        let found = of_people(vec![
            row("s1", "ada", "cleared"),
            row("s1", "ben", "confirmed"),
            row("s1", "ben", "cleared"),
            row("s2", "ada", "confirmed"),
            row("s2", "ben", "explained"),
            row("s3", "ada", "confirmed"),
            row("s4", "ben", "confirmed"),
            row("s4", "eve", "confirmed"),
            row("s4", "ada", "cleared"),
        ]);
        assert_eq!(found.screenings, 3);
        assert_eq!(found.table, [[1, 0, 0], [0, 0, 0], [0, 1, 1]]);
        // Observed 2/3; by chance 1/9 + 0 + 2/9.
        assert!((found.kappa.unwrap() - 0.5).abs() < 1e-9);
    }
}
