//! A named person decides on what was found, by a procedure that is set and printed.
//!
//! ```text
//! next step grave enough ─> case ─> decision on a finding ─> explained: worth nothing, screened again at once
//!                            ^  └─> decision on the whole ─> signed: counts, closes the case, is announced
//!          contest ──────────┘            └─> confirmed: proposed until a second person signs it
//! ```
//!
//! One function decides, whoever asks: the page's form and the API. What counts is announced; what is only proposed is
//! not. Everything is appended: what is taken back or sent back stands beside what it is about.

pub mod agreement;
pub mod blind;
pub mod cases;
pub mod contest;
pub mod procedure;

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, json};

use crate::access::{Permission, User};
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::candidate::CandidateId;
use crate::db::Tx;
use crate::decision::{Decision, NewDecision, Outcome, State};
use crate::error::{Error, Result, refused};
use crate::outlets::announce;
use crate::outlets::message::Kind;
use crate::rules::{Explanation, Finding};
use crate::screening::{self, Screening};
use crate::store::{api_keys, candidates, decisions, explanations, screenings};
use procedure::Procedure;

/// How often it is tried to decide on what stands while screenings come in between.
const TRIES: u32 = 20;

/// What it waits after the first try; each time as much more.
const BACK_OFF: Duration = Duration::from_millis(5);

/// Why a decision is not taken from a page that is older than another decision.
const DECIDED_SINCE: &str = "somebody has decided since this page was opened; look at that first";

/// Why what is explained cannot be confirmed.
const EXPLAINED: &str = "is explained; take the explanation back first";

/// Who decides.
#[derive(Clone, Debug)]
pub enum Who<'a> {
    /// Somebody who is signed in.
    User(&'a User),
    /// A program with a key of the API, which says whose decision it is.
    Key(Actor),
}

impl Who<'_> {
    fn actor(&self) -> Actor {
        match self {
            Self::User(user) => Actor::from(*user),
            Self::Key(actor) => actor.clone(),
        }
    }

    fn user(&self) -> Option<&User> {
        match self {
            Self::User(user) => Some(user),
            Self::Key(_) => None,
        }
    }
}

/// Decides on a screening or on one finding of it. What is explained counts nothing from then on, and the candidate is
/// screened again before this returns.
pub async fn decide(
    app: &App,
    who: &Who<'_>,
    id: &CandidateId,
    new: NewDecision,
) -> Result<Decision> {
    let procedure = procedure::current(app).await?;
    let reason = procedure.reason(&new.reason)?.to_owned();
    may(who, &procedure, new.outcome)?;
    fresh(app, who, id, &procedure).await?;
    for tries in 0..TRIES {
        tokio::time::sleep(BACK_OFF * tries).await;
        let (latest, seen) = look(app, id, new.screening_id.as_deref()).await?;
        let findings = chosen(&new, &seen, &latest)?;
        let explains = new.outcome == Outcome::Explained && !findings.is_empty();
        let state = if procedure.needs_second(new.outcome) {
            State::Proposed
        } else {
            State::Signed
        };
        let decision = Decision {
            id: app.new_id(),
            screening_id: seen.id.clone(),
            outcome: new.outcome,
            reason: reason.clone(),
            by: new.by.clone(),
            at: app.now(),
            rule: new.rule.clone(),
            state,
            signature: None,
            procedure: Some(procedure.id.clone()),
            user_id: who.user().map(|user| user.id.clone()),
            key_maker: match who {
                Who::User(_) => None,
                Who::Key(actor) => api_keys::maker(&app.db, &actor.id).await?,
            },
        };
        let mut tx = app.db.begin().await?;
        let all = of_locked(&mut tx, id).await?;
        if new
            .after
            .as_ref()
            .is_some_and(|after| *after != stood(&all, new.rule.as_deref()))
        {
            return Err(Error::Conflict(DECIDED_SINCE));
        }
        let mut revision = None;
        if explains {
            // What is explained must be what stands: nobody screens or explains meanwhile.
            revision = candidates::mark_screened(&mut tx, id, &latest.id).await?;
            if revision.is_none() {
                drop(tx);
                screening::screen(app, std::slice::from_ref(id)).await?;
                continue;
            }
        }
        decisions::append(&mut tx, id, &decision).await?;
        explanations::append(&mut tx, id, &decision.id, &findings, || app.new_id()).await?;
        if state == State::Signed && !settle(app, &mut tx, id, &decision, (&seen, &latest)).await? {
            continue;
        }
        let detail = json!({
            "decision": decision.id, "outcome": decision.outcome, "rule": decision.rule,
            "state": decision.state, "procedure": procedure.id, "blind": procedure.blind,
        });
        let object = audit::candidate(id);
        audit::append(
            app,
            &mut tx,
            &who.actor(),
            Action::Decided,
            &object,
            &detail,
        )
        .await?;
        tx.commit().await?;
        if let Some(revision) = revision {
            screening::screened(app, id, revision).await?;
        }
        return Ok(decision);
    }
    Err(screening::BUSY)
}

