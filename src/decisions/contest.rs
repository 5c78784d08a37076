//! What a candidate says against a decision. It opens the case again, for a reviewer who has not seen the decision.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;

use super::procedure::Procedure;
use super::standing;
use crate::access::User;
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::candidate::CandidateId;
use crate::db::Millis;
use crate::decision::{Decision, Outcome};
use crate::error::{Error, Result, refused};
use crate::store::cases::{self, New, Row};
use crate::store::contests::{self, Contest};
use crate::store::{candidates, decisions, users};

/// How a contest can come, with its words.
pub const CHANNELS: [(&str, &str); 5] = [
    ("email", "E-mail"),
    ("phone", "Phone"),
    ("letter", "Letter"),
    ("meeting", "Meeting"),
    ("other", "Other"),
];

/// Characters of what a candidate says.
const SAID: usize = 4_000;

/// Who may decide a contested case is looked for among so many, and named of them at the most.
const ASKED: usize = 50;
const NAMED: usize = 3;

/// What is written down of a contest.
#[derive(Clone, Debug, Default)]
pub struct NewContest {
    /// What the candidate says.
    pub said: String,
    /// How it came: a word of [`CHANNELS`].
    pub channel: String,
    /// The day: `2026-03-02`; today where nothing is said.
    pub said_on: String,
}

/// Writes down that a candidate contests the decision that stands, and opens the case again.
pub async fn record(app: &App, user: &User, id: &CandidateId, new: &NewContest) -> Result<()> {
    let summary = candidates::by_id(&app.db, id).await?;
    let summary = summary.ok_or(Error::NotFound("candidate"))?;
    let said = new.said.trim();
    if said.is_empty() {
        return Err(refused("said", "is missing; what the candidate says"));
    }
    if said.contains('\0') || said.chars().count() > SAID {
        return Err(refused(
            "said",
            format!("is text of {SAID} characters at most"),
        ));
    }
    if !CHANNELS.iter().any(|(word, _)| *word == new.channel) {
        return Err(refused("channel", "is missing; how it came"));
    }
    let today = app.today();
    let said_on = match new.said_on.trim() {
        "" => today,
        day => day
            .parse::<Date>()
            .map_err(|_| refused("said_on", "is no day such as 2026-03-02"))?,
    };
    if said_on > today {
        return Err(refused("said_on", "lies in the future"));
    }
    let all = decisions::of(&app.db, id).await?;
    let Some(stands) = standing(&all) else {
        return Err(refused("said", "is against a decision, and none stands"));
    };
    let open = cases::open_of(&app.db, id).await?;
    if open.is_some_and(|case| case.contest_id.is_some()) {
        return Err(refused(
            "said",
            "is a second contest, and the first is not decided yet; a comment can say what is new",
        ));
    }
    // A day is another one elsewhere on earth.
    let decided = stands.at.to_zoned(TimeZone::UTC).date();
    if said_on < decided.yesterday().unwrap_or(decided) {
        return Err(refused("said_on", "lies before the decision"));
    }
    let contest = Contest {
        id: app.new_id(),
        decision_id: stands.id.clone(),
        said: said.to_owned(),
        channel: new.channel.clone(),
        said_on: said_on.to_string(),
        by_whom: user.signature(),
        user_id: user.id.clone(),
        at: Millis(app.now().as_millisecond()),
    };
    let procedure = super::procedure::current(app).await?;
    let step = crate::rules::NextStep::of_word(&summary.next_step).unwrap_or(procedure.opens_at);
    let now = app.now();
    let mut tx = app.db.begin().await?;
    contests::append(&mut tx, id, &contest).await?;
    let case = New {
        id: app.new_id(),
        candidate_id: id,
        next_step: step.word(),
        contest_id: Some(&contest.id),
    };
    cases::open(&mut tx, &[case], now, procedure.due(now)).await?;
    cases::contest(&mut tx, id, &contest.id).await?;
    candidates::mark_open(&mut tx, id).await?;
    let detail = json!({"contest": contest.id, "decision": stands.id, "procedure": procedure.id});
    let object = audit::candidate(id);
    audit::append(
        app,
        &mut tx,
        &Actor::from(user),
        Action::Contested,
        &object,
        &detail,
    )
    .await?;
    Ok(tx.commit().await?)
}

/// The contest of a case, and the decision that it is against.
async fn contested(app: &App, id: &CandidateId, case: &Row) -> Result<Option<(Contest, Decision)>> {
    let Some(contest) = &case.contest_id else {
        return Ok(None);
    };
    let mut all = contests::of(&app.db, id).await?.into_iter();
    let Some(contest) = all.find(|one| one.id == *contest) else {
        return Ok(None);
    };
    let mut all = decisions::of(&app.db, id).await?.into_iter();
    let decision = all.find(|one| one.id == contest.decision_id);
    Ok(decision.map(|decision| (contest, decision)))
}

/// Why somebody may not decide a contested case: they had to do with the decision, or have seen it.
pub async fn barred(
    app: &App,
    user: &User,
    id: &CandidateId,
    case: &Row,
) -> Result<Option<String>> {
    match contested(app, id, case).await? {
        Some((contest, decision)) => why_barred(app, user, id, &contest, &decision).await,
        None => Ok(None),
    }
}

/// Some who may decide a contested case: their role may by the procedure, and they have not seen the decision.
pub async fn free(
    app: &App,
    procedure: &Procedure,
    id: &CandidateId,
    case: &Row,
) -> Result<Vec<User>> {
    let mut free = Vec::new();
    let Some((contest, decision)) = contested(app, id, case).await? else {
        return Ok(free);
    };
    let all = users::all(&app.db).await?.into_iter();
    let all = all
        .filter(|one| one.disabled_at.is_none())
        .map(|one| one.user());
    let lets = |role| {
        Outcome::ALL
            .iter()
            .any(|outcome| procedure.lets(role, *outcome))
    };
    let all = all.filter(|user| lets(user.role));
    for user in all.take(ASKED) {
        if why_barred(app, &user, id, &contest, &decision)
            .await?
            .is_none()
        {
            free.push(user);
        }
        if free.len() == NAMED {
            break;
        }
    }
    Ok(free)
}

async fn why_barred(
    app: &App,
    user: &User,
    id: &CandidateId,
    contest: &Contest,
    contested: &Decision,
) -> Result<Option<String>> {
    let reason = if contested.is_by(user) {
        "made the decision that the candidate contests; somebody who has not seen it must decide"
    } else if contest.user_id == user.id {
        "wrote down the contest; somebody who has not seen the decision must decide"
    } else if contests::had_to_do(&app.db, id, &user.id, contested.at).await? {
        "saw the decision that the candidate contests, or may have, by the audit log; somebody who has not must decide"
    } else {
        return Ok(None);
    };
    Ok(Some(reason.to_owned()))
}
