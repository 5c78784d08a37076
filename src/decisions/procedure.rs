//! How decisions are made: a setting with versions, each of which says who set it and when.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::access::{Permission, Role, User};
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::db::Millis;
use crate::decision::Outcome;
use crate::error::{Error, Result, refused};
use crate::normalise::unicode;
use crate::rules::NextStep;
use crate::store::procedures::{self, Row};

/// The id of what holds as long as nobody has set anything.
pub const DEFAULT: &str = "default";

/// The longest note that can be asked for, in characters.
pub const NOTE_MOST: u32 = 500;

/// The longest time to decide in, in days.
pub const CLOCK_MOST: u32 = 365;

/// Earlier procedures that are listed.
const LISTED: i64 = 50;

/// How decisions are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Procedure {
    /// Its id: stored with every decision that was made by it.
    pub id: String,
    /// When it was set, and by whom; `None` of what holds as long as nobody has set anything.
    pub set: Option<(Timestamp, String)>,
    /// From which next step on a case is opened.
    pub opens_at: NextStep,
    /// Who may sign off that something is cleared or explained.
    pub clear_roles: Vec<Role>,
    /// Who may confirm, and sign what others confirm.
    pub confirm_roles: Vec<Role>,
    /// Characters of a reason, at least.
    pub note_min: u32,
    /// Days until a case is overdue.
    pub clock_days: u32,
    /// Whether a second person must sign what is confirmed.
    pub second_person: bool,
    /// Whether what a candidate contests goes to a reviewer who has not seen the decision.
    pub fresh_eyes: bool,
    /// Whether name, profiles and schools are hidden until the decision.
    pub blind: bool,
}

impl Default for Procedure {
    fn default() -> Self {
        Self {
            id: DEFAULT.to_owned(),
            set: None,
            opens_at: NextStep::Verify,
            clear_roles: vec![Role::Recruiter, Role::Investigator, Role::Admin],
            confirm_roles: vec![Role::Investigator, Role::Admin],
            note_min: 1,
            clock_days: 5,
            second_person: true,
            fresh_eyes: true,
            blind: false,
        }
    }
}

impl Procedure {
    /// The roles that may sign off an outcome.
    pub fn roles(&self, outcome: Outcome) -> &[Role] {
        match outcome {
            Outcome::Cleared | Outcome::Explained => &self.clear_roles,
            Outcome::Confirmed => &self.confirm_roles,
        }
    }

    /// Whether a role may sign off an outcome.
    pub fn lets(&self, role: Role, outcome: Outcome) -> bool {
        role.may(Permission::DecisionsMake) && self.roles(outcome).contains(&role)
    }

    /// Whether an outcome counts only once a second person has signed it.
    pub fn needs_second(&self, outcome: Outcome) -> bool {
        self.second_person && outcome == Outcome::Confirmed
    }

    /// A reason as it is kept.
    pub fn reason<'a>(&self, text: &'a str) -> Result<&'a str> {
        let text = text.trim();
        if text.contains('\0') {
            return Err(refused("reason", "holds a NUL character"));
        }
        if text.chars().count() > REASON_MOST {
            return Err(refused(
                "reason",
                format!("holds over {REASON_MOST} characters"),
            ));
        }
        let least = self.note_min.max(1);
        // What nobody sees says nothing: invisible characters, and fillers of Hangul.
        let text_seen = unicode::fold(text);
        let seen = text_seen
            .chars()
            .filter(|c| !matches!(c, '\u{115f}' | '\u{1160}'));
        if seen.count() < least as usize {
            let reason =
                format!("says too little; the procedure wants {least} characters at least");
            return Err(refused("reason", reason));
        }
        Ok(text)
    }

    /// When a case that is opened now is overdue.
    pub fn due(&self, opened_at: Timestamp) -> Timestamp {
        let hours = jiff::SignedDuration::from_hours(24 * i64::from(self.clock_days));
        opened_at.checked_add(hours).unwrap_or(Timestamp::MAX)
    }

    /// As the audit log tells it.
    pub fn detail(&self) -> Value {
        json!({
            "procedure": self.id,
            "opens_at": self.opens_at.word(),
            "clear_roles": words(&self.clear_roles),
            "confirm_roles": words(&self.confirm_roles),
            "note_min": self.note_min,
            "clock_days": self.clock_days,
            "second_person": self.second_person,
            "fresh_eyes": self.fresh_eyes,
            "blind": self.blind,
        })
    }

    fn checked(&self) -> Result<()> {
        if self.opens_at == NextStep::None {
            return Err(refused("opens_at", "would make a case of everybody"));
        }
        for (field, roles) in [
            ("clear_roles", &self.clear_roles),
            ("confirm_roles", &self.confirm_roles),
        ] {
            if !roles.iter().any(|role| role.may(Permission::DecisionsMake)) {
                return Err(refused(field, "leaves nobody who could decide"));
            }
        }
        if self.note_min == 0 || self.note_min > NOTE_MOST {
            return Err(refused(
                "note_min",
                format!("is 1 to {NOTE_MOST} characters"),
            ));
        }
        if self.clock_days == 0 || self.clock_days > CLOCK_MOST {
            return Err(refused("clock_days", format!("is 1 to {CLOCK_MOST} days")));
        }
        Ok(())
    }

    fn of(row: Row) -> Self {
        let number = |value: i64| u32::try_from(value).unwrap_or_default();
        Self {
            id: row.id,
            set: Some((row.at.into(), row.set_by)),
            opens_at: NextStep::of_word(&row.opens_at).unwrap_or(NextStep::Verify),
            clear_roles: roles(&row.clear_roles),
            confirm_roles: roles(&row.confirm_roles),
            note_min: number(row.note_min),
            clock_days: number(row.clock_days),
            second_person: row.second_person,
            fresh_eyes: row.fresh_eyes,
            blind: row.blind,
        }
    }
}

