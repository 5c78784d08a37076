//! Selection rates by groups that are handed in and forgotten.

use std::fmt::Write as _;

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::{figures, words};
use crate::audit::chain::Noted;
use crate::reports::selection::{Joined, Selection};

/// The form, with what came of it.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "reports/selection.html")]
pub struct SelectionPage {
    /// The column of groups, as it was typed.
    pub group: String,
    /// The second one.
    pub group2: String,
    /// Whether small groups are left out.
    pub leave_out: bool,
    /// What is wrong with what was handed in.
    pub wrong: Option<String>,
    /// The result.
    pub made: Option<Made>,
}

/// A result.
#[derive(Clone, Debug)]
pub struct Made {
    /// When.
    pub at: Timestamp,
    /// The digest of the rules in force.
    pub ruleset: String,
    /// The last entry of the audit log, which tells that this was made.
    pub head: Option<Noted>,
    /// The rates.
    pub selection: Selection,
}

impl Made {
    /// Whether any table asks for a look at the rules.
    pub fn asks_for_review(&self) -> bool {
        let mut tables = self.selection.tables.iter();
        tables.any(crate::reports::selection::Table::asks_for_review)
    }

    /// What became of the rows, a sentence.
    pub fn joined(&self) -> String {
        joined(&self.selection.joined)
    }
}

fn joined(joined: &Joined) -> String {
    let mut told = format!(
        "{} of {} rows are counted.",
        words::thousands(joined.counted),
        words::thousands(joined.rows)
    );
    for (n, what) in [
        (joined.unknown, "name no candidate here"),
        (
            joined.ambiguous,
            "name candidates of several sources, and no source",
        ),
        (joined.repeated, "name a candidate again"),
        (
            joined.unscreened,
            "name a candidate that is not screened yet",
        ),
        (joined.ungrouped, "have no group"),
    ] {
        if n > 0 {
            // Writing to a text does not fail.
            let _ = write!(told, " {} {what}.", words::thousands(n));
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_the_rows_is_told_without_what_did_not_happen() {
        let told = joined(&Joined {
            rows: 1_200,
            counted: 1_190,
            unknown: 10,
            ..Joined::default()
        });
        assert_eq!(
            told,
            "1,190 of 1,200 rows are counted. 10 name no candidate here."
        );
    }
}