/// Explains one finding, and clears the whole with the same words; `false` where it did not, since something came in
/// meanwhile that nobody has seen yet.
pub async fn explain_and_clear(
    app: &App,
    user: &User,
    id: &CandidateId,
    new: NewDecision,
) -> Result<bool> {
    let mut whole = NewDecision {
        outcome: Outcome::Cleared,
        rule: None,
        ..new.clone()
    };
    let explained = NewDecision {
        outcome: Outcome::Explained,
        ..new
    };
    let who = Who::User(user);
    decide(app, &who, id, explained).await?;
    let latest = screenings::latest(&app.db, id).await?;
    let latest = Screening::from(latest.ok_or(Error::NotFound("candidate"))?);
    if latest.judgement.findings.iter().any(is_open) {
        return Ok(false);
    }
    whole.screening_id = Some(latest.id);
    // Of the whole: the page has shown what stood of the finding.
    whole.after = None;
    match decide(app, &who, id, whole).await {
        Ok(_) => Ok(true),
        Err(Error::Refused(refused)) if refused.field.as_deref() == Some("screening_id") => {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// A finding that counts against somebody and is not explained.
pub fn is_open(finding: &Finding) -> bool {
    finding.weight_db > 0.0 && finding.explained.is_none()
}

/// What counts against somebody now and was not found before as it is, nor more of it.
pub fn news<'a>(id: &CandidateId, before: &[Finding], now: &'a [Finding]) -> Vec<&'a Finding> {
    let known = |now: &Finding| {
        let mut before = before.iter().filter(|one| one.rule == now.rule);
        before.any(|one| as_seen(one, id).covers(now))
    };
    let open = now.iter().filter(|one| is_open(one));
    open.filter(|one| !known(one)).collect()
}

/// What a decision that counts brings with it: it closes the case, unless what was found since the screening that it is
/// about has not been decided on. `false` where another screening came in meanwhile, and nothing must be kept.
async fn settle(
    app: &App,
    tx: &mut Tx,
    id: &CandidateId,
    decision: &Decision,
    (seen, latest): (&Screening, &Screening),
) -> Result<bool> {
    let (then, now) = (&seen.judgement.findings, &latest.judgement.findings);
    if decision.rule.is_none() && news(id, then, now).is_empty() {
        if !candidates::mark_decided(tx, id, &latest.id, decision.outcome).await? {
            return Ok(false);
        }
        crate::store::cases::close(tx, id, &decision.id, app.now()).await?;
    }
    let mut more = Map::from_iter([
        ("decision_id".to_owned(), json!(decision.id)),
        ("outcome".to_owned(), json!(decision.outcome)),
    ]);
    if let Some(rule) = &decision.rule {
        more.insert("rule".to_owned(), json!(rule));
    }
    let before = Some(latest.judgement.next_step);
    announce::about(app, tx, Kind::DecisionMade, (latest, before), more).await?;
    Ok(true)
}

/// Refuses whose role the procedure does not let sign off this.
fn may(who: &Who<'_>, procedure: &Procedure, outcome: Outcome) -> Result<()> {
    match who.user() {
        Some(user) if !user.role.may(Permission::DecisionsMake) => Err(Error::NotAllowed {
            role: user.role.word(),
            need: Permission::DecisionsMake.word(),
        }),
        Some(user) if !procedure.lets(user.role, outcome) => {
            let role = user.role.word();
            let reason =
                format!("is not for the role {role} to sign off, by the procedure in force");
            Err(refused("outcome", reason))
        }
        _ => Ok(()),
    }
}

/// Refuses who has seen the decision that the candidate contests, and programs, of which nobody knows.
async fn fresh(app: &App, who: &Who<'_>, id: &CandidateId, procedure: &Procedure) -> Result<()> {
    let Some(case) = crate::store::cases::open_of(&app.db, id).await? else {
        return Ok(());
    };
    if !procedure.fresh_eyes || case.contest_id.is_none() {
        return Ok(());
    }
    match who.user() {
        Some(user) => match contest::barred(app, user, id, &case).await? {
            Some(reason) => Err(refused("by", reason)),
            None => Ok(()),
        },
        None => Err(refused(
            "by",
            "is not known to have not seen the contested decision; this is decided on the candidate's page",
        )),
    }
}

/// The latest screening, and the one that is decided on.
async fn look(app: &App, id: &CandidateId, asked: Option<&str>) -> Result<(Screening, Screening)> {
    let latest = screenings::latest(&app.db, id).await?;
    let latest = Screening::from(latest.ok_or(Error::NotFound("candidate"))?);
    let seen = match asked {
        Some(asked) if asked != latest.id => {
            let found = screenings::by_id(&app.db, asked).await?;
            let own = found.filter(|one| one.candidate_id == *id);
            own.ok_or_else(|| refused("screening_id", "is no screening of this candidate"))?
                .into()
        }
        _ => latest.clone(),
    };
    Ok((latest, seen))
}

/// The findings of the latest screening that a decision is about, as they stood in the one that was seen.
fn chosen<'a>(
    new: &NewDecision,
    seen: &Screening,
    latest: &'a Screening,
) -> Result<Vec<&'a Finding>> {
    let find = |screening: &'a Screening, rule: &str| {
        let mut findings = screening.judgement.findings.iter();
        findings.find(|one| *one.rule == *rule)
    };
    let Some(rule) = new.rule.as_deref() else {
        let (then, now) = (&seen.judgement.findings, &latest.judgement.findings);
        if !news(&latest.candidate_id, then, now).is_empty() {
            return Err(refused(
                "screening_id",
                "was followed by another, which found something new since this page was opened; look at it first",
            ));
        }
        return Ok(now.iter().filter(|one| is_open(one)).collect());
    };
    if !seen.judgement.findings.iter().any(|one| *one.rule == *rule) {
        return Err(refused("rule", "has no finding in this screening"));
    }
    let Some(now) = find(latest, rule) else {
        return Err(refused(
            "rule",
            "has no finding any more: the latest screening does not find it",
        ));
    };
    let mut then = seen.judgement.findings.iter();
    if !then.any(|then| as_seen(then, &latest.candidate_id).covers(now)) {
        return Err(refused(
            "rule",
            "rests on other evidence by now; look at what the latest screening says of it",
        ));
    }
    if new.outcome == Outcome::Confirmed && now.explained.is_some() {
        return Err(refused("rule", EXPLAINED));
    }
    if new.outcome == Outcome::Explained {
        if now.weight_db <= 0.0 {
            return Err(refused(
                "rule",
                "speaks for the candidate: there is nothing to explain",
            ));
        }
        if let Some(explained) = &now.explained {
            let reason = format!("is explained already, by {}", explained.by);
            return Err(refused("rule", reason));
        }
    }
    Ok(vec![now])
}

