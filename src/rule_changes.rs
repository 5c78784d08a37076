//! Whether a rule counts, changed while the service runs: one proposes, another approves.
//!
//! Files are left as they are. What was approved last of each rule is handed to the [library](crate::rules::library),
//! which switches the rules in force; their digest tells it, and the files kept with a digest say it
//! ([`SWITCHES`](crate::rules::SWITCHES)). As with a changed file, whoever is screened from then on is judged by it;
//! everybody is screened again only where the approval asks for it.

use serde_json::json;

use crate::access::{Permission, User};
use crate::app::{App, compute};
use crate::audit::{self, Action, Actor};
use crate::db::Millis;
use crate::error::{Error, Result, refused};
use crate::rules::{Status, Switches};
use crate::store::rule_changes::{self, NewAnswer, Row};
use crate::store::{candidates, users};

/// The word for "as its file says".
pub const FILE: &str = "file";

/// The longest reason and the longest note, in characters.
pub const LONGEST: usize = 2_000;

/// What becomes of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is in force, and everybody is screened again if that is wanted.
    Approved {
        /// Whether everybody is screened again.
        again: bool,
    },
    /// It was turned down.
    Declined,
    /// Whoever proposed it took it back.
    Withdrawn,
}

impl Answer {
    /// The word in the table and in the audit log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approved { .. } => "approved",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Proposes that a rule count otherwise than it does.
pub async fn propose(app: &App, by: &User, id: &str, to: &str, reason: &str) -> Result<()> {
    let rules = app.rules.current();
    let rule = rules.rule(id).ok_or(Error::NotFound("rule"))?;
    let reason = words("reason", reason)?;
    if reason.is_empty() {
        return Err(refused(
            "reason",
            "is missing: say why, for whoever answers",
        ));
    }
    match (to, Status::of_word(to)) {
        (FILE, _) if !app.rules.switches().contains_key(id) => {
            return Err(refused("to", "is so already: the rule is as its file says"));
        }
        (_, Some(status)) if status == rule.status => {
            return Err(refused("to", format!("is so already: the rule is {to}")));
        }
        (FILE, _) | (_, Some(_)) => {}
        (_, None) => return Err(refused("to", "is none of active, shadow, off and file")),
    }
    let row = Row {
        id: app.new_id(),
        rule: id.to_owned(),
        from_status: rule.status.word().to_owned(),
        to_status: to.to_owned(),
        file_status: rule.written.word().to_owned(),
        reason: reason.to_owned(),
        proposed_by: by.id.clone(),
        proposed_name: by.signature(),
        proposed_at: Millis(app.now().as_millisecond()),
        answer: None,
        answered_by: None,
        answered_name: None,
        answered_at: None,
        note: None,
        // Nobody gets to answer their own by shutting out whoever could have.
        alone: !users::others(&app.db, Permission::RulesApprove.roles(), &by.id).await?,
    };
    let mut tx = app.db.begin().await?;
    if !rule_changes::propose(&mut tx, &row).await? {
        return Err(Error::Conflict(
            "a change of this rule waits for an answer already",
        ));
    }
    let detail = json!({ "change": row.id, "from": row.from_status, "to": row.to_status });
    let (actor, object) = (Actor::from(by), object(id));
    audit::append(app, &mut tx, &actor, Action::RuleProposed, &object, &detail).await?;
    Ok(tx.commit().await?)
}

/// Answers a proposal. Whoever proposed it may approve it only where nobody else could, neither now nor
/// when it was proposed, and that is told.
pub async fn answer(
    app: &App,
    by: &User,
    id: &str,
    change: &str,
    answer: Answer,
    note: &str,
) -> Result<()> {
    let row = rule_changes::by_id(&app.db, change).await?;
    let row = row.filter(|row| row.rule == id);
    let row = row.ok_or(Error::NotFound("proposal"))?;
    let note = words("note", note)?;
    let own = row.proposed_by == by.id;
    let mut alone = false;
    match answer {
        Answer::Approved { .. } if own => {
            let roles = Permission::RulesApprove.roles();
            alone = row.alone && !users::others(&app.db, roles, &by.id).await?;
            if !alone {
                let why = "is yours: somebody else who may approve has to answer it, or could when it was proposed";
                return Err(refused("change", why));
            }
        }
        Answer::Declined if note.is_empty() => {
            return Err(refused("note", "is missing: say why it is turned down"));
        }
        Answer::Withdrawn if !own => {
            return Err(refused("change", "is not yours to take back"));
        }
        _ => {}
    }
    let given = NewAnswer {
        answer: answer.word(),
        by,
        note,
        alone,
    };
    let mut tx = app.db.begin().await?;
    if !rule_changes::answer(&mut tx, change, &given, app.now()).await? {
        return Err(Error::Conflict("this proposal was answered already"));
    }
    let again = answer == Answer::Approved { again: true };
    let detail = json!({
        "change": change, "answer": answer.word(), "to": row.to_status, "alone": alone, "screen_again": again,
    });
    let (actor, object) = (Actor::from(by), object(id));
    if again {
        candidates::all_are_due(&mut tx).await?;
    }
    audit::append(app, &mut tx, &actor, Action::RuleAnswered, &object, &detail).await?;
    tx.commit().await?;
    take_up(app).await?;
    if again {
        let db = app.db.clone();
        tokio::spawn(async move {
            match candidates::go_on_marking(&db).await {
                Ok(marked) => tracing::info!(marked, "a rule was switched: all are due"),
                Err(error) => Error::from(error).log(),
            }
        });
    }
    Ok(())
}

/// Switches the rules in force as it was approved, here or by another instance; true if that changed them.
pub async fn take_up(app: &App) -> Result<bool> {
    let mut switches = Switches::new();
    for (rule, to) in rule_changes::approved(&app.db).await? {
        match Status::of_word(&to) {
            Some(status) => switches.insert(rule, status),
            None => switches.remove(&rule),
        };
    }
    if app.rules.switches() == switches {
        return Ok(false);
    }
    let library = app.rules.clone();
    let switched = compute(move || library.switch(switches)).await?;
    switched.map_err(|faults| Error::Internal(format!("switching rules: {faults}")))
}

fn object(rule: &str) -> String {
    format!("rule:{rule}")
}

/// What somebody said, as it is kept.
fn words<'a>(field: &str, text: &'a str) -> Result<&'a str> {
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(refused(field, format!("holds over {LONGEST} characters")));
    }
    if text.contains('\0') {
        return Err(refused(field, "holds a NUL character"));
    }
    Ok(text)
}
