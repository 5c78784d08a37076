//! Selection rates by groups that HR supplies, as the Uniform Guidelines and New York's Local Law 144 ask for them.
//!
//! The file with the groups is read, joined with candidates, counted and forgotten: nothing of it is kept, and no
//! screening ever sees it. What this asks for is that rules are looked at, where groups fare differently; it says nothing
//! of any candidate.

mod file;
mod rates;

use std::collections::{HashMap, HashSet};

pub use file::{Row, Upload, read};
pub use rates::{Rate, Table, table};

use crate::app::App;
use crate::candidate::CandidateId;
use crate::error::Result;
use crate::rules::NextStep;
use crate::store::reports;

/// Sources' ids looked up at once.
const AT_ONCE: usize = 500;

/// What counts as selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Went on without a step-up: the latest screening ends in nothing due, or in a question.
    WentOn,
    /// No decision that stands says that the claims do not hold together.
    NotConfirmed,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 2] = [Self::WentOn, Self::NotConfirmed];

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::WentOn => "Went on without a step-up",
            Self::NotConfirmed => "Not confirmed",
        }
    }

    /// What it means.
    pub const fn about(self) -> &'static str {
        match self {
            Self::WentOn => {
                "Selected: the next step of the latest screening is none or ask. Not selected: verify or escalate."
            }
            Self::NotConfirmed => {
                "Selected: no decision that stands says confirmed. Not selected: the latest decision is confirmed."
            }
        }
    }

    /// Its word in files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::WentOn => "went_on",
            Self::NotConfirmed => "not_confirmed",
        }
    }
}

/// What became of the rows of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// Rows read.
    pub rows: u64,
    /// Of them counted.
    pub counted: u64,
    /// Of them with an id that no candidate has.
    pub unknown: u64,
    /// Of them with an id that candidates of several sources have, and no source to tell them apart.
    pub ambiguous: u64,
    /// Of them naming a candidate again.
    pub repeated: u64,
    /// Of them naming a candidate that is not screened yet.
    pub unscreened: u64,
    /// Of them without a group.
    pub ungrouped: u64,
}

/// The report.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// What became of the rows.
    pub joined: Joined,
    /// One table for each grouping and measure.
    pub tables: Vec<Table>,
}

/// One candidate, as far as it is counted.
struct Member {
    groups: Vec<String>,
    went_on: bool,
    confirmed: bool,
}

/// Joins a file with candidates and counts. `leave_out` leaves groups of less than 2 % out of the tables.
pub async fn rates(app: &App, upload: Upload, leave_out: bool) -> Result<Selection> {
    let mut joined = Joined {
        rows: upload.rows.len() as u64,
        ..Joined::default()
    };
    let columns = upload.columns;
    let members = join(app, upload.rows, &mut joined).await?;
    joined.counted = members.len() as u64;
    let mut groupings: Vec<(String, Vec<usize>)> = columns
        .iter()
        .enumerate()
        .map(|(at, name)| (name.clone(), vec![at]))
        .collect();
    if let [one, other] = &columns[..] {
        groupings.push((format!("{one} and {other}"), vec![0, 1]));
    }
    let mut tables = Vec::new();
    for measure in Measure::ALL {
        for (title, of) in &groupings {
            let counted = members.iter().map(|member| {
                let group: Vec<&str> = of.iter().map(|at| &*member.groups[*at]).collect();
                let selected = match measure {
                    Measure::WentOn => member.went_on,
                    Measure::NotConfirmed => !member.confirmed,
                };
                (group.join(" · "), selected)
            });
            tables.push(table(title, measure, counted, leave_out));
        }
    }
    Ok(Selection { joined, tables })
}

async fn join(app: &App, rows: Vec<Row>, joined: &mut Joined) -> Result<Vec<Member>> {
    let confirmed = reports::all_confirmed(&app.db).await?;
    let confirmed: HashSet<CandidateId> = confirmed.into_iter().map(|(id,)| id).collect();
    let mut seen = HashSet::new();
    let mut members = Vec::with_capacity(rows.len());
    for rows in rows.chunks(AT_ONCE) {
        let mut ids: Vec<&str> = rows.iter().map(|row| &*row.external_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut named: HashMap<String, Vec<reports::Named>> = HashMap::new();
        for one in reports::named(&app.db, &ids).await? {
            named.entry(one.external_id.clone()).or_default().push(one);
        }
        for row in rows {
            let fits = |one: &&reports::Named| {
                row.source
                    .as_ref()
                    .is_none_or(|source| *source == one.source)
            };
            let of_id = named.get(&row.external_id).map_or(&[][..], Vec::as_slice);
            let found: Vec<&reports::Named> = of_id.iter().filter(fits).collect();
            let candidate = match found[..] {
                [] => {
                    joined.unknown += 1;
                    continue;
                }
                [one] => one,
                _ => {
                    joined.ambiguous += 1;
                    continue;
                }
            };
            if row.groups.iter().any(String::is_empty) {
                joined.ungrouped += 1;
                continue;
            }
            let step = candidate.next_step.as_deref().and_then(NextStep::of_word);
            let Some(step) = step else {
                joined.unscreened += 1;
                continue;
            };
            if !seen.insert(candidate.id.clone()) {
                joined.repeated += 1;
                continue;
            }
            members.push(Member {
                groups: row.groups.clone(),
                went_on: matches!(step, NextStep::None | NextStep::Ask),
                confirmed: confirmed.contains(&candidate.id),
            });
        }
    }
    Ok(members)
}