/// A finding as if it were explained, to see whether another is the same.
fn as_seen(finding: &Finding, id: &CandidateId) -> Explanation {
    let salt = id.0.clone();
    Explanation {
        rule: finding.rule.to_string(),
        evidence: crate::rules::explained::evidence(finding, &salt),
        salt,
        related: finding.related.iter().cloned().collect(),
        explained: crate::rules::Explained {
            by: String::new(),
            at: jiff::Timestamp::UNIX_EPOCH,
            reason: String::new(),
        },
    }
}

/// The proposals that wait for a second person: those that nobody has decided over since.
pub fn pending(all: &[Decision]) -> Vec<&Decision> {
    // The latest first: what comes before one in the list was decided later.
    let waits = |(at, one): &(usize, &Decision)| {
        let later = all[..*at].iter().any(|other| other.rule == one.rule);
        one.state == State::Proposed && !later
    };
    all.iter()
        .enumerate()
        .filter(waits)
        .map(|(_, one)| one)
        .collect()
}

/// The decision on the whole that stands: the latest that counts.
pub fn standing(all: &[Decision]) -> Option<&Decision> {
    let mut all = all.iter();
    all.find(|one| one.rule.is_none() && one.state == State::Signed)
}

/// The decisions on a candidate, on whom nobody else decides until the transaction ends.
async fn of_locked(tx: &mut Tx, id: &CandidateId) -> Result<Vec<Decision>> {
    candidates::lock(tx, &BTreeSet::from([id.clone()])).await?;
    Ok(decisions::of(tx, id).await?)
}