/// Characters of a reason, at the most.
pub const REASON_MOST: usize = 2_000;

fn words(roles: &[Role]) -> String {
    let words: Vec<_> = roles.iter().map(|role| role.word()).collect();
    words.join(" ")
}

fn roles(words: &str) -> Vec<Role> {
    words.split(' ').filter_map(Role::of_word).collect()
}

/// The procedure in force.
pub async fn current(app: &App) -> Result<Procedure> {
    let row = procedures::latest(&app.db).await?;
    Ok(row.map_or_else(Procedure::default, Procedure::of))
}

/// The latest procedures, the one in force first; what held before anybody set anything comes last.
pub async fn history(app: &App) -> Result<Vec<Procedure>> {
    let rows = procedures::list(&app.db, LISTED).await?;
    let set = rows.into_iter().map(Procedure::of);
    Ok(set.chain([Procedure::default()]).collect())
}

/// Puts another procedure into force, from the next screening and decision on.
pub async fn set(app: &App, by: &User, new: Procedure) -> Result<Procedure> {
    new.checked()?;
    if !by.role.may(Permission::ProcedureSettings) {
        return Err(Error::NotAllowed {
            role: by.role.word(),
            need: Permission::ProcedureSettings.word(),
        });
    }
    let now = app.now();
    let new = Procedure {
        id: app.new_id(),
        set: Some((now, by.signature())),
        ..new
    };
    let row = Row {
        id: new.id.clone(),
        at: Millis(now.as_millisecond()),
        set_by: by.signature(),
        set_by_id: by.id.clone(),
        opens_at: new.opens_at.word().to_owned(),
        clear_roles: words(&new.clear_roles),
        confirm_roles: words(&new.confirm_roles),
        note_min: new.note_min.into(),
        clock_days: new.clock_days.into(),
        second_person: new.second_person,
        fresh_eyes: new.fresh_eyes,
        blind: new.blind,
    };
    let mut tx = app.db.begin().await?;
    procedures::append(&mut tx, &row).await?;
    let (who, detail) = (Actor::from(by), new.detail());
    audit::append(
        app,
        &mut tx,
        &who,
        Action::SettingChanged,
        "setting:procedure",
        &detail,
    )
    .await?;
    tx.commit().await?;
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_something() {
        let procedure = Procedure::default();
        assert_eq!(
            procedure.reason("  A family line. ").unwrap(),
            "A family line."
        );
        for wrong in ["", "     ", "a\0bcdefghijkl", &"x".repeat(2_001)] {
            assert!(procedure.reason(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_procedure_that_nobody_could_follow_is_refused() {
        let fine = Procedure::default();
        assert!(fine.checked().is_ok());
        for wrong in [
            Procedure {
                opens_at: NextStep::None,
                ..fine.clone()
            },
            Procedure {
                clear_roles: vec![],
                ..fine.clone()
            },
            Procedure {
                confirm_roles: vec![Role::Auditor],
                ..fine.clone()
            },
            Procedure {
                note_min: 0,
                ..fine.clone()
            },
            Procedure {
                clock_days: 366,
                ..fine.clone()
            },
        ] {
            assert!(wrong.checked().is_err(), "{wrong:?}");
        }
        assert!(!fine.lets(Role::Recruiter, Outcome::Confirmed));
        assert!(fine.lets(Role::Recruiter, Outcome::Explained));
        assert!(!fine.lets(Role::Auditor, Outcome::Cleared));
    }
}