/// What stands of the whole, or of a rule's finding, as a page remembers it: the latest decision, and how far it has come.
pub fn stood(all: &[Decision], rule: Option<&str>) -> String {
    let mut all = all.iter();
    let latest = all.find(|one| one.rule.as_deref() == rule);
    latest.map_or_else(String::new, |one| format!("{} {:?}", one.id, one.state))
}

/// A proposal that waits.
fn proposal<'a>(all: &'a [Decision], id: &str) -> Result<&'a Decision> {
    let waits = pending(all).into_iter().find(|one| one.id == id);
    waits.ok_or(Error::NotFound("proposed decision"))
}

/// Signs a proposed decision, or sends it back with a reason: by somebody else than who proposed it.
pub async fn sign(
    app: &App,
    user: &User,
    id: &CandidateId,
    decision: &str,
    (signs, reason): (bool, &str),
) -> Result<()> {
    let procedure = procedure::current(app).await?;
    let all = decisions::of(&app.db, id).await?;
    let proposed = proposal(&all, decision)?;
    let who = Who::User(user);
    may(&who, &procedure, proposed.outcome)?;
    if proposed.is_by(user) {
        return Err(refused("by", "proposed it; somebody else must sign"));
    }
    fresh(app, &who, id, &procedure).await?;
    let reason = if signs && reason.trim().is_empty() {
        ""
    } else {
        procedure.reason(reason)?
    };
    for tries in 0..TRIES {
        tokio::time::sleep(BACK_OFF * tries).await;
        let (latest, seen) = look(app, id, Some(&proposed.screening_id)).await?;
        let confirms = signs && proposed.outcome == Outcome::Confirmed;
        let mut findings = latest.judgement.findings.iter();
        let about = |one: &Finding| proposed.rule.as_deref() == Some(&*one.rule);
        if confirms && findings.any(|one| about(one) && one.explained.is_some()) {
            return Err(refused("rule", EXPLAINED));
        }
        let now = app.now();
        let mut tx = app.db.begin().await?;
        proposal(&of_locked(&mut tx, id).await?, decision)?;
        if !decisions::answer(&mut tx, id, decision, user, (signs, reason), now).await? {
            return Err(Error::Conflict("somebody else has answered this proposal"));
        }
        if signs && !settle(app, &mut tx, id, proposed, (&seen, &latest)).await? {
            continue;
        }
        let detail = json!({"decision": decision, "signed": signs, "procedure": procedure.id});
        let object = audit::candidate(id);
        audit::append(app, &mut tx, &who.actor(), Action::Signed, &object, &detail).await?;
        return Ok(tx.commit().await?);
    }
    Err(screening::BUSY)
}

/// Takes an explanation back: the finding counts again.
pub async fn take_back(
    app: &App,
    user: &User,
    id: &CandidateId,
    finding: &str,
    reason: &str,
) -> Result<()> {
    let procedure = procedure::current(app).await?;
    let who = Who::User(user);
    may(&who, &procedure, Outcome::Explained)?;
    fresh(app, &who, id, &procedure).await?;
    let reason = procedure.reason(reason)?;
    let all = explanations::with_ids(&app.db, id).await?;
    let found = all.iter().find(|(known, _)| known == finding);
    let (_, explanation) = found.ok_or(Error::NotFound("explanation"))?;
    let mut tx = app.db.begin().await?;
    let revision = candidates::mark_one(&mut tx, id).await?;
    let revision = revision.ok_or(Error::NotFound("candidate"))?;
    if !explanations::take_back(&mut tx, id, finding, user, reason, app.now()).await? {
        return Err(Error::NotFound("explanation"));
    }
    let detail =
        json!({"taken_back": finding, "rule": explanation.rule, "procedure": procedure.id});
    let object = audit::candidate(id);
    audit::append(
        app,
        &mut tx,
        &who.actor(),
        Action::Decided,
        &object,
        &detail,
    )
    .await?;
    tx.commit().await?;
    screening::screened(app, id, revision).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::rules::fixture::finding;

    fn decision(id: &str, rule: Option<&str>, state: State) -> Decision {
        Decision {
            id: id.to_owned(),
            screening_id: "s".to_owned(),
            outcome: Outcome::Confirmed,
            reason: "Two of them met.".to_owned(),
            by: "Dana Reed".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            rule: rule.map(str::to_owned),
            state,
            signature: None,
            procedure: None,
            user_id: None,
            key_maker: None,
        }
    }

    #[test]
    fn what_was_found_before_or_more_of_it_is_no_news() {
        let id = CandidateId("c1".to_owned());
        let found = |rule: &str, related: &[&str], explained: bool| Finding {
            related: related
                .iter()
                .map(|id| CandidateId((*id).to_owned()))
                .collect(),
            explained: explained.then(|| as_seen(&finding(rule, 12.0), &id).explained),
            ..finding(rule, 12.0)
        };
        let before = [found("x.phone", &["a", "b"], false)];
        for (now, is_news) in [
            (found("x.phone", &["a", "b"], false), false),
            (found("x.phone", &["b"], false), false),
            (found("x.phone", &["c"], false), true),
            (found("x.email", &["a"], false), true),
            (found("x.email", &["a"], true), false),
        ] {
            let now = [now];
            assert_eq!(!news(&id, &before, &now).is_empty(), is_news, "{now:?}");
        }
        let for_somebody = [Finding {
            weight_db: -3.0,
            ..found("x.email", &[], false)
        }];
        assert!(news(&id, &before, &for_somebody).is_empty());
    }

    #[test]
    fn a_proposal_waits_until_it_is_answered_or_decided_over() {
        use State::{Proposed, Returned, Signed};
        let of = |all: &[(&str, Option<&str>, State)]| {
            let all: Vec<_> = all
                .iter()
                .map(|(id, rule, state)| decision(id, *rule, *state))
                .collect();
            let ids: Vec<_> = pending(&all)
                .into_iter()
                .map(|one| one.id.clone())
                .collect();
            (ids, standing(&all).map(|one| one.id.clone()))
        };
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let rule = Some("x.phone");
        assert_eq!(of(&[("1", None, Proposed)]), (ids(&["1"]), None));
        assert_eq!(
            of(&[("2", None, Signed), ("1", None, Proposed)]),
            (ids(&[]), Some("2".to_owned()))
        );
        assert_eq!(
            of(&[("2", rule, Signed), ("1", None, Proposed)]),
            (ids(&["1"]), None)
        );
        assert_eq!(
            of(&[("2", rule, Proposed), ("1", None, Returned)]),
            (ids(&["2"]), None)
        );
    }
}
